import json
import math
import signal
import subprocess
import sys

import numpy as np
import pytest

from custom.datasets.annotations import coco_stream
from custom.datasets.annotations.coco_stream import CocoLists, read_lists
from custom.utils.errors import InputError

KEYS = 'images', 'annotations', 'categories'


def write(tmp_path, text):
    path = tmp_path / 'a.json'
    path.write_text(text)
    return path


def read(path):
    return read_lists(
        path, lambda lists: {key: [*lists.records(key)]
                             for key in KEYS})


def test_no_annotations(tmp_path):
    path = write(tmp_path, '{"images": [1], "annotations": [], '
                 '"categories": [2]}')
    assert read(path) == dict(images=[1], annotations=[], categories=[2])


@pytest.mark.parametrize('chunk', [1, 2, 3, 5, 7, 2**16])
def test_same_as_json(tmp_path, monkeypatch, chunk):
    """Whatever stands around the lists and in the records."""
    monkeypatch.setattr(coco_stream, '_CHUNK', chunk)
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
    expected = {key: data[key] for key in KEYS}
    for options in (dict(), dict(indent=1), dict(separators=(',', ':')),
                    dict(ensure_ascii=False)):
        path = write(tmp_path, json.dumps(data, **options))
        assert read(path) == expected


@pytest.mark.parametrize('chunk', [1, 2, 3, 5, 7, 2**16])
def test_literals_of_python(tmp_path, monkeypatch, chunk):
    """They are no JSON, and become null unless they stand in a string."""
    monkeypatch.setattr(coco_stream, '_CHUNK', chunk)
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
    assert read(path) == dict(
        images=['NaN'],
        annotations=[None, [None, -1, None], annotations[2], 2**70, 1.5],
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


@pytest.mark.parametrize('key', KEYS)
@pytest.mark.parametrize('chunk', [1, 5, 2**16])
@pytest.mark.parametrize('value', ['[]', '[NaN]', '5'])
@pytest.mark.parametrize('first', [True, False])
def test_list_that_stands_twice(tmp_path, monkeypatch, key, chunk, value,
                                first):
    """The last is read by json.load, both by a parser of streams."""
    monkeypatch.setattr(coco_stream, '_CHUNK', chunk)
    parts = ['"images": [1], "annotations": [], "categories": [1]']
    parts.insert(1 - first, f'"{key}" : {value}')
    with pytest.raises(InputError, match=f'has "{key}" twice'):
        read(write(tmp_path, f'{{{", ".join(parts)}}}'))


def test_lists_can_be_read_again(tmp_path):
    path = write(tmp_path, '{"images": [1, 2], "annotations": [], '
                 '"categories": [3]}')
    lists = CocoLists(path)
    assert [*lists.records('images')] == [*lists.records('images')] == [1, 2]


def test_random_bytes_are_refused_or_read(tmp_path, monkeypatch):
    """As json.loads does, whatever is broken."""
    monkeypatch.setattr(coco_stream, '_CHUNK', 16)
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
            expected = {key: data[key] for key in KEYS}
            # Else the lists are there, but hold or are something else.
            assert got in (expected, None)
            assert got or not all(
                isinstance(data[key], list) and data[key] for key in KEYS)
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
