import json

import pytest

from custom.datasets.annotations.strict_reader import read_annotations
from custom.evaluation.results_file import read_predictions
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


@pytest.mark.parametrize('changes, words', [
    (dict(image_id=8), 'has image_id 8, which is not in'),
    (dict(category_id=1), 'not an image_id, a category_id of the annotations'),
    (dict(bbox=[1, 2, 3]), 'not an image_id'),
    (dict(score=None), 'not an image_id'),
])
def test_what_is_no_result(annotations, tmp_path, changes, words):
    path = write(tmp_path, record(), record(**changes))
    with pytest.raises(InputError) as caught:
        read_predictions(path, annotations, CLASSES)
    assert str(caught.value).startswith(f'{path}: [1] ')
    assert words in str(caught.value)
