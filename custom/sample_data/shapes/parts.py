"""Parts of objects that several classes share: faces, blobs, stars."""
import numpy as np

from custom.sample_data.pen import Pen, oval


def bumps(x: float,
          y: float,
          rx: float,
          ry: float,
          count: int,
          depth: float,
          start: float = 0) -> np.ndarray:
    """Outline of a puffy blob about (x, y), points (N, 2)."""
    t = np.linspace(0, 2 * np.pi, count * 7, endpoint=False)
    radius = 1 - depth + depth * np.abs(np.sin(count * t / 2))
    return np.column_stack([
        x + rx * radius * np.cos(t + start),
        y + ry * radius * np.sin(t + start)
    ])


def spikes(x: float,
           y: float,
           outer: float,
           inner: float,
           count: int,
           start: float = -90) -> np.ndarray:
    """Outline of a star with ``count`` points: array (2 count, 2)."""
    t = np.radians(start + np.arange(2 * count) * 180 / count)
    radius = np.where(np.arange(2 * count) % 2, inner, outer)
    return np.column_stack([x + radius * np.cos(t), y + radius * np.sin(t)])


def eye(pen: Pen, x: float, y: float, size: float, kind: str) -> None:
    """One eye: ``dot``, ``round``, ``shut`` or ``line``."""
    if kind == 'dot':
        pen.dot(x, y, size * 0.5)
    elif kind == 'round':
        pen.ellipse(x, y, size, fill=pen.exactly('white'), width=.7)
        look = pen.between(-.35, .35) * size
        pen.dot(x + look, y + 0.1 * size, size * 0.42)
    elif kind == 'shut':
        pen.arc(x, y, size, size, 200, 340, width=.8)
    else:
        pen.line((x, y - size), (x, y + size * 0.6), width=.9)


def eyes(pen: Pen, x: float, y: float, apart: float, size: float) -> None:
    """Two eyes of the same kind about (x, y)."""
    kind = pen.pick('dot', 'dot', 'dot', 'round', 'round', 'shut', 'line')
    eye(pen, x - apart, y, size, kind)
    eye(pen, x + apart, y, size, kind)


def mouth(pen: Pen, x: float, y: float, size: float) -> None:
    """A smile, most often."""
    kind = pen.pick('smile', 'smile', 'smile', 'open', 'flat', 'o')
    if kind == 'smile':
        pen.arc(x, y - size * 0.5, size, size * 0.8, 20, 160, width=.9)
    elif kind == 'open':
        pen.shape(
            *oval(x, y - size * 0.3, size, size, 0, 180),
            fill=pen.exactly('red'),
            width=.8)
    elif kind == 'flat':
        pen.line((x - size * .7, y), (x + size * .7, y), width=.9)
    else:
        pen.ellipse(x, y, size * .3, fill=pen.exactly('red'), width=.8)


def face(pen: Pen, x: float, y: float, radius: float) -> None:
    """Eyes, mouth and perhaps nose and cheeks on a head."""
    eyes(pen, x, y - radius * 0.2, radius * pen.between(.28, .42),
         radius * pen.between(.1, .2))
    mouth(pen, x, y + radius * 0.4, radius * pen.between(.3, .5))
    if pen.maybe(.35):
        pen.line((x, y - .05 * radius), (x - .1 * radius, y + .15 * radius),
                 width=.7)
    if pen.maybe(.3):
        for side in (-1, 1):
            pen.ellipse(
                x + side * radius * .6,
                y + radius * .25,
                radius * .14,
                fill=pen.exactly('pink'),
                edge=False,
                width=.6)


def spiral(x: float, y: float, radius: float, turns: float) -> np.ndarray:
    """A spiral from the middle outwards, points (N, 2)."""
    t = np.linspace(0, 1, int(turns * 14))
    angle = t * turns * 2 * np.pi
    return np.column_stack(
        [x + radius * t * np.cos(angle), y + radius * t * np.sin(angle)])
