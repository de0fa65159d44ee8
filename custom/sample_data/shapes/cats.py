"""Drawing functions: cat, in many poses."""
import numpy as np

from custom.sample_data.pen import Pen
from custom.sample_data.style import Color, luminance
from .bodies import (Pose, belly, blush, face_alone, gaze, leaping, lying,
                     single_eye, sitting, sitting_sideways, smile, tiny,
                     upright, walking)
from .outline import build
from .registry import draws

_COATS = ('orange', 'orange', 'gray', 'black', 'brown', 'white', 'yellow',
          'tan', 'silver', 'pink')


def _tail(pen: Pen, coat: Color) -> None:
    """A long tail that swings up, hooks or hangs."""
    path = pen.pick(((0, 0), (-.12, .02), (-.2, -.14), (-.14, -.34)),
                    ((0, 0), (-.1, -.12), (-.06, -.28), (-.16, -.4)),
                    ((0, 0), (-.14, .02), (-.22, -.1), (-.12, -.2)),
                    ((0, 0), (-.14, -.06), (-.26, .04), (-.36, -.04)),
                    ((0, 0), (-.05, -.18), (.02, -.36), (.1, -.34)))
    thick = pen.between(.045, .09)
    pen.tube(*path, start=thick, end=thick * pen.between(.6, 1), fill=coat)


def _ears(pen: Pen, pose: Pose, coat: Color, tall: float, out: float) -> None:
    x, y, r = pose[:3]
    for side in (-1, 1):
        pen.shape((x + side * r * 1.02, y - r * .1),
                  (x + side * r * out, y - r * tall),
                  (x + side * r * .62, y - r * (.75 + tall * .2)),
                  (x + side * r * .12, y - r * .8),
                  fill=coat)


def _inner_ears(pen: Pen, pose: Pose, tall: float, out: float) -> None:
    x, y, r = pose[:3]
    for side in (-1, 1):
        pen.shape((x + side * r * .88, y - r * .5),
                  (x + side * r * out * .97, y - r * (tall - .2)),
                  (x + side * r * .45, y - r * .82),
                  fill=pen.exactly('pink'),
                  width=.6)


def _whiskers(pen: Pen, x: float, y: float, r: float) -> None:
    count, reach = pen.pick(2, 3, 3), pen.between(1.05, 1.4)
    slope = pen.between(.12, .3)
    for side in (-1, 1):
        for i in range(count):
            bow = (i - (count - 1) / 2) * slope
            pen.line((x + side * r * .55, y + bow * r * .6),
                     (x + side * r * reach, y + bow * r * 1.6),
                     width=.6)


def _skull(pen: Pen, pose: Pose, coat: Color) -> None:
    """Head and ears, in one outline or three."""
    x, y, r = pose[:3]
    tall, out = pen.between(1.2, 1.6), pen.between(.75, 1.05)
    wide, low = pen.between(1, 1.25), pen.between(.82, .98)

    def parts(part: Pen) -> None:
        _ears(part, pose, coat, tall, out)
        part.ellipse(x, y, r * wide, r * low, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.6):
        _inner_ears(pen, pose, tall, out)


def _mask(pen: Pen, x: float, y: float, r: float) -> None:
    """Stripes, patches or a white muzzle."""
    shade = pen.color('brown', 'black')
    if pen.maybe(.35):
        for dx in (-.22, 0, .22):
            pen.line((x + dx * r, y - r * .85),
                     (x + dx * r * .8, y - r * (.5 - abs(dx))),
                     color=shade)
    if pen.maybe(.25):
        for side in (-1, 1):
            for dy in (.0, .2):
                pen.line((x + side * r * .95, y + dy * r),
                         (x + side * r * .68, y + dy * r),
                         color=shade,
                         width=.8)
    if pen.maybe(.3):
        for side in (-1, 1):
            pen.ellipse(
                x + side * r * .2,
                y + r * .42,
                r * .27,
                r * .23,
                fill=pen.exactly('white'),
                edge=False,
                width=.6)


def _face(pen: Pen, pose: Pose, coat: Color) -> None:
    x, y, r = pose[:3]
    _mask(pen, x, y, r)
    apart = r * pen.between(.36, .52)
    size = r * pen.between(.13, .24)
    # A black cat's pupils can't be seen but in colored eyes.
    if pen.maybe(.8 if luminance(coat) < 60 else .25):
        _slit_eyes(pen, x, y - r * .08, apart, size)
    else:
        gaze(pen, x, y - r * .08, apart, size, 'green', 'yellow', 'blue')
    nose = r * pen.between(.08, .13)
    pen.shape((x - nose, y + r * .2), (x + nose, y + r * .2), (x, y + r * .34),
              fill=pen.exactly('pink'),
              width=.7)
    smile(pen, x, y + r * .36, r * pen.between(.26, .4))
    if pen.maybe(.85):
        _whiskers(pen, x, y + r * .3, r)
    if pen.maybe(.25):
        blush(pen, x, y + r * .3, r * .65, r * .15)


