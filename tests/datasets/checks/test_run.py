import copy
import json
import os
import random

import pytest

from custom.classes import NAMES
from custom.datasets.annotations.issues import CODES, ERROR, Issue
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.checks.run import check_dataset, exit_code
from custom.datasets.images import scan
from custom.utils.errors import InputError
from tests.helpers.broken_datasets import CLASSES, Broken, healthy


@pytest.fixture
def data(tmp_path):
    return healthy(tmp_path / 'data')


def codes(report):
    return [problem.code for problem in report.problems]


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match='no such folder'):
        check_dataset(tmp_path / 'none')


def test_no_annotations(data):
    for path in (data / 'annotations').iterdir():
        path.rename(path.with_suffix('.bak'))
    with pytest.raises(InputError, match='nor val.json'):
        check_dataset(data)


def test_split_that_is_asked_for_must_be_there(data):
    (data / 'annotations' / 'val.json').unlink()
    with pytest.raises(InputError, match='val.json: cannot be read'):
        check_dataset(data, splits=['train', 'val'])


def test_other_splits_may_be_missing(data):
    (data / 'annotations' / 'val.json').unlink()
    report = check_dataset(data)
    assert [split.split for split in report.splits] == ['train', 'test']


@pytest.mark.parametrize('content, why', [
    ('', 'not JSON'),
    ('{"images": []}', '"images" is empty'),
])
def test_split_that_cannot_be_read(data, content, why):
    """What is wrong with the others is told all the same."""
    broken = Broken(data)
    broken.ann['bbox'][2] = 0
    broken.write()
    (data / 'annotations' / 'val.json').write_text(content)
    report = check_dataset(data)
    assert codes(report) == ['split-unreadable', 'box-empty']
    assert report.problems[0].split == 'val'
    assert report.problems[0].detail.startswith(why)
    assert [split.split for split in report.splits] == ['train', 'test']
    with pytest.raises(InputError, match='val.json'):
        check_dataset(data, splits=['train', 'val'])


def test_first_split_must_be_read(data):
    (data / 'annotations' / 'train.json').write_text('{"images": []}')
    with pytest.raises(InputError, match='train.json: "images" is empty'):
        check_dataset(data)


def test_a_split_that_is_a_link_to_another(data):
    train, val = (data / f'annotations/{one}.json' for one in ('train', 'val'))
    val.unlink()
    val.symlink_to(train)
    os.utime(train, (1e9, 1e9))  # long enough ago to stay open
    report = check_dataset(data)
    assert [split.split for split in report.splits] == ['train', 'val', 'test']
    assert 'copy-across-splits' in codes(report)
    assert 'copy-in-split' not in codes(report)


@pytest.mark.parametrize('name', ['._a.png', '@eaDir/a.png', '.trash/a.png'])
def test_images_of_the_system_are_passed_over(data, name):
    path = data / 'images' / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b'')
    assert check_dataset(data).problems == []


def test_splits_that_are_not_asked_for_are_not_read(data):
    (data / 'annotations' / 'test.json').write_text('broken')
    report = check_dataset(data, splits=['train', 'val'])
    assert [split.split for split in report.splits] == ['train', 'val']


def test_classes_are_in_the_order_of_their_ids(data):
    broken = Broken(data)
    broken.train['categories'].reverse()
    broken.write()
    assert check_dataset(data).classes == CLASSES


def test_classes_of_a_config(data):
    report = check_dataset(data, ['elephant', 'sun', 'moon', 'cat'])
    assert report.classes == ('elephant', 'sun', 'moon', 'cat')
    assert codes(report) == ['class-unused']


def test_drawing_class_misspelled_in_all_splits(data):
    broken = Broken(data)
    for split in broken.data.values():
        names = [c['name'] for c in split['categories']]
        split['categories'][names.index('elephant')]['name'] = 'elefant'
        split['categories'] += [
            dict(id=i, name=name) for i, name in enumerate(NAMES, 10)
            if name not in CLASSES
        ]
    broken.write()
    told = [
        p.record for p in check_dataset(data).problems
        if p.code == 'class-misspelled'
    ]
    assert told == ['class elefant']


def test_missing_image_is_there_by_another_name(data):
    broken = Broken(data)
    name = broken.image['file_name']
    broken.image['file_name'] = f'images\\{name}'
    broken.write()
    for splits in (None, ['train', 'val']):
        problem = check_dataset(data, splits=splits).problems[0]
        assert problem.code == 'image-missing'
        assert problem.detail.endswith(f'; perhaps images/{name} is meant')


