import numpy as np

from custom.utils.box_iou import box_iou


def test_by_eye():
    box = np.array([0., 0, 4, 2])
    others = np.array([
        [0., 0, 4, 2],  # the same
        [2, 0, 6, 2],  # 4 of 12
        [0, 0, 2, 2],  # its left half
        [4, 0, 8, 2],  # side by side
        [1, 1, 1, 1],  # without area
    ])
    assert np.allclose(box_iou(box, others), [1, 1 / 3, 1 / 2, 0, 0])
    assert np.isnan(box_iou(others[4], others[4]))


def test_each_with_each():
    boxes = np.array([[0., 0, 2, 2], [1, 0, 3, 2]])
    assert np.allclose(
        box_iou(boxes[:, None], boxes), [[1, 1 / 3], [1 / 3, 1]])
