import json
import math

import numpy as np
import pytest

from custom.datasets.annotations import reader
from custom.datasets.annotations.reader import read_table
from custom.datasets.annotations.strict_reader import read_annotations
from custom.utils.errors import InputError

IMAGE = dict(id=1, file_name='train.png', width=60, height=40)
BOX = dict(id=7, image_id=1, category_id=1, bbox=[1, 2, 3, 4])


def read(folder, *boxes, **changes):
    return read_table(folder.write('train', *boxes, **changes))


def test_no_boxes(folder):
    table = read(folder)
    assert table.boxes.shape == (0, 4)
    assert table.image_of.shape == table.crowd.shape == (0, )
    assert table.file_names == ['train.png']
    assert table.sizes.tolist() == [[60, 40]]
    assert table.category_names == ['cat', 'dog', 'sun']
    assert table.issues == []


def test_columns(folder):
    table = read(folder, [2, 1, 2, 3, 4], [3, 0.5, 0, 60, 40])
    assert table.split == 'train'
    assert [*table.annotation_ids] == [1, 2]
    assert table.image_of.tolist() == [0, 0]
    assert table.category_of.tolist() == [1, 2]
    assert table.boxes.tolist() == [[1, 2, 3, 4], [0.5, 0, 60, 40]]
    assert table.crowd.tolist() == [False, False]


def test_of_classes(folder):
    table = read(folder, [1, 1, 1, 1, 1], [3, 2, 2, 2, 2], [2, 3, 3, 3, 3])

    some = table.of_classes(['sun', 'robot', 'cat'])

    assert some.category_names == ['cat', 'sun']
    assert some.category_of.tolist() == [0, 1]
    assert some.boxes.tolist() == [[1, 1, 1, 1], [2, 2, 2, 2]]
    assert [*some.annotation_ids] == [1, 2]
    assert some.file_names == ['train.png']
    none = table.of_classes([])
    assert none.boxes.shape == (0, 4) and none.categories == []


def test_crowd_and_ignore(folder):
    table = read(
        folder,
        annotations=[dict(BOX, iscrowd=1),
                     dict(BOX, ignore=True), BOX])
    assert table.crowd.tolist() == [True, True, False]


def test_ids_that_are_numbers_are_small(folder):
    table = read(
        folder, annotations=[dict(BOX, id=-2**63),
                             dict(BOX, id=2**63 - 1)])
    assert table.annotation_ids.itemsize == 8
    assert [*table.annotation_ids] == [-2**63, 2**63 - 1]
    assert table.name_annotation(0) == 'annotation -9223372036854775808'


def test_ids_may_be_text(folder):
    table = read(
        folder,
        images=[dict(IMAGE, id='a')],
        annotations=[dict(BOX, id='b', image_id='a')])
    assert table.image_of.tolist() == [0]
    assert table.name_annotation(0) == "annotation 'b'"


def test_byte_order_mark(folder):
    path = folder.write('train', [1, 2, 3, 4, 5])
    path.write_text(path.read_text(), encoding='utf-8-sig')
    assert read_table(path).boxes.tolist() == [[2, 3, 4, 5]]


def test_lists_in_any_order(folder):
    path = folder.write('train', [1, 2, 3, 4, 5])
    data = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed([*data.items()]))))
    assert read_table(path).image_of.tolist() == [0]


@pytest.mark.parametrize('value', ['NaN', 'Infinity', '-Infinity', 'null'])
@pytest.mark.parametrize('chunk', [1, 2, 7, 2**20])
def test_what_is_no_number(folder, monkeypatch, value, chunk):
    monkeypatch.setattr(reader, '_CHUNK', chunk)
    path = folder.write('train', [1, 2, 3, 4, 5], note='"NaN\\" -Infinity\\')
    path.write_text(path.read_text().replace('[2, 3', f'[{value}, 3'))
    table = read_table(path)
    assert math.isnan(table.boxes[0, 0])
    assert table.boxes[0, 1:].tolist() == [3, 4, 5]
    assert not table.malformed.any()


def test_literals_in_names_stay(folder):
    name = 'NaN "-Infinity" \\ NaN.png'
    table = read(
        folder, [1, math.nan, 3, 4, 5],
        images=[IMAGE, dict(IMAGE, id=2, file_name=name)])
    assert table.file_names[1] == name
    assert np.isnan(table.boxes[0, 0])


def test_numbers_beyond_64_bits(folder):
    table = read(
        folder,
        annotations=[
            dict(BOX, id=2**100, bbox=[0.5, 1, 2, 3]),
            dict(BOX, bbox=[0, 0, 10**400, 1])
        ])
    assert table.annotation_ids == [2**100, 7]
    assert table.boxes[0].tolist() == [0.5, 1, 2, 3]


@pytest.mark.parametrize('chunk', [1, 3, 2**20])
def test_brackets_in_strings_are_no_depth(folder, monkeypatch, chunk):
    monkeypatch.setattr(reader, '_CHUNK', chunk)
    note = '\\"' + '[' * 200 + '"\\'
    assert read(folder, [1, 2, 3, 4, 5], info=note).boxes.shape == (1, 4)


