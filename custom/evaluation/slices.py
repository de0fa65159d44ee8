"""Slices of a data set: AP by size, aspect, place, crowding, ...

A slice of boxes ignores all other truth, and detections of another kind that
match nothing, as COCO's area ranges do. A slice of images leaves the other
images out.
"""
from typing import Dict, NamedTuple, Tuple

import numpy as np

from custom.evaluation.average_precision import average_precision
from custom.evaluation.matching import (AREA_RANGES, Matches, Overlaps,
                                        match_overlaps)

# Width over height.
ASPECTS = dict(tall=(0., .5), balanced=(.5, 2.), wide=(2., np.inf))
# Boxes of an image that are no crowd.
OBJECT_COUNTS = {
    'none': (0., 1.),
    '1': (1., 2.),
    '2 to 4': (2., 5.),
    '5 to 9': (5., 10.),
    '10 and more': (10., np.inf)
}
# Square root of width times height, pixels.
IMAGE_SIDES = {
    'below 512': (0., 512.),
    '512 to 1023': (512., 1024.),
    '1024 and more': (1024., np.inf)
}
# Pixels between a box and the border of its image.
TOUCHING = 1.


class BoxSlice(NamedTuple):
    """Boxes of one kind: bool (G,) truth, and bool (N,) detections."""
    truth: np.ndarray
    detections: np.ndarray


def size_slices(overlaps: Overlaps) -> Dict[str, BoxSlice]:
    """COCO's small, medium and large. Truth is sized by its ``area``; on the
    border between two it is of both, as there."""
    areas = overlaps.truth.areas, overlaps.detections.boxes[:, 2:].prod(1)
    return {
        name: BoxSlice(*((least <= area) & (area <= greatest)
                         for area in areas))
        for name, (least, greatest) in AREA_RANGES.items()
    }


def aspect_slices(overlaps: Overlaps) -> Dict[str, BoxSlice]:
    """Boxes by width over height, see :data:`ASPECTS`; upper ends excluded."""
    aspects = tuple(
        # A detection may have no height.
        boxes[:, 2] / np.maximum(boxes[:, 3], 1e-9)
        for boxes in _boxes(overlaps))
    return {
        name:
        BoxSlice(*((least <= aspect) & (aspect < below) for aspect in aspects))
        for name, (least, below) in ASPECTS.items()
    }


def place_slices(overlaps: Overlaps, sizes: np.ndarray) -> Dict[str, BoxSlice]:
    """Boxes that touch the border of their image, to a pixel, and others.

    Args:
        overlaps: Of I images.
        sizes: float64 (I, 2), width and height of the images, as in
            :class:`custom.datasets.annotations.columns.AnnotationTable`.
    """
    images = overlaps.truth.images, overlaps.detections.images
    touching = [
        (boxes[:, :2] <= TOUCHING).any(1)
        | (boxes[:, :2] + boxes[:, 2:] >= sizes[rows] - TOUCHING).any(1)
        for boxes, rows in zip(_boxes(overlaps), images)
    ]
    return dict(
        border=BoxSlice(*touching),
        inside=BoxSlice(*(~one for one in touching)))


def object_count_slices(overlaps: Overlaps) -> Dict[str, np.ndarray]:
    """bool (I,): images by how many boxes there are to be found, see
    :data:`OBJECT_COUNTS`."""
    truth = overlaps.truth
    counts = np.bincount(
        truth.images[~truth.crowd], minlength=overlaps.num_images)
    return _ranges(counts, OBJECT_COUNTS)


def image_size_slices(sizes: np.ndarray) -> Dict[str, np.ndarray]:
    """bool (I,): images by the side of a square of their area, see
    :data:`IMAGE_SIDES`.

    Args:
        sizes: float64 (I, 2), width and height in pixels.
    """
    return _ranges(np.sqrt(sizes.prod(1)), IMAGE_SIDES)


def box_slice_precision(overlaps: Overlaps, part: BoxSlice) -> np.ndarray:
    """AP (T, C) of a slice of boxes, see
    :func:`custom.evaluation.average_precision.average_precision`."""
    return average_precision(match_overlaps(overlaps, inside=part))


def image_slice_precision(matches: Matches, images: np.ndarray) -> np.ndarray:
    """AP (T, C) of the images of a slice, bool (I,)."""
    return average_precision(matches, images[None])[0]


def _boxes(overlaps: Overlaps) -> Tuple[np.ndarray, np.ndarray]:
    return overlaps.truth.boxes, overlaps.detections.boxes


def _ranges(values: np.ndarray,
            ranges: Dict[str, Tuple[float, float]]) -> Dict[str, np.ndarray]:
    return {
        name: (least <= values) & (values < below)
        for name, (least, below) in ranges.items()
    }
