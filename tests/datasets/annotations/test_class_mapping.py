import pytest

from custom.classes import NAMES
from custom.datasets.annotations.class_mapping import (class_list,
                                                       match_categories,
                                                       unknown_class)
from custom.utils.errors import InputError


@pytest.mark.parametrize(
    'names, classes',
    [
        ([], ()),
        (['sun', 'cat'], ('sun', 'cat')),
        (['Cat', 'dog', 'cat '], ('Cat', 'dog')),
        ([' cat', 'cat'], ('cat', )),
        # One of the 22, but not of somebody else's classes.
        (['boat', 'ship'], ('boat', 'ship')),
        (['ship', 'boat'], ('ship', 'boat')),
        (['house', 'car', 'building'], ('house', 'car', 'building')),
        (['해', 'house', *NAMES[5:], *NAMES[:5]], NAMES),
        (NAMES[::-1], NAMES),
        (NAMES[1:], NAMES[1:]),
        ([*NAMES, 'raccoon'], (*NAMES, 'raccoon')),
    ])
def test_class_list(names, classes):
    assert class_list(names) == classes


def categories(*names):
    return [dict(id=10 * i, name=name) for i, name in enumerate(names, 1)]


def test_match_categories():
    classes = ('sun', 'rocket', 'dog')
    found = match_categories(
        categories('dog', 'roket', 'Rocket', '해'), classes, 'a.json')
    assert found == {10: 2, 20: 1, 30: 1, 40: 0}
    assert match_categories([], classes, 'a.json') == {}


def test_unknown_categories_are_counted():
    with pytest.raises(InputError) as caught:
        match_categories(categories('dgo', 'dog', 'snu'), NAMES, 'a.json')
    text = str(caught.value)
    assert (
        f'a.json: category id 10: "dgo" is none of the {len(NAMES)} classes'
        in text)
    assert 'the nearest is "dog"' in text
    assert '1 more like this' in text


def test_nothing_near():
    assert unknown_class('xyz', ('cat', 'dog')).endswith('they are cat, dog.')
