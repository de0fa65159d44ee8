"""EXIF transpose of boxes and polygons."""
from typing import List, Sequence


def exif_transpose_box(xywh: Sequence[float], width: float, height: float,
                       orientation: int) -> List[float]:
    """A box on stored pixels as a box on the photo as shown.

    Args:
        xywh: In pixels of the stored image.
        width: Of the stored image.
        height: Of the stored image.
        orientation: EXIF value 1 to 8; 5 to 8 swap the axes, so that the
            photo as shown is ``height`` wide and ``width`` high.

    Returns:
        xywh in pixels of the photo as shown.
    """
    x, y, w, h = xywh
    if orientation in (2, 3, 7, 8):
        x = width - x - w
    if orientation in (3, 4, 6, 7):
        y = height - y - h
    return [y, x, h, w] if orientation >= 5 else [x, y, w, h]


def exif_transpose_points(points: Sequence[float], width: float, height: float,
                          orientation: int) -> List[float]:
    """:func:`exif_transpose_box` of x, y, x, y, …, the corners of a
    polygon."""
    turned: List[float] = []
    for x, y in zip(points[::2], points[1::2]):
        turned += exif_transpose_box((x, y, 0, 0), width, height,
                                     orientation)[:2]
    return turned