def message(path):
    with pytest.raises(InputError) as caught:
        read_table(path)
    with pytest.raises(InputError):
        read_annotations(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_missing_file(tmp_path):
    assert 'No such file' in message(tmp_path / 'none.json')


def test_absurd_size(tmp_path):
    path = tmp_path / 'train.json'
    with open(path, 'wb') as file:
        file.truncate(3 * 2**30)  # takes no room on the disk
    assert '3.0 GiB' in message(path)


@pytest.mark.parametrize('text', [
    b'', b' ', b'{"images": [', b'\x00\x01', b'\xff\xfe\x80', b'[' * 200_000,
    b'{"images": [{"id": 1, "file_name": "\xff"}]}', b'{"images": [1,]}',
    b'{"images": [NaN] NaN}'
])
def test_not_json(tmp_path, text):
    path = tmp_path / 'train.json'
    path.write_bytes(text)
    assert 'not JSON' in message(path)
    assert '\n' not in message(path)


@pytest.mark.parametrize('text', ['[]', '{}', '5', '{"images": [{}]}'])
def test_not_coco(tmp_path, text):
    path = tmp_path / 'train.json'
    path.write_text(text)
    assert 'has no list' in message(path)


@pytest.mark.parametrize('key', ['images', 'annotations', 'categories'])
@pytest.mark.parametrize('value', [{}, None, 'text', {'item': 1}])
def test_no_list(folder, key, value):
    assert f'no list "{key}"' in message(folder.write('train', **{key: value}))


@pytest.mark.parametrize('key', ['images', 'categories'])
def test_empty_list(folder, key):
    assert f'"{key}" is empty' in message(folder.write('train', **{key: []}))


def malformed(folder, **changes):
    table = read(folder, **changes)
    problem, = table.issues
    assert problem.code == 'record-malformed' and problem.split == 'train'
    return table, problem


@pytest.mark.parametrize('key', list(BOX))
def test_annotation_lacks_a_key(folder, key):
    ann = {k: v for k, v in BOX.items() if k != key}
    table, problem = malformed(folder, annotations=[BOX | {'id': 1}, ann])
    assert problem.record.startswith('annotations[1]')
    assert f'no "{key}"' in problem.detail
    assert problem.annotations == [1]
    assert table.malformed.tolist() == [False, True]
    assert table.boxes.shape == (2, 4)


@pytest.mark.parametrize(
    'bbox',
    [None, [], [1, 2, 3], [1, 2, 3, '4'], 5, [1, 2, 3, [4]], [1, 2, 3, True]])
def test_box_is_not_four_numbers(folder, bbox):
    table, problem = malformed(folder, annotations=[dict(BOX, bbox=bbox)])
    assert problem.record == 'annotations[0] (id 7)'
    assert problem.images == ['train.png']
    assert np.isnan(table.boxes).all()


@pytest.mark.parametrize('width', [0, -60, '60', None, True])
def test_width_is_not_a_size(folder, width):
    table, problem = malformed(folder, images=[dict(IMAGE, width=width)])
    assert problem.record == 'images[0] (id 1)'
    assert math.isnan(table.sizes[0, 0]) and table.sizes[0, 1] == 40


@pytest.mark.parametrize('record', [5, None, [], 'cat'])
@pytest.mark.parametrize('kind', ['images', 'annotations', 'categories'])
def test_record_is_no_object(folder, kind, record):
    table, problem = malformed(
        folder, **{kind: [*dict(images=[IMAGE]).get(kind, []), record]})
    assert problem.record.startswith(kind)


@pytest.mark.parametrize('key, kind', [('image_id', 'images'),
                                       ('category_id', 'categories')])
def test_dangling(folder, key, kind):
    table = read(folder, annotations=[dict(BOX, **{key: 99})])
    problem, = table.issues
    assert problem.code == f'{key.replace("_", "-")}-dangling'
    assert problem.record == 'annotation 7'
    assert problem.detail == f'has {key} 99, which is not in "{kind}"'
    assert problem.annotations == [0]


@pytest.mark.parametrize('key, kind', [('image_id', 'images'),
                                       ('category_id', 'categories')])
def test_dangling_by_its_type_alone(folder, key, kind):
    changes = {
        'images': [IMAGE],
        'categories': folder.categories,
        'annotations': [BOX]
    }
    text = dict(changes, annotations=[dict(BOX, **{key: '1'})])
    problem, = read(folder, **text).issues
    assert problem.detail == (
        f"has {key} '1', which is not in \"{kind}\"; the number 1 is")
    number = {**changes, kind: [dict(changes[kind][0], id='1')]}
    problem, = read(folder, **number).issues
    assert problem.detail == (
        f'has {key} 1, which is not in "{kind}"; the text \'1\' is')


@pytest.mark.parametrize('text, is_crowd', [('0', False), ('false', False),
                                            ('1', True), ('true', True)])
def test_crowd_as_text(folder, text, is_crowd):
    """The text "0" is true to Python."""
    table = read(folder, annotations=[dict(BOX, iscrowd=text)])
    assert table.crowd.tolist() == [is_crowd]
