import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from custom.datasets.annotations import reader
from custom.datasets.annotations.reader import (LISTS, CocoFile, open_coco,
                                                read_table)
from custom.utils.errors import InputError


def write(tmp_path, text):
    path = tmp_path / 'a.json'
    path.write_text(text)
    return path


def read(path):
    file = CocoFile(path)
    return {key: [*file.records(key)] for key in LISTS}


def test_no_annotations(tmp_path):
    path = write(tmp_path, '{"images": [1], "annotations": [], '
                 '"categories": [2]}')
    assert read(path) == dict(images=[1], annotations=[], categories=[2])


@pytest.mark.parametrize('chunk', [1, 2, 3, 5, 7, 2**16])
def test_same_as_json(tmp_path, monkeypatch, chunk):
    """Whatever stands around the lists and in the records."""
    monkeypatch.setattr(reader, '_CHUNK', chunk)
    record = {
        'a\\"]}': ['{', {
            'images': [[1.5, -2], 'é', '"images": [', None]
        }],
        '': '\\\\',
    }
    data = {
        'info': {'images': [1, {'annotations': []}]},
        'note': '"images": [], "annotations":',
        'annotations': [record, True, [record, []]],
        'other': [[['categories']], record],
        'categories': ['categories', '"'],
        'last': 'images',
        'images': [{}, record],
    }  # yapf: disable
    expected = {key: data[key] for key in LISTS}
    for options in (dict(), dict(indent=1), dict(separators=(',', ':')),
                    dict(ensure_ascii=False)):
        path = write(tmp_path, json.dumps(data, **options))
        assert read(path) == expected


@pytest.mark.parametrize('chunk', [1, 2, 3, 5, 7, 2**16])
def test_literals_of_python(tmp_path, monkeypatch, chunk):
    """They are no JSON, but read as json.load reads them."""
    monkeypatch.setattr(reader, '_CHUNK', chunk)
    annotations = [
        math.nan, [-math.inf, -1, math.inf], '\\" NaN, -Infinity', 2**70, 1.5
    ]
    path = write(
        tmp_path,
        json.dumps(
            dict(
                images=['NaN'],
                threshold=math.nan,
                annotations=annotations,
                categories=['-Infinity\\'])))
    found = read(path)
    assert math.isnan(found['annotations'].pop(0))
    assert found == dict(
        images=['NaN'],
        annotations=annotations[1:],
        categories=['-Infinity\\'])


@pytest.mark.parametrize('text', [
    '{"images": [1], "annotations": [}, "categories": [1]}',
    '{"images": [1], "annotations": [1 2], "categories": [1]}',
    '{"images": [1], "annotations": [1, "categories": [1]}',
    '{"images": [1], "annotations": [], "categories": [1]',
    '{"images": [1], "annotations": [], "categories": [1]}}',
    '{"images": [1], "annotations": [] "categories": [1]}',
    '{"images": [1], "a": yes, "annotations": [], "categories": [1]}',
])
def test_no_json(tmp_path, text):
    with pytest.raises(InputError, match='not JSON'):
        read(write(tmp_path, text))


@pytest.mark.parametrize('text', [
    '[{"images": [1], "annotations": [], "categories": [1]}]',
    '{"images": 1, "annotations": [], "categories": [1]}',
    '{"images": {"a": []}, "annotations": [], "categories": [1]}',
    '{"a": {"images": []}, "annotations": [], "categories": [1]}',
    '{"a": "\\"images\\": [", "annotations": [], "categories": [1]}',
])
def test_no_list(tmp_path, text):
    with pytest.raises(InputError, match='has no list "images"'):
        read(write(tmp_path, text))


@pytest.mark.parametrize('key', LISTS)
@pytest.mark.parametrize('chunk', [1, 5, 2**16])
@pytest.mark.parametrize('value', ['[]', '[NaN]', '5'])
@pytest.mark.parametrize('first', [True, False])
def test_list_that_stands_twice(tmp_path, monkeypatch, key, chunk, value,
                                first):
    """The last is read by json.load, both by a parser of streams."""
    monkeypatch.setattr(reader, '_CHUNK', chunk)
    parts = ['"images": [1], "annotations": [], "categories": [1]']
    parts.insert(1 - first, f'"{key}" : {value}')
    with pytest.raises(InputError, match=f'has "{key}" twice'):
        read(write(tmp_path, f'{{{", ".join(parts)}}}'))


def test_lists_can_be_read_again(tmp_path):
    path = write(tmp_path, '{"images": [1, 2], "annotations": [], '
                 '"categories": [3]}')
    file = CocoFile(path)
    assert [*file.records('images')] == [*file.records('images')] == [1, 2]


