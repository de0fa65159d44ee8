"""Drawing functions: hoofed animals from the side, from horse to giraffe."""
from typing import List, NamedTuple, Tuple

import numpy as np

from custom.sample_data.pen import Pen
from custom.sample_data.style import BRIGHT, Color
from .bodies import blush, gaze, shade, single_eye
from .outline import build


class Hoofed(NamedTuple):
    """Features of a hoofed animal seen from the side.

    Attributes:
        coats: Crayons.
        neck: How far the head stands above the back.
        crown: ``ears``, ``horn``, ``knobs``, ``antlers`` or ``nose_horn``.
        mane: Whether hair hangs from the neck and the tail.
        marks: ``stripes``, ``patches``, ``hump`` or nothing.
        high: Half the trunk's height.
        leg: Length of the legs.
    """
    coats: Tuple[str, ...]
    neck: float
    crown: str = 'ears'
    mane: bool = False
    marks: str = ''
    high: float = .13
    leg: float = .27


_HORSE = Hoofed(('brown', 'brown', 'tan', 'black', 'white', 'gray'),
                .2,
                mane=True)
_UNICORN = Hoofed(('white', 'white', 'pink', 'sky', 'purple'), .2, 'horn',
                  True)
_ZEBRA = Hoofed(('white', 'white', 'silver'), .18, mane=True, marks='stripes')
_GIRAFFE = Hoofed(('yellow', 'yellow', 'orange', 'tan'),
                  .5,
                  'knobs',
                  marks='patches',
                  leg=.3)
_DEER = Hoofed(('brown', 'tan', 'orange'), .2, 'antlers', high=.11, leg=.28)
_CAMEL = Hoofed(('tan', 'yellow', 'orange', 'brown'), .2, marks='hump')
_DONKEY = Hoofed(('gray', 'silver', 'brown'), .15, 'long', True, leg=.22)
_LLAMA = Hoofed(('white', 'tan', 'brown', 'skin'),
                .32,
                'long',
                high=.15,
                leg=.18)
_RHINO = Hoofed(('gray', 'silver', 'purple'),
                -.06,
                'nose_horn',
                high=.2,
                leg=.12)
KINDS = (_HORSE, _HORSE, _HORSE, _UNICORN, _UNICORN, _ZEBRA, _ZEBRA, _GIRAFFE,
         _GIRAFFE, _GIRAFFE, _DEER, _CAMEL, _DONKEY, _LLAMA, _RHINO)


class _Frame(NamedTuple):
    """Measures of one animal: half a body's length, head's place and size."""
    long: float
    x: float
    y: float
    head: float


def _trunk(pen: Pen, kind: Hoofed, frame: _Frame, coat: Color) -> None:
    """Body, legs, neck and head in one outline or in parts."""
    long, x, y, head = frame
    thick = kind.high * pen.between(.45, .65)
    stride = pen.pick(0, 0, pen.between(.03, .08))
    foot = kind.high * .6 + kind.leg

    def parts(part: Pen) -> None:
        for spot, sway in ((-.85, -1), (-.55, 1), (.52, -1), (.82, 1)):
            at, end = spot * long, spot * long + sway * stride
            part.shape((at - thick * .6, 0), (at + thick * .6, 0),
                       (end + thick * .45, foot), (end - thick * .45, foot),
                       fill=coat)
        part.ellipse(0, 0, long * 1.05, kind.high, fill=coat)
        if kind.marks == 'hump':
            for at in pen.pick((-.05, ), (-.4, .3)):
                part.ellipse(at * long, -kind.high * .9, .1, .13, fill=coat)
        part.tube((long * .72, .02), (x - head * .3, y),
                  start=kind.high * 1.3,
                  end=head * 1.0,
                  fill=coat)
        part.tube((x - head * .3, y), (x + head * 1.25, y + head * .75),
                  start=head * 1.25,
                  end=head * .85,
                  fill=coat)
        part.ellipse(x - head * .2, y, head * .68, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.5):
        for spot, sway in ((-.85, -1), (-.55, 1), (.52, -1), (.82, 1)):
            end = spot * long + sway * stride
            pen.box(
                end - thick * .45,
                foot - .04,
                end + thick * .45,
                foot,
                fill=pen.exactly('brown'))


