"""Boxes around shapes: polygons, ellipses and rotated rectangles; and the
numbers that they are made of."""
import contextlib
import math
from typing import Any, List, Optional, Sequence, Tuple

Corners = Tuple[float, float, float, float]


def flat_points(points: Any) -> List[float]:
    """[[x, y], …] as [x, y, …].

    Raises:
        ValueError: They are not pairs of numbers.
    """
    if not (isinstance(points, list) and points and all(
            isinstance(point, (list, tuple)) and len(point) == 2
            for point in points)):
        raise ValueError('has no list of points [x, y]. Draw it again or '
                         'delete it.')
    return [number(value) for point in points for value in point]


def number(value: Any) -> float:
    """A finite number, or the text of one.

    Raises:
        ValueError: It is none.
    """
    found = math.nan
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            found = float(value)
    if not math.isfinite(found):
        raise ValueError(f'has {value!r:.40} where a number must be. Draw it '
                         'again or delete it.')
    return found


def told_size(width: Any, height: Any) -> Optional[Tuple[float, float]]:
    """The size of an image as an annotation tells it; None where it doesn't.
    """
    try:
        size = number(width), number(height)
    except ValueError:
        return None
    return size if min(size) > 0 else None


def polygon_box(points: Sequence[float]) -> Corners:
    """x1, y1, x2, y2 of the box around [x, y, x, y, …].

    Raises:
        ValueError: There is but one point.
    """
    if len(points) < 4:
        raise ValueError('has one point alone. Draw it again or delete it.')
    xs, ys = points[::2], points[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def ellipse_box(center: Tuple[float, float],
                radii: Tuple[float, float],
                degrees: float = 0) -> Corners:
    """x1, y1, x2, y2 of the box around an ellipse, turned clockwise around
    its center."""
    cos, sin = _turn(degrees)
    half_w = math.hypot(radii[0] * cos, radii[1] * sin)
    half_h = math.hypot(radii[0] * sin, radii[1] * cos)
    x, y = center
    return x - half_w, y - half_h, x + half_w, y + half_h


def rotated_box(corners: Corners, degrees: float,
                pivot: Tuple[float, float]) -> Corners:
    """x1, y1, x2, y2 of the box around one that is turned clockwise around a
    point."""
    cos, sin = _turn(degrees)
    x1, y1, x2, y2 = corners
    points: List[float] = []
    for x, y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2)):
        x, y = x - pivot[0], y - pivot[1]
        points += pivot[0] + x * cos - y * sin, pivot[1] + x * sin + y * cos
    return polygon_box(points)


def _turn(degrees: float) -> Tuple[float, float]:
    """Cosine and sine; of quarter turns exact, so that edges stay whole."""
    cos, sin = (f(math.radians(degrees)) for f in (math.cos, math.sin))
    return (round(cos), round(sin)) if degrees % 90 == 0 else (cos, sin)
