import json

import numpy as np
import pytest

from custom.datasets.annotations.strict_reader import read_annotations
from custom.evaluation.results_file import read_predictions, write_predictions
from custom.utils.errors import InputError

CLASSES = ('cat', 'dog')


@pytest.fixture
def annotations(tmp_path):
    """Two images; the ids of the categories are not their labels."""
    path = tmp_path / 'val.json'
    path.write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=i, file_name=f'{i}.png', width=60, height=40)
                    for i in (7, 9)
                ],
                annotations=[],
                categories=[dict(id=5, name='dog'),
                            dict(id=6, name='cat')])))
    return read_annotations(path)


def write(tmp_path, *records):
    path = tmp_path / 'results.json'
    path.write_text(json.dumps(records))
    return path


def record(**changes):
    return dict(
        dict(image_id=9, category_id=5, bbox=[1, 2, 3, 4], score=.5),
        **changes)


def test_boxes_of_every_image(annotations, tmp_path):
    path = write(tmp_path, record(), record(category_id=6, score=.75))
    first, second = read_predictions(path, annotations, CLASSES)
    assert (first['img_id'], len(first['scores'])) == (7, 0)
    assert first['bboxes'].shape == (0, 4)
    assert second['img_id'] == 9
    assert second['bboxes'].tolist() == [[1, 2, 4, 6]] * 2
    assert second['scores'].tolist() == [.5, .75]
    assert second['labels'].tolist() == [1, 0]


@pytest.mark.parametrize('boxes, words', [
    ([[30, 20, 58, 39], [40, 5, 50, 30]], 'x1, y1, x2, y2'),
    ([[.1, .2, .5, .5], [.3, .1, .4, .6]], 'fraction'),
])
def test_boxes_of_another_kind(annotations, tmp_path, boxes, words):
    path = write(tmp_path, *(record(bbox=box) for box in boxes * 10))
    with pytest.raises(InputError, match=f'{words}.*Write each bbox as x, y'):
        read_predictions(path, annotations, CLASSES)


@pytest.mark.parametrize('changes, words', [
    (dict(image_id=8), 'has image_id 8, which is not in'),
    (dict(category_id=1), 'not an image_id, a category_id of the annotations'),
    (dict(bbox=[1, 2, 3]), 'not an image_id'),
    (dict(score=None), 'not an image_id'),
    (dict(score=-.2), 'has the score -0.2; scores are from 0 to 1'),
    (dict(score=80), 'has the score 80; '),
    (dict(score='nan'), 'not an image_id'),
    (dict(score=True), 'not an image_id'),
    (dict(image_id=[1]), 'not an image_id'),
    (dict(bbox='1234'), 'not an image_id'),
    (dict(bbox=['1', '2', '3', '4']), 'not an image_id'),
    (dict(bbox=[1, 2, -3, 4]), 'not an image_id'),
    (dict(bbox=[1e308, 2, 1e308, 4]), 'not an image_id'),
])
def test_what_is_no_result(annotations, tmp_path, changes, words):
    path = write(tmp_path, record(), record(**changes))
    with pytest.raises(InputError) as caught:
        read_predictions(path, annotations, CLASSES)
    assert str(caught.value).startswith(f'{path}: [1] ')
    assert words in str(caught.value)


@pytest.mark.parametrize('text, words', [
    (None, 'no such file of results'),
    ('{"images": []}', 'is a COCO file'),
    ('{"scores": []}', 'holds no list of results'),
    ('', 'holds no list of results'),
])
def test_what_is_no_file_of_results(annotations, tmp_path, text, words):
    path = tmp_path / 'results.json'
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_predictions(path, annotations, CLASSES)


def test_a_byte_order_mark(annotations, tmp_path):
    path = tmp_path / 'results.json'
    path.write_text(json.dumps([record()]), encoding='utf-8-sig')
    _, found = read_predictions(path, annotations, CLASSES)
    assert found['scores'] == [.5]


def test_written_and_read_back(annotations, tmp_path):
    """Of a float32 each, to the last bit, whose category ids are others than
    the labels; the first image has nothing."""
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 20, (50, 2)).astype(np.float32)
    sizes = rng.uniform(0, 40, (50, 2)).astype(np.float32)
    found = [
        dict(
            img_id=7,
            bboxes=np.empty((0, 4), np.float32),
            scores=np.empty(0, np.float32),
            labels=np.empty(0, np.int64)),
        dict(
            img_id=9,
            bboxes=np.hstack([corners, corners + sizes]),
            scores=rng.random(50).astype(np.float32),
            labels=rng.integers(0, 2, 50))
    ]
    path = tmp_path / 'new' / 'results.json'
    write_predictions(path, found, annotations, CLASSES)

    written = json.loads(path.read_text())
    assert [*written[0]] == ['image_id', 'category_id', 'bbox', 'score']
    assert {record['category_id'] for record in written} == {5, 6}
    back = read_predictions(path, annotations, CLASSES)
    for ours, theirs in zip(found, back, strict=True):
        assert ours['img_id'] == theirs['img_id']
        for key in ('bboxes', 'scores', 'labels'):
            assert ours[key].tolist() == theirs[key].tolist()


def test_nothing_found_at_all(annotations, tmp_path):
    path = tmp_path / 'results.json'
    write_predictions(path, [], annotations, CLASSES)
    assert json.loads(path.read_text()) == []
    assert [
        len(p['scores']) for p in read_predictions(path, annotations, CLASSES)
    ] == [0, 0]


def test_a_class_without_a_category(annotations, tmp_path):
    path = tmp_path / 'results.json'
    with pytest.raises(InputError, match='no category "sun", which results'):
        write_predictions(path, [], annotations, (*CLASSES, 'sun'))
    assert not path.exists()
