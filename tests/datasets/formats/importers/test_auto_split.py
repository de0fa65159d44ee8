from pathlib import Path

import cv2
import numpy as np
import pytest

from custom.datasets.formats.importers.auto_split import (add_to_splits,
                                                          complete_splits,
                                                          group_alike,
                                                          split_of,
                                                          split_records)
from custom.datasets.formats.samples import ImportWarnings, Sample, SampleBox
from custom.utils.errors import InputError


def record(name, *boxes):
    return Sample(
        Path(f'{name}.jpg'), 60, 40,
        [SampleBox(box, [0, 0, 9, 9]) for box in boxes])


def alone(num, *boxes):
    return [[record(f'{"".join(boxes)}{i:03}', *boxes)] for i in range(num)]


def sizes(splits, letter=''):
    return {
        split: sum(record.name.startswith(letter) for record in records)
        for split, records in splits.items()
    }


@pytest.mark.parametrize('num', [0, 1, 2])
def test_too_few(num):
    with pytest.raises(InputError, match=f'{num} images are too few'):
        split_records(alone(num), 0.15, 0.15)


@pytest.mark.parametrize('num, val, test, expected', [
    (1, 0, 0, dict(train=1)),
    (3, 0.15, 0.15, dict(train=1, val=1, test=1)),
    (10, 0.2, 0, dict(train=8, val=2)),
    (20, 0.15, 0.15, dict(train=14, val=3, test=3)),
])
def test_sizes(num, val, test, expected):
    assert sizes(split_records(alone(num), val, test)) == expected


def test_classes_are_spread():
    splits = split_records(alone(20, 'a') + alone(20, 'B'), 0.15, 0.15)
    assert sizes(splits, 'a') == dict(train=14, val=3, test=3)
    assert sizes(splits, 'B') == dict(train=14, val=3, test=3)


def test_spellings_of_a_class_are_one():
    splits = split_records(alone(10, 'cat') + alone(10, 'Cat'), 0.15, 0.15)
    assert sizes(splits) == dict(train=14, val=3, test=3)


def test_order_does_not_matter_and_the_seed_does():
    groups = alone(20, 'a') + alone(20, 'b')
    splits = split_records(groups, 0.15, 0.15)
    assert splits == split_records(groups[::-1], 0.15, 0.15)
    assert splits != split_records(groups, 0.15, 0.15, seed=1)


def test_a_group_stays_in_one_split():
    groups = [[record(f'{i}a'), record(f'{i}b')] for i in range(10)]
    splits = split_records(groups, 0.2, 0.2)
    assert sizes(splits) == dict(train=12, val=4, test=4)
    for records in splits.values():
        names = {record.name for record in records}
        assert all(f'{n[0]}a.jpg' in names and f'{n[0]}b.jpg' in names
                   for n in names)


@pytest.mark.parametrize('val, test', [(0.5, 0.5), (-0.1, 0.2), (1, 0),
                                       (float('nan'), 0), (0, float('nan')),
                                       (float('inf'), 0)])
def test_bad_fractions(val, test):
    with pytest.raises(InputError, match='fractions'):
        split_records(alone(20), val, test)


def test_a_split_that_is_there_alone_is_split_and_noted(tmp_path):
    records = [record(str(tmp_path / str(i))) for i in range(10)]
    notes = ImportWarnings()
    splits = complete_splits(dict(val=records), None, None, notes)
    assert sizes(splits) == dict(train=7, val=2, test=1)
    assert notes == {'images of val split anew, since there is no train': 10}
    notes = ImportWarnings()
    splits = complete_splits(
        dict(train=records[:8], test=records[8:]), None, None, notes)
    assert sizes(splits) == dict(train=7, val=1, test=2)
    assert notes == {'images of train split anew, since there is no val': 8}


def test_what_was_asked_for_is_not_noted(tmp_path):
    records = [record(str(tmp_path / str(i))) for i in range(10)]
    for found in ({'': records}, dict(train=records[:5], val=records[5:])):
        notes = ImportWarnings()
        complete_splits(found, 0.2, 0, notes)
        assert notes == {}
    notes = ImportWarnings()
    complete_splits({'': records}, None, None, notes)
    assert notes == {}


def test_spellings_are_one_and_aliases_two():
    groups = alone(10, 'boat') + alone(10, 'ship')
    splits = split_records(groups, 0.2, 0.2)
    assert sizes(splits, 'boat') == dict(train=6, val=2, test=2)
    assert sizes(splits, 'ship') == dict(train=6, val=2, test=2)
    assert sizes(split_records(alone(4, ' a') + alone(4, 'A'), 0.25, 0)) == {
        'train': 6,
        'val': 2
    }


def test_group_alike(tmp_path):
    """An image, the same file again, the same smaller, another, and one that
    can't be decoded."""
    dice = np.random.default_rng(0)
    one, other = (
        cv2.resize(dice.integers(0, 256, (6, 8, 3), np.uint8), (320, 240))
        for _ in range(2))
    images = dict(a=one, b=one, c=cv2.resize(one, (160, 120)), d=other)
    for name, write_image in images.items():
        cv2.imwrite(str(tmp_path / f'{name}.png'), write_image)
    (tmp_path / 'e.png').write_bytes(b'none')
    records = [Sample(path, 60, 40, []) for path in sorted(tmp_path.iterdir())]
    a, b, c, d, e = records
    notes = ImportWarnings()
    assert group_alike([], notes) == []
    assert group_alike(records, notes) == [[a, b, c], [d], [e]]
    assert notes == {'images look like another, and are in its split': 2}


def some(folder, name, number):
    return [record(f'{folder}/{name}{i:02}') for i in range(number)]


@pytest.mark.parametrize('there, number, expected', [
    (('train', 'val', 'test'), 0, dict(train=2, val=2, test=2)),
    (('train', 'val', 'test'), 2, dict(train=4, val=2, test=2)),
    (('train', 'val', 'test'), 3, dict(train=3, val=3, test=3)),
    (('train', 'val', 'test'), 20, dict(train=16, val=5, test=5)),
    (('train', 'val'), 20, dict(train=19, val=5)),
    (('train', ), 20, dict(train=22)),
    ((), 20, dict(train=14, val=3, test=3)),
])
def test_new_images_are_split_and_the_others_stay(tmp_path, there, number,
                                                  expected):
    kept = {split: some(tmp_path, split, 2) for split in there}

    splits = add_to_splits(kept, some(tmp_path, 'new', number),
                           ImportWarnings())

    assert sizes(splits) == expected
    for split, records in kept.items():
        assert splits[split][:2] == records


def test_a_new_image_joins_the_one_that_it_looks_like(tmp_path):
    dice = np.random.default_rng(0)
    pixels = [
        cv2.resize(dice.integers(0, 256, (6, 8, 3), np.uint8), (320, 240))
        for _ in range(3)
    ]
    names = dict(train=0, val=1, test=2, again=1, smaller=2)
    found = {}
    for name, number in names.items():
        path = tmp_path / f'{name}.png'
        size = (160, 120) if name == 'smaller' else (320, 240)
        cv2.imwrite(str(path), cv2.resize(pixels[number], size))
        found[name] = Sample(path, *size, [])
    kept = {split: [found[split]] for split in ('train', 'val', 'test')}

    splits = add_to_splits(kept, [found['again'], found['smaller']],
                           ImportWarnings())

    assert splits == dict(
        train=[found['train']],
        val=[found['val'], found['again']],
        test=[found['test'], found['smaller']])


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
