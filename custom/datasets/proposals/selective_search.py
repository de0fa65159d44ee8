"""Selective search: an image into boxes that may hold an object."""
from typing import NamedTuple

import cv2
import numpy as np
from skimage.segmentation import felzenszwalb

from custom.datasets.proposals.hierarchical_grouping import group_regions
from custom.datasets.proposals.region_descriptors import (Regions,
                                                          describe_regions,
                                                          neighbors)

SIGMA = 0.8
# Of the long side. The boxes of a phone's photo are hardly better for being
# found among its 12 million pixels, which takes 94 s and 6 GB.
MAX_SIDE = 512


class SelectiveSearchSettings(NamedTuple):
    """Settings of selective search.

    Attributes:
        scale: Of the first segmentation; larger makes larger regions.
        min_size: Pixels of the first segmentation's smallest region.
        min_share: What part of the image's pixels a region must have, 0 to 1.
    """
    scale: float = 200
    min_size: int = 100
    min_share: float = 0.05


def selective_search(image: np.ndarray,
                     settings: SelectiveSearchSettings) -> np.ndarray:
    """Proposes boxes.

    J. Uijlings et al., "Selective Search for Object Recognition", IJCV 2013,
    with one segmentation and one grouping, by color (HSV), texture, size and
    fill. An image with a side longer than :data:`MAX_SIDE` is searched in a
    smaller copy.

    Args:
        image: uint8 (height, width, 3), BGR.
        settings: How to search.

    Returns:
        float32 (N, 4), N at least 1: different boxes, xyxy in pixels of the
        image. The region merged last comes first: the whole image, then its
        parts, then theirs.
    """
    height, width = image.shape[:2]
    small = _shrink(image)
    labels = segment(small, settings.scale, SIGMA, settings.min_size)
    regions = group_regions(describe_regions(small, labels), neighbors(labels))
    boxes = sample_proposals(regions, settings.min_share * labels.size)
    by = (width / small.shape[1], height / small.shape[0])
    return (boxes * np.tile(by, 2)).astype(np.float32)


def segment(image: np.ndarray, scale: float, sigma: float,
            min_size: int) -> np.ndarray:
    """Graph-based segmentation with scikit-image.

    P. Felzenszwalb and D. Huttenlocher, "Efficient Graph-Based Image
    Segmentation", IJCV 2004.

    Args:
        image: uint8 (height, width, 3), BGR.
        scale: The paper's k; larger makes larger regions.
        sigma: Of the blur that comes first, in pixels.
        min_size: Pixels; smaller regions are merged into a neighbor.

    Returns:
        intp (height, width), the region of each pixel: 0, 1, ..., all used.
    """
    rgb = image[..., ::-1] / 255  # scikit-image's scale is for 0 to 1
    labels = felzenszwalb(rgb, scale, sigma, min_size, channel_axis=-1)
    return labels.astype(np.intp, copy=False)


def sample_proposals(regions: Regions, min_pixels: float) -> np.ndarray:
    """The boxes of the regions that are large enough, each once.

    Args:
        regions: Those of an image, in order of merging.
        min_pixels: A region, not its box, must have so many.

    Returns:
        float64 (N, 4), xyxy. Merged last comes first.
    """
    boxes = regions.boxes[::-1][regions.sizes[::-1] >= min_pixels]
    # A region and a part of it may have one box; the first is kept.
    _, first = np.unique(boxes, axis=0, return_index=True)
    return boxes[np.sort(first)]


def _shrink(image: np.ndarray) -> np.ndarray:
    scale = MAX_SIDE / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
