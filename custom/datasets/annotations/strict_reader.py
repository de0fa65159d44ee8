"""Strict reading of COCO JSON: every record is valid, or the file refused."""
from array import array
from os import PathLike
from typing import Iterator, Tuple, Union

import numpy as np

from custom.datasets.annotations.box_validation import (BoxFaults, are_finite,
                                                        clip_box, clip_boxes,
                                                        find_faults)
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import (raise_first_error,
                                                validate_record)
from custom.datasets.annotations.reader import LISTS, CocoFile, open_coco
from custom.datasets.images.exact_duplicates import group_duplicates


def read_annotations(path: Union[str, PathLike]) -> AnnotationTable:
    """Reads a COCO JSON file, checks it and fills in what may be left out.

    Args:
        path: The annotation file.

    Returns:
        The columns, nothing in them malformed or NaN. ``boxes`` are clipped
        to their images, width and height above 0; ``areas`` are those of the
        boxes where the file tells none.

    Raises:
        InputError: On the first problem, with a count of others like it.
    """
    return valid_table(open_coco(path))


def valid_table(file: CocoFile) -> AnnotationTable:
    """:func:`read_annotations` of a file that is open."""
    require_valid_records(file)
    table = file.table
    sizes = table.image_sizes()
    raise_first_error(file.path,
                      _bad_boxes(file, find_faults(table.boxes, sizes)))
    boxes = clip_boxes(table.boxes, sizes)
    if (boxes == table.boxes).all():
        boxes = table.boxes  # one in memory
    areas = np.where(np.isnan(table.areas), boxes[:, 2:].prod(1), table.areas)
    return table._replace(boxes=boxes, areas=areas)


def valid_annotations(file: CocoFile) -> Iterator[dict]:
    """The records of the annotations with all of their keys, one by one.

    ``bbox`` is that of :func:`valid_table`, ``area`` is above 0, and
    ``iscrowd`` is 0 or 1; an annotation marked ``ignore`` gets 1, since both
    mean "neither object nor background".

    Raises:
        InputError: As :func:`read_annotations`.
    """
    table = valid_table(file)
    clipped = (table.boxes != file.table.boxes).any(1)
    for row, ann in enumerate(file.records('annotations')):
        if clipped[row]:
            ann['bbox'] = clip_box(ann['bbox'],
                                   *table.sizes[table.image_of[row]])
        if np.isnan(file.table.areas[row]):
            ann['area'] = ann['bbox'][2] * ann['bbox'][3]
        ann['iscrowd'] = int(table.crowd[row])
        yield ann


def require_valid_records(file: CocoFile) -> None:
    """Refuses a file unless every record is whole and every id good; boxes
    are four finite numbers, whatever they are.

    Raises:
        InputError: On the first problem, with a count of others like it.
    """
    table = file.table
    if not are_finite(table.boxes).all() or any(
            issue.code == 'record-malformed' for issue in table.issues):
        raise_first_error(file.path, _malformed(file))
    raise_first_error(file.path, _repeated_ids(table))
    raise_first_error(file.path, _dangling_ids(file))


def _malformed(file: CocoFile) -> Iterator[str]:
    for kind in LISTS:
        for position, record in enumerate(file.records(kind)):
            for fault in validate_record(kind, record):
                identified = isinstance(record, dict) and 'id' in record
                name = f' (id {record["id"]!r})' if identified else ''
                yield f'{kind}[{position}]{name} {fault}'


def _repeated_ids(table: AnnotationTable) -> Iterator[str]:
    every = table.image_ids, table.annotation_ids, table.category_ids
    for kind, ids in zip(LISTS, every):
        # In a tuple, since '' is an id too.
        groups = group_duplicates(
            ids if isinstance(ids, array) else [(key, ) for key in ids])
        for row in sorted(row for group in groups for row in group[1:]):
            yield (f'id {ids[row]!r} stands twice in "{kind}". Give each '
                   'record its own id.')


def _dangling_ids(file: CocoFile) -> Iterator[str]:
    table = file.table
    for key, kind, rows in (('image_id', 'images', table.image_of),
                            ('category_id', 'categories', table.category_of)):
        for _, ann in _annotations(file, rows < 0):
            yield (f'annotation id {ann["id"]!r} has {key} {ann[key]!r}, '
                   f'which is not in "{kind}". Add that record or delete the '
                   'annotation.')


def _bad_boxes(file: CocoFile, faults: BoxFaults) -> Iterator[str]:
    table = file.table
    for row, ann in _annotations(file, faults.stops_training()):
        image = table.image_of[row]
        where = (f'annotation id {ann["id"]!r} on image '
                 f'"{table.file_names[image]}" has box {ann["bbox"]}')
        if faults.empty[row]:
            yield (f'{where}, which has no area. Boxes are [x, y, width, '
                   'height]; correct or delete this one.')
        else:
            width, height = table.image_size(image)
            yield (f'{where}, which is outside the image of {width} x '
                   f'{height} pixels. Boxes are [x, y, width, height] of the '
                   'image as shown (rotated as its EXIF says); correct or '
                   'delete this one.')


def _annotations(file: CocoFile,
                 wanted: np.ndarray) -> Iterator[Tuple[int, dict]]:
    """Rows and records of some annotations; reads them only if there are."""
    if wanted.any():
        for row, ann in enumerate(file.records('annotations')):
            if wanted[row]:
                yield row, ann
