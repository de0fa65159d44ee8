"""Drawing functions: building."""
import numpy as np

from custom.sample_data.pen import Pen
from .faces import any_face
from .landmarks import (barn, castle, church_front, factory, hut, lighthouse,
                        mosque, mushroom_house, pagoda, school, skyscraper,
                        temple, tent, tower, windmill)
from .polygons import rounded
from .registry import draws
from .walls import WALLS, door, window


def _house(pen: Pen) -> None:
    wide, top = pen.between(.28, .45), pen.between(-.12, .06)
    eave = pen.between(.0, .1)
    peak = top - pen.between(.22, .42)
    roof = pen.color('red', 'red', 'brown', 'blue', 'orange', 'purple')
    if pen.maybe(.45):
        x = wide * pen.between(.35, .6) * pen.pick(-1, 1)
        pen.box(
            x - .05,
            peak + .02,
            x + .05,
            top,
            fill=pen.color('brown', 'red', 'gray'))
        if pen.maybe(.5):
            smoke = [(x + .04 * np.sin(i * 2.) + .02 * i, peak - .03 * i)
                     for i in range(6)]
            pen.line(*smoke, color=pen.color('gray', 'silver'), curved=True)
    pen.box(-wide, top, wide, .5, fill=pen.color(*WALLS))
    if pen.maybe(.75):
        pen.shape((-wide - eave, top), (0, peak), (wide + eave, top),
                  fill=roof)
    else:
        pen.shape((-wide - eave, top), (-wide * .6, peak + .08),
                  (wide * .6, peak + .08), (wide + eave, top),
                  fill=roof)
    side = pen.pick(0, 0, -.5, .5) * wide
    door(pen, side, .5, pen.between(.06, .1), pen.between(.18, .28))
    size = pen.between(.05, .08)
    spots = [(-.55, .16), (.55, .16)] if side == 0 else [(-side / wide, .18)]
    if top < -.02 and pen.maybe(.6):
        spots += [(-.5, top + .12), (.5, top + .12)]
        spots = [(x, y if y < .1 else .27) for x, y in spots]
    for x, y in spots:
        if pen.maybe(.9):
            window(pen, x * wide, y, size)
    if pen.maybe(.2):
        window(pen, 0, (top + peak * .6) / 1.6, .045)


def _corner_house(pen: Pen) -> None:
    wall, roof = pen.color(*WALLS), pen.color('red', 'brown', 'blue')
    pen.box(-.5, -.05, -.12, .45, fill=wall)
    pen.shape((-.5, -.05), (-.31, -.45), (-.12, -.05), fill=wall)
    pen.box(-.12, -.05, .5, .45, fill=wall)
    pen.shape((-.31, -.45), (.36, -.45), (.55, -.05), (-.12, -.05), fill=roof)
    door(pen, -.31, .45, .07, .24)
    for x in (.08, .34):
        window(pen, x, .16, .07)


def _cottage(pen: Pen) -> None:
    """The round, low house of image books: a big roof, few windows."""
    wide, roof = pen.between(.32, .42), pen.between(.28, .42)
    top = .5 - pen.between(.42, .55)
    wall = pen.color(*WALLS)
    if pen.maybe(.5):
        x = wide * pen.pick(-.6, .6)
        pen.box(
            x - .06, top - roof, x + .06, top, fill=pen.color('brown', 'red'))
    pen.shape(
        *rounded([(-wide, top - .02), (wide, top - .02), (wide * 1.02, .5),
                  (-wide * 1.02, .5)], .08),
        fill=wall)
    kind = pen.pick('bow', 'bow', 'hip', 'point')
    points = dict(
        bow=[(-wide - .12, top + .03), (-wide * .6, top - roof),
             (wide * .6, top - roof), (wide + .12, top + .03)],
        hip=[(-wide - .1, top + .02), (-wide * .5, top - roof * .8),
             (wide * .5, top - roof * .8), (wide + .1, top + .02)],
        point=[(-wide - .1, top + .04), (0, top - roof * 1.2),
               (wide + .1, top + .04)])[kind]
    pen.shape(
        *rounded(points, .4 if kind == 'bow' else .08),
        fill=pen.color('red', 'brown', 'blue', 'orange', 'purple', 'pink'))
    door(pen, 0, .5, pen.between(.07, .1), pen.between(.18, .26))
    for x in (-.6, .6):
        window(pen, x * wide, pen.between(.16, .22), .065)
    if pen.maybe(.5):
        pen.ellipse(0, top - roof * .4, .07, fill=pen.color('sky', 'yellow'))
    if pen.maybe(.2):
        any_face(pen, 0, .1, .2)


