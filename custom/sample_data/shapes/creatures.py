"""Drawing functions: person."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import bumps, face
from .registry import draws


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
