"""Box format errors of a whole file, found by statistics: another layout,
fractions, outliers."""
from typing import Iterator

import numpy as np

from custom.datasets.annotations.box_format import (BoxFormat,
                                                    explain_mismatch,
                                                    find_box_format_mismatch)
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.checks.boxes import box_issue, describe

# What COCO's boxes are.
COCO = BoxFormat('xywh')
# Boxes in which a habit is looked for, evenly spaced.
_SAMPLE = 100_000
# Boxes of a class from which it is known how large it is.
_CLASS = 30
# An outlier is so many standard deviations from the median, and a deviation
# counts as this at least, a factor of 1.3: boxes may be all alike.
_DEVIATIONS, _LEAST = 5.0, 0.25
# Part of a class that may be outliers. More are another kind of it: pencils
# lie or stand, lorries show their side or their front.
_OTHER_KIND = 0.02

# Of the layouts that COCO's boxes are often written in.
CODES = dict(xyxy='boxes-xyxy', yxhw='boxes-swapped')
OTHER_LAYOUT = 'boxes-layout'


def check_box_format(table: AnnotationTable) -> Iterator[Issue]:
    """``boxes-normalized``, ``boxes-xyxy``, ``boxes-swapped`` or
    ``boxes-layout``: one at most.

    Images whose ``sizes`` are NaN take no part.
    """
    step = max(1, -(-len(table.boxes) // _SAMPLE))
    rows = np.arange(0, len(table.boxes), step)
    found = find_box_format_mismatch(table.boxes[rows],
                                     table.image_sizes(rows), COCO)
    if found is None:
        return
    code = OTHER_LAYOUT  # which of several it is, a person must say
    if found.box_format.unit == 'fractions':
        code = 'boxes-normalized'
    elif found.box_format.unit == COCO.unit and not found.others:
        code = CODES.get(found.box_format.layout, OTHER_LAYOUT)
    example = int(rows[found.example])
    sample = f'; one box of {step} was looked at' if step > 1 else ''
    yield box_issue(
        table, code, [example],
        f'{"; ".join(explain_mismatch(found, COCO))}{sample}. For example '
        f'{describe(table, example)}')._replace(record='file')


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
