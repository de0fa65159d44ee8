"""Box validation: which boxes are not finite, empty, outside or too small.

All of it that checks, strict reading, importers, fixes and the mapper decide
is decided here. Boxes are xywh in pixels, float64 (N, 4), unless said
otherwise; sizes are the width and height of each box's image, float64 (N, 2)
or of one for all (2, ), NaN where unknown. What is NaN is neither right nor
wrong but ``not_finite``.
"""
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

# Pixels a box may stick out of its image before it is an error: tools round
# outwards, and a 640 pixel wide image with x2 = 640.4 is not a mistake.
OVERHANG = 1.0
# Pixels, below which nothing can be seen.
_TINY = 1.0
# Part of the image from which a box covers it. One from 1 to 200 in an image
# of 200 pixels, by somebody who counts from 1, covers 0.99 of it.
_WHOLE = 0.98
# Fractions may be rounded, up or down.
_ROUNDED = 0.05
# A pixel of an image of 1,000: tools round outwards.
_FRACTION_SLACK = 1e-3
# Boxes looked at together, so that what is computed of them stays small.
_SLAB = 2**16


class BoxFaults(NamedTuple):
    """Faults of boxes, bool (N,) each; of ``empty``, ``outside`` and
    ``overhang`` one at most is true of a box.

    Attributes:
        not_finite: It has NaN or an infinity.
        empty: Width or height is 0 or less.
        outside: No part of it is in the image.
        overhang: It sticks out by more than :data:`OVERHANG`.
        tiny: What is in the image is thinner than a pixel.
        whole_image: It covers the image.
    """
    not_finite: np.ndarray
    empty: np.ndarray
    outside: np.ndarray
    overhang: np.ndarray
    tiny: np.ndarray
    whole_image: np.ndarray

    def stops_training(self) -> np.ndarray:
        """bool (N,): which boxes are an error, not a thing to look at."""
        return self.not_finite | self.empty | self.outside | self.overhang


def find_faults(boxes: np.ndarray, sizes: np.ndarray) -> BoxFaults:
    """Tells what is wrong with each box by itself."""
    faults = BoxFaults(*np.empty((len(BoxFaults._fields), len(boxes)), bool))
    for slab, part, size in _slabs(boxes, sizes):
        for mask, found in zip(faults, _faults(part, size)):
            mask[slab] = found
    return faults


def are_finite(boxes: np.ndarray) -> np.ndarray:
    """bool (N,): whose four numbers are neither NaN nor an infinity."""
    return np.isfinite(boxes).all(1)


def has_area(boxes: np.ndarray) -> np.ndarray:
    """bool (N,): whose width and height are above 0."""
    return (boxes[:, 2:] > 0).all(1)


def overhangs(boxes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """float64 (N,): pixels by which each box sticks out where it does most,
    below 0 where it keeps away from all edges."""
    # A sum may be beyond the largest float.
    with np.errstate(invalid='ignore', over='ignore'):
        ends = boxes[:, :2] + boxes[:, 2:]
        return np.maximum(-boxes[:, :2], ends - sizes).max(1)


def lie_inside(boxes: np.ndarray,
               sizes: np.ndarray,
               slack: Union[float, np.ndarray] = OVERHANG) -> np.ndarray:
    """bool (N,): which boxes stick out by no more than the slack, a number or
    one for each axis as ``sizes``."""
    with np.errstate(over='ignore'):
        ends = boxes[:, :2] + boxes[:, 2:]
    return ((boxes[:, :2] >= -slack) & (ends <= sizes + slack)).all(1)


def clip_boxes(boxes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """float64 (N, 4): the part of each box in its image, NaN where nothing
    is.

    A box inside keeps its very numbers: (x + w) - x is not always w.
    """
    clipped = np.empty_like(boxes)
    for slab, part, size in _slabs(boxes, sizes):
        clipped[slab] = _clipped(part, size)
    return clipped


def clip_box(bbox: Sequence[float], width: float,
             height: float) -> Optional[List[float]]:
    """:func:`clip_boxes` of one box; None where nothing of it is inside.
    Whole numbers stay such."""
    clipped = clip_boxes(np.array([bbox], float), np.array([width, height]))[0]
    if np.isnan(clipped).any():
        return None
    return restore_integers(bbox, clipped.tolist())


def restore_integers(numbers: Sequence[float],
                     box: List[float]) -> List[float]:
    """Restores integers: a box has ints again where all ``numbers`` are."""
    if not all(isinstance(value, int) for value in numbers):
        return box
    return [int(new) if new.is_integer() else new for new in box]


def are_fractions(boxes: np.ndarray) -> np.ndarray:
    """bool (N,): whose four numbers, in any layout, are 0 to 1, but for
    rounding."""
    return ((boxes >= -_ROUNDED) & (boxes <= 1 + _ROUNDED)).all(1)


def in_range(*fractions: float) -> bool:
    """Whether all are fractions of an image, give or take a rounding."""
    return all(-_FRACTION_SLACK <= value <= 1 + _FRACTION_SLACK
               for value in fractions)


def _slabs(
        boxes: np.ndarray,
        sizes: np.ndarray) -> Iterator[Tuple[slice, np.ndarray, np.ndarray]]:
    sizes = np.broadcast_to(sizes, (len(boxes), 2))
    for start in range(0, len(boxes), _SLAB):
        slab = slice(start, start + _SLAB)
        yield slab, boxes[slab], sizes[slab]


def _clipped(boxes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    with np.errstate(invalid='ignore', over='ignore'):
        ends = boxes[:, :2] + boxes[:, 2:]
        first, last = np.maximum(boxes[:, :2], 0), np.minimum(ends, sizes)
        clipped = np.hstack([first, last - first])
    clipped[~has_area(clipped)] = np.nan
    inside = ((first == boxes[:, :2]) & (last == ends)).all(1)
    return np.where((inside & has_area(boxes))[:, None], boxes, clipped)


def _faults(boxes: np.ndarray, sizes: np.ndarray) -> BoxFaults:
    # NaN compares as False; a sum may be beyond the largest float.
    with np.errstate(invalid='ignore', over='ignore'):
        not_finite = ~are_finite(boxes)
        empty = (boxes[:, 2:] <= 0).any(1)
        seen = np.minimum(boxes[:, :2] + boxes[:, 2:], sizes) - np.maximum(
            boxes[:, :2], 0)
        outside = ~empty & (seen <= 0).any(1)
        sticks_out = overhangs(boxes, sizes) > OVERHANG
        visible = ~empty & (seen > 0).all(1)
        tiny = visible & (seen.min(1) < _TINY)
        whole = visible & (seen.prod(1) >= _WHOLE * sizes.prod(1))
    return BoxFaults(not_finite, empty, outside,
                     ~empty & ~outside & sticks_out, tiny, whole)
