"""Backdrops of a drawing: ground, water, sky, doodles, letters."""
import cv2
import numpy as np

from .pen import Pen
from .raster import draw_marks
from .shapes.parts import spiral
from .style import Style, crayon


class Backdrop:
    """Backdrop layer over the whole image, in pixels.

    Attributes:
        layer: uint8 array (H, W, 4), RGBA, premultiplied.
    """

    def __init__(self, rng: np.random.Generator, style: Style, height: int,
                 width: int):
        self.layer = np.zeros((height, width, 4), np.uint8)
        self.size = (height, width)
        # A backdrop is wide: an object's wobble would be lost on it.
        self.style = style._replace(gap=0, slip=0, opaque=False)
        self.line_width = max(1, style.width * min(height, width))
        self.pen = Pen(rng, self.style)
        self.rng = rng

    def finish(self) -> np.ndarray:
        """The layer with everything drawn on it."""
        height, width = self.size
        scale = (width, height)
        marks = [m._replace(points=m.points * scale) for m in self.pen.marks]
        draw_marks(self.layer, marks, self.style, self.line_width, np.zeros(2),
                   self.rng)
        return self.layer

    # All below work in shares of the image's width and height.

    def ground(self, horizon: float) -> None:
        pen = self.pen
        color = pen.color('green', 'lime', 'green', 'brown', 'tan')
        hills = pen.pick(0, 0, .02, .05)
        xs = np.linspace(-.05, 1.05, 9)
        waves = np.sin(xs * pen.between(4, 9) + pen.between(0, 6))
        top = np.column_stack([xs, horizon + hills * waves])
        kind = pen.pick('line', 'line', 'fill', 'fill', 'band', 'tufts')
        if kind == 'fill':
            pen.shape(*top, (1.05, 1.05), (-.05, 1.05), fill=color)
        elif kind == 'band':
            low = top[::-1] + (0, pen.between(.02, .06))
            pen.shape(*top, *low, fill=color)
        elif kind == 'line':
            pen.line(*top, color=color, width=1.2, curved=True)
        if kind == 'tufts' or pen.maybe(.35):
            self._grass(horizon, color)

    def _grass(self, horizon: float, color: tuple) -> None:
        pen = self.pen
        tall = pen.between(.025, .06)
        for _ in range(pen.count(4, 16)):
            x, y = pen.between(0, 1), pen.between(horizon - .01, 1)
            for lean in (-.02, 0, .02):
                pen.line((x + lean / 3, y), (x + lean, y - tall),
                         color=color,
                         width=.55)

    def water(self, level: float) -> None:
        pen = self.pen
        blue = pen.color('blue', 'sky', 'teal')
        xs = np.linspace(-.03, 1.03, pen.count(9, 25))
        rise = np.where(np.arange(len(xs)) % 2, .018, 0)
        if pen.maybe(.5):
            pen.shape(
                *np.column_stack([xs, level - rise]), (1.05, 1.05),
                (-.05, 1.05),
                fill=pen.color('sky', 'blue'))
        for i in range(pen.count(1, 4)):
            pen.line(
                *np.column_stack([xs, level - rise + .11 * i]),
                color=blue,
                curved=True)

    def sky(self) -> None:
        """Sky: a strip of blue along the upper edge, or all of it blue."""
        pen = self.pen
        if self.style.fill == 'none':
            return
        low = pen.between(.05, .2) if pen.maybe(.55) else 1.1
        fill = pen.color('sky', 'sky', 'blue', 'yellow', 'orange', 'purple')
        pen.shape((-.05, -.05), (1.05, -.05), (1.05, low), (.5, low - .01),
                  (-.05, low),
                  fill=fill,
                  edge=False)

    def rain(self, horizon: float) -> None:
        pen = self.pen
        blue = pen.color('sky', 'blue', 'gray')
        slope = pen.between(-.015, .015)
        for _ in range(pen.count(10, 30)):
            x, y = pen.between(0, 1), pen.between(.1, horizon)
            pen.line((x, y), (x + slope, y + .03), color=blue, width=.7)

    def doodles(self) -> None:
        """Doodles: scribbles, crosses and dots that mean nothing."""
        pen = self.pen
        for _ in range(pen.count(1, 4)):
            x, y = pen.between(.05, .95), pen.between(.05, .95)
            size = pen.between(.02, .05)
            color = pen.color('black', 'blue', 'red', 'green')
            kind = pen.pick('curl', 'zigzag', 'dots', 'cross')
            if kind == 'curl':
                pen.line(*(spiral(0, 0, size, 2.5) + (x, y)), color=color)
            elif kind == 'zigzag':
                pen.line(
                    *[(x + i * size * .5, y + size * (i % 2))
                      for i in range(pen.count(8, 13))],
                    color=color)
            elif kind == 'dots':
                for i in range(3):
                    pen.dot(x + i * size, y, size * .15, color)
            else:
                pen.line((x - size, y - size), (x + size, y + size),
                         color=color)
                pen.line((x - size, y + size), (x + size, y - size),
                         color=color)

    def letters(self) -> None:
        """Letters: a name or a date near the edge."""
        height, width = self.size
        pen = self.pen
        glyphs = list('ABDEGHIKLMNPRSTUVWaeimnorsuw123456789')
        text = ''.join(pen.rng.choice(glyphs, pen.count(2, 7)))
        color = (*crayon(pen.pick('black', 'blue', 'red', 'purple'), pen.rng),
                 255)
        scale = min(height, width) * pen.between(.0012, .0026)
        x = int(width * pen.between(.02, .7))
        y = int(height * pen.pick(.07, .97))
        cv2.putText(self.layer, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale,
                    color, max(1, int(scale * 2)), cv2.LINE_AA)
