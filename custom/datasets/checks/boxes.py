"""Box checks of one annotation file: each box by itself, and duplicates."""
from typing import Iterator, List, Sequence, Tuple

import numpy as np

from custom.datasets.annotations.box_validation import (are_finite,
                                                        find_faults, overhangs)
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue

_SAME_PLACE = 0.95
# Boxes looked at together, so that what is computed of them stays small.
_SLAB = 2**16
# A box is compared with so many that begin right of it. Of a larger heap in
# one place the first are enough to show the slip.
_NEIGHBORS = 200


def check_finite(table: AnnotationTable) -> Iterator[Issue]:
    """``box-not-finite``."""
    blank = ~are_finite(table.boxes) & ~table.malformed
    yield from _of_code(table, 'box-not-finite', blank)


def check_boxes(table: AnnotationTable, labels: np.ndarray) -> Iterator[Issue]:
    """The other ``box-…`` issues, ``box-outlier`` apart.

    A box that is a crowd or to be ignored may cover the image and others.

    Args:
        table: The file.
        labels: int64 (N,), the class of every box, any number below 0 for
            none.
    """
    sizes = table.image_sizes()
    faults = find_faults(table.boxes, sizes)
    yield from _of_code(table, 'box-empty', faults.empty)
    yield from _of_code(table, 'box-outside', faults.outside)
    rows = np.flatnonzero(faults.overhang)
    for row, by in zip(rows.tolist(), overhangs(table.boxes[rows],
                                                sizes[rows])):
        yield box_issue(table, 'box-overhang', [row],
                        f'box {describe(table, row)}, by {by:.6g}')
    yield from _of_code(table, 'box-tiny', faults.tiny)
    yield from _of_code(table, 'box-whole-image',
                        faults.whole_image & ~table.crowd)
    unseen = faults.not_finite | faults.empty | faults.outside
    known = ~np.isnan(sizes).any(1)
    yield from _same_place(table, ~unseen & known & ~table.crowd, labels)


def describe(table: AnnotationTable, row: int) -> str:
    """A box and its image, in words."""
    box = ', '.join(f'{value:.6g}' for value in table.boxes[row])
    image = table.image_of[row]
    if image < 0:
        return f'[{box}]'
    width, height = table.sizes[image]
    return (f'[{box}] on "{table.file_names[image]}" of {width:.6g} x '
            f'{height:.6g} pixels')


def box_issue(table: AnnotationTable, code: str, rows: Sequence[int],
              detail: str) -> Issue:
    """An issue of boxes that lie on one image."""
    image = table.image_of[rows[0]]
    return Issue(code, table.split,
                 ', '.join(table.name_annotation(row) for row in rows), detail,
                 [table.file_names[image]] if image >= 0 else (),
                 table.boxes[rows].tolist(), list(rows))


def _of_code(table: AnnotationTable, code: str,
             wrong: np.ndarray) -> Iterator[Issue]:
    for row in np.flatnonzero(wrong).tolist():
        yield box_issue(table, code, [row], f'box {describe(table, row)}')


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
        yield box_issue(table, code, [first, second],
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
    for step in range(1, _NEIGHBORS + 1):
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