def _crown(pen: Pen, kind: Hoofed, frame: _Frame, coat: Color) -> None:
    """Ears and what else stands on the head, drawn before it."""
    head = pen.at(frame.x, frame.y, frame.head)
    if kind.crown == 'nose_horn':
        head.shape((.9, .3), (1.5, -.6), (1.45, .5),
                   fill=pen.exactly('silver'))
    elif kind.crown == 'antlers':
        for shift in (-.3, .15):
            head.tube((shift - .1, -.4), (shift - .3, -1.2), (shift + .1, -2),
                      start=.2,
                      end=.12,
                      fill=pen.exactly('brown'))
            for y in (-1, -1.5):
                head.tube((shift - .2, y), (shift + .4, y - .4),
                          start=.15,
                          end=.1,
                          fill=pen.exactly('brown'))
    elif kind.crown == 'knobs':
        for shift in (-.35, .05):
            head.tube((shift, -.4), (shift - .05, -1.0),
                      start=.16,
                      end=.14,
                      fill=coat)
            head.ellipse(shift - .05, -1.05, .15, fill=shade(coat, .5))
    elif kind.crown == 'horn':
        head.shape((.05, -.5), (.55, -1.9), (.45, -.4),
                   fill=pen.color('yellow', 'pink', 'orange'))
        head.line((.15, -.8), (.45, -.75), width=.6)
        head.line((.28, -1.2), (.48, -1.15), width=.6)
    tall = 1.5 if kind.crown == 'long' else 1.1
    for shift in (-.55, -.15):
        head.shape((shift - .2, -.4), (shift - .05, -tall), (shift + .25, -.5),
                   fill=coat)


def _hair_colors(pen: Pen, kind: Hoofed) -> List[Color]:
    if kind is _UNICORN:
        return [pen.color(*BRIGHT) for _ in range(pen.count(1, 4))]
    if kind is _ZEBRA:
        return [pen.exactly('black')]
    return [pen.color('brown', 'black', 'yellow', 'orange', 'white')]


def _hair(pen: Pen, kind: Hoofed, frame: _Frame, fills: List[Color]) -> None:
    """The mane along the neck."""
    long, x, y, head = frame
    crest = np.linspace((x - head * .35, y - head * .6),
                        (long * .5, -kind.high * .7), 6)
    if kind.marks == 'stripes' or pen.maybe(.3):
        for i, (at, up) in enumerate(crest):
            pen.ellipse(at - .03, up, .05, .04, fill=fills[i % len(fills)])
        return
    if len(fills) > 1 or pen.maybe(.4):
        for i, (at, up) in enumerate(crest):
            pen.ellipse(
                at - .02,
                up + .04,
                .05,
                .08,
                turn=25,
                fill=fills[i % len(fills)])
    else:
        pen.shape(
            *(crest + (.05, -.02)),
            *(crest[::-1] + (-.1, .06)),
            curved=True,
            fill=fills[0])
    pen.ellipse(
        x + head * .1,
        y - head * .6,
        head * .4,
        head * .25,
        turn=25,
        fill=fills[0])


def _tail(pen: Pen, kind: Hoofed, frame: _Frame, coat: Color,
          fills: List[Color]) -> None:
    x, y = -frame.long, -kind.high * .4
    if kind.mane and kind.marks != 'stripes':
        for i, fill in enumerate(fills):
            part = pen.at(x, y, turn=i * 8)
            part.shape((.04, -.04), (-.1, -.04), (-.2, .12), (-.16, .32),
                       (-.08, .2), (.02, .06),
                       curved=True,
                       fill=fill)
    else:
        pen.tube((x, y), (x - .07, y + .08), (x - .07, y + .2),
                 start=.035,
                 end=.025,
                 fill=coat)
        pen.ellipse(x - .07, y + .22, .025, .045, fill=shade(coat, .5))


def _marks(pen: Pen, kind: Hoofed, frame: _Frame) -> None:
    long, x, y, head = frame
    if kind.marks == 'stripes':
        black = pen.exactly('black')
        for at in np.linspace(-.8, .6, pen.count(5, 7)):
            bow = kind.high * (1 - at * at)**.5
            pen.line((at * long, -bow), (at * long + .02, bow * .5),
                     color=black,
                     width=1.4)
        for share in (.3, .55, .8):
            at = long * .72 + (x - long * .72) * share
            pen.line((at - .06, y * share + .0), (at + .06, y * share + .05),
                     color=black,
                     width=1.3)
    elif kind.marks == 'patches':
        fill = pen.color('brown', 'orange')
        for _ in range(pen.count(5, 8)):
            pen.ellipse(
                pen.between(-.75, .75) * long,
                pen.between(-.55, .5) * kind.high,
                pen.between(.03, .055),
                .035,
                turn=pen.between(-40, 40),
                fill=fill,
                width=.6)
        for share in (.25, .45, .65, .85):
            at = long * .72 + (x - head * .3 - long * .72) * share
            pen.ellipse(
                at + pen.between(-.02, .02),
                .02 + (y - .02) * share,
                .03,
                .03,
                fill=fill,
                width=.6)


