"""Drawing functions: fish, of many shapes, with fins and patterns."""
from typing import Tuple

import numpy as np

from custom.sample_data.pen import Pen, oval
from custom.sample_data.style import Color
from .bodies import blush, gaze, shade, single_eye
from .outline import build
from .parts import spikes
from .registry import draws

_SCALES = ('orange', 'orange', 'blue', 'yellow', 'red', 'green', 'purple',
           'silver', 'pink', 'teal', 'sky', 'lime')
_PATTERNS = ('', '', 'scales', 'scales', 'bands', 'bands', 'dots', 'lines',
             'belly')


def _colors(pen: Pen) -> Tuple[Color, Color]:
    """Of the body, and of its fins."""
    coat = pen.color(*_SCALES)
    if pen.maybe(.5):
        return coat, pen.color('orange', 'yellow', 'red', 'blue', 'purple')
    return coat, coat if pen.style.outlined and pen.maybe() else shade(coat)


def _tail(pen: Pen, x: float, size: float, fill: Color) -> None:
    """The tail fin, behind (x, 0)."""
    tail = pen.at(x, 0, size)
    kind = pen.pick('fork', 'fork', 'fan', 'heart', 'round', 'veil')
    if kind == 'fork':
        tail.shape((.25, -.12), (-.9, -.9), (-.55, 0), (-.9, .9), (.25, .12),
                   fill=fill)
    elif kind == 'fan':
        tail.shape((.25, -.15), (-.85, -.75), (-.95, 0), (-.85, .75),
                   (.25, .15),
                   curved=pen.maybe(),
                   fill=fill)
    elif kind == 'heart':
        tail.shape((.25, 0), (-.3, -.65), (-.9, -.75), (-1, -.3), (-.65, 0),
                   (-1, .3), (-.9, .75), (-.3, .65),
                   curved=True,
                   fill=fill)
    elif kind == 'round':
        for side in (-1, 1):
            tail.ellipse(-.45, side * .35, .55, .3, turn=side * -35, fill=fill)
    else:
        tail.shape((.25, -.1), (-.4, -.8), (-1.3, -1.0), (-1.1, -.4),
                   (-1.4, 0), (-1.1, .4), (-1.3, 1.0), (-.4, .8), (.25, .1),
                   curved=True,
                   fill=fill)
    if pen.maybe(.5):
        for y in (-.35, 0, .35):
            tail.line((-.1, y * .4), (-.6, y), width=.6)


def _back_fin(pen: Pen, high: float, fill: Color) -> None:
    top = -high * .75
    rise = pen.between(.08, .2)
    kind = pen.pick('sail', 'triangle', 'comb', 'long')
    if kind == 'sail':
        pen.shape((-.18, top), (-.12, -high - rise), (.06, -high - rise * .9),
                  (.2, top),
                  curved=True,
                  fill=fill)
    elif kind == 'triangle':
        pen.shape((-.12, top), (-.08, -high - rise), (.2, top), fill=fill)
    elif kind == 'comb':
        comb = [(x, -high - rise * (.6 if i % 2 else 1.0) * (1 - abs(x)))
                for i, x in enumerate(np.linspace(-.2, .2, 7))]
        pen.shape((-.24, top), *comb, (.24, top), fill=fill)
    else:
        pen.shape((-.26, top * .6), (-.2, -high - .05), (.18, -high - .06),
                  (.25, top),
                  curved=True,
                  fill=fill)


def _belly_fin(pen: Pen, high: float, fill: Color) -> None:
    drop = pen.between(.06, .14)
    pen.shape((-.08, high * .75), (-.14, high + drop), (.02, high + drop * .6),
              (.12, high * .8),
              curved=pen.maybe(),
              fill=fill)


def _side_fin(pen: Pen, high: float, fill: Color) -> None:
    fin = pen.at(.02, high * .25, turn=pen.between(-20, 25))
    fin.shape((.06, -.04), (-.06, -.09), (-.13, -.02), (-.08, .07), (.05, .04),
              curved=True,
              fill=fill)