def test_counts(data):
    broken = Broken(data)
    broken.drop('val', lambda ann: ann['image_id'] == 2)
    broken.val['annotations'][0]['iscrowd'] = 1
    broken.val['annotations'][1]['ignore'] = 1
    broken.write()
    val = check_dataset(data).splits[1]
    assert val == ('val', 6, 1, 30, 2)


def test_worst_first_and_each_code_together(data):
    broken = Broken(data)
    broken.drop('val', lambda ann: ann['image_id'] == 2)
    boxes = [ann['bbox'] for ann in broken.val['annotations']]
    boxes[0][2], boxes[1][:], boxes[2][2] = 0, [0, 0, 160, 120], 0
    broken.write()
    report = check_dataset(data)
    assert codes(report) == [
        'box-empty', 'box-empty', 'box-whole-image', 'image-empty'
    ]
    assert exit_code(report.problems) == 2
    assert exit_code(report.problems[2:]) == 1
    assert exit_code(report.problems[3:]) == exit_code([]) == 0


def test_bad_boxes_of_a_file_with_a_habit_are_told_by_it(data):
    broken = Broken(data)
    for ann in broken.train['annotations']:
        x, y, w, h = ann['bbox']
        ann['bbox'] = [x, y, x + w, y + h]
    broken.val['annotations'][0]['bbox'][2] = 0
    broken.train['annotations'][0]['bbox'][2] = float('nan')
    broken.write()
    assert codes(
        check_dataset(data)) == ['box-not-finite', 'box-empty', 'boxes-xyxy']


def test_wrong_size_of_the_image_is_no_habit(data):
    """Lying photos of 160 x 120 with the record of standing ones: x and y
    swapped would fit."""
    broken = Broken(data)
    for image in broken.train['images']:
        image.update(width=120, height=160)
    broken.write()
    assert 'boxes-swapped' not in codes(check_dataset(data))


def test_progress(data):
    calls = []

    def track(items, label, total):
        calls.append((label, total))
        return items

    check_dataset(data, track=track)
    assert calls == [('checking images', 28)]


ODD = [
    None, True, 0, -1, 1, 2, 7, 2.5, 59.5, 61, 1e6, 1e308, 10**400, 2**70, '',
    ' ', 'a', 'train.png', [], {}, [1, 2], [1, 2, 3, 4], [0, 0, 60, 40],
    [70, 0, 5, 5], [1, 2, None, 4],
    float('nan'),
    float('inf')
]


def change_at_random(data, dice):
    """Puts odd values somewhere, or takes something away."""
    kind = dice.choice([*data])
    for _ in range(dice.randint(1, 3)):
        if not data[kind]:
            return
        record = dice.choice(data[kind])
        if not isinstance(record, dict) or not record or dice.random() < .1:
            data[kind][dice.randrange(len(data[kind]))] = copy.deepcopy(
                dice.choice(ODD))
            continue
        key = dice.choice([*record])
        value = record[key]
        if dice.random() < .1:
            del record[key]
        elif isinstance(value, list) and value and dice.random() < .7:
            value[dice.randrange(len(value))] = copy.deepcopy(dice.choice(ODD))
        else:
            record[key] = copy.deepcopy(dice.choice(ODD))
    if dice.random() < .05:
        data[kind] = copy.deepcopy(dice.choice(ODD))


@pytest.mark.slow
def test_what_the_strict_reader_refuses_is_an_error(folder, monkeypatch):
    # Of the one image, which stays as it is: a process for it each time takes
    # longer than all else.
    monkeypatch.setattr(scan, 'parallel_map',
                        lambda work, names, *_: map(work, names))
    path = folder.write('train', *([1, i, i, 20, 10] for i in range(31)))
    sound = json.loads(path.read_text())
    dice = random.Random(0)
    refused = 0
    for _ in range(200):
        data = copy.deepcopy(sound)
        change_at_random(data, dice)
        text = json.dumps(data)
        path.write_text(text)
        try:
            report = check_dataset(folder.root, decode=False)
            errors = [
                problem for problem in report.problems
                if CODES[problem.code].severity == ERROR
            ]
        except InputError as error:
            errors = [error]
        try:
            read_annotations(path)
        except InputError:
            refused += 1
            assert errors, text
    assert 100 < refused < 200


def test_a_problem_has_no_arrays(data):
    """It is written as JSON, and read again."""
    broken = Broken(data)
    broken.ann['bbox'] = [0, 0, 160, 120]
    broken.drop('val', lambda ann: ann['category_id'] == 1)
    broken.train['images'].append(dict(broken.image, id=99))
    broken.write()
    problems = check_dataset(data).problems
    again = [Issue(*fields) for fields in json.loads(json.dumps(problems))]
    assert [[*map(str, p)] for p in again] == [[
        str(list(f)) if isinstance(f, tuple) else str(f) for f in p
    ] for p in problems]
