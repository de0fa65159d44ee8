"""What is wrong with the boxes of a whole file, found by statistics."""
from typing import Iterator, Optional, Union

import numpy as np

from custom.datasets.annotations import OVERHANG
from custom.datasets.checks.boxes import box_problem, describe, image_sizes
from custom.datasets.checks.problem import Problem
from custom.datasets.table import Table

# Fewer boxes are no habit.
_ENOUGH = 10
# Part of the boxes that must stick out of their images, by more than this part
# of its side, before they are read another way. Of a healthy file none does,
# whatever it shows; of a sloppy one many do, by some pixels.
_STICK_OUT, _FAR = 0.05, 0.05
# Part of the boxes that must fit when read another way: all but slips.
_FIT = 0.99
# Fractions may be rounded up. No box of pixels is as small, and in images as
# small as this it could be.
_FRACTION, _SMALL_IMAGE = 1.05, 16
# Boxes of a class from which it is known how large it is.
_CLASS = 30
# An outlier is so many standard deviations from the median, and a deviation
# counts as this at least, a factor of 1.3: boxes may be all alike.
_DEVIATIONS, _LEAST = 5.0, 0.25


def check_habits(table: Table) -> Iterator[Problem]:
    """``boxes-normalised``, ``boxes-xyxy`` or ``boxes-swapped``: one at most.

    Images whose ``sizes`` are NaN take no part.
    """
    sizes = image_sizes(table)
    rows = np.flatnonzero(np.isfinite(table.boxes).all(1) & (sizes[:, 0] > 0))
    if len(rows) < _ENOUGH:
        return
    boxes, sizes = table.boxes[rows], sizes[rows]
    code = _habit(boxes, sizes)
    if code is not None:
        outside = 1 - _fit(boxes, sizes).mean()
        # The largest box shows it best.
        example = int(rows[np.argmax(boxes[:, 2])])
        yield box_problem(
            table, code, [example], f'{outside:.0%} of {len(rows)} boxes stick'
            f' out; as {_READING[code]} all do fit. For example '
            f'{describe(table, example)}')._replace(record='file')


_READING = {
    'boxes-normalised': 'fractions',
    'boxes-xyxy': 'x1, y1, x2, y2',
    'boxes-swapped': 'y, x, height, width'
}


def _habit(boxes: np.ndarray, sizes: np.ndarray) -> Optional[str]:
    with np.errstate(over='ignore'):
        ends = boxes[:, :2] + boxes[:, 2:]
    if sizes.min() >= _SMALL_IMAGE and ends.max() <= _FRACTION:
        return 'boxes-normalised'
    if _fit(boxes, sizes, _FAR * sizes).mean() > 1 - _STICK_OUT:
        return None
    corners = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
    if _fit(corners, sizes).mean() >= _FIT:
        return 'boxes-xyxy'
    if _fit(boxes[:, [1, 0, 3, 2]], sizes).mean() >= _FIT:
        return 'boxes-swapped'
    return None


def _fit(boxes: np.ndarray,
         sizes: np.ndarray,
         slack: Union[float, np.ndarray] = OVERHANG) -> np.ndarray:
    """Which boxes (xywh) have an area, and lie in their images."""
    with np.errstate(over='ignore'):
        ends = boxes[:, :2] + boxes[:, 2:]
    return ((boxes[:, :2] >= -slack) & (boxes[:, 2:] > 0) &
            (ends <= sizes + slack)).all(1)


def check_outliers(table: Table, labels: np.ndarray) -> Iterator[Problem]:
    """``box-outlier``: width, height or aspect unlike the rest of the class.

    Width and height are taken relative to the image, the logarithm of each,
    and its deviation by the median absolute one, which outliers don't move.

    Args:
        table: The file.
        labels: int64 (N,), the class of every box, any number below 0 for
            none.
    """
    sizes = image_sizes(table)
    with np.errstate(invalid='ignore'):
        usable = ((table.boxes[:, 2:] > 0).all(1) & (sizes > 0).all(1)
                  & (labels >= 0) & ~table.crowd)
    logs = np.log(np.where(usable[:, None], table.boxes[:, 2:], 1))
    features = np.column_stack([
        logs - np.log(np.where(usable[:, None], sizes, 1)),
        logs[:, 0] - logs[:, 1],
    ])
    for label in np.unique(labels[usable]).tolist():
        rows = np.flatnonzero(usable & (labels == label))
        if len(rows) >= _CLASS:
            yield from _outliers_of_class(table, rows, features[rows])


def _outliers_of_class(table: Table, rows: np.ndarray,
                       features: np.ndarray) -> Iterator[Problem]:
    median = np.median(features, axis=0)
    # 1.4826 makes a standard deviation of it, were the logarithms normal.
    spread = 1.4826 * np.median(np.abs(features - median), axis=0)
    far = np.abs(features - median) / np.maximum(spread, _LEAST)
    for index in np.flatnonzero((far > _DEVIATIONS).any(1)).tolist():
        which = int(far[index].argmax())
        with np.errstate(over='ignore'):
            factor = np.exp(features[index, which] - median[which])
        row = int(rows[index])
        name = table.category_names[table.category_of[row]]
        yield box_problem(
            table, 'box-outlier', [row],
            f'its {("width", "height", "aspect")[which]} is {factor:.3g} times'
            f' the median of {len(rows)} of "{name}": {describe(table, row)}')