def _slit_eyes(pen: Pen, x: float, y: float, apart: float,
               size: float) -> None:
    """A cat's own: almonds of green or yellow, the pupil upright."""
    iris = pen.color('lime', 'yellow', 'green', 'sky')
    for side in (-1, 1):
        pen.ellipse(
            x + side * apart,
            y,
            size * 1.3,
            size,
            turn=-side * 15,
            fill=iris,
            width=.7)
        pen.ellipse(
            x + side * apart,
            y,
            size * .3,
            size * .85,
            fill=pen.exactly('black'),
            plain=True,
            width=.3)


def _profile(pen: Pen, pose: Pose, coat: Color) -> None:
    """A head from the side: flat face, ears behind each other."""
    x, y, r = pose[:3]

    def parts(part: Pen) -> None:
        for shift in (-.55, .1):
            part.shape((x + r * (shift - .3), y - r * .6),
                       (x + r * (shift + .05), y - r * 1.5),
                       (x + r * (shift + .4), y - r * .65),
                       fill=coat)
        part.ellipse(x, y, r, r * .92, fill=coat)
        part.ellipse(x + r * .7, y + r * .25, r * .42, r * .36, fill=coat)

    build(pen, coat, parts)
    single_eye(pen, x + r * .4, y - r * .12, r * .18,
               pen.pick('bead', 'dot', 'iris', 'asleep'),
               pen.color('green', 'yellow'))
    pen.dot(x + r * 1.08, y + r * .1, r * .1, pen.exactly('pink'))
    pen.arc(x + r * .85, y + r * .25, r * .25, r * .22, 20, 140, width=.8)
    for dy in (.2, .35):
        pen.line((x + r * .75, y + r * dy),
                 (x + r * .1, y + r * (dy * 1.8 - .1)),
                 width=.6)


def _stripes(pen: Pen, pose: Pose) -> None:
    x, y, rx, ry = pose.trunk
    if not rx or pose.front:
        return
    shade = pen.color('brown', 'black', 'orange')
    for at in np.linspace(-.7, .5, pen.count(3, 5)):
        top = y - ry * (1 - at * at)**.5
        pen.line((x + at * rx, top), (x + at * rx + .02, top + ry * .7),
                 color=shade,
                 width=1.3)


def _collar(pen: Pen, pose: Pose) -> None:
    x, y, r = pose[:3]
    pen.arc(
        x,
        y + r * .55,
        r * .75,
        r * .5,
        25,
        155,
        color=pen.color('red', 'blue', 'pink'),
        width=2)
    pen.dot(x, y + r * 1.08, r * .12, pen.exactly('yellow'))


def _curled(pen: Pen, coat: Color) -> None:
    """Asleep, rolled up, the tail around it."""
    pen.ellipse(0, .05, .42, .27, fill=coat)
    pose = Pose(.2, .06, .2, False, (-.1, 0, .3, .2), False)
    pen.tube((-.38, .14), (-.2, .3), (.06, .31), (.2, .27),
             start=.1,
             end=.07,
             fill=coat)
    _stripes(pen, pose)
    _skull(pen, pose, coat)
    for side in (-1, 1):
        single_eye(pen, .2 + side * .08, .04, .035, 'asleep', coat)
    pen.dot(.2, .1, .016, pen.exactly('pink'))
    smile(pen, .2, .12, .05)


def _from_behind(pen: Pen, coat: Color) -> None:
    """On its haunches, seen from behind: ears, back and tail."""
    side = pen.pick(-1, 1)
    pose = Pose(0, -.28, .17, False, (0, .15, .2, .3), True)

    def parts(part: Pen) -> None:
        _tail(part.at(side * -.16, .42, flip=side < 0), coat)
        part.shape((0, -.25), (.14, -.1), (.25, .25), (.2, .47), (0, .5),
                   (-.2, .47), (-.25, .25), (-.14, -.1),
                   curved=True,
                   fill=coat)
        _ears(part, pose, coat, 1.5, .85)
        part.ellipse(0, -.28, .18, .16, fill=coat)

    build(pen, coat, parts)


def _posed(pen: Pen, coat: Color) -> None:
    how = pen.pick(walking, walking, sitting, sitting, sitting, tiny, tiny,
                   sitting_sideways, lying, upright, leaping, face_alone,
                   face_alone)
    if how is walking:
        pose = walking(pen, coat, _tail, pen.between(.24, .34),
                       pen.between(.1, .16), pen.between(.1, .22),
                       pen.between(-.02, .06), pen.between(.14, .24))
    else:
        pose = how(pen, coat, _tail)
    if pen.maybe(.35):
        _stripes(pen, pose)
    if pen.maybe(.3):
        belly(pen, pose, pen.color('white', 'skin', 'silver'))
    if pose.profile and pen.maybe(.25):
        _profile(pen, pose, coat)
        return
    if pose.trunk[2] and pen.maybe(.25):
        _collar(pen, pose)
    _skull(pen, pose, coat)
    _face(pen, pose, coat)


@draws('cat', size=(.18, .45))
def cat(pen: Pen) -> None:
    draw = pen.pick(*[_posed] * 12, _curled, _from_behind)
    draw(pen, pen.color(*_COATS))
