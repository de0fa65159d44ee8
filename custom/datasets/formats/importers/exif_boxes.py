"""Boxes onto the image as decoded: its EXIF orientation and its edges."""
from typing import List, Optional, Sequence, Tuple

from custom.datasets.annotations.strict_reader import OVERHANG, clip
from custom.datasets.formats.records import ImportWarnings
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


def clip_box(xywh: Sequence[float], photo: ImageInfo,
             notes: ImportWarnings) -> Optional[List[float]]:
    """The part of a box inside its image; None where it is outside."""
    x, y, w, h = xywh
    inside = clip([x, y, w, h], dict(width=photo.width, height=photo.height))
    # Tools that count from 0 end up one pixel out: nothing to report.
    notes['boxes clipped to their image'] += inside is not None and max(
        -x, -y, x + w - photo.width, y + h - photo.height) > OVERHANG
    return inside


def is_outside(where: str, name: str, xywh: Sequence[float],
               photo: ImageInfo) -> str:
    """What to say of a box for which :func:`fit` gives None."""
    x, y, w, h = xywh
    return (f'{where}: the box of "{name}", {x:g}, {y:g} to {x + w:g}, '
            f'{y + h:g}, is outside the image of {photo.width} x '
            f'{photo.height} pixels. Draw it again or delete it.')
