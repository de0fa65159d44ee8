import numpy as np
import pytest

from custom.datasets.proposals.hierarchical_grouping import (group_regions,
                                                             similarity)
from custom.datasets.proposals.region_descriptors import Regions


def row_of(*widths, colors):
    """Regions 10 high side by side, each of one color of three."""
    ends = np.cumsum(widths)
    boxes = [[end - width, 0, end, 10] for width, end in zip(widths, ends)]
    pairs = [[i, i + 1] for i in range(len(widths) - 1)]
    return (Regions(
        np.array(widths) * 10., np.array(boxes, float),
        np.eye(3)[colors]), np.array(pairs, int).reshape(-1, 2))


def test_a_single_region_stays():
    regions, pairs = row_of(10, colors=[0])
    merged = group_regions(regions, pairs)
    assert merged.boxes.tolist() == [[0, 0, 10, 10]]


def test_similarity_of_equal_neighbors():
    """100 and 200 of 400 pixels: shared 1, size 1 - 300 / 400, no gap."""
    regions, _ = row_of(10, 20, 10, colors=[0, 0, 1])
    found = similarity(regions, np.array([0]), np.array([1]), 400)
    assert found.tolist() == [1 + 0.25 + 1]


def test_similarity_of_shared_parts():
    """0.25 and 0.5 are shared; the common box of the two corners is all of
    the image of 100 pixels, 98 of them free."""
    regions = Regions(
        np.array([1., 1.]), np.array([[0., 0, 1, 1], [9, 9, 10, 10]]),
        np.array([[0.25, 0.75], [0.5, 0.5]]))
    found = similarity(regions, np.array([0]), 1, 100)
    assert found.tolist() == [pytest.approx(0.75 + 0.98 + 0.02)]


def test_order_of_merging():
    """Equal colors first, the small pair before the large one."""
    regions, pairs = row_of(20, 20, 10, 10, colors=[0, 0, 1, 1])
    merged = group_regions(regions, pairs)
    assert merged.boxes[4:].tolist() == [[40, 0, 60, 10], [0, 0, 40, 10],
                                         [0, 0, 60, 10]]
    assert merged.sizes[4:].tolist() == [200, 400, 600]


def test_equally_alike_merge_from_the_first():
    regions, pairs = row_of(10, 10, 10, 10, colors=[0, 0, 0, 0])
    merged = group_regions(regions, pairs)
    assert merged.boxes[4:, [0, 2]].tolist() == [[0, 20], [20, 40], [0, 40]]


def test_a_merged_histogram_is_weighted_by_size():
    regions, pairs = row_of(30, 10, colors=[0, 1])
    merged = group_regions(regions, pairs)
    assert merged.histograms[2].tolist() == [0.75, 0.25, 0]


def test_a_ring_of_neighbors():
    """Neighbors of both parts are compared once, and all ends in one."""
    regions, pairs = row_of(10, 10, 10, colors=[0, 1, 0])
    merged = group_regions(regions, np.concatenate([pairs, [[0, 2]]]))
    # Sharing the color, 1, outweighs the gap between them, 100 of 300.
    assert merged.sizes[3:].tolist() == [200, 300]
    assert merged.boxes[3].tolist() == [0, 0, 30, 10]
