from pathlib import Path

import pytest

from custom.datasets.formats.samples import (ErrorCollector, ImportWarnings,
                                             Sample)
from custom.utils.errors import InputError


def test_name_in_the_data_set():
    path = Path('photos/a.jpg')
    assert Sample(path, 60, 40, []).name == 'a.jpg'
    assert Sample(path, 60, 40, [], 'photos/a.jpg').name == 'photos/a.jpg'


def test_what_counts_nothing_is_not_there():
    notes = ImportWarnings()
    notes['clipped'] += 0
    assert notes == {}
    notes['clipped'] += 2
    assert notes == dict(clipped=2)
    notes['clipped'] = 0
    assert notes == {}


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