def _town_house(pen: Pen) -> None:
    """Narrow and high, with a gable that may have steps."""
    wide, top = pen.between(.18, .26), pen.between(-.2, -.08)
    wall = pen.color(*WALLS)
    pen.box(-wide, top, wide, .5, fill=wall)
    if pen.maybe(.4):
        steps = [(wide, top), (wide, top - .08), (wide * .66, top - .08),
                 (wide * .66, top - .17), (wide * .33, top - .17),
                 (wide * .33, top - .26)]
        pen.shape(*[(-x, y) for x, y in steps], *steps[::-1], fill=wall)
    else:
        pen.shape((-wide - .04, top), (0, top - pen.between(.2, .34)),
                  (wide + .04, top),
                  fill=pen.color('red', 'brown', 'blue', 'orange'))
    for y in np.linspace(top + .1, .16, pen.count(2, 3)):
        for x in (-.5, .5):
            window(pen, x * wide, y, .05)
    door(pen, 0, .5, .06, .18)


def _row(pen: Pen) -> None:
    """Houses wall to wall."""
    count = pen.count(2, 3)
    for i in range(count):
        house = pen.at((i - (count - 1) / 2) * .44, 0, pen.between(.85, 1))
        _town_house(house)


def _tower_block(pen: Pen) -> None:
    for x, wide in pen.pick([(0, .25)], [(0, .25)], [(-.2, .18), (.2, .2)]):
        top = pen.between(-.5, -.2)
        pen.box(
            x - wide,
            top,
            x + wide,
            .5,
            fill=pen.color('gray', 'silver', *WALLS))
        columns, rows = pen.count(2, 3), pen.count(3, 6)
        glass = pen.color('sky', 'yellow', 'white', 'blue')
        step = (.36 - top) / rows
        size = min(step * .32, wide / columns * .55)
        for cx in np.linspace(x - wide * .6, x + wide * .6, columns):
            for row in range(rows):
                cy = top + step * (row + .6)
                pen.box(
                    cx - size,
                    cy - size,
                    cx + size,
                    cy + size,
                    fill=glass,
                    width=.8)
        pen.box(x - .05, .38, x + .05, .5, fill=pen.color('brown', 'red'))
        if pen.maybe(.3):
            pen.line((x, top), (x, top - .12))


def _church(pen: Pen) -> None:
    wall, roof = pen.color(*WALLS), pen.color('red', 'brown', 'gray')
    pen.box(-.12, 0, .5, .5, fill=wall)
    pen.shape((-.12, 0), (0, -.2), (.42, -.2), (.53, 0), fill=roof)
    pen.box(-.38, -.15, -.08, .5, fill=wall)
    pen.shape((-.42, -.15), (-.23, -.48), (-.04, -.15), fill=roof)
    pen.line((-.23, -.48), (-.23, -.64), width=1.2)
    pen.line((-.29, -.58), (-.17, -.58), width=1.2)
    door(pen, -.23, .5, .07, .2)
    for x in (.08, .32):
        window(pen, x, .2, .06)


def _shop(pen: Pen) -> None:
    pen.box(-.5, -.3, .5, .4, fill=pen.color(*WALLS))
    count = pen.count(5, 8)
    colors = pen.color('red', 'blue', 'green'), pen.exactly('white')
    for i in range(count):
        left = -.52 + i * 1.04 / count
        pen.box(left, -.14, left + 1.04 / count, .02, fill=colors[i % 2])
    pen.box(-.42, .1, .08, .3, fill=pen.color('sky', 'white'))
    door(pen, .29, .4, .1, .28)
    if pen.maybe(.6):
        pen.box(-.25, -.28, .25, -.17, fill=pen.color('yellow', 'white'))
        for x in np.linspace(-.2, .2, 6):
            pen.line((x - .02, -.25), (x + .02, -.2), width=.8)
    if pen.maybe(.4):
        pen.shape((-.55, -.3), (0, -.5), (.55, -.3),
                  fill=pen.color('red', 'brown'))


@draws('building', size=(.3, .7), tilt=3, share=1.5)
def building(pen: Pen) -> None:
    pen.pick(_house, _house, _house, _house, _corner_house, _corner_house,
             _cottage, _cottage, _cottage, _town_house, _town_house, _row,
             _tower_block, _tower_block, skyscraper, castle, castle, tower,
             tower, _church, church_front, _shop, school, school, temple,
             factory, lighthouse, windmill, barn, hut, tent, pagoda, mosque,
             mushroom_house)(
                 pen)
