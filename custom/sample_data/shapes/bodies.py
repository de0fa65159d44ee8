"""Bodies of four-legged animals in many poses, with their faces' parts."""
from typing import Callable, NamedTuple, Tuple

from custom.sample_data.pen import Pen
from custom.sample_data.style import Color
from .outline import build

# Draws a tail from the pen's origin up and away to the left.
Tail = Callable[[Pen, Color], None]


def shade(color: Color, share: float = .82) -> Color:
    """A darker tone of a color, for what would else melt into its ground."""
    return tuple(int(c * share) for c in color)


class Pose(NamedTuple):
    """Pose: where a body ends and its head goes.

    Attributes:
        x: Middle of the head.
        y: Middle of the head.
        radius: Of the head.
        profile: Whether the head may be drawn from the side, looking right.
        trunk: Ellipse (x, y, rx, ry) of the coat that markings may cover.
        front: Whether the trunk is seen from the front.
    """
    x: float
    y: float
    radius: float
    profile: bool
    trunk: Tuple[float, float, float, float]
    front: bool


def walking(pen: Pen,
            coat: Color,
            tail: Tail,
            long: float = .3,
            high: float = .15,
            leg: float = .2,
            neck: float = .04,
            head: float = .17) -> Pose:
    """On four legs, seen from the side, looking to the right."""
    thick = high * pen.between(.4, .7)
    stride = pen.pick(0, 0, pen.between(.02, .07))
    drop = pen.between(.85, 1.05)
    x, y = long + head * pen.between(.2, .5), -high * .6 - head * .5 - neck

    def parts(part: Pen) -> None:
        tail(part.at(-long * .95, -high * .4), coat)
        foot = high * .8 + leg
        for spot, sway in ((-.82, -1), (-.5, 1), (.48, -1), (.8, 1)):
            end = spot * long + sway * stride
            part.tube((spot * long, 0), (end, foot - .03),
                      start=thick * 1.2,
                      end=thick * .9,
                      fill=coat)
            part.ellipse(
                end + thick * .2, foot - .02, thick * .7, .032, fill=coat)
        part.tube((long * .62, -high * .1), (x, y + head * .2),
                  start=high * 1.3,
                  end=head,
                  fill=coat)
        part.ellipse(
            0, 0, long * 1.08, high * drop, turn=pen.between(-6, 3), fill=coat)

    build(pen, coat, parts)
    return Pose(x, y, head, True, (0, 0, long, high * drop), False)


def leaping(pen: Pen, coat: Color, tail: Tail, head: float = .16) -> Pose:
    """In full run, legs stretched out before and behind."""
    up = pen.between(-.12, .04)
    x, y = .36, -.2 + up

    def parts(part: Pen) -> None:
        tail(part.at(-.28, -.08), coat)
        for shift in (0, .08):
            part.tube((.22, 0), (.38 - shift, .12 + shift),
                      (.5 - shift, .1 + shift),
                      start=.1,
                      end=.06,
                      fill=coat)
            part.tube((-.22, .02), (-.34 + shift, .12 + shift),
                      (-.5 + shift, .16 + shift),
                      start=.13,
                      end=.06,
                      fill=coat)
        part.tube((-.28, 0), (0, -.03), (.24, -.03), (x, y + .06),
                  start=.24,
                  end=.18,
                  fill=coat)
        part.ellipse(-.2, -.01, .15, .13, fill=coat)

    build(pen, coat, parts)
    return Pose(x, y, head, True, (-.02, -.02, .24, .1), False)


