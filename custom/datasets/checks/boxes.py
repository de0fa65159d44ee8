"""The boxes of one annotation file, each by itself and in pairs."""
from typing import Iterator, List, Optional, Sequence, Tuple, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.strict_reader import OVERHANG

# Pixels, below which nothing can be seen.
_THIN = 1.0
# Part of the image from which a box covers it. One from 1 to 200 in an image
# of 200 pixels, by somebody who counts from 1, covers 0.99 of it.
_WHOLE = 0.98
_SAME_PLACE = 0.95
# Boxes looked at together, so that what is computed of them stays small.
_SLAB = 2**16
# A box is compared with so many that begin right of it. Of a larger heap in
# one place the first are enough to show the slip.
_NEIGHBOURS = 200


def check_finite(table: AnnotationTable) -> Iterator[Issue]:
    """``box-not-finite``."""
    blank = np.isnan(table.boxes).any(1) & ~table.malformed
    yield from _problems(table, 'box-not-finite', blank)


def check_boxes(table: AnnotationTable, labels: np.ndarray) -> Iterator[Issue]:
    """The other ``box-…`` problems, ``box-outlier`` apart.

    A box that is a crowd or to be ignored may cover the image and others.

    Args:
        table: The file.
        labels: int64 (N,), the class of every box, any number below 0 for
            none.
    """
    sound = np.zeros(len(table.boxes), bool)
    for start in range(0, len(table.boxes), _SLAB):
        slab = slice(start, start + _SLAB)
        yield from _alone(table, slab, sound[slab])
    yield from _same_place(table, sound & ~table.crowd, labels)


def image_sizes(table: AnnotationTable,
                which: Union[slice, np.ndarray] = np.s_[:]) -> np.ndarray:
    """float64 (N, 2): width and height of the image of every annotation, or
    of ``which``, NaN where it has none, or one of unknown size."""
    # Row -1 is the one without.
    sizes = np.vstack([table.sizes, [[np.nan, np.nan]]])
    sizes[np.isnan(sizes).any(1)] = np.nan
    return sizes[table.image_of[which]]


def describe(table: AnnotationTable, row: int) -> str:
    """A box and its image, in words."""
    box = ', '.join(f'{value:.6g}' for value in table.boxes[row])
    image = table.image_of[row]
    if image < 0:
        return f'[{box}]'
    width, height = table.sizes[image]
    return (f'[{box}] on "{table.file_names[image]}" of {width:.6g} x '
            f'{height:.6g} pixels')


def box_problem(table: AnnotationTable, code: str, rows: Sequence[int],
                detail: str) -> Issue:
    """A problem of boxes that lie on one image."""
    image = table.image_of[rows[0]]
    return Issue(code, table.split,
                 ', '.join(table.name_annotation(row) for row in rows), detail,
                 [table.file_names[image]] if image >= 0 else (),
                 table.boxes[rows].tolist(), list(rows))


def _alone(table: AnnotationTable, slab: slice,
           sound: np.ndarray) -> Iterator[Issue]:
    """The problems of boxes by themselves; ``sound`` is set where there is
    something of the box to be seen."""
    width, height = image_sizes(table, slab).T
    x, y, w, h = table.boxes[slab].T
    # NaN compares as False; a sum may be beyond the largest float.
    with np.errstate(invalid='ignore', over='ignore'):
        right, bottom = x + w, y + h
        overhang = np.max([-x, -y, right - width, bottom - height], axis=0)
        seen_w = np.minimum(right, width) - np.maximum(x, 0)
        seen_h = np.minimum(bottom, height) - np.maximum(y, 0)
        empty = (w <= 0) | (h <= 0)
        outside = ~empty & ((seen_w <= 0) | (seen_h <= 0))
        sticks_out = ~empty & ~outside & (overhang > OVERHANG)
        sound[:] = ~empty & (seen_w > 0) & (seen_h > 0)
        thin = sound & (np.minimum(seen_w, seen_h) < _THIN)
        whole = sound & (seen_w * seen_h >= _WHOLE * width * height)
    whole &= ~table.crowd[slab]
    start = slab.start
    yield from _problems(table, 'box-empty', empty, start)
    yield from _problems(table, 'box-outside', outside, start)
    yield from _problems(table, 'box-overhang', sticks_out, start, overhang)
    yield from _problems(table, 'box-tiny', thin, start)
    yield from _problems(table, 'box-whole-image', whole, start)


