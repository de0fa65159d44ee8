import sys

import pytest
import torch
from mmdet.structures import DetDataSample
from mmengine.model import BaseModel
from mmengine.structures import InstanceData

from custom.models.wbf_tta import WBFTTAModel
from custom.utils.errors import InputError


class NoDetector(BaseModel):
    """Stands where a detector would: merging asks it nothing."""

    def forward(self, inputs, data_samples=None, mode='tensor'):
        raise NotImplementedError


def merge(*views, most=100):
    """Boxes, scores and labels of the views of one image, 100 x 50 pixels.

    Args:
        views: Whether it was flipped, and rows of x1, y1, x2, y2, score and
            label.
    """
    samples = []
    for flip, rows in views:
        rows = torch.tensor(rows, dtype=torch.float).reshape(-1, 6)
        sample = DetDataSample(
            metainfo=dict(
                ori_shape=(50, 100),
                flip=flip,
                flip_direction='horizontal' if flip else None))
        sample.pred_instances = InstanceData(
            bboxes=rows[:, :4], scores=rows[:, 4], labels=rows[:, 5].long())
        samples.append(sample)
    model = WBFTTAModel(
        module=NoDetector(),
        tta_cfg=dict(iou_threshold=0.55, max_per_img=most))
    merged, = model.merge_preds([samples])
    assert merged is samples[0]
    found = merged.pred_instances
    assert found.labels.dtype == torch.int64
    return [[
        *map(lambda x: round(x, 3), box),
        round(score, 3), label
    ] for box, score, label in zip(
        found.bboxes.tolist(), found.scores.tolist(), found.labels.tolist())]


def test_nothing():
    assert merge((False, []), (True, [])) == []


def test_views_that_agree_give_what_each_gives():
    """The box lies 10 to 30 from the left, in the flipped view 70 to 90."""
    assert merge((False, [[10, 5, 30, 25, .8, 2]]),
                 (True, [[70, 5, 90, 25, .8, 2]])) == [[10, 5, 30, 25, .8, 2]]


def test_sides_are_means_by_score_and_scores_are_means():
    """3 to 1: the left side is 10 + 4 / 4."""
    assert merge((False, [[10, 0, 30, 20, .9, 0]]),
                 (False, [[14, 0, 34, 20, .3, 0]])) == [[11, 0, 31, 20, .6, 0]]


def test_what_one_of_four_views_finds_scores_a_quarter():
    assert merge((False, [[10, 0, 30, 20, .8, 0]]), (True, []), (False, []),
                 (True, [])) == [[10, 0, 30, 20, .2, 0]]


def test_classes_are_apart_and_the_best_come_first():
    both = (False, [[10, 0, 30, 20, .4, 0], [10, 0, 30, 20, .6, 1]])
    assert merge(both, both) == [[10, 0, 30, 20, .6, 1],
                                 [10, 0, 30, 20, .4, 0]]
    assert merge(both, both, most=1) == [[10, 0, 30, 20, .6, 1]]


def test_a_box_without_an_area_is_none():
    assert merge((False, [[10, 0, 10, 20, .8, 0]])) == []


def test_the_package_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, 'ensemble_boxes', None)
    with pytest.raises(InputError, match=r'pip install ".\[tta\]"'):
        merge((False, []))