def sitting(pen: Pen, coat: Color, tail: Tail, head: float = .24) -> Pose:
    """Sitting, seen from the front."""
    wide, top = pen.between(.16, .24), pen.between(-.16, -.08)
    side = pen.pick(-1, 1)

    def parts(part: Pen) -> None:
        tail(part.at(side * -wide * .8, .38, flip=side < 0), coat)
        part.shape((0, top), (wide * .6, top + .06), (wide * 1.05, .3),
                   (wide * .9, .48), (0, .5), (-wide * .9, .48),
                   (-wide * 1.05, .3), (-wide * .6, top + .06),
                   curved=True,
                   fill=coat)
        for foot in (-1, 1):
            part.ellipse(foot * wide * .95, .46, wide * .42, .05, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.8):
        inner = wide * pen.between(.25, .4)
        for foot in (-1, 1):
            pen.line((foot * inner, .28), (foot * inner * .9, .47), width=.6)
        if pen.maybe():
            pen.line((0, .34), (0, .48), width=.6)
    return Pose(0, top - head * .55, head, False, (0, .22, wide * .8, .2),
                True)


def sitting_sideways(pen: Pen,
                     coat: Color,
                     tail: Tail,
                     head: float = .19) -> Pose:
    """Sitting, seen from the side, looking to the right."""
    x, y = .16, -.2 - head * .3

    def parts(part: Pen) -> None:
        tail(part.at(-.22, .4), coat)
        part.shape((.1, -.24), (.24, -.08), (.24, .2), (.2, .42), (-.1, .48),
                   (-.3, .44), (-.32, .2), (-.16, -.04),
                   curved=True,
                   fill=coat)
        part.tube((.17, .05), (.2, .46), start=.12, end=.08, fill=coat)
        for foot in (.24, -.02):
            part.ellipse(foot, .46, .08, .035, fill=coat)

    build(pen, coat, parts)
    pen.arc(-.08, .3, .15, .17, 200, 380, width=.9)
    return Pose(x, y, head, True, (-.06, .1, .18, .22), False)


def lying(pen: Pen, coat: Color, tail: Tail, head: float = .18) -> Pose:
    """Lying on its belly, paws before it."""
    rise = pen.between(-.14, .02)

    def parts(part: Pen) -> None:
        tail(part.at(-.38, .12), coat)
        part.shape((-.42, .22), (-.4, 0), (-.2, -.1), (.1, -.08), (.3, .0),
                   (.34, .22),
                   curved=True,
                   fill=coat)
        for paw in (.17, .22):
            part.tube((.1, paw), (.3, paw), (.45, paw + .01),
                      start=.1,
                      end=.08,
                      fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.8):
        pen.arc(-.24, .14, .14, .14, 190, 370, width=.9)
    return Pose(.27, rise - .04, head, True, (-.1, .04, .22, .1), False)


def upright(pen: Pen, coat: Color, tail: Tail, head: float = .24) -> Pose:
    """On two legs like a person, as in an image book."""
    wide, lift = pen.between(.13, .19), pen.between(-50, 60)
    side = pen.pick(-1, 1)

    def parts(part: Pen) -> None:
        tail(part.at(side * -wide * .8, .3, flip=side < 0), coat)
        for hand in (-1, 1):
            part.ellipse(hand * wide * .55, .42, .075, .09, fill=coat)
            arm = part.at(hand * wide * .8, .08, turn=hand * lift)
            arm.ellipse(hand * .09, 0, .12, .05, fill=coat)
        part.ellipse(0, .2, wide, .24, fill=coat)

    build(pen, coat, parts)
    return Pose(0, -.04 - head * .75, head, False, (0, .2, wide * .8, .18),
                True)


def tiny(pen: Pen, coat: Color, tail: Tail, head: float = .33) -> Pose:
    """A baby: a big head upon a small body."""
    wide = pen.between(.15, .2)
    side = pen.pick(-1, 1)

    def parts(part: Pen) -> None:
        tail(part.at(side * -wide * .8, .36, .8, flip=side < 0), coat)
        part.ellipse(0, .32, wide, .17, fill=coat)
        for foot in (-1, 1):
            part.ellipse(foot * wide * .7, .46, .08, .05, fill=coat)
            if part.maybe(.6):
                part.ellipse(
                    foot * wide * .95,
                    .26,
                    .1,
                    .045,
                    turn=foot * 35,
                    fill=coat)

    build(pen, coat, parts)
    return Pose(0, -.1, head, False, (0, .33, wide * .8, .12), True)


