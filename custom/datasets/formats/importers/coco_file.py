"""A COCO JSON file of any size: its records on disk, every one checked."""
from array import array
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, List, NamedTuple

import ijson
import numpy as np

from custom.datasets.annotations.coco_stream import CocoLists
from custom.datasets.annotations.strict_reader import (read_records,
                                                       require_file,
                                                       validate_record)
from custom.datasets.formats.disk_list import DiskGroups, DiskList
from custom.utils.errors import InputError


class CocoFile(NamedTuple):
    """What :func:`custom.datasets.annotations.strict_reader.read_records`
    returns, in a tenth of the memory. ``annotations`` has those of an image
    under its position in ``images``."""
    images: DiskList
    categories: List[dict]
    annotations: DiskGroups


def read_coco_file(path: Path) -> CocoFile:
    """Reads a COCO JSON file.

    Raises:
        InputError: As
            :func:`custom.datasets.annotations.strict_reader.read_records`.
    """
    require_file(path)
    try:
        lists = CocoLists(path)
        return _read(lambda kind: _sound(kind, lists.records(kind)))
    # That function takes 2 GB for a million boxes, and tells what is wrong.
    # It also reads what the fast parser doesn't, such as NaN.
    except (_Doubt, ijson.JSONError, InputError, ValueError):
        return _read(read_records(path).__getitem__)


class _Doubt(Exception):
    """A record may be bad."""


def _read(records: Callable[[str], Iterable[dict]]) -> CocoFile:
    images, rows = DiskList(), {}
    for row, image in enumerate(records('images')):
        rows[image['id']] = row
        images.append(image)
    categories = [*records('categories')]
    known = {category['id'] for category in categories}
    annotations = DiskGroups()
    for annotation in records('annotations'):
        row = rows.get(annotation['image_id'])
        if row is None or annotation['category_id'] not in known:
            raise _Doubt
        annotations.append(row, annotation)
    return CocoFile(images, categories, annotations)


def _sound(kind: str, records: Iterable[Any]) -> Iterator[dict]:
    hashes = array('q')  # of the ids, of which a set would take ten times that
    for record in records:
        if next(validate_record(kind, record), None) is not None:
            raise _Doubt
        hashes.append(hash(record['id']))
        yield record
    if len(np.unique(hashes)) < len(hashes):
        raise _Doubt
