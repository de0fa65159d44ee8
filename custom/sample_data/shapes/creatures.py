"""Drawing functions: bird and fish."""
import numpy as np

from custom.sample_data.pen import Pen
from .parts import eye, eyes
from .registry import draws

_FEATHERS = ('red', 'blue', 'yellow', 'sky', 'green', 'brown', 'pink',
             'orange', 'purple')


def _beak(pen: Pen, x: float, y: float, size: float) -> None:
    pen.shape((x, y - size * .5), (x + size * 1.3, y + size * .05),
              (x, y + size * .5),
              fill=pen.color('orange', 'yellow'))


def _gull(pen: Pen) -> None:
    color = pen.color('black', 'blue', 'brown', 'gray')
    rise, dip = pen.between(.15, .35), pen.between(-.02, .12)
    for side in (-1, 1):
        pen.line((0, dip), (side * .22, -rise),
                 (side * .5, dip * pen.between(.5, 1.5)),
                 color=color,
                 width=1.3,
                 curved=True)


def _side_bird(pen: Pen) -> None:
    coat = pen.color(*_FEATHERS)
    wing = coat if pen.maybe(.4) else pen.color(*_FEATHERS)
    flying = pen.maybe(.45)
    plump = pen.between(.15, .24)
    if not flying:
        for x in (-.03, .07):
            pen.line((x, plump - .03), (x + .01, .38),
                     color=pen.exactly('orange'))
            pen.line((x - .05, .41), (x + .01, .38), (x + .07, .41),
                     color=pen.exactly('orange'))
    fan = pen.between(.08, .2)
    pen.shape((-.25, -.02), (-.52, -fan - .04), (-.56, 0), (-.5, fan * .8),
              (-.22, .08),
              fill=wing)
    if flying and pen.maybe(.6):
        pen.shape((.08, -.06), (-.02, -.42), (-.22, -.4), (-.12, -.05),
                  fill=wing,
                  curved=True)
    pen.ellipse(0, .02, .31, plump, turn=pen.between(-14, 4), fill=coat)
    radius = pen.between(.12, .17)
    hx, hy = pen.between(.25, .3), pen.between(-.26, -.16)
    _beak(pen, hx + radius * .85, hy + .01, pen.between(.07, .12))
    pen.ellipse(hx, hy, radius, fill=coat)
    eye(pen, hx + radius * .3, hy - radius * .2, radius * .22,
        pen.pick('dot', 'dot', 'round'))
    if pen.maybe(.25):
        for turn in (-25, 0, 25):
            tuft = pen.at(hx, hy - radius, turn=turn)
            tuft.line((0, 0), (0, -.09), color=wing)
    if flying:
        pen.shape((.1, 0), (-.05, .34), (-.26, .3), (-.16, 0),
                  fill=wing,
                  curved=True)
    elif pen.maybe(.85):
        pen.shape((.1, -.05), (-.05, .14), (-.28, .06), (-.15, -.06),
                  fill=wing,
                  curved=True)


def _duck(pen: Pen) -> None:
    coat = pen.color('yellow', 'white', 'yellow', 'brown')
    pen.shape((-.45, -.1), (-.2, .05), (.1, .02), (.14, -.2), (.4, -.1),
              (.38, .3), (0, .4), (-.35, .28),
              fill=coat,
              curved=True)
    pen.ellipse(.23, -.25, .17, fill=coat)
    pen.ellipse(.44, -.21, .09, .045, fill=pen.exactly('orange'))
    eye(pen, .28, -.3, .035, 'dot')
    pen.arc(-.02, .16, .18, .1, 10, 190)
    if pen.maybe(.4):
        for x in (-.05, .1):
            pen.line((x, .38), (x, .48), (x + .06, .48),
                     color=pen.exactly('orange'))


def _owl(pen: Pen) -> None:
    coat = pen.color('brown', 'tan', 'gray', *_FEATHERS)
    wing = pen.color('brown', *_FEATHERS)
    for side in (-1, 1):
        pen.shape((side * .28, -.46), (side * .1, -.36), (side * .28, -.22),
                  fill=coat)
        pen.line((side * .1, .4), (side * .1, .5),
                 color=pen.exactly('orange'),
                 width=1.5)
    pen.ellipse(0, .02, .32, .42, fill=coat)
    for side in (-1, 1):
        pen.ellipse(side * .3, .1, .09, .24, turn=-side * 10, fill=wing)
        pen.ellipse(side * .13, -.16, .12, fill=pen.exactly('white'))
        pen.dot(side * .12, -.16, .05)
    pen.shape((-.05, -.08), (.05, -.08), (0, .04), fill=pen.exactly('orange'))
    if pen.maybe(.6):
        for y in (.12, .22):
            for x in (-.1, .02):
                pen.arc(x + .04, y, .05, .05, 0, 180, width=.8)


