"""Hierarchical grouping: the two most alike neighbors become one region."""
import heapq
from typing import Dict, Set

import numpy as np

from custom.datasets.proposals.region_descriptors import Regions


def group_regions(regions: Regions, pairs: np.ndarray) -> Regions:
    """Merges neighboring regions, two at a time, until one is left.

    J. Uijlings et al., "Selective Search for Object Recognition", IJCV 2013,
    algorithm 1 and section 3.2.

    Args:
        regions: The N regions of a segmentation.
        pairs: intp (P, 2), the neighbors among them, each pair once.

    Returns:
        The N regions and those merged from them, in order of merging. Of an
        image whose regions all hang together that makes 2 N - 1, and the last
        is the image. Of pairs that are equally alike, the one with the lower
        rows comes first.
    """
    count = len(regions.sizes)
    image_size = regions.sizes.sum()
    regions = Regions(*(np.concatenate([a, np.zeros_like(a[1:])])
                        for a in regions))
    near: Dict[int, Set[int]] = {row: set() for row in range(count)}
    for a, b in pairs.tolist():
        near[a].add(b)
        near[b].add(a)
    alike = similarity(regions, pairs[:, 0], pairs[:, 1], image_size)
    heap = [(-s, a, b) for s, (a, b) in zip(alike.tolist(), pairs.tolist())]
    heapq.heapify(heap)
    while heap:
        _, a, b = heapq.heappop(heap)
        if a not in near or b not in near:  # merged with another meanwhile
            continue
        _merge(regions, a, b, count)
        near[count] = (near.pop(a) | near.pop(b)) - {a, b}
        around = sorted(near[count])
        for row in around:
            near[row] -= {a, b}
            near[row].add(count)
        alike = similarity(regions, np.array(around, int), count, image_size)
        for s, row in zip(alike.tolist(), around):
            heapq.heappush(heap, (-s, row, count))
        count += 1
    return Regions(*(a[:count] for a in regions))


def similarity(regions: Regions, a: np.ndarray, b: np.ndarray,
               image_size: float) -> np.ndarray:
    """Similarity of regions: color + texture + size + fill, each 0 to 1.

    Color and texture are what two histograms share (equations 3 and 4 of
    the paper), size is large for small regions (5), and fill for regions
    that leave little of their common box free (6).

    Args:
        regions: Regions, of which
        a: intp (P, ), the rows of the first of each pair.
        b: The same of the second, or one row for all.
        image_size: Pixels.

    Returns:
        float64 (P, ), 0 to 4.
    """
    shared = np.minimum(regions.histograms[a], regions.histograms[b]).sum(1)
    pixels = regions.sizes[a] + regions.sizes[b]
    low = np.minimum(regions.boxes[a, :2], regions.boxes[b, :2])
    high = np.maximum(regions.boxes[a, 2:], regions.boxes[b, 2:])
    free = (high - low).prod(1) - pixels
    return shared + (1 - pixels / image_size) + (1 - free / image_size)


def _merge(regions: Regions, a: int, b: int, into: int) -> None:
    """Writes the region of rows a and b into another row."""
    sizes, boxes, histograms = regions
    sizes[into] = sizes[a] + sizes[b]
    boxes[into, :2] = np.minimum(boxes[a, :2], boxes[b, :2])
    boxes[into, 2:] = np.maximum(boxes[a, 2:], boxes[b, 2:])
    histograms[into] = (sizes[a] * histograms[a] +
                        sizes[b] * histograms[b]) / sizes[into]
