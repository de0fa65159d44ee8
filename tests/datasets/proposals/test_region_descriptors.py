import numpy as np
import pytest

from custom.datasets.proposals.region_descriptors import (describe_regions,
                                                          neighbors)
from tests.helpers.blocks_image import BLUE, RED, three_blocks


def test_one_region():
    image = np.full((2, 3, 3), 255, np.uint8)
    regions = describe_regions(image, np.zeros((2, 3), int))
    assert regions.sizes.tolist() == [6]
    assert regions.boxes.tolist() == [[0, 0, 3, 2]]
    assert neighbors(np.zeros((2, 3), int)).shape == (0, 2)


def test_sizes_and_boxes():
    labels = np.array([
        [0, 0, 0, 0],
        [0, 1, 1, 2],
        [0, 0, 1, 2],
    ])
    regions = describe_regions(np.zeros((3, 4, 3), np.uint8), labels)
    assert regions.sizes.tolist() == [7, 3, 2]
    assert regions.boxes.tolist() == [[0, 0, 4, 3], [1, 1, 3, 3], [3, 1, 4, 3]]
    assert neighbors(labels).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_corners_are_no_neighbors():
    labels = np.array([[0, 1], [2, 0]])
    assert neighbors(labels).tolist() == [[0, 1], [0, 2]]


def test_color():
    """A third of the weight is in one bin of hue, of saturation and of
    value."""
    labels = np.arange(60).reshape(1, 60).repeat(40, 0) // 20
    histograms = describe_regions(three_blocks(), labels).histograms[:, :75]
    hue, saturation, value = histograms.reshape(3, 3, 25).transpose(1, 0, 2)
    third = pytest.approx(1 / 3)
    # Red, dark red: 0 degrees; blue: 240 of 360, or 16.7 of 25.
    assert hue[0, 0] == third and hue[1, 0] == third and hue[2, 16] == third
    assert saturation[:, 24].tolist() == [third, third, third]
    # 200 of 256 is 19.5 of 25.
    assert value[0, 24] == third and value[1, 19] == third
    np.testing.assert_allclose(histograms.sum(1), 1)


def test_texture_of_a_plain_image():
    """All slopes of all 3 channels and 8 directions are in the first bin."""
    image = np.full((5, 5, 3), BLUE, np.uint8)
    texture = describe_regions(image, np.zeros((5, 5), int)).histograms[0, 75:]
    np.testing.assert_allclose(texture.reshape(24, 10)[:, 0], 1 / 24)


def test_texture_of_a_ramp():
    """Red grows by 20 per pixel to the right; bins are 10.17 wide, up to the
    101.7 of an edge from black to white."""
    image = np.zeros((9, 12, 3), np.uint8)
    image[..., 2] = np.arange(12) * 20
    labels = np.zeros((9, 12), int)
    labels[:, 4:8] = 1  # away from the border, which is repeated outside
    texture = describe_regions(image, labels).histograms[1, 75:]
    texture = texture.reshape(8, 3, 10)  # direction, channel, bin
    # All of a direction and channel is in one bin.
    np.testing.assert_allclose(texture.max(2), 1 / 24)
    # Blue and green are flat. Red: right 20 and left, downhill; lower right
    # 14.1 and upper left; down and up 0; lower left, upper right 14.1.
    assert texture.argmax(2).T.tolist() == [[0] * 8, [0] * 8,
                                            [1, 0, 1, 0, 0, 0, 0, 1]]


def test_texture_of_a_mirrored_ramp():
    image = np.zeros((9, 12, 3), np.uint8)
    image[..., 2] = np.arange(12) * 20
    labels = np.zeros((9, 12), int)
    ramp, mirrored = (
        describe_regions(np.ascontiguousarray(i),
                         labels).histograms[0, 75:].reshape(8, 30)
        for i in (image, image[:, ::-1]))
    # Right and left, the first pair, are swapped; so are lower right and
    # lower left, upper left and upper right.
    np.testing.assert_allclose(ramp[[1, 0, 6, 7, 4, 5, 2, 3]], mirrored)


def test_red_and_blue_share_two_thirds():
    image = np.array([[RED, BLUE]], np.uint8)
    a, b = describe_regions(image, np.array([[0, 1]])).histograms[:, :75]
    assert np.minimum(a, b).sum() == pytest.approx(2 / 3)