def _trunk(pen: Pen, kind: str, high: float, coat: Color) -> None:
    if kind == 'oval':
        pen.ellipse(.06, 0, .38, high, fill=coat)
    elif kind == 'lens':
        pen.shape((-.36, 0), (-.1, -high * .88), (.15, -high),
                  (.38, -high * .55), (.47, 0), (.38, high * .55), (.15, high),
                  (-.1, high * .88),
                  curved=True,
                  fill=coat)
    elif kind == 'almond':
        arc = oval(.06, high * .55, .46, high * 1.5, 197, 343)
        pen.shape(*arc, *(arc[::-1] * (1, -1)), fill=coat)
    else:
        pen.shape((-.34, -.03), (-.1, -high * .6), (.2, -high),
                  (.44, -high * .5), (.46, high * .3), (.25, high),
                  (-.1, high * .6), (-.34, .03),
                  curved=True,
                  fill=coat)


def _pattern(pen: Pen, kind: str, high: float) -> None:
    if kind == 'scales':
        _scales(pen, high)
    elif kind == 'bands':
        _bands(pen, high)
    elif kind == 'dots':
        fill = pen.color('red', 'yellow', 'white', 'blue')
        for _ in range(pen.count(3, 7)):
            pen.ellipse(
                pen.between(-.16, .16),
                pen.between(-.5, .5) * high,
                pen.between(.02, .04),
                fill=fill,
                width=.6)
    elif kind == 'lines':
        color = pen.color('white', 'yellow', 'blue', 'black')
        for y in (-.35, 0, .35):
            pen.line((-.2, y * high), (.14, y * high * 1.2), color=color)
    elif kind == 'belly':
        pen.shape(
            *oval(.06, high * .2, .34, high * .72, 0, 180),
            curved=False,
            fill=pen.color('white', 'skin', 'yellow'),
            edge=False,
            width=.6)


def _scales(pen: Pen, high: float) -> None:
    for i, x in enumerate(np.linspace(-.22, .02, pen.count(3, 4))):
        rows = (-.5, 0, .5) if i % 2 else (-.25, .25)
        for y in rows:
            pen.arc(x, y * high, .05, high * .24, -80, 80, width=.6)


def _bands(pen: Pen, high: float) -> None:
    """Bands around the body, filled or two lines each."""
    fill = pen.color('white', 'white', 'yellow', 'black', 'blue')
    half = pen.between(.02, .045)
    for x in np.linspace(-.14, .16, pen.count(2, 3)):
        bow = high * max(.1, 1 - ((x - .06) / .42)**2)**.5 * .86
        pen.shape((x - half, -bow), (x + half, -bow), (x + half * 1.8, 0),
                  (x + half, bow), (x - half, bow), (x - half * .2, 0),
                  fill=fill,
                  width=.7)


def _fish_face(pen: Pen,
               high: float,
               x: float,
               coat: Color,
               nose: float = .45) -> None:
    """Eye, mouth and gill of a fish whose nose points to the right."""
    size = pen.between(.03, .065)
    single_eye(pen, x, -high * .22, size,
               pen.pick('bead', 'dot', 'round', 'round', 'iris', 'happy'),
               coat)
    if pen.maybe(.5):
        tall = min(high * .6, .12)
        pen.arc(x - .18, 0, .05, tall, -75, 75, width=.6)
    kind = pen.pick('smile', 'smile', 'lips', '')
    if kind == 'smile':
        pen.arc(x + .09, high * .15, .07, .06, 80, 175, width=.7)
    elif kind == 'lips':
        for side in (-1, 1):
            pen.ellipse(
                nose, side * .022, .035, .024, fill=pen.color('pink', 'red'))
    if pen.maybe(.2):
        blush(pen, x - .02, high * .15, 0, .035)


def _common(pen: Pen) -> None:
    """From the side: the fish that everyone draws."""
    coat, fin = _colors(pen)
    high = pen.between(.13, .34)
    if pen.maybe(.25):
        _one_outline(pen, high, coat)
    else:
        _tail(pen, -.3, pen.between(.2, .32), fin)
        if pen.maybe(.85):
            _back_fin(pen, high, fin)
        if pen.maybe(.65):
            _belly_fin(pen, high, fin)
        _trunk(pen, pen.pick('oval', 'lens', 'almond', 'head'), high, coat)
    _pattern(pen, pen.pick(*_PATTERNS), high)
    if pen.maybe(.6):
        _side_fin(pen, high, fin)
    _fish_face(pen, high, pen.between(.26, .32), coat)
    _bubbles(pen, .56, -high * .4)