def _side_face(pen: Pen, frame: _Frame, coat: Color) -> None:
    head = pen.at(frame.x, frame.y, frame.head)
    single_eye(head, .05, -.12, pen.between(.15, .26),
               pen.pick('bead', 'bead', 'dot', 'round', 'asleep'), coat)
    head.dot(1.3, .55, .08)
    if pen.maybe(.7):
        head.arc(1.0, .8, .35, .25, 30, 150, width=.8)
    if pen.maybe(.2):
        blush(head, .35, .3, 0, .18)


def from_side(pen: Pen, kind: Hoofed) -> None:
    coat = pen.color(*kind.coats)
    long, head = pen.between(.22, .3), pen.between(.1, .15)
    rise = kind.neck * pen.between(.8, 1.15)
    frame = _Frame(long, long + pen.between(.06, .14), -kind.high - rise - .04,
                   head)
    fills = _hair_colors(pen, kind)
    _tail(pen, kind, frame, coat, fills)
    _crown(pen, kind, frame, coat)
    _trunk(pen, kind, frame, coat)
    _marks(pen, kind, frame)
    if kind.mane:
        _hair(pen, kind, frame, fills)
    _side_face(pen, frame, coat)


def _front_head(pen: Pen, kind: Hoofed) -> None:
    """The face alone: long, wide at the nose."""
    coat = pen.color(*kind.coats)
    hair = pen.color(*(BRIGHT if kind is _UNICORN else ('brown', 'black')))
    for side in (-1, 1):
        ear = pen.at(0, 0, flip=side < 0)
        ear.shape((.08, -.3), (.24, -.62), (.3, -.22),
                  curved=pen.maybe(),
                  fill=coat)
        if kind.crown == 'knobs':
            ear.tube((.1, -.3), (.12, -.56), start=.06, end=.06, fill=coat)
            ear.ellipse(.12, -.58, .055, fill=shade(coat, .5))
    if kind.crown == 'horn':
        pen.shape((-.07, -.35), (0, -.85), (.07, -.35),
                  fill=pen.color('yellow', 'pink'))
    pen.shape((0, -.4), (.24, -.3), (.27, 0), (.2, .2), (.22, .4), (0, .52),
              (-.22, .4), (-.2, .2), (-.27, 0), (-.24, -.3),
              curved=True,
              fill=coat)
    pen.ellipse(0, .36, .22, .16, fill=pen.color('tan', 'skin', 'silver'))
    for side in (-1, 1):
        pen.dot(side * .09, .34, .025)
    pen.arc(0, .38, .1, .06, 20, 160, width=.8)
    if kind.mane:
        pen.shape((-.1, -.42), (.1, -.42), (.12, -.2), (0, -.05), (-.12, -.2),
                  curved=True,
                  fill=hair)
    if kind.marks == 'stripes':
        for dy in (-.1, .02, .14):
            for side in (-1, 1):
                pen.line((side * .25, dy), (side * .12, dy + .04),
                         color=pen.exactly('black'),
                         width=1.3)
    elif kind.marks == 'patches':
        for dx, dy in ((-.15, -.24), (.14, -.2), (0, -.12), (.12, .12)):
            pen.ellipse(dx, dy, .05, .04, fill=pen.exactly('brown'), width=.6)
    gaze(pen, 0, -.08, pen.between(.13, .17), pen.between(.04, .06))


def hoofed(pen: Pen) -> None:
    """Any hoofed animal, mostly from the side."""
    kind = pen.pick(*KINDS)
    plain = kind.crown in ('ears', 'horn', 'knobs',
                           'long') and not (kind.marks == 'hump')
    if plain and pen.maybe(.22):
        _front_head(pen, kind)
    else:
        from_side(pen, kind)
