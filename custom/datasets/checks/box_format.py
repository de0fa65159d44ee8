"""Box format errors of a whole file, found by statistics: xyxy, fractions,
swapped axes, outliers."""
from typing import Callable, Dict, Iterator, Optional, Union

import numpy as np

from custom.datasets.annotations.box_validation import (OVERHANG, are_finite,
                                                        are_fractions,
                                                        has_area, lie_inside)
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.checks.boxes import box_issue, describe

# Boxes in which a habit is looked for, evenly spaced.
_SAMPLE = 100_000
# Fewer boxes are no habit; of fractions fewer do, if all of them are.
_ENOUGH, _ENOUGH_FRACTIONS = 10, 3
# Part of the boxes that must stick out of their images, by more than this part
# of its side, before they are read another way. Of a healthy file none does,
# whatever it shows; of a sloppy one many do, by some pixels.
_STICK_OUT, _FAR = 0.05, 0.05
# Part of the boxes that must fit when read another way: all but slips.
_FIT = 0.99
# No box of pixels is as small as fractions are, and in images as small as this
# it could be.
_SMALL_IMAGE = 16
# Part of the boxes that are fractions where it is a habit. As pixels all of
# them would be dots in one corner, so that the others are slips.
_FRACTIONS = 0.9
# What is out of the image by less, as part of it, lies in it.
_EDGE = 0.01
# Boxes of a class from which it is known how large it is.
_CLASS = 30
# An outlier is so many standard deviations from the median, and a deviation
# counts as this at least, a factor of 1.3: boxes may be all alike.
_DEVIATIONS, _LEAST = 5.0, 0.25
# Part of a class that may be outliers. More are another kind of it: pencils
# lie or stand, lorries show their side or their front.
_OTHER_KIND = 0.02

# How fractions may be meant, the likeliest first, and as xywh.
LAYOUTS: Dict[str, Callable] = {
    'x, y, width, height':
    lambda x, y, w, h: (x, y, w, h),
    'centre x, centre y, width, height':
    lambda x, y, w, h: (x - w / 2, y - h / 2, w, h),
    'x1, y1, x2, y2':
    lambda x1, y1, x2, y2: (x1, y1, x2 - x1, y2 - y1),
}
_READING = {
    'boxes-xyxy': 'x1, y1, x2, y2',
    'boxes-swapped': 'y, x, height, width'
}


