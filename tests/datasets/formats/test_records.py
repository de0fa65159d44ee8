from pathlib import Path

from custom.datasets.formats.records import Sample


def test_name_in_the_data_set():
    path = Path('photos/a.jpg')
    assert Sample(path, 60, 40, []).name == 'a.jpg'
    assert Sample(path, 60, 40, [], 'photos/a.jpg').name == 'photos/a.jpg'
