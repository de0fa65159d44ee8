import pytest

from custom.datasets.formats.problems import ErrorCollector
from custom.utils.errors import InputError


def test_no_problem():
    ErrorCollector().stop()


@pytest.mark.parametrize('messages, told', [
    (['a'], 'a'),
    (['a', 'b', 'c'], 'a (2 more problems like this)'),
])
def test_first_and_count(messages, told):
    problems = ErrorCollector()
    for message in messages:
        problems.add(message)
    with pytest.raises(InputError) as caught:
        problems.stop()
    assert str(caught.value) == told
