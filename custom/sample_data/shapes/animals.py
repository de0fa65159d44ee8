"""Drawing functions: cat, dog, elephant and all other animals."""
from typing import NamedTuple, Tuple

import numpy as np

from custom.sample_data.pen import Pen, oval
from custom.sample_data.style import Color
from .parts import bumps, eye, eyes, spiral
from .registry import draws


class Head(NamedTuple):
    """Head position of a body: middle, radius, and whether in profile."""
    x: float
    y: float
    radius: float
    profile: bool


def _body(pen: Pen,
          coat: Color,
          long: float = .3,
          high: float = .16,
          leg: float = .24,
          neck: float = 0) -> Head:
    """Four legs, body and neck seen from the side; looks to the right."""
    count = pen.pick(4, 4, 2)
    kind = pen.pick('sticks', 'boxes', 'boxes', 'tubes')
    spots = (-.85, -.5, .5, .85) if count == 4 else (-.65, .65)
    for spot in spots:
        x = spot * long
        top, foot = high * .4, high + leg
        if kind == 'sticks':
            pen.line((x, high * .8), (x, foot), color=coat, width=1.3)
        elif kind == 'boxes':
            pen.box(x - .04, top, x + .04, foot, fill=coat)
        else:
            pen.tube((x, top), (x, foot - .03), start=.1, end=.07, fill=coat)
    radius = pen.between(.13, .19)
    x, y = long + radius * pen.between(.1, .5), -high - radius * .4 - neck
    if neck:
        pen.tube((long * .75, 0), (x - .02, y), start=.14, end=.1, fill=coat)
    if pen.maybe(.75):
        pen.ellipse(0, 0, long, high, fill=coat)
    else:
        pen.box(-long, -high * .9, long, high * .9, fill=coat)
    return Head(x, y, radius, pen.maybe(.5))


def _sitting(pen: Pen, coat: Color) -> Head:
    """A sitting body from the front."""
    wide = pen.between(.2, .28)
    pen.ellipse(0, .26, wide, .25, fill=coat)
    for side in (-1, 1):
        if pen.maybe(.8):
            pen.ellipse(side * wide * .6, .47, .09, .05, fill=coat)
        if pen.maybe(.4):
            pen.line((side * .07, .25), (side * .07, .46), width=.9)
    return Head(0, -.14, pen.between(.22, .29), False)


def _standing(pen: Pen, coat: Color) -> Head:
    """Upright on two legs, arms out, as in a picture book."""
    for side in (-1, 1):
        pen.ellipse(side * .1, .44, .07, .1, fill=coat)
        pen.ellipse(
            side * .25,
            .1 + pen.between(-.08, .1),
            .12,
            .05,
            turn=side * pen.between(-40, 40),
            fill=coat)
    pen.ellipse(0, .2, .18, .23, fill=coat)
    return Head(0, -.2, pen.between(.2, .26), False)


def _only_head(pen: Pen, coat: Color) -> Head:
    return Head(0, 0, .36, False)


def _curl_tail(pen: Pen, head: Head, coat: Color, long: float) -> None:
    """A long tail, from the back of a side view or beside a sitter."""
    if head.x > .1:
        up = pen.between(.15, .4)
        path = ((-long * .9, -.03), (-long - .12, -.06),
                (-long - .16, -up * .7), (-long - .04, -up))
    else:
        path = ((.2, .4), (.38, .36), (.42, .15), (.34, .05))
    if pen.maybe(.5):
        pen.line(*path, color=coat, width=1.4, curved=True)
    else:
        pen.tube(*path, start=.06, end=.04, fill=coat)


class AnimalKind(NamedTuple):
    """Features that tell one animal from another on the same body."""
    coats: Tuple[str, ...]
    ears: str
    nose: str = 'dot'
    tail: str = 'short'
    marks: str = ''
    neck: float = 0
    long: float = .3
    high: float = .17


