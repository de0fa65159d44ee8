"""Values that the image records of a COCO file have beside COCO's own keys."""
from pathlib import Path
from typing import Any, Dict, List, Sequence

from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError


def image_values(path: Path, keys: Sequence[str]) -> Dict[str, List[Any]]:
    """The values of some keys, such as ``source``, of every image in order of
    the file; None of an image without one. Nothing else is kept in memory.

    Raises:
        InputError: No image has a key; names those that there are.
    """
    values: Dict[str, List[Any]] = {key: [] for key in keys}
    if not values:
        return values
    there: Dict[str, None] = {}
    for record in open_coco(path).records('images'):
        there.update(dict.fromkeys(record))
        for key, mine in values.items():
            mine.append(record.get(key))
    for key in values:
        if key not in there:
            raise InputError(f'{path}: no image has a "{key}". They have '
                             f'{", ".join(there)}; name one of these.')
    return values
