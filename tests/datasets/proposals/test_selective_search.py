import numpy as np
import pytest

from custom.datasets.proposals.region_descriptors import Regions
from custom.datasets.proposals.selective_search import (
    MAX_SIDE, SelectiveSearchSettings, sample_proposals, segment,
    selective_search)
from tests.helpers.blocks_image import BLUE, RED, THREE_BLOCKS, three_blocks


@pytest.mark.parametrize('height,width', [(40, 60), (1, 1), (1, 900)])
def test_a_plain_image_is_one_box(height, width):
    image = np.full((height, width, 3), 200, np.uint8)
    boxes = selective_search(image, SelectiveSearchSettings())
    assert boxes.tolist() == [[0, 0, width, height]]
    assert boxes.dtype == np.float32


def test_three_blocks():
    boxes = selective_search(three_blocks(), SelectiveSearchSettings())
    assert boxes.tolist() == THREE_BLOCKS


def test_segments():
    labels = segment(three_blocks(), 200, 0.8, 100)
    expected = np.arange(60).reshape(1, 60).repeat(40, 0) // 20
    assert (labels == expected).all()
    assert len(np.unique(segment(three_blocks(), 200, 0.8, 801))) == 1


def test_min_share_is_of_the_region():
    """The blocks have a third of the image each."""
    found = selective_search(three_blocks(),
                             SelectiveSearchSettings(min_share=0.34))
    assert found.tolist() == THREE_BLOCKS[:2]
    found = selective_search(three_blocks(),
                             SelectiveSearchSettings(min_share=1))
    assert found.tolist() == THREE_BLOCKS[:1]


def test_min_size_is_of_the_first_segments():
    found = selective_search(three_blocks(),
                             SelectiveSearchSettings(min_size=801))
    assert found.tolist() == THREE_BLOCKS[:1]


def test_choose_keeps_each_box_once():
    """A frame and what it surrounds have the frame's box."""
    boxes = np.array([[0, 0, 9, 9], [1, 1, 8, 8], [0, 0, 9, 9]], float)
    regions = Regions(np.array([32., 49, 81]), boxes, np.zeros((3, 1)))
    assert sample_proposals(regions, 0).tolist() == [[0, 0, 9, 9],
                                                     [1, 1, 8, 8]]
    assert sample_proposals(regions, 49).tolist() == [[0, 0, 9, 9],
                                                      [1, 1, 8, 8]]
    assert sample_proposals(regions, 50).tolist() == [[0, 0, 9, 9]]


def test_a_large_image_is_searched_in_a_smaller_copy():
    """Four times the side; boxes are in pixels of the large one."""
    image = np.empty((MAX_SIDE, 4 * MAX_SIDE, 3), np.uint8)
    image[:, :2 * MAX_SIDE], image[:, 2 * MAX_SIDE:] = RED, BLUE
    boxes = selective_search(image, SelectiveSearchSettings(min_size=1000))
    assert boxes.tolist() == [[0, 0, 2048, 512], [1024, 0, 2048, 512],
                              [0, 0, 1024, 512]]
