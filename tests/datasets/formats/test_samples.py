from pathlib import Path

from custom.datasets.formats.samples import ImportWarnings, Sample


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
