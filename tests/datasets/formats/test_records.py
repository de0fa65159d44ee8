import json
from pathlib import Path

import pytest

from custom.classes import NAMES
from custom.datasets.folder import check_folder, class_names
from custom.datasets.formats.records import (Box, Record, group_by_content,
                                             split_randomly, write_folder)
from custom.errors import InputError


def groups(num):
    return [[Record(Path(f'{i:03}.jpg'), 60, 40, [])] for i in range(num)]


def sizes(splits):
    return {split: len(records) for split, records in splits.items()}


@pytest.mark.parametrize('num, val, test, expected', [
    (20, 0.15, 0.15, dict(train=14, val=3, test=3)),
    (3, 0.15, 0.15, dict(train=1, val=1, test=1)),
    (10, 0.2, 0, dict(train=8, val=2)),
    (1, 0, 0, dict(train=1)),
])
def test_split_sizes(num, val, test, expected):
    splits = split_randomly(groups(num), val, test)
    assert sizes(splits) == expected
    names = [r.image.name for records in splits.values() for r in records]
    assert len(set(names)) == num


def test_split_depends_on_seed_alone():
    splits = split_randomly(groups(20), 0.15, 0.15)
    assert splits == split_randomly(groups(20)[::-1], 0.15, 0.15)
    assert splits != split_randomly(groups(20), 0.15, 0.15, seed=1)


@pytest.mark.parametrize('num', [0, 1, 2])
def test_too_few_to_split(num):
    with pytest.raises(InputError, match=f'{num} images are too few'):
        split_randomly(groups(num), 0.15, 0.15)


@pytest.mark.parametrize('val, test', [(0.5, 0.5), (-0.1, 0.2), (1, 0)])
def test_bad_fractions(val, test):
    with pytest.raises(InputError, match='fractions'):
        split_randomly(groups(20), val, test)


def test_a_group_stays_in_one_split():
    pairs = [a + b for a, b in zip(groups(20)[::2], groups(20)[1::2])]
    splits = split_randomly(pairs, 0.2, 0.2)
    assert sizes(splits) == dict(train=12, val=4, test=4)
    for records in splits.values():
        numbers = {int(record.image.stem) for record in records}
        assert {number ^ 1 for number in numbers} == numbers


def record(folder, name, *boxes, content=b'pixels'):
    path = folder / name
    path.write_bytes(content)
    return Record(path, 60, 40, list(boxes))


def test_group_by_content(tmp_path):
    a, b, c = (record(tmp_path, name, content=content)
               for name, content in (('a', b'1'), ('b', b'2'), ('c', b'1')))
    assert group_by_content([]) == []
    assert group_by_content([a, b, c]) == [[a, c], [b]]


def test_write_folder(tmp_path):
    splits = dict(
        train=[
            record(tmp_path, 'a.jpg', Box('dog', [1, 2, 3, 4], True)),
            record(tmp_path, 'b.jpg'),
        ],
        val=[record(tmp_path, 'c.jpg', Box('Cat', [5.5, 6, 7, 8]))])
    out = tmp_path / 'new' / 'data'
    write_folder(out, splits, ('cat', 'dog'))
    assert sorted(p.name for p in out.parent.iterdir()) == ['data']
    assert sorted(p.name for p in (out / 'images').iterdir()) == [
        'a.jpg', 'b.jpg', 'c.jpg'
    ]
    assert (out / 'images' / 'a.jpg').read_bytes() == b'pixels'
    categories = [dict(id=1, name='cat'), dict(id=2, name='dog')]
    assert json.loads((out / 'annotations' / 'train.json').read_text()) == {
        'images': [
            dict(id=1, file_name='a.jpg', width=60, height=40),
            dict(id=2, file_name='b.jpg', width=60, height=40),
        ],
        'annotations': [
            dict(
                id=1,
                image_id=1,
                category_id=2,
                bbox=[1, 2, 3, 4],
                area=12,
                iscrowd=0,
                difficult=1)
        ],
        'categories':
        categories
    }
    val = json.loads((out / 'annotations' / 'val.json').read_text())
    assert val['annotations'][0]['category_id'] == 1
    assert val['categories'] == categories
    assert not (out / 'annotations' / 'test.json').exists()


def test_into_an_empty_folder(tmp_path):
    out = tmp_path / 'data'
    out.mkdir()
    write_folder(out, dict(train=[record(tmp_path, 'a.jpg')]), NAMES)
    assert class_names(out) == NAMES


def test_what_is_there_is_kept(tmp_path):
    out = tmp_path / 'data'
    out.mkdir()
    (out / 'precious').write_text('drawing')
    with pytest.raises(InputError, match='not empty'):
        write_folder(out, dict(train=[record(tmp_path, 'a.jpg')]), NAMES)
    assert (out / 'precious').read_text() == 'drawing'


def test_same_name_twice(tmp_path):
    (tmp_path / 'other').mkdir()
    splits = dict(
        train=[record(tmp_path, 'a.jpg')],
        val=[record(tmp_path / 'other', 'A.jpg')])
    with pytest.raises(InputError, match='A.jpg: annotated twice, or'):
        write_folder(tmp_path / 'data', splits, NAMES)


def test_nothing_is_left_of_a_failure(tmp_path):
    gone = Record(tmp_path / 'gone.jpg', 60, 40, [])
    splits = dict(train=[record(tmp_path, 'a.jpg'), gone])
    with pytest.raises(InputError, match='cannot be written'):
        write_folder(tmp_path / 'data', splits, NAMES)
    assert [path.name for path in tmp_path.iterdir()] == ['a.jpg']


def test_what_was_written_passes_the_check(folder, tmp_path):
    folder.write('train')
    image = Record(folder.root / 'images' / 'train.png', 60, 40,
                   [Box('cat', [0, 0, 60, 40])])
    write_folder(tmp_path / 'out', dict(train=[image]), ('cat', ))
    summary, = check_folder(tmp_path / 'out', ('cat', ), ['train'])
    assert (summary.images, summary.boxes) == (1, 1)
