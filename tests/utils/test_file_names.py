import pytest

from custom.utils.paths import safe_name, safe_names


@pytest.mark.parametrize('text, name', [
    ('cat', 'cat'),
    ('고양이', '고양이'),
    ('a/b\\c: "d"', 'a_b_c_d_'),
    ('..', '_'),
    ('', '_'),
    ('.hidden.', 'hidden'),
    ('con', '_con'),
    ('Aux.jpg', '_Aux.jpg'),
    ('contact', 'contact'),
    ('가' * 100, '가' * 40),
])
def test_one(text, name):
    assert safe_name(text) == name


def test_no_two_are_one():
    assert safe_names(['a/b', 'A b', 'a_b',
                       'c']) == ['a_b', 'A_b-2', 'a_b-3', 'c']