def _one_outline(pen: Pen, high: float, coat: Color) -> None:
    """Body, tail and fins as one silhouette."""

    def parts(part: Pen) -> None:
        _tail(part, -.3, part.between(.2, .3), coat)
        _back_fin(part, high, coat)
        _belly_fin(part, high, coat)
        _trunk(part, part.pick('oval', 'lens', 'almond'), high, coat)

    build(pen, coat, parts)


def _bubbles(pen: Pen, x: float, y: float) -> None:
    if pen.maybe(.12):
        fill = pen.color('sky')
        for i in range(pen.count(2, 3)):
            pen.ellipse(
                x + .03 * (i % 2),
                y - i * .09,
                .02 + .01 * i,
                fill=fill,
                width=.6)


def _ribbon(pen: Pen) -> None:
    """One line that crosses itself at the tail."""
    high, tail = pen.between(.13, .26), pen.between(.12, .22)
    pen.line((-.5, tail), (-.3, 0), (0, -high), (.35, -high * .5), (.5, 0),
             (.35, high * .5), (0, high), (-.3, 0), (-.5, -tail),
             color=pen.color(*_SCALES),
             curved=True)
    pen.line((-.5, tail), (-.5, -tail), width=.9)
    single_eye(pen, .32, -.03, .03, pen.pick('dot', 'round'),
               pen.exactly('blue'))


def _angelfish(pen: Pen) -> None:
    """Tropical: high and flat, its fins drawn out."""
    coat = pen.color('yellow', 'orange', 'sky', 'white', 'purple')
    fin = pen.color('blue', 'yellow', 'black', 'orange')
    reach = pen.between(.42, .58)
    _tail(pen, -.26, pen.between(.16, .22), fin)
    for side in (-1, 1):
        pen.shape((.16, side * .2), (.0, side * reach * .9),
                  (-.3, side * reach), (-.12, side * .24), (-.22, side * .08),
                  curved=True,
                  fill=fin)
    pen.shape((.42, .02), (.22, -.26), (-.04, -.3), (-.3, 0), (-.04, .3),
              (.22, .26),
              curved=True,
              fill=coat)
    stripe = pen.color('black', 'blue', 'white')
    for x, bow in ((-.1, .2), (.04, .27), (.18, .24)):
        pen.line((x, -bow), (x + .02, 0), (x, bow),
                 color=stripe,
                 width=1.6,
                 curved=True)
    _fish_face(pen, .2, .28, coat, .4)


def _puffer(pen: Pen) -> None:
    """A ball of spines, from the side or from the front."""
    coat = pen.color('yellow', 'orange', 'tan', 'lime', 'sky')
    r, front = pen.between(.3, .36), pen.maybe(.4)
    fin = shade(coat)
    if front:
        for side in (-1, 1):
            pen.ellipse(
                side * (r + .06), .02, .1, .07, turn=side * 20, fill=fin)
    else:
        _tail(pen, -r - .02, .15, fin)

    def parts(part: Pen) -> None:
        part.shape(
            *spikes(0, 0, r * pen.between(1.18, 1.3), r, pen.count(12, 18)),
            fill=coat)
        part.ellipse(0, 0, r, fill=coat)

    build(pen, coat, parts)
    pen.shape(
        *oval(0, .04, r * .88, r * .86, 10, 170),
        fill=pen.exactly('white'),
        edge=False,
        width=.6)
    if front:
        gaze(pen, 0, -.08, r * .45, r * .2)
        pen.ellipse(0, .08, .06, .04, fill=pen.exactly('pink'))
        return
    _side_fin(pen.at(-.08, 0), r * .3, fin)
    _fish_face(pen, r, .2, coat, r)