def _chick(pen: Pen) -> None:
    coat = pen.color('yellow', *_FEATHERS)
    for x in (-.1, .1):
        pen.line((x, .3), (x, .46), color=pen.exactly('orange'))
        pen.line((x - .07, .48), (x, .45), (x + .07, .48),
                 color=pen.exactly('orange'))
    for side in (-1, 1):
        wing = pen.at(side * .3, .02, turn=side * pen.between(-40, 40))
        wing.ellipse(side * .08, 0, .16, .08, fill=coat)
    pen.ellipse(0, 0, .34, .36, fill=coat)
    eyes(pen, 0, -.1, pen.between(.09, .14), .05)
    pen.shape((-.07, 0), (.07, 0), (0, .1), fill=pen.exactly('orange'))
    if pen.maybe(.5):
        pen.line((-.06, -.46), (0, -.35), (.05, -.47), color=coat)


@draws(
    'bird', places=('sky', 'sky', 'ground'), size=(.1, .35), tilt=12, share=.8)
def bird(pen: Pen) -> None:
    pen.pick(_gull, _side_bird, _side_bird, _side_bird, _side_bird, _duck,
             _owl, _chick)(
                 pen)


@draws('fish', places=('water', ), size=(.12, .4), tilt=18)
def fish(pen: Pen) -> None:
    coat = pen.color('orange', 'orange', 'blue', 'yellow', 'red', 'green',
                     'purple', 'silver', 'pink', 'teal')
    fin = coat if pen.maybe() else pen.color('orange', 'yellow', 'red', 'blue',
                                             'purple')
    high = pen.between(.12, .3)
    tail = pen.between(.12, .24)
    if pen.maybe(.12):
        pen.line((-.5, tail), (-.3, 0), (0, -high), (.35, -high * .5), (.5, 0),
                 (.35, high * .5), (0, high), (-.3, 0), (-.5, -tail),
                 color=coat,
                 curved=True)
        eye(pen, .32, -.03, .035, pen.pick('dot', 'round'))
        return
    if pen.maybe(.6):
        pen.shape((-.28, 0), (-.52, -tail), (-.45, 0), (-.52, tail), fill=fin)
    else:
        pen.shape((-.26, 0), (-.54, -tail), (-.54, tail),
                  fill=fin,
                  curved=pen.maybe())
    if pen.maybe(.65):
        pen.shape((-.12, -high * .8), (.0, -high - pen.between(.08, .18)),
                  (.2, -high * .8),
                  fill=fin,
                  curved=pen.maybe())
    if pen.maybe(.5):
        pen.shape((-.05, high * .8), (-.08, high + .12), (.12, high * .85),
                  fill=fin)
    kind = pen.pick('oval', 'oval', 'lens', 'lens', 'shark')
    if kind == 'oval':
        pen.ellipse(.06, 0, .4, high, fill=coat)
    elif kind == 'lens':
        pen.shape((-.35, 0), (-.1, -high * .85), (.15, -high),
                  (.38, -high * .55), (.48, 0), (.38, high * .55), (.15, high),
                  (-.1, high * .85),
                  fill=coat,
                  curved=True)
    else:
        pen.shape((-.36, 0), (0, -high * .9), (.3, -high * .7), (.52, .0),
                  (.25, high * .6), (-.1, high * .5),
                  fill=coat,
                  curved=True)
    pattern = pen.pick('', 'scales', 'stripes', 'stripes', 'dots', 'gill')
    if pattern == 'scales':
        for x in np.arange(-.2, .2, .11):
            for y in (-high * .4, 0, high * .4):
                pen.arc(x, y, .05, high * .22, -80, 80, width=.7)
    elif pattern == 'stripes':
        stripe = pen.color('white', 'yellow', 'black', 'red', 'blue')
        for x in np.linspace(-.18, .15, pen.count(2, 4)):
            bow = high * (1 - ((x - .06) / .4)**2)**.5 * .85
            pen.line((x - .03, -bow), (x + .03, 0), (x - .03, bow),
                     color=stripe,
                     width=1.4,
                     curved=True)
    elif pattern == 'dots':
        spot = pen.color('red', 'yellow', 'white', 'blue')
        for _ in range(pen.count(3, 7)):
            pen.ellipse(
                pen.between(-.18, .2),
                pen.between(-.6, .6) * high,
                .03,
                fill=spot,
                width=.7)
    else:
        pen.arc(.14, 0, .07, high * .6, 90, 270)
    eye(pen, .31, -high * .2, pen.between(.03, .06),
        pen.pick('dot', 'round', 'round'))
    if pen.maybe(.6):
        pen.arc(.42, high * .1, .09, .07, 60, 170, width=.9)