def face_alone(pen: Pen, coat: Color, tail: Tail) -> Pose:
    """No body at all."""
    return Pose(0, 0, .38, False, (0, 0, 0, 0), True)


def belly(pen: Pen, pose: Pose, fill: Color) -> None:
    """A light patch upon the trunk of an animal seen from the front."""
    x, y, rx, ry = pose.trunk
    if rx and pose.front:
        pen.ellipse(x, y, rx * .7, ry * .8, fill=fill, width=.7)


def gaze(pen: Pen, x: float, y: float, apart: float, size: float, *iris:
         str) -> None:
    """Two eyes of the same kind about (x, y), most of them cute."""
    kind = pen.pick('bead', 'bead', 'bead', 'dot', 'round', 'round', 'iris',
                    'happy', 'asleep')
    fill = pen.color(*(iris or ('brown', 'blue', 'green')))
    for side in (-1, 1):
        single_eye(pen, x + side * apart, y, size, kind, fill)


def single_eye(pen: Pen, x: float, y: float, size: float, kind: str,
               iris: Color) -> None:
    """An eye: ``bead``, ``dot``, ``round``, ``iris``, ``happy``, ``asleep``.
    """
    if kind == 'happy':
        pen.arc(x, y + size * .4, size, size, 190, 350, width=.9)
    elif kind == 'asleep':
        pen.arc(x, y - size * .4, size, size * .8, 10, 170, width=.9)
    elif kind == 'dot':
        pen.dot(x, y, size * .6)
    elif kind == 'bead':
        pen.ellipse(
            x,
            y,
            size * .75,
            size * .95,
            fill=pen.exactly('black'),
            plain=True,
            width=.5)
        _glint(pen, x + size * .2, y - size * .35, size * .3)
    else:
        white = pen.exactly('white')
        pen.ellipse(x, y, size * 1.15, size * 1.3, fill=white, width=.7)
        if kind == 'iris':
            pen.ellipse(x, y, size * .9, fill=iris, plain=True, width=.4)
        pen.dot(x, y + size * .1, size * .55, pen.exactly('black'))
        _glint(pen, x + size * .2, y - size * .2, size * .25)


def _glint(pen: Pen, x: float, y: float, size: float) -> None:
    """The light in an eye."""
    pen.ellipse(x, y, size, fill=(255, 255, 255), plain=True, width=.1)


def blush(pen: Pen, x: float, y: float, apart: float, size: float) -> None:
    """Red cheeks."""
    fill = pen.exactly('pink')
    for side in (-1, 1):
        pen.ellipse(
            x + side * apart,
            y,
            size,
            size * .65,
            fill=fill,
            edge=False,
            width=.5)


def smile(pen: Pen, x: float, y: float, size: float) -> None:
    """The mouth of an animal, under its nose at (x, y)."""
    kind = pen.pick('w', 'w', 'w', 'line', 'open', 'bow')
    if kind == 'w':
        for side in (-1, 1):
            pen.arc(x + side * size * .5, y, size * .5, size * .5, 5, 175)
    elif kind == 'line':
        pen.line((x, y - size * .2), (x, y + size * .3), width=.8)
        pen.arc(x, y + size * .1, size * .7, size * .4, 20, 160, width=.9)
    elif kind == 'open':
        pen.shape((x - size * .6, y + size * .1),
                  (x + size * .6, y + size * .1),
                  (x + size * .35, y + size * .75), (x, y + size * .9),
                  (x - size * .35, y + size * .75),
                  fill=pen.exactly('red'),
                  width=.8)
    else:
        pen.arc(x, y - size * .2, size * .9, size * .7, 25, 155, width=.9)