def _goldfish(pen: Pen) -> None:
    """Round, with veils for fins."""
    coat = pen.color('orange', 'orange', 'red', 'yellow')
    fin = coat if pen.style.outlined and pen.maybe() else pen.color(
        'yellow', 'red')
    sway = pen.between(-.1, .1)
    for side in (-1, 1):
        pen.shape((-.14, side * .02), (-.3, side * .22 + sway),
                  (-.56, side * .3 + sway), (-.52, side * .1 + sway),
                  (-.34, sway * .5),
                  curved=True,
                  fill=fin)
    pen.shape((-.08, -.18), (-.12, -.38), (.06, -.36), (.18, -.2),
              curved=True,
              fill=fin)
    pen.shape((.02, .18), (-.1, .36), (.06, .34), (.12, .2),
              curved=True,
              fill=fin)
    pen.ellipse(.1, 0, .29, pen.between(.2, .26), fill=coat)
    if pen.maybe(.5):
        _scales(pen.at(.1, 0), .18)
    _side_fin(pen, .16, fin)
    _fish_face(pen, .2, .28, coat, .4)
    _bubbles(pen, .46, -.1)


def _shark(pen: Pen) -> None:
    """Long and gray, with its fin on the back and its teeth."""
    coat = pen.color('gray', 'gray', 'blue', 'sky', 'silver')
    bulk = pen.between(.11, .18)

    def parts(part: Pen) -> None:
        part.shape((-.36, 0), (-.6, -.26), (-.52, .0), (-.58, .16), fill=coat)
        part.shape((-.08, -bulk * .6), (-.1, -bulk - .18), (.14, -bulk * .7),
                   fill=coat)
        part.shape((.06, bulk * .4), (-.1, bulk + .16), (.18, bulk * .6),
                   fill=coat)
        part.shape((-.44, 0), (-.1, -bulk), (.25, -bulk), (.55, -.02),
                   (.3, bulk * .8), (-.1, bulk * .85),
                   curved=True,
                   fill=coat)

    build(pen, coat, parts)
    pen.shape((.5, .02), (.3, bulk * .75), (-.1, bulk * .78), (-.3, .03),
              (.1, bulk * .3),
              fill=pen.exactly('white'),
              edge=False,
              width=.7)
    teeth = [(x, bulk * (.2 if i % 2 else .45))
             for i, x in enumerate(np.linspace(.28, .46, 7))]
    pen.line(*teeth, width=.7)
    for x in (.08, .12, .16):
        pen.arc(x, 0, .02, bulk * .4, -80, 80, width=.7)
    single_eye(pen, .34, -bulk * .35, .025, pen.pick('bead', 'dot', 'round'),
               coat)


def _from_front(pen: Pen) -> None:
    """From the front: a round face with fins at its sides."""
    coat, fin = _colors(pen)
    wide, tall = pen.between(.24, .34), pen.between(.28, .36)
    pen.shape((-.08, -tall * .8), (-.05, -tall - .16), (.05, -tall - .16),
              (.08, -tall * .8),
              curved=True,
              fill=fin)
    for side in (-1, 1):
        pen.shape((side * wide * .9, -.04), (side * (wide + .2), -.14),
                  (side * (wide + .16), .14), (side * wide * .85, .08),
                  curved=True,
                  fill=fin)
    pen.ellipse(0, 0, wide, tall, fill=coat)
    gaze(pen, 0, -.08, wide * .55, pen.between(.05, .08))
    pen.ellipse(0, .12, .08, .05, fill=pen.color('pink', 'red'))
    pen.line((-.05, .12), (.05, .12), width=.6)


def _bones(pen: Pen) -> None:
    """What a cat leaves: head, backbone, tail."""
    white = pen.color('white', 'silver', 'gray')
    pen.line((-.36, 0), (.2, 0), width=1.2)
    for x in np.linspace(-.24, .1, 4):
        reach = .09 + (x + .24) * .28
        pen.line((x - .04, -reach), (x + .02, 0), (x - .04, reach))
    pen.shape((-.34, 0), (-.52, -.16), (-.46, 0), (-.52, .16), fill=white)
    pen.shape((.18, -.18), (.36, -.12), (.48, .02), (.36, .12), (.18, .18),
              fill=white)
    pen.dot(.3, -.04, .025)


# How often each is drawn.
SHARES = {
    _common: 14,
    _angelfish: 2,
    _puffer: 2,
    _goldfish: 2,
    _shark: 2,
    _ribbon: 1,
    _from_front: 1,
    _bones: 1,
}
_KINDS = tuple(kind for kind, count in SHARES.items() for _ in range(count))


@draws('fish', places=('water', ), size=(.12, .4), tilt=18)
def fish(pen: Pen) -> None:
    pen.pick(*_KINDS)(pen)
