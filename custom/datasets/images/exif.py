"""EXIF transpose of boxes and polygons."""
from typing import List, Sequence


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
