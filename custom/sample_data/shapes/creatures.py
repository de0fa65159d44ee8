"""Drawing functions: bird, fish and person."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import bumps, eye, eyes, face
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


def _hair(pen: Pen, y: float, r: float, behind: bool, kind: str,
          shade: tuple) -> None:
    if behind:
        if kind == 'long':
            pen.shape((-r * 1.05, y), (-r * .8, y - r), (0, y - r * 1.25),
                      (r * .8, y - r), (r * 1.05, y), (r * 1.2, y + r * 1.7),
                      (-r * 1.2, y + r * 1.7),
                      fill=shade,
                      curved=True)
        elif kind == 'bunches':
            for side in (-1, 1):
                pen.ellipse(
                    side * r * 1.3,
                    y - r * .2,
                    r * .4,
                    r * .6,
                    turn=-side * 30,
                    fill=shade)
        elif kind == 'curls':
            pen.shape(
                *bumps(0, y - r * .25, r * 1.3, r * 1.15, 10, .2), fill=shade)
        return
    if kind in ('cap', 'long', 'bunches'):
        pen.shape(
            *oval(0, y, r * 1.03, r * 1.08, 190, 350), (r * .5, y - r * .55),
            (-r * .3, y - r * .45),
            fill=shade)
    elif kind == 'spikes':
        for turn in np.linspace(-70, 70, pen.count(5, 10)):
            part = pen.at(0, y, turn=turn)
            part.line((0, -r), (0, -r * pen.between(1.25, 1.5)), color=shade)
    elif kind == 'scribble':
        steps = np.linspace(200, 340, 14)
        pen.line(
            *[(r * (1 + .25 * (i % 2)) * np.cos(np.radians(a)),
               y + r * (1 + .25 * (i % 2)) * np.sin(np.radians(a)))
              for i, a in enumerate(steps)],
            color=shade,
            width=1.3)
    elif kind == 'hat':
        pen.box(-r * .7, y - r * 1.7, r * .7, y - r * .75, fill=shade)
        pen.box(-r * 1.2, y - r * .85, r * 1.2, y - r * .65, fill=shade)


def _head(pen: Pen, y: float, r: float) -> None:
    kind = pen.pick('long', 'long', 'cap', 'cap', 'bunches', 'curls', 'spikes',
                    'spikes', 'scribble', 'hat', '', '')
    shade = pen.color('brown', 'black', 'yellow', 'orange')
    _hair(pen, y, r, True, kind, shade)
    if pen.maybe(.25):
        for side in (-1, 1):
            pen.ellipse(side * r, y, r * .2, fill=pen.color('skin'))
    pen.ellipse(
        0,
        y,
        r,
        r * pen.between(.9, 1.15),
        fill=pen.color('skin', 'skin', 'tan', 'brown', 'white'))
    if pen.maybe(.93):
        face(pen, 0, y, r)
    _hair(pen, y, r, False, kind, shade)


def _hand(pen: Pen, x: float, y: float, side: int) -> None:
    kind = pen.pick('', 'ball', 'ball', 'fingers')
    if kind == 'ball':
        pen.ellipse(x, y, .03, fill=pen.exactly('skin'), width=.8)
    elif kind == 'fingers':
        for turn in (-50, -20, 10, 40):
            part = pen.at(x, y, turn=turn)
            part.line((0, 0), (side * .06, 0), width=.7)


def _limbs(pen: Pen, shoulder: float, wide: float, hip: float, foot: float,
           sleeve: tuple, leg: tuple) -> None:
    sticks = pen.maybe(.55)
    reach = pen.between(.18, .28)
    lift = [pen.pick(.12, .15, 0, -.2, -.22) + pen.between(-.03, .03)]
    lift.append(lift[0] if pen.maybe(.7) else -lift[0])
    stance = pen.between(.05, .12)
    for side, up in zip((-1, 1), lift):
        hand = (side * (wide + reach * .8), shoulder + up)
        start = (side * wide * .8, shoulder + .02)
        toe = (side * stance, foot)
        if sticks:
            pen.line(start, hand, color=sleeve, width=1.2)
            pen.line((side * stance * .7, hip), toe, color=leg, width=1.2)
        else:
            pen.tube(start, hand, start=.075, end=.055, fill=sleeve)
            pen.tube((side * stance * .7, hip),
                     toe,
                     start=.09,
                     end=.07,
                     fill=leg)
        _hand(pen, *hand, side)
        if pen.maybe(.75):
            pen.ellipse(
                toe[0] + side * .03,
                foot + .01,
                .06,
                .03,
                fill=pen.color('black', 'brown', 'red', 'blue'))


def _stick_person(pen: Pen) -> None:
    r = pen.between(.11, .17)
    neck = -.5 + 2 * r
    hip = pen.between(.1, .18)
    ink = pen.color('black', 'black', 'red', 'blue', 'brown')
    up = pen.pick(.14, .02, -.16, -.2)
    elbow = pen.pick(0, 0, .08)
    for side in (-1, 1):
        pen.line((0, neck + .1), (side * .14, neck + .1 + up / 2 + elbow),
                 (side * .26, neck + .1 + up),
                 color=ink,
                 width=1.3)
        pen.line((0, hip), (side * pen.between(.1, .18), .5),
                 color=ink,
                 width=1.3)
        _hand(pen, side * .26, neck + .1 + up, side)
        if pen.maybe(.5):
            pen.line((side * .15, .5), (side * .22, .5), color=ink, width=1.3)
    pen.line((0, neck), (0, hip), color=ink, width=1.3)
    _head(pen, -.5 + r, r)


def _dressed_person(pen: Pen) -> None:
    r = pen.between(.11, .19)
    neck = -.5 + 1.9 * r
    hip = pen.between(.12, .22)
    shirt = pen.color('red', 'blue', 'green', 'yellow', 'orange', 'pink',
                      'purple', 'sky')
    bottom = pen.color('blue', 'navy', 'brown', 'black', 'green')
    skin = pen.color('skin', 'skin', 'tan')
    kind = pen.pick('dress', 'dress', 'box', 'box', 'oval', 'trousers')
    wide = pen.between(.09, .16)
    _limbs(pen, neck + .05, wide, hip, .48, shirt if pen.maybe() else skin,
           skin if kind == 'dress' else bottom)
    if kind == 'dress':
        hem = pen.between(.18, .3)
        pen.shape((-wide * .6, neck), (wide * .6, neck), (hem, hip + .08),
                  (-hem, hip + .08),
                  fill=shirt)
        if pen.maybe(.4):
            for y in np.linspace(neck + .1, hip, 3):
                pen.dot(0, y, .014)
    elif kind == 'oval':
        pen.ellipse(
            0, (neck + hip) / 2,
            wide * 1.2, (hip - neck) / 2 + .03,
            fill=shirt)
    else:
        pen.box(-wide, neck, wide, hip, fill=shirt)
        if kind == 'trousers':
            waist = neck + (hip - neck) * .65
            pen.shape((-wide, waist), (wide, waist), (wide * 1.1, .42),
                      (.02, .42), (0, hip), (-.02, .42), (-wide * 1.1, .42),
                      fill=bottom)
        if pen.maybe(.4):
            for y in np.linspace(neck + .06, hip - .06, 3):
                pen.line((-wide, y), (wide, y),
                         color=pen.color('white', 'yellow', 'red'))
    _head(pen, -.5 + r, r)


def _tadpole_person(pen: Pen) -> None:
    r = pen.between(.26, .34)
    y = -.5 + r
    for side in (-1, 1):
        pen.line((side * r * .4, y + r * .9), (side * r * .45, .48),
                 (side * r * .8, .5),
                 width=1.2)
        pen.line((side * r * .95, y + .05),
                 (side * (r + .22), y + pen.between(-.12, .15)),
                 width=1.2)
    _head(pen, y, r)


def _portrait(pen: Pen) -> None:
    shirt = pen.color('red', 'blue', 'green', 'yellow', 'pink', 'purple')
    pen.shape((-.4, .5), (-.34, .24), (-.1, .16), (.1, .16), (.34, .24),
              (.4, .5),
              fill=shirt)
    pen.box(-.07, .1, .07, .2, fill=pen.exactly('skin'))
    _head(pen, -.14, pen.between(.26, .31))


@draws('person', size=(.22, .6), tilt=6, share=1.5)
def person(pen: Pen) -> None:
    pen.pick(_stick_person, _stick_person, _dressed_person, _dressed_person,
             _dressed_person, _dressed_person, _tadpole_person, _portrait)(
                 pen)
