"""EXIF orientation and clipping of boxes, for the image as decoded."""
from typing import List, Optional, Sequence, Tuple

import numpy as np

from custom.datasets.annotations.box_validation import (OVERHANG, clip_box,
                                                        has_area, lie_inside,
                                                        overhangs)
from custom.datasets.formats.samples import ImportWarnings
from custom.datasets.images.headers import ImageInfo


def needs_exif_transpose(size: Tuple[float, float], photo: ImageInfo,
                         notes: ImportWarnings) -> Optional[bool]:
    """Whether boxes for an image of ``size`` are those of the photo as
    stored and must be turned upright.

    Args:
        size: Width and height that the annotation tells.
        photo: The file.
        notes: Counts turned photos, and those where sizes can't tell.

    Returns:
        None where the size is neither that as shown nor that as stored.
    """
    shown = (photo.width, photo.height)
    stored = shown[::-1] if photo.orientation >= 5 else shown
    if size not in (shown, stored):
        return None
    notes['photos whose boxes were rotated as their EXIF says'] += (
        size != shown)
    notes['photos turned by EXIF to the same size: look whether their boxes '
          'fit'] += (
              photo.orientation > 1 and stored == shown)
    return size != shown


def clip_to_image(boxes: Sequence[Sequence[float]], photo: ImageInfo,
                  notes: ImportWarnings) -> List[Optional[List[float]]]:
    """The part of each box (xywh) inside its image; None where it is
    outside, or has no area."""
    columns = np.array(boxes, float).reshape(-1, 4)
    size = np.array([photo.width, photo.height])
    is_inside = has_area(columns) & lie_inside(columns, size, 0)
    parts = [[*box] if inside else clip_box(box, photo.width, photo.height)
             for box, inside in zip(boxes, is_inside.tolist())]
    # Tools that count from 0 end up one pixel out: nothing to report.
    notes['boxes clipped to their image'] += sum(
        part is not None and by > OVERHANG
        for part, by in zip(parts,
                            overhangs(columns, size).tolist()))
    return parts


def is_outside(where: str, name: str, xywh: Sequence[float],
               photo: ImageInfo) -> str:
    """Message about a box for which :func:`clip_to_image` gives None."""
    x, y, w, h = xywh
    return (f'{where}: the box of "{name}", {x:g}, {y:g} to {x + w:g}, '
            f'{y + h:g}, is outside the image of {photo.width} x '
            f'{photo.height} pixels. Draw it again or delete it.')