def test_random_bytes_are_refused_or_read(tmp_path, monkeypatch):
    """As json.loads does, whatever is broken."""
    monkeypatch.setattr(reader, '_CHUNK', 16)
    rng = np.random.default_rng(0)
    text = json.dumps(
        dict(images=[dict(id=1, a='x"y')], annotations=[[1, 2]],
             categories=['c'], more={}))  # yapf: disable
    refused = 0
    for _ in range(500):
        broken = [*text]
        broken[rng.integers(len(text))] = rng.choice([*'{}[]",:1x \\'])
        path = write(tmp_path, ''.join(broken))
        try:
            got = read(path)
        except InputError:
            got = None
            refused += 1
        try:
            data = json.loads(path.read_text(), parse_constant=None)
            expected = {key: data[key] for key in LISTS}
            # Else the lists are there, but hold or are something else.
            assert got in (expected, None)
            assert got or not all(
                isinstance(data[key], list) and data[key] for key in LISTS)
        except (ValueError, KeyError, TypeError):
            assert got is None
    assert 100 < refused < 500


def test_a_number_of_too_many_digits(tmp_path):
    """Python refuses to make a number of more than 4300."""
    text = '{"images": [%s], "annotations": [], "categories": [1]}'
    with pytest.raises(InputError, match='not JSON'):
        read(write(tmp_path, text % ('9' * 5000)))
    assert read(write(tmp_path, text % ('9' * 400)))['images'] == [math.inf]


def test_ijson_crashes_on_such_a_number():
    """The reason to look at it first; when this fails, it need not be."""
    code = ('import io, ijson\n'
            'list(ijson.items(io.BytesIO(b"[" + b"9" * 5000 + b"]"), "item"))')
    done = subprocess.run([sys.executable, '-c', code])
    assert done.returncode == -signal.SIGSEGV


def test_what_stands_beside_the_lists(tmp_path):
    path = write(
        tmp_path, '{"info": {"images": [1]}, "images": [1], "licenses": [2.5],'
        ' "annotations": [], "categories": [3], "year": 2024}')
    file = CocoFile(path)
    assert file.others() == dict(
        info=dict(images=[1]), licenses=[2.5], year=2024)
    path = write(
        tmp_path, '{"images": [1], "annotations": [], "categories": [3], '
        '"most": Infinity, "big": 100000000000000000000, "some": [0.5]}')
    assert CocoFile(path).others() == dict(
        most=math.inf, big=10**20, some=[0.5])


def test_two_lists_can_be_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, '_CHUNK', 8)
    images, boxes = [*range(100, 160)], [*range(60)]
    file = CocoFile(
        write(
            tmp_path,
            json.dumps(dict(images=images, annotations=boxes,
                            categories=[1]))))
    pairs = [*zip(file.records('images'), file.records('annotations'))]
    assert pairs == [*zip(images, boxes)]


def write_boxes(path, count, name='cat', written=1e9):
    """A file of some time ago."""
    path.write_text(
        json.dumps(
            dict(
                images=[dict(id=1, file_name='a', width=9, height=9)],
                annotations=[
                    dict(id=i, image_id=1, category_id=1, bbox=[1, 2, 3, 4])
                    for i in range(count)
                ],
                categories=[dict(id=1, name=name)])))
    os.utime(path, (written, written))
    return path


def test_a_file_is_the_same_for_everyone(tmp_path):
    path = write_boxes(tmp_path / 'a.json', 3)
    (tmp_path / 'link').symlink_to(tmp_path)
    assert open_coco(path) is open_coco(str(path))
    assert open_coco(path) is open_coco(tmp_path / 'link' / 'a.json')
    table = read_table(path)
    assert read_table(path) is table
    with pytest.raises(ValueError, match='read-only'):
        table.boxes[0] = 0


def test_a_file_that_has_changed_is_read_anew(tmp_path):
    path = write_boxes(tmp_path / 'a.json', 3)
    first = open_coco(path)
    assert first.categories() == [dict(id=1, name='cat')]
    # Of the same size; then of the same time.
    write_boxes(path, 3, 'dog', written=1e9 + 1)
    assert open_coco(path).categories() == [dict(id=1, name='dog')]
    assert open_coco(path).digest != first.digest
    write_boxes(path, 4, 'dog', written=1e9 + 1)
    assert len(read_table(path).boxes) == 4


def test_what_was_just_written_is_read_each_time(tmp_path):
    """It may change once more without a change of its time."""
    path = write_boxes(tmp_path / 'a.json', 3, written=time.time())
    assert open_coco(path) is not open_coco(path)
    assert open_coco(path).digest == open_coco(path).digest


def test_few_files_stay_open(tmp_path):
    paths = [
        write_boxes(tmp_path / f'{i}.json', i)
        for i in range(reader._MAX_OPEN_FILES + 1)
    ]
    files = [open_coco(path) for path in paths[:-1]]
    assert open_coco(paths[0]) is files[0]
    open_coco(paths[-1])  # one more: that of longest ago is closed
    assert [
        open_coco(path) is file for path, file in zip(paths, files)
        if file is not files[1]
    ] == [True] * (
        reader._MAX_OPEN_FILES - 1)
    assert open_coco(paths[1]) is not files[1]
