import json

import numpy as np
import pytest

from benchmarks.split_quality import (COLUMNS, box_count_gap, long_tailed,
                                      splitting)


@pytest.fixture
def data(tmp_path):
    """20 images with a cat and 20 with a dog; nothing opens them."""
    (tmp_path / 'annotations').mkdir()
    (tmp_path / 'images').mkdir()
    (tmp_path / 'images' / 'some.png').touch()
    (tmp_path / 'annotations' / 'train.json').write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=i, file_name=f'{i}.png', width=60, height=40)
                    for i in range(40)
                ],
                annotations=[
                    dict(
                        id=i, image_id=i, category_id=i % 2, bbox=[0, 0, 9, 9])
                    for i in range(40)
                ],
                categories=[dict(id=0, name='cat'),
                            dict(id=1, name='dog')])))
    return tmp_path


def test_splitting(data):
    rows = [*splitting(str(data), seeds=3)]
    assert all(tuple(row) == COLUMNS for row in rows)
    shuffled, stratified, shuffled_tail, stratified_tail = rows
    assert stratified['class shares off'] == pytest.approx(0)
    assert stratified['boxes per image off'] == pytest.approx(0)
    assert 0 < shuffled['class shares off'] <= shuffled['worst seed']
    assert (stratified_tail['class shares off']
            < shuffled_tail['class shares off'] / 3)


def test_fullness_gap():
    boxes = np.array([1, 1, 5, 5])
    assert box_count_gap(boxes, np.array([0, 1, 0, 1]), 2) == 0
    assert box_count_gap(boxes, np.array([0, 0, 1, 1]), 2) == 50


def test_long_tailed():
    counts = long_tailed(2000, 22)
    assert counts.sum(axis=0).max() > 100 * counts.sum(axis=0).min() > 0
    assert counts.sum(axis=1).mean() == pytest.approx(3, abs=0.2)
    assert (counts.sum(axis=1) == 0).mean() == pytest.approx(0.25, abs=0.05)