_KINDS = (
    AnimalKind(('pink', 'pink', 'skin'), 'folded', 'snout', 'curl', high=.2),
    AnimalKind(('white', 'gray', 'brown', 'pink'),
               'long',
               'dot',
               'puff',
               long=.22),
    AnimalKind(('brown', 'brown', 'tan', 'white'), 'round', 'muzzle', high=.2),
    AnimalKind(('white', 'white', 'brown'), 'horns', 'snout', 'tuft',
               'patches'),
    AnimalKind(('yellow', 'orange'), 'horns', 'dot', 'tuft', 'spots',
               neck=.35),
    AnimalKind(('orange', 'yellow', 'tan'), 'lion', 'muzzle', 'tuft'),
    AnimalKind(('white', 'silver', 'gray'),
               'folded',
               'dot',
               'puff',
               'wool',
               high=.19),
    AnimalKind(('white', 'silver'),
               'pointed',
               'dot',
               'tuft',
               'stripes',
               neck=.12),
    AnimalKind(('brown', 'tan', 'black'), 'pointed', 'dot', 'mare', neck=.14),
    AnimalKind(('orange', 'yellow'), 'round', 'muzzle', 'tuft', 'stripes'),
    AnimalKind(('gray', 'silver', 'brown'), 'huge', 'dot', 'string', long=.22),
    AnimalKind(('brown', 'tan'), 'antlers', 'dot', 'short', 'spots', neck=.1),
    AnimalKind(('white', ), 'black', 'dot', 'short', 'panda', high=.2),
    AnimalKind(('brown', 'tan'), 'sides', 'muzzle', 'string'),
)


def _ears(pen: Pen, kind: str, x: float, y: float, r: float,
          coat: Color) -> None:
    """Ears, horns or a lion's hair, drawn before the head."""
    if kind == 'lion':
        hair = pen.color('brown', 'orange', 'red')
        pen.shape(
            *bumps(x, y, r * 1.6, r * 1.6, pen.count(9, 14), .2), fill=hair)
        return
    black = pen.exactly('black')
    for side in (-1, 1):
        if kind == 'long':
            pen.ellipse(
                x + side * r * .45,
                y - r * 1.5,
                r * .27,
                r * .8,
                turn=side * pen.between(0, 20),
                fill=coat)
            if pen.maybe(.6):
                pen.ellipse(
                    x + side * r * .45,
                    y - r * 1.5,
                    r * .12,
                    r * .5,
                    turn=side * 8,
                    fill=pen.exactly('pink'),
                    width=.7)
        elif kind in ('round', 'huge', 'black'):
            size = dict(round=.38, huge=.65, black=.4)[kind] * r
            pen.ellipse(
                x + side * r * .8,
                y - r * .8,
                size,
                fill=black if kind == 'black' else coat)
        elif kind == 'sides':
            pen.ellipse(x + side * r * 1.1, y - r * .1, r * .35, fill=coat)
        elif kind in ('horns', 'antlers'):
            pen.ellipse(
                x + side * r * 1.05,
                y - r * .4,
                r * .35,
                r * .18,
                turn=-side * 20,
                fill=coat)
            tip = (x + side * r * .6, y - r * 1.5)
            pen.line((x + side * r * .35, y - r * .8), tip, width=1.4)
            if kind == 'antlers':
                pen.line((x + side * r * .5, y - r * 1.2),
                         (x + side * r * 1.1, y - r * 1.6),
                         width=1.2)
                pen.line(tip, (x + side * r * .8, y - r * 2), width=1.2)
            elif pen.maybe(.6):
                pen.dot(*tip, r * .14)
        else:
            drop = .2 if kind == 'folded' else -.35
            pen.shape((x + side * r * .9, y - r * .4),
                      (x + side * r * .8, y - r * (1.15 - drop)),
                      (x + side * r * .25, y - r * .9),
                      fill=coat)


def _snout(pen: Pen, kind: str, x: float, y: float, r: float) -> None:
    if kind == 'snout':
        pen.ellipse(
            x, y + r * .3, r * .4, r * .28, fill=pen.color('pink', 'skin'))
        for side in (-1, 1):
            pen.dot(x + side * r * .14, y + r * .3, r * .07)
        pen.arc(x, y + r * .55, r * .3, r * .2, 20, 160, width=.8)
        return
    if kind == 'muzzle':
        pen.ellipse(
            x,
            y + r * .4,
            r * .42,
            r * .34,
            fill=pen.color('tan', 'white', 'skin'))
    pen.dot(x, y + r * .22, r * .13)
    for side in (-1, 1):
        pen.arc(
            x + side * r * .14,
            y + r * .38,
            r * .14,
            r * .16,
            10,
            170,
            width=.8)