def _problems(table: AnnotationTable,
              code: str,
              wrong: np.ndarray,
              start: int = 0,
              overhang: Optional[np.ndarray] = None) -> Iterator[Issue]:
    """Of the boxes from row ``start`` on."""
    for index in np.flatnonzero(wrong).tolist():
        row = start + index
        detail = f'box {describe(table, row)}'
        if overhang is not None:
            detail += f', by {overhang[index]:.6g}'
        yield box_problem(table, code, [row], detail)


def _same_place(table: AnnotationTable, wanted: np.ndarray,
                labels: np.ndarray) -> Iterator[Issue]:
    names = table.category_names
    told = set()
    for first, second, iou in _pairs(table, wanted):
        one, other = table.category_of[[first, second]]
        if min(one, other) < 0:
            continue
        same = one == other or labels[first] == labels[second] >= 0
        code = 'box-repeated' if same else 'box-two-classes'
        # Of five boxes in one place four are too many, not ten.
        if (code, second) in told:
            continue
        told.add((code, second))
        what = (f'two of "{names[one]}"'
                if same else f'"{names[one]}" and "{names[other]}"')
        yield box_problem(table, code, [first, second],
                          f'{what}, IoU {iou:.3f}, {describe(table, first)}')


def _pairs(table: AnnotationTable,
           wanted: np.ndarray) -> List[Tuple[int, int, float]]:
    """Rows of boxes of one image with an IoU over 0.95, in order of rows."""
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(table.image_of[rows], kind='stable')]
    image = table.image_of[rows]
    found: List[Tuple[int, int, float]] = []
    start = 0
    while start < len(rows):
        last = image[start:start + _SLAB][-1]
        stop = np.searchsorted(image, last, 'right')
        found += _pairs_of(table, rows[start:stop])
        start = stop
    return sorted(found)


def _pairs_of(table: AnnotationTable,
              rows: np.ndarray) -> Iterator[Tuple[int, int, float]]:
    """The pairs among all boxes of some images."""
    image = table.image_of[rows]
    order = np.lexsort((table.boxes[rows, 0], image))
    rows, image = rows[order], image[order]
    x1, y1, w, h = table.boxes[rows].T
    with np.errstate(over='ignore'):
        x2, y2, area = x1 + w, y1 + h, w * h
    # The IoU is at most the overlap in x over the union in x, so that left
    # sides further apart than this part of the width need no look.
    reach = x1 + w * (1 / _SAME_PLACE - 1)
    left = np.arange(len(rows))
    for step in range(1, _NEIGHBOURS + 1):
        left = left[left + step < len(rows)]
        right = left + step
        near = (image[left] == image[right]) & (x1[right] <= reach[left])
        left, right = left[near], right[near]
        if not left.size:
            break
        with np.errstate(invalid='ignore', over='ignore'):
            overlap = ((np.minimum(x2[left], x2[right]) - x1[right]).clip(0) *
                       (np.minimum(y2[left], y2[right]) -
                        np.maximum(y1[left], y1[right])).clip(0))
            # The area of 1e-200 x 1e-200 pixels is 0, and their IoU NaN.
            iou = overlap / (area[left] + area[right] - overlap)
        close = iou > _SAME_PLACE
        pairs = np.sort(rows[np.stack([left, right])[:, close]], axis=0)
        yield from zip(*pairs.tolist(), iou[close].tolist())
