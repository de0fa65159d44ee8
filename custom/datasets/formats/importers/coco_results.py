"""COCO results: detections in a list, without images and classes.

Format: https://cocodataset.org/#format-results
"""
from pathlib import Path
from typing import Any, Iterator

from custom.datasets.formats.importers.json_kind import kind_of_json
from custom.datasets.formats.importers.json_stream import iter_items
from custom.utils.errors import InputError


def read_results(path: Path) -> Iterator[Any]:
    """The records of a file of results, one by one: ``image_id``,
    ``category_id``, ``bbox`` and ``score``.

    Raises:
        InputError: It is no JSON.
    """
    return iter_items(path)


def annotations_beside(results: Path) -> Path:
    """The COCO file that tells the images and classes of results: the only
    one in their folder, or else one level up or in ``annotations``.

    Raises:
        InputError: There is none, or there are several.
    """
    for folder in (results.parent, results.parent / 'annotations',
                   results.parent.parent,
                   results.parent.parent / 'annotations'):
        found = [
            path for path in sorted(folder.glob('*.json'))
            if kind_of_json(path) == 'coco'
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(
                f'{results}: holds results (detections), whose images and '
                f'classes {found[0]} or {found[1]} may tell. Leave one of '
                'them beside it.')
    raise InputError(
        f'{results}: holds results (detections), which name neither images '
        'nor classes. Put the COCO file that they are of beside it.')