def check_box_format(table: AnnotationTable) -> Iterator[Issue]:
    """``boxes-normalized``, ``boxes-xyxy`` or ``boxes-swapped``: one at most.

    Images whose ``sizes`` are NaN take no part.
    """
    step = max(1, -(-len(table.boxes) // _SAMPLE))
    rows = np.arange(0, len(table.boxes), step)
    boxes, sizes = table.boxes[rows], table.image_sizes(rows)
    usable = are_finite(boxes) & (sizes[:, 0] > 0)
    rows, boxes, sizes = rows[usable], boxes[usable], sizes[usable]
    # In a small image a box of pixels may be as small, and 0, 0, 0, 0 is none.
    tellable = ((sizes >= _SMALL_IMAGE) & (boxes[:, 2:] > 0)).all(1)
    fractions = are_fractions(boxes[tellable])
    if (len(fractions) >= _ENOUGH_FRACTIONS and fractions.all()
            or len(fractions) >= _ENOUGH and fractions.mean() >= _FRACTIONS):
        rows = rows[tellable][fractions]
        code, detail = 'boxes-normalized', _fraction_words(
            table.boxes[rows], len(fractions))
    else:
        code = _habit(boxes, sizes)
        if code is None:
            return
        detail = (f'{1 - _fit(boxes, sizes).mean():.0%} of {len(rows)} boxes '
                  f'stick out; as {_READING[code]} all do fit')
    # The largest box shows it best.
    example = int(rows[np.argmax(table.boxes[rows, 2])])
    sample = f'; one box of {step} was looked at' if step > 1 else ''
    yield box_issue(
        table, code, [example],
        f'{detail}{sample}. For example {describe(table, example)}')._replace(
            record='file')


def fraction_layout(boxes: np.ndarray) -> str:
    """The key of :data:`LAYOUTS` by which most fractions lie in their images;
    of several the first.

    Args:
        boxes: float64 (N, 4), fractions.
    """
    fit = _fit_as(boxes)
    return max(fit, key=fit.__getitem__)


def _fit_as(boxes: np.ndarray) -> Dict[str, int]:
    """How many fractions fit by each layout."""
    return {
        layout:
        int(
            _fit(
                np.column_stack(as_xywh(*boxes.T)), np.ones((len(boxes), 2)),
                _EDGE).sum())
        for layout, as_xywh in LAYOUTS.items()
    }


def _fraction_words(boxes: np.ndarray, count: int) -> str:
    fit = _fit_as(boxes)
    layout = fraction_layout(boxes)
    others = [k for k in fit if fit[k] == fit[layout] and k != layout]
    also = ''.join(f', and as many as {other}' for other in others)
    return (f'{len(boxes)} of {count} boxes are four numbers from 0 to 1; '
            f'{fit[layout]} fit as {layout}{also}')


def _habit(boxes: np.ndarray, sizes: np.ndarray) -> Optional[str]:
    if (len(boxes) < _ENOUGH
            or _fit(boxes, sizes, _FAR * sizes).mean() > 1 - _STICK_OUT):
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
    return has_area(boxes) & lie_inside(boxes, sizes, slack)


def check_outliers(table: AnnotationTable,
                   labels: np.ndarray) -> Iterator[Issue]:
    """``box-outlier``: width, height or aspect unlike the rest of the class.

    Width and height are taken relative to the image, the logarithm of each,
    and its deviation by the median absolute one, which outliers don't move.
    A class of which more than 2 % are far off has boxes of several kinds, and
    no outliers.

    Args:
        table: The file.
        labels: int64 (N,), the class of every box, any number below 0 for
            none.
    """
    # One class after the other: the features take three times the boxes.
    rows = np.argsort(labels, kind='stable')
    rows = rows[np.searchsorted(labels, 0, sorter=rows):]
    starts = np.flatnonzero(np.diff(labels[rows], prepend=-1))
    for start, stop in zip(starts, [*starts[1:], len(rows)]):
        yield from _outliers_of_class(table, rows[start:stop])


def _outliers_of_class(table: AnnotationTable,
                       rows: np.ndarray) -> Iterator[Issue]:
    sizes, box_sizes = table.image_sizes(rows), table.boxes[rows, 2:]
    with np.errstate(invalid='ignore'):
        usable = ((box_sizes > 0).all(1) & (sizes > 0).all(1)
                  & ~table.crowd[rows])
    rows = rows[usable]
    if len(rows) < _CLASS:
        return
    logs = np.log(box_sizes[usable])
    features = np.column_stack(
        [logs - np.log(sizes[usable]), logs[:, 0] - logs[:, 1]])
    median = np.median(features, axis=0)
    # 1.4826 makes a standard deviation of it, were the logarithms normal.
    spread = 1.4826 * np.median(np.abs(features - median), axis=0)
    far = np.abs(features - median) / np.maximum(spread, _LEAST)
    outliers = np.flatnonzero((far > _DEVIATIONS).any(1)).tolist()
    # One of a class that just counts is more than that part of it.
    if len(outliers) > max(1, _OTHER_KIND * len(rows)):
        return
    for index in outliers:
        which = int(far[index].argmax())
        with np.errstate(over='ignore'):
            factor = np.exp(features[index, which] - median[which])
        row = int(rows[index])
        name = table.category_names[table.category_of[row]]
        yield box_issue(
            table, 'box-outlier', [row],
            f'its {("width", "height", "aspect")[which]} is {factor:.3g} times'
            f' the median of {len(rows)} of "{name}": {describe(table, row)}')
