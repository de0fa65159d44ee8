"""Drawing functions: flower."""
import numpy as np

from custom.sample_data.pen import Pen
from .parts import bumps, face, spikes, spiral
from .registry import draws
from .trees import leafy


def _bloom(pen: Pen, radius: float, stemmed: bool = True) -> None:
    """Petals round a middle, about the origin."""
    petal = pen.color('red', 'pink', 'yellow', 'purple', 'orange', 'blue',
                      'magenta', 'white')
    heart = pen.color('yellow', 'yellow', 'orange', 'brown')
    # Without a stem, points would make a sun and a curl a sweet.
    odd = ('points', 'curl') if stemmed else ()
    kind = pen.pick('ovals', 'ovals', 'discs', 'puffs', *odd)
    core = radius * pen.between(.28, .42)
    if kind in ('ovals', 'discs'):
        count = pen.count(4, 6) if kind == 'discs' else pen.count(5, 13)
        far = (radius + core) / 2
        thick = min(far * np.pi / count * pen.between(.8, 1.1), radius * .4)
        for i in range(count):
            part = pen.at(0, 0, turn=360 / count * i + pen.between(-6, 6))
            part.ellipse(far, 0, (radius - core) / 2 * 1.15, thick, fill=petal)
    elif kind == 'puffs':
        pen.shape(
            *bumps(0, 0, radius, radius, pen.count(5, 8),
                   pen.between(.25, .45)),
            fill=petal)
    elif kind == 'points':
        pen.shape(
            *spikes(0, 0, radius, core * 1.2, pen.count(6, 12)), fill=petal)
    else:
        pen.ellipse(0, 0, radius, fill=petal)
        pen.line(*spiral(0, 0, radius * .85, 3))
        return
    pen.ellipse(0, 0, core, fill=heart)
    if pen.maybe(.22):
        face(pen, 0, 0, core)


def _tulip(pen: Pen, radius: float) -> None:
    petal = pen.color('red', 'pink', 'yellow', 'purple', 'magenta')
    r = radius
    pen.shape((-r * .8, -r), (-r * .4, -r * .4), (0, -r * 1.1),
              (r * .4, -r * .4), (r * .8, -r), (r * .75, r * .3), (0, r * .8),
              (-r * .75, r * .3),
              fill=petal)


@draws('flower', size=(.12, .4), tilt=8, share=1.2)
def flower(pen: Pen) -> None:
    green = leafy(pen)
    radius = pen.between(.17, .3)
    if pen.maybe(.12):
        _bloom(pen, .5, stemmed=False)
        return
    top = -.5 + radius
    sway = pen.between(-.08, .08)
    if pen.maybe(.7):
        pen.line((sway, .5), (sway * 1.5, (.5 + top) / 2), (0, top),
                 color=green,
                 width=pen.pick(1, 1.5),
                 curved=True)
    else:
        pen.tube((sway, .5), (sway, (.5 + top) / 2), (0, top),
                 start=.05,
                 end=.04,
                 fill=green)
    for side in (-1, 1):
        if pen.maybe(.65):
            y = pen.between(.1, .35)
            far = pen.between(.16, .26)
            pen.shape((sway, y + .08), (sway + side * far * .5, y - .06),
                      (sway + side * far, y - .08),
                      (sway + side * far * .6, y + .06),
                      fill=green,
                      curved=True)
    if pen.maybe(.12):
        pen.shape((-.15, .3), (.15, .3), (.11, .6), (-.11, .6),
                  fill=pen.color('brown', 'orange', 'blue'))
    head = pen.at(0, top, turn=pen.between(-15, 15))
    (_tulip if pen.maybe(.2) else _bloom)(head, radius)
