"""Boxes onto the image as decoded: its EXIF orientation and its edges."""
from typing import List, Optional, Sequence, Tuple

from custom.datasets.annotations.strict_reader import OVERHANG, clip
from custom.datasets.formats.notes import ImportWarnings
from custom.datasets.images.headers import ImageInfo


def exif_transpose_box(xywh: Sequence[float], width: float, height: float,
                       orientation: int) -> List[float]:
    """A box on stored pixels as a box on the photo as shown.

    Args:
        xywh: In pixels of the stored image.
        width: Of the stored image.
        height: Of the stored image.
        orientation: EXIF value 5 to 8, those that swap the axes.

    Returns:
        xywh in pixels of the image that is ``height`` wide and ``width``
        high.
    """
    x, y, w, h = xywh
    if orientation in (6, 7):
        y = height - y - h
    if orientation in (7, 8):
        x = width - x - w
    return [y, x, h, w]


def exif_transpose_points(points: Sequence[float], width: float, height: float,
                          orientation: int) -> List[float]:
    """:func:`exif_transpose_box` of x, y, x, y, …, the corners of a
    polygon."""
    turned: List[float] = []
    for x, y in zip(points[::2], points[1::2]):
        turned += exif_transpose_box((x, y, 0, 0), width, height,
                                     orientation)[:2]
    return turned


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
