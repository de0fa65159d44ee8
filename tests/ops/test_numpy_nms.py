import numpy as np
import pytest
import torch

from custom.ops import nms
from custom.ops.numpy_nms import grouped_nms


def kept(boxes, scores, groups, iou_threshold):
    return grouped_nms(
        np.float32(boxes).reshape(-1, 4), np.float32(scores),
        np.array(groups, int), iou_threshold).tolist()


def test_no_boxes():
    assert kept([], [], [], .5) == []


@pytest.mark.parametrize('iou_threshold, expected', [(.5, [2, 0]),
                                                     (.6, [2, 0, 1])])
def test_the_better_of_two_that_overlap(iou_threshold, expected):
    # The second covers the upper 5.5 of the first's 10 pixels.
    boxes = [(0, 0, 10, 10), (0, 0, 10, 5.5), (20, 0, 30, 10)]
    assert kept(boxes, [.8, .7, .9], [0, 0, 0], iou_threshold) == expected


def test_an_overlap_of_the_threshold_stays():
    assert kept([(0, 0, 10, 10), (0, 0, 10, 5)], [.8, .7], [0, 0],
                .5) == [0, 1]


def test_groups_are_apart():
    assert kept([(0, 0, 10, 10)] * 3, [.7, .8, .9], [0, 1, 1], .5) == [2, 0]


def test_of_equals_the_first_stays():
    assert kept([(0, 0, 10, 10)] * 3, [.5] * 3, [0] * 3, .5) == [0]


def test_empty_boxes_stay():
    assert kept([(5, 5, 5, 5)] * 2, [.8, .7], [0, 0], .5) == [0, 1]


@pytest.mark.parametrize('iou_threshold', [.3, .5, .7])
def test_as_with_torch(iou_threshold):
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 30, (400, 2))
    boxes = np.float32(
        np.hstack([corners, corners + rng.uniform(9, 30, (400, 2))]))
    scores = np.float32(rng.permutation(400) / 400)
    groups = rng.integers(0, 3, 400)
    theirs = nms.grouped_nms(*map(torch.from_numpy, (boxes, scores, groups)),
                             iou_threshold, 0)
    ours = grouped_nms(boxes, scores, groups, iou_threshold)
    assert 50 < len(ours) < 390
    assert ours.tolist() == theirs.tolist()