def _tail(pen: Pen, kind: str, long: float, coat: Color) -> None:
    x = -long * .95
    if kind == 'curl':
        pen.line(*(spiral(0, 0, .08, 2) + (x - .06, -.05)), color=coat)
    elif kind == 'puff':
        pen.ellipse(x - .03, -.02, .07, fill=coat)
    elif kind == 'mare':
        pen.tube((x, -.08), (x - .12, 0), (x - .14, .2),
                 start=.09,
                 end=.04,
                 fill=pen.color('brown', 'black', 'yellow'))
    elif kind == 'short':
        pen.ellipse(x - .02, -.06, .07, .035, turn=-40, fill=coat)
    else:
        end = (x - .16, .18 if kind == 'tuft' else -.12)
        pen.line((x, -.05), (x - .12, -.04), end, width=1.2, curved=True)
        if kind == 'tuft':
            pen.ellipse(*end, .04, .06, fill=pen.exactly('brown'))


def _markings(pen: Pen, kind: str, long: float, high: float) -> None:
    if kind in ('patches', 'spots'):
        count = pen.count(2, 4) if kind == 'patches' else pen.count(5, 9)
        size = .07 if kind == 'patches' else .035
        fill = pen.color('black', 'brown') if kind == 'patches' else \
            pen.exactly('brown')
        for _ in range(count):
            pen.ellipse(
                pen.between(-.7, .7) * long,
                pen.between(-.5, .4) * high,
                size * pen.between(.7, 1.3),
                size,
                fill=fill)
    elif kind == 'stripes':
        for x in np.linspace(-.75, .7, pen.count(4, 7)) * long:
            bow = high * (1 - (x / long)**2)**.5 * .9
            pen.line((x, -bow), (x + .02, bow * .3),
                     color=pen.exactly('black'),
                     width=1.5)
    elif kind == 'wool':
        for _ in range(pen.count(4, 8)):
            pen.line(
                *(spiral(0, 0, .05, 1.5) +
                  (pen.between(-.6, .6) * long, pen.between(-.5, .5) * high)),
                width=.8)


def _beast(pen: Pen) -> None:
    kind = pen.pick(*_KINDS)
    coat = pen.color(*kind.coats)
    pose = pen.pick('side', 'side', 'side', 'front', 'head')
    if pose == 'side' or kind.neck > .2:
        _tail(pen, kind.tail, kind.long, coat)
        if kind.marks == 'wool':
            pen.shape(
                *bumps(0, 0, kind.long * 1.1, kind.high * 1.25, 11, .2),
                fill=coat)
        x, y, r, _ = _body(pen, coat, kind.long, kind.high,
                           pen.between(.14, .26), kind.neck)
        _markings(pen, kind.marks, kind.long, kind.high)
    else:
        how = pen.pick(_sitting, _standing) if pose == 'front' else _only_head
        x, y, r, _ = how(pen, coat)
    _ears(pen, kind.ears, x, y, r, coat)
    pen.ellipse(x, y, r * pen.between(.92, 1.12), r, fill=coat)
    if kind.marks == 'panda':
        for side in (-1, 1):
            pen.ellipse(
                x + side * r * .4,
                y - r * .15,
                r * .24,
                r * .3,
                turn=side * 25,
                fill=pen.exactly('black'))
            pen.dot(x + side * r * .38, y - r * .15, r * .1,
                    pen.exactly('white'))
    else:
        eyes(pen, x, y - r * .2, r * .38, r * pen.between(.11, .18))
    _snout(pen, kind.nose, x, y, r)


