import pytest

from custom.datasets.formats.importers.split_words import split_of


@pytest.mark.parametrize('name, split', [
    ('', ''),
    ('instances_train2017.json', 'train'),
    ('Validation', 'val'),
    ('valid', 'val'),
    ('oidv6-testing', 'test'),
    ('train-and-test', ''),
    ('trainval', ''),
    ('trains', ''),
])
def test_split_of(name, split):
    assert split_of(name) == split
