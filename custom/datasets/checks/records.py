"""Record checks of one annotation file: ids, file names, images twice."""
import posixpath
from typing import Iterator

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.layout import escapes_folder
from custom.datasets.images.exact_duplicates import group_duplicates


def check_records(table: AnnotationTable) -> Iterator[Issue]:
    """``id-repeated``, ``image-elsewhere``, ``image-repeated``,
    ``image-empty`` and what was found while reading."""
    yield from table.issues
    yield from _images_elsewhere(table)
    yield from _repeated_ids(table)
    yield from _repeated_images(table)
    yield from _empty_images(table)


def _repeated_ids(table: AnnotationTable) -> Iterator[Issue]:
    for kind, ids in (('image', table.image_ids), ('category',
                                                   table.category_ids),
                      ('annotation', table.annotation_ids)):
        for rows in group_duplicates(ids):
            positions = ', '.join(map(str, rows[:5]))
            more = ', …' if len(rows) > 5 else ''
            is_image = kind == 'image'
            yield Issue(
                'id-repeated', table.split, f'{kind} {ids[rows[0]]!r}',
                f'stands {len(rows)} times, at positions {positions}{more}',
                [table.file_names[row] for row in rows] if is_image else (),
                (), rows if kind == 'annotation' else ())


def _images_elsewhere(table: AnnotationTable) -> Iterator[Issue]:
    for row, name in enumerate(table.file_names):
        if escapes_folder(name):
            yield Issue('image-elsewhere', table.split, table.name_image(row),
                        f'is "{name}"', [name])


def _repeated_images(table: AnnotationTable) -> Iterator[Issue]:
    groups = group_duplicates(table.file_names, _path)
    if not groups:
        return
    # Sorted once: a file may have fifty thousand that stand twice.
    order = np.argsort(table.image_of, kind='stable')
    ends = np.searchsorted(table.image_of[order],
                           np.arange(len(table.file_names) + 1))
    for rows in groups:
        records = [table.name_image(row) for row in rows]
        numbers = ', '.join(str(ends[row + 1] - ends[row]) for row in rows)
        names = [table.file_names[row] for row in rows]
        yield Issue(
            'image-repeated', table.split, ', '.join(records),
            f'"{_path(names[0])}" stands {len(rows)} times, with {numbers} '
            'boxes', names, (),
            sorted(position for row in rows
                   for position in order[ends[row]:ends[row + 1]].tolist()))


def _empty_images(table: AnnotationTable) -> Iterator[Issue]:
    for row in np.flatnonzero(~table.has_box()).tolist():
        # An image without an id is malformed, and no box could name it.
        if table.image_ids[row] is not None:
            yield Issue('image-empty', table.split, table.name_image(row),
                        f'"{table.file_names[row]}" has no box',
                        [table.file_names[row]])


def _path(name: str) -> str:
    return name and posixpath.normpath(name)