def _turtle(pen: Pen) -> None:
    skin = pen.color('lime', 'green', 'tan')
    for x in (-.26, .22):
        pen.ellipse(x, .2, .07, .11, fill=skin)
    pen.ellipse(.44, pen.between(-.05, .08), .12, .1, fill=skin)
    eye(pen, .48, 0, .025, 'dot')
    pen.shape((-.36, .14), (-.5, .2), (-.34, .2), fill=skin)
    pen.shape(
        *oval(0, .15, .38, pen.between(.32, .42), 180, 360),
        fill=pen.color('green', 'brown', 'darkgreen'))
    for x in (-.18, 0, .18):
        if pen.maybe(.8):
            pen.ellipse(
                x,
                -.02 + abs(x) * .3,
                .08,
                fill=pen.color('lime', 'tan', 'brown'),
                width=.8)


def _snake(pen: Pen) -> None:
    coat = pen.color('green', 'lime', 'brown', 'purple', 'orange')
    bend = pen.between(.12, .22)
    path = [(-.5, .05), (-.3, -bend), (-.1, bend), (.12, -bend), (.3, bend),
            (.42, -.05)]
    pen.tube(*path, start=.04, end=.13, fill=coat)
    pen.ellipse(.45, -.08, .1, .08, fill=coat)
    pen.dot(.47, -.11, .022)
    pen.line((.55, -.08), (.64, -.08), (.68, -.12),
             color=pen.exactly('red'),
             width=.9)


def _snail(pen: Pen) -> None:
    pen.shape((-.5, .3), (-.2, .16), (.25, .16), (.32, -.1), (.45, -.14),
              (.5, .05), (.42, .3),
              fill=pen.color('tan', 'yellow', 'lime'),
              curved=True)
    pen.ellipse(-.04, -.02, .27, fill=pen.color('brown', 'orange', 'pink'))
    pen.line(*(spiral(0, 0, .23, 2.5) + (-.04, -.02)))
    for x in (.38, .46):
        pen.line((x, -.12), (x + .05, -.32), width=.9)
        pen.dot(x + .05, -.33, .025)


def _frog(pen: Pen) -> None:
    coat = pen.color('green', 'green', 'lime')
    for side in (-1, 1):
        pen.ellipse(side * .32, .25, .16, .1, turn=-side * 30, fill=coat)
        pen.ellipse(side * .16, -.28, .12, fill=coat)
        pen.ellipse(side * .16, -.3, .07, fill=pen.exactly('white'))
        pen.dot(side * .16, -.3, .03)
    pen.ellipse(0, .05, .36, .3, fill=coat)
    pen.arc(0, 0, .24, .14, 10, 170)


def _crocodile(pen: Pen) -> None:
    coat = pen.color('green', 'darkgreen', 'lime')
    for x in (-.2, .12):
        pen.box(x - .04, .05, x + .04, .22, fill=coat)
    pen.shape((-.6, .02), (-.2, -.12), (.15, -.12), (.26, -.18), (.34, -.08),
              (.6, -.04), (.6, .04), (.15, .12), (-.2, .12),
              fill=coat)
    teeth = [(.3 + i * .05, .03 if i % 2 else -.02) for i in range(6)]
    pen.line(*teeth, width=.8)
    for x in (-.35, -.2, -.05, .1):
        pen.shape((x - .05, -.1), (x, -.19), (x + .05, -.11), fill=coat)
    eye(pen, .25, -.11, .025, 'dot')


def _dinosaur(pen: Pen) -> None:
    coat = pen.color('green', 'lime', 'purple', 'teal', 'orange')
    for x in (-.16, .12):
        pen.box(x - .05, .1, x + .05, .42, fill=coat)
    pen.shape((-.56, .25), (-.3, .0), (-.05, -.12), (.18, -.06), (.28, -.32),
              (.38, -.42), (.54, -.34), (.4, -.26), (.32, .05), (.15, .26),
              (-.2, .26),
              fill=coat,
              curved=True)
    eye(pen, .42, -.36, .022, 'dot')
    if pen.maybe(.6):
        for x, y in ((-.34, .0), (-.2, -.08), (-.05, -.13), (.1, -.1)):
            pen.shape((x - .05, y + .02), (x, y - .1), (x + .05, y + .02),
                      fill=pen.color('red', 'yellow', 'orange'))


@draws('animal', size=(.2, .5), share=1.1)
def animal(pen: Pen) -> None:
    pen.pick(*[_beast] * 9, _turtle, _snake, _snail, _frog, _crocodile,
             _dinosaur)(
                 pen)
