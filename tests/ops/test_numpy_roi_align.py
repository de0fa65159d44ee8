import numpy as np
import pytest
import torch

from custom.ops.numpy_roi_align import roi_align
from custom.ops.roi_align import roi_align_forward


def test_no_boxes():
    pooled = roi_align(
        np.zeros((3, 8, 8), np.float32), np.zeros((0, 4), np.float32), 1.,
        (7, 7), 2)
    assert pooled.shape == (0, 3, 7, 7)


@pytest.mark.parametrize('sampling_ratio', [0, 1, 2])
def test_means_of_a_ramp(sampling_ratio):
    # Pixel x is x: a bin's mean is its center, half a pixel to the left.
    ramp = np.tile(np.arange(16, dtype=np.float32), (1, 16, 1))
    pooled = roi_align(ramp, np.float32([[4, 4, 12, 12]]), 1., (2, 2),
                       sampling_ratio)
    np.testing.assert_allclose(pooled, [[[[5.5, 9.5], [5.5, 9.5]]]], 1e-6)


def test_scale():
    ramp = np.tile(np.arange(16, dtype=np.float32), (1, 16, 1))
    pooled = roi_align(ramp, np.float32([[16, 16, 48, 48]]), .25, (1, 1), 2)
    np.testing.assert_allclose(pooled, [[[[7.5]]]], 1e-6)


def test_an_empty_box_has_empty_bins():
    pooled = roi_align(
        np.ones((1, 8, 8), np.float32), np.float32([[3, 3, 3, 5]]), 1., (2, 2),
        0)
    np.testing.assert_array_equal(pooled, np.zeros((1, 1, 2, 2)))


@pytest.mark.parametrize('sampling_ratio', [0, 2])
def test_as_with_torch(sampling_ratio):
    rng = np.random.default_rng(0)
    feature_map = rng.normal(size=(5, 12, 20)).astype(np.float32)
    # Some reach over the borders of the 160 x 96 pixels, some far.
    corners = rng.uniform(-30, 150, (60, 2))
    boxes = np.float32(
        np.hstack([corners, corners + rng.uniform(0, 60, (60, 2))]))
    output = torch.zeros(60, 5, 7, 7)
    rois = torch.cat([torch.zeros(60, 1), torch.from_numpy(boxes)], 1)
    roi_align_forward(
        torch.from_numpy(feature_map)[None], rois, output, output.new_empty(0),
        output.new_empty(0), 7, 7, .125, sampling_ratio, 1, True)
    pooled = roi_align(feature_map, boxes, .125, (7, 7), sampling_ratio)
    np.testing.assert_allclose(pooled, output.numpy(), atol=2e-6)
