"""Ids and records of one annotation file."""
import posixpath
from collections import defaultdict
from typing import Dict, Iterator, List

import numpy as np

from custom.datasets.checks.problem import Problem
from custom.datasets.folder import leads_out
from custom.datasets.table import Table


def check_records(table: Table) -> Iterator[Problem]:
    """``id-repeated``, ``image-elsewhere``, ``image-repeated``,
    ``image-empty`` and what was found while reading."""
    yield from table.problems
    yield from _images_elsewhere(table)
    yield from _repeated_ids(table)
    yield from _repeated_images(table)
    yield from _empty_images(table)


def _repeated_ids(table: Table) -> Iterator[Problem]:
    for kind, ids in (('image', table.image_ids), ('category',
                                                   table.category_ids),
                      ('annotation', table.annotation_ids)):
        for value, rows in _repeated(ids).items():
            positions = ', '.join(map(str, rows[:5]))
            more = ', …' if len(rows) > 5 else ''
            is_image = kind == 'image'
            yield Problem(
                'id-repeated', table.split, f'{kind} {value!r}',
                f'stands {len(rows)} times, at positions {positions}{more}',
                [table.file_names[row] for row in rows] if is_image else (),
                (), rows if kind == 'annotation' else ())


def _images_elsewhere(table: Table) -> Iterator[Problem]:
    for row, name in enumerate(table.file_names):
        if leads_out(name):
            yield Problem('image-elsewhere', table.split,
                          table.name_image(row), f'is "{name}"', [name])


def _repeated_images(table: Table) -> Iterator[Problem]:
    names = [name and posixpath.normpath(name) for name in table.file_names]
    boxes = np.bincount(
        table.image_of[table.image_of >= 0], minlength=len(names))
    # Sorted once: a file may have fifty thousand that stand twice.
    order = np.argsort(table.image_of, kind='stable')
    ends = np.searchsorted(table.image_of[order], np.arange(len(names) + 1))
    for name, rows in _repeated(names).items():
        records = [table.name_image(row) for row in rows]
        numbers = ', '.join(str(boxes[row]) for row in rows)
        yield Problem(
            'image-repeated', table.split, ', '.join(records),
            f'"{name}" stands {len(rows)} times, with {numbers} boxes',
            [table.file_names[row] for row in rows], (),
            sorted(position for row in rows
                   for position in order[ends[row]:ends[row + 1]].tolist()))


def _empty_images(table: Table) -> Iterator[Problem]:
    boxes = np.bincount(
        table.image_of[table.image_of >= 0], minlength=len(table.image_ids))
    for row in np.flatnonzero(boxes == 0).tolist():
        # An image without an id is malformed, and no box could name it.
        if table.image_ids[row] is not None:
            yield Problem('image-empty', table.split, table.name_image(row),
                          f'"{table.file_names[row]}" has no box',
                          [table.file_names[row]])


def _repeated(values: list) -> Dict[object, List[int]]:
    """The rows of every value, None and '' apart, that stands twice."""
    if len(set(values)) == len(values):
        return {}
    rows = defaultdict(list)
    for row, value in enumerate(values):
        if value not in (None, ''):
            rows[value].append(row)
    return {value: found for value, found in rows.items() if len(found) > 1}
