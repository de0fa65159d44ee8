"""Pen: vector marks with a wobbly hand, from which objects are drawn.

Drawing functions say what, the style says how. They work in units of their
own, about one unit for the whole object, x to the right and y down, and leave
a list of :class:`Mark`. Only :func:`custom.sample_data.raster.rasterize` knows
pixels, so an object is fitted to any size after it has been drawn.
"""
from typing import List, NamedTuple, Optional, Tuple

import numpy as np

from .style import BRIGHT, Color, Style, crayon, legible, luminance

Point = Tuple[float, float]


class Mark(NamedTuple):
    """Mark of a pen: one line or shape.

    Attributes:
        points: float64 array (N, 2), x and y in object units.
        closed: Whether the last point joins the first.
        fill: RGB of the inside, or None.
        line: RGB of the line, or None.
        width: Line width in multiples of the style's.
        hides: Whether a hollow shape hides what lies under it.
        plain: Filled solidly whatever the style (eyes, wheels).
    """
    points: np.ndarray
    closed: bool
    fill: Optional[Color]
    line: Optional[Color]
    width: float
    hides: bool
    plain: bool


class Pen:
    """Pen that records the marks of one object.

    Args:
        rng: Source of all chance.
        style: The image's style.
        turn: Rotation of the object, degrees, clockwise.
        flip: Mirrors the object left to right.
        aspect: Stretch in x.
        lean: Shear, x gained per unit of y.
    """

    def __init__(self,
                 rng: np.random.Generator,
                 style: Style,
                 turn: float = 0,
                 flip: bool = False,
                 aspect: float = 1,
                 lean: float = 0):
        self.rng = rng
        self.style = style
        self.marks: List[Mark] = []
        self._frame = _frame(0, 0, 1, turn, flip)
        self._frame[:, 0] *= aspect
        self._frame[:, 1] += lean * self._frame[:, 0]

    def at(self,
           x: float,
           y: float,
           scale: float = 1,
           turn: float = 0,
           flip: bool = False) -> 'Pen':
        """A pen for a part, whose origin is (x, y), on the same object."""
        part = Pen(self.rng, self.style)
        part.marks = self.marks
        inner = _frame(x, y, scale, turn, flip)
        part._frame = np.column_stack([
            self._frame[:, :2] @ inner[:, :2],
            self._frame[:, :2] @ inner[:, 2] + self._frame[:, 2]
        ])
        return part

    # Chance

    def maybe(self, chance: float = 0.5) -> bool:
        return bool(self.rng.random() < chance)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(self.rng.random())

    def count(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both possible."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def color(self, *names: str) -> Color:
        """Color of one of the named crayons, or of one this child likes."""
        if self.maybe(self.style.freedom):
            names = BRIGHT
        return self._tone(crayon(self.pick(*names), self.rng))

    def exactly(self, name: str) -> Color:
        """The named crayon, where no other would do (a pupil, a tongue)."""
        return self._tone(crayon(name, self.rng, 10))

    def _tone(self, color: Color) -> Color:
        if not self.style.gray:
            return color
        return (int(60 + 0.7 * luminance(color)), ) * 3

    # Marks

    def line(self,
             *points: Point,
             color: Optional[Color] = None,
             width: float = 1,
             curved: bool = False,
             vivid: bool = False) -> None:
        """An open line; ``color`` yields to the ink unless ``vivid``."""
        path = _path(np.array(points, float), curved, closed=False)
        if vivid:
            line = legible(color, self.style.paper)
        else:
            line = self._line_color(color)
        self._mark(path, False, None, line, width)

    def shape(self,
              *points: Point,
              fill: Optional[Color] = None,
              curved: bool = False,
              width: float = 1,
              plain: bool = False,
              edge: bool = True) -> None:
        """A closed shape; without ``fill`` it stays hollow."""
        path = _path(np.array(points, float), curved, closed=True)
        style = self.style
        colored = fill is not None and (plain or
                                        (style.fill != 'none'
                                         and self.maybe(style.colored)))
        line = self._line_color(fill)
        if plain and style.ink is None:
            line = fill
        if colored and (not edge or not (style.outlined or plain)):
            # White on white paper needs its outline all the same.
            seen = legible(fill, style.paper) == fill
            line = None if seen else line
        self._mark(path, True, fill if colored else None, line, width, plain)

    def ellipse(self,
                x: float,
                y: float,
                rx: float,
                ry: Optional[float] = None,
                turn: float = 0,
                **kwargs) -> None:
        """An ellipse about (x, y), turned by degrees; a circle without ry."""
        self.shape(*oval(x, y, rx, rx if ry is None else ry, turn=turn),
                   **kwargs)

    def arc(self, x: float, y: float, rx: float, ry: float, start: float,
            stop: float, **kwargs) -> None:
        """A part of an ellipse, degrees clockwise from the right."""
        self.line(*oval(x, y, rx, ry, start, stop), **kwargs)

    def box(self, left: float, top: float, right: float, bottom: float,
            **kwargs) -> None:
        self.shape((left, top), (right, top), (right, bottom), (left, bottom),
                   **kwargs)

    def tube(self, *points: Point, start: float, end: float, **kwargs) -> None:
        """A limb along ``points``, ``start`` thick at first and then ``end``.
        """
        path = _path(np.array(points, float), True, closed=False)
        along = np.gradient(path, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        half = np.linspace(start, end, len(path))[:, None] / 2
        side = np.column_stack([-along[:, 1], along[:, 0]]) * half
        tip = path[-1] + along[-1] * end / 2
        self.shape(
            *np.concatenate([path + side, tip[None], (path - side)[::-1]]),
            **kwargs)

    def dot(self,
            x: float,
            y: float,
            radius: float,
            color: Optional[Color] = None) -> None:
        """A small solid disc, in the ink where no color is given."""
        if color is None:
            color = self._line_color(None)
        self.ellipse(x, y, radius, fill=color, plain=True, width=0.5)

    def _line_color(self, color: Optional[Color]) -> Color:
        style = self.style
        if style.ink is not None and (color is None or style.fill == 'none'):
            return style.ink
        if color is None:
            color = self._tone((45, 42, 45))
        elif style.ink is not None:
            if style.outlined:
                return style.ink
        elif style.fill == 'solid' and style.outlined:
            color = tuple(int(c * 0.72) for c in color)
        return legible(color, style.paper)

    def _mark(self,
              path: np.ndarray,
              closed: bool,
              fill: Optional[Color],
              line: Optional[Color],
              width: float,
              plain: bool = False) -> None:
        path = path @ self._frame[:, :2].T + self._frame[:, 2]
        path = _wobbly(path, closed, self.style.wobble, self.rng)
        self.marks.append(
            Mark(path, closed, fill, line, width, self.style.opaque, plain))


def bend(marks: List[Mark], strength: float,
         rng: np.random.Generator) -> List[Mark]:
    """Distorts a whole object smoothly, so that its parts stay together.

    Args:
        marks: In object units.
        strength: Largest usual shift in object units, .03 is plenty.
        rng: Source of chance.
    """
    wave = rng.normal(0, 1.1, (2, 2))
    phase = rng.uniform(0, 2 * np.pi, 2)
    reach = rng.normal(0, strength, 2)
    return [
        mark._replace(points=mark.points +
                      reach * np.sin(2 * np.pi * mark.points @ wave + phase))
        for mark in marks
    ]


def oval(x: float,
         y: float,
         rx: float,
         ry: float,
         start: float = 0,
         stop: float = 360,
         turn: float = 0) -> np.ndarray:
    """Points of an elliptic arc, degrees clockwise from the right: (N, 2)."""
    whole = stop - start == 360
    count = max(6, int(abs(stop - start) / 12))
    t = np.radians(np.linspace(start, stop, count, endpoint=not whole))
    points = np.column_stack([rx * np.cos(t), ry * np.sin(t)])
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return points @ np.array([[c, s], [-s, c]]) + (x, y)


def _frame(x: float, y: float, scale: float, turn: float,
           flip: bool) -> np.ndarray:
    c, s = np.cos(np.radians(turn)) * scale, np.sin(np.radians(turn)) * scale
    sign = -1 if flip else 1
    return np.array([[sign * c, -s, x], [sign * s, c, y]])


def _path(points: np.ndarray, curved: bool, closed: bool) -> np.ndarray:
    """Catmull-Rom through the points when curved, else the points."""
    if not curved or len(points) < 3:
        return points
    if closed:
        p = np.concatenate([points[-1:], points, points[:2]])
    else:
        p = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 8, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (p[i:len(p) - 3 + i, None] for i in range(4))
    curve = 0.5 * (2 * p1 + (p2 - p0) * t +
                   (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 +
                   (3 * p1 - p0 - 3 * p2 + p3) * t**3)
    curve = curve.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, points[-1:]])


def _wobbly(path: np.ndarray, closed: bool, wobble: float,
            rng: np.random.Generator) -> np.ndarray:
    """Resamples a path and moves it as an unsteady hand would."""
    if closed:
        path = np.concatenate([path, path[:1]])
    steps = np.hypot(*np.diff(path, axis=0).T)
    length = np.concatenate([[0.], np.cumsum(steps)])
    total = length[-1]
    if total < 1e-6:
        return path
    at = np.union1d(length, np.arange(0, total, 0.045))
    path = np.column_stack([np.interp(at, length, axis) for axis in path.T])
    if closed:
        at, path = at[:-1], path[:-1]
    # Slow waves bend the whole line, quick ones make it tremble. They are
    # periodic on closed paths so that these stay closed.
    waves = np.array([1, 2, 3, max(4, round(total * 6))])
    if not closed:
        waves = waves * 0.6
    power = rng.normal(size=(4, 2)) * np.array([[1.], [.8], [.5], [.18]])
    phase = rng.random((4, 1)) * 2 * np.pi
    swing = np.sin(2 * np.pi * waves[:, None] * at / total + phase)
    reach = wobble * min(0.022, 0.05 * total)
    return path + reach * (swing.T @ power)
