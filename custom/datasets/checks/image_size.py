"""Reference size of boxes, where the sizes of file and record differ."""
from typing import Dict, Hashable, List, Sequence, Tuple

import numpy as np

from custom.datasets.annotations.box_validation import (are_fractions,
                                                        lie_inside)

# Boxes that are of the file's size, the record's, either, or neither.
FILE, RECORD, EITHER, NEITHER = 'file', 'record', 'either', 'neither'
# Part of a side by which a sloppy box may stick out of the image it is of.
_SLOPPY = 0.05

Size = Tuple[float, float]


def boxes_inside(boxes: Sequence[Sequence[float]], size: Size) -> bool:
    """Whether all boxes (xywh) lie in an image of that width and height, give
    or take a twentieth."""
    sides = np.array(size, float)
    return bool(
        lie_inside(
            np.array(boxes, float).reshape(-1, 4), sides,
            _SLOPPY * sides).all())


def infer_box_reference(boxes: Sequence[Sequence[float]], in_file: Size,
                        in_record: Size) -> str:
    """Infers whether boxes refer to the size of the file or of the record.

    Args:
        boxes: xywh.
        in_file: Width and height of the pixels.
        in_record: Those that its record tells.
    """
    # Fractions are of any size, and are multiplied by it afterwards.
    if not boxes or are_fractions(np.array(boxes, float)).all():
        return FILE
    if boxes_inside(boxes, in_file):
        return EITHER if boxes_inside(boxes, in_record) else FILE
    return RECORD if boxes_inside(boxes, in_record) else NEITHER


def infer_box_reference_of_all(
    images: Dict[Hashable, Tuple[List[Sequence[float]], Size, Size]]
) -> Dict[Hashable, str]:
    """:func:`infer_box_reference` of each image of a split.

    Where small boxes can't tell, others of the split can: if those of most
    images are of the file's size, they are too.
    """
    found = {key: infer_box_reference(*image) for key, image in images.items()}
    told = [found[key] for key, (boxes, *_) in images.items() if boxes]
    if told.count(FILE) > len(told) / 2:
        found.update((key, FILE) for key in found if found[key] == EITHER)
    return found
