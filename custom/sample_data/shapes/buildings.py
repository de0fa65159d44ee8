"""Drawing functions: building."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .registry import draws

_WALLS = ('red', 'yellow', 'orange', 'sky', 'pink', 'tan', 'white', 'silver',
          'lime', 'brown')


def _window(pen: Pen, x: float, y: float, size: float) -> None:
    glass = pen.color('sky', 'yellow', 'white', 'blue')
    if pen.maybe(.12):
        pen.ellipse(x, y, size, fill=glass)
    else:
        pen.box(x - size, y - size, x + size, y + size, fill=glass)
    if pen.maybe(.65):
        pen.line((x - size, y), (x + size, y), width=.8)
        pen.line((x, y - size), (x, y + size), width=.8)


def _door(pen: Pen, x: float, floor: float, wide: float, high: float) -> None:
    fill = pen.color('brown', 'brown', 'red', 'blue', 'green')
    if pen.maybe(.3):
        pen.shape((x - wide, floor),
                  *oval(x, floor - high, wide, wide, 180, 360),
                  (x + wide, floor),
                  fill=fill)
    else:
        pen.box(x - wide, floor - high, x + wide, floor, fill=fill)
    pen.dot(x + wide * .55, floor - high * .45, .014)


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
    pen.box(-wide, top, wide, .5, fill=pen.color(*_WALLS))
    if pen.maybe(.75):
        pen.shape((-wide - eave, top), (0, peak), (wide + eave, top),
                  fill=roof)
    else:
        pen.shape((-wide - eave, top), (-wide * .6, peak + .08),
                  (wide * .6, peak + .08), (wide + eave, top),
                  fill=roof)
    side = pen.pick(0, 0, -.5, .5) * wide
    _door(pen, side, .5, pen.between(.06, .1), pen.between(.18, .28))
    size = pen.between(.05, .08)
    spots = [(-.55, .16), (.55, .16)] if side == 0 else [(-side / wide, .18)]
    if top < -.02 and pen.maybe(.6):
        spots += [(-.5, top + .12), (.5, top + .12)]
        spots = [(x, y if y < .1 else .27) for x, y in spots]
    for x, y in spots:
        if pen.maybe(.9):
            _window(pen, x * wide, y, size)
    if pen.maybe(.2):
        _window(pen, 0, (top + peak * .6) / 1.6, .045)


def _corner_house(pen: Pen) -> None:
    wall, roof = pen.color(*_WALLS), pen.color('red', 'brown', 'blue')
    pen.box(-.5, -.05, -.12, .45, fill=wall)
    pen.shape((-.5, -.05), (-.31, -.45), (-.12, -.05), fill=wall)
    pen.box(-.12, -.05, .5, .45, fill=wall)
    pen.shape((-.31, -.45), (.36, -.45), (.55, -.05), (-.12, -.05), fill=roof)
    _door(pen, -.31, .45, .07, .24)
    for x in (.08, .34):
        _window(pen, x, .16, .07)


def _tower_block(pen: Pen) -> None:
    for x, wide in pen.pick([(0, .25)], [(0, .25)], [(-.2, .18), (.2, .2)]):
        top = pen.between(-.5, -.2)
        pen.box(
            x - wide,
            top,
            x + wide,
            .5,
            fill=pen.color('gray', 'silver', *_WALLS))
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


def _castle(pen: Pen) -> None:
    stone = pen.color('gray', 'silver', 'tan', 'pink', 'purple')
    roof = pen.color('red', 'blue', 'purple', 'magenta')
    teeth = [(-.3 + .6 * i / 9, -.1 if i % 4 in (1, 2) else -.03)
             for i in range(10)]
    pen.shape(*teeth, (.3, .5), (-.3, .5), fill=stone)
    cone = pen.maybe(.65)
    for x, top in ((-.36, -.22), (.36, -.22),
                   *([(0, -.34)] if pen.maybe(.6) else [])):
        pen.box(x - .12, top, x + .12, .5 if x else -.05, fill=stone)
        if cone:
            pen.shape((x - .15, top), (x, top - .26), (x + .15, top),
                      fill=roof)
        else:
            for tooth in (-.1, 0, .1):
                pen.box(
                    x + tooth - .03,
                    top - .06,
                    x + tooth + .03,
                    top,
                    fill=stone)
        if pen.maybe(.6):
            tip = top - (.26 if cone else .04)
            pen.line((x, tip), (x, tip - .14))
            pen.shape((x, tip - .14), (x + .12, tip - .1), (x, tip - .06),
                      fill=pen.color('red', 'yellow', 'blue'))
        pen.box(
            x - .03,
            top + .1,
            x + .03,
            top + .2,
            fill=pen.color('black', 'yellow'))
    pen.shape((-.1, .5),
              *oval(0, .28, .1, .12, 180, 360), (.1, .5),
              fill=pen.color('brown', 'black'))


def _church(pen: Pen) -> None:
    wall, roof = pen.color(*_WALLS), pen.color('red', 'brown', 'gray')
    pen.box(-.12, 0, .5, .5, fill=wall)
    pen.shape((-.12, 0), (0, -.2), (.42, -.2), (.53, 0), fill=roof)
    pen.box(-.38, -.15, -.08, .5, fill=wall)
    pen.shape((-.42, -.15), (-.23, -.48), (-.04, -.15), fill=roof)
    pen.line((-.23, -.48), (-.23, -.64), width=1.2)
    pen.line((-.29, -.58), (-.17, -.58), width=1.2)
    _door(pen, -.23, .5, .07, .2)
    for x in (.08, .32):
        _window(pen, x, .2, .06)


def _shop(pen: Pen) -> None:
    pen.box(-.5, -.3, .5, .4, fill=pen.color(*_WALLS))
    count = pen.count(5, 8)
    colors = pen.color('red', 'blue', 'green'), pen.exactly('white')
    for i in range(count):
        left = -.52 + i * 1.04 / count
        pen.box(left, -.14, left + 1.04 / count, .02, fill=colors[i % 2])
    pen.box(-.42, .1, .08, .3, fill=pen.color('sky', 'white'))
    _door(pen, .29, .4, .1, .28)
    if pen.maybe(.6):
        pen.box(-.25, -.28, .25, -.17, fill=pen.color('yellow', 'white'))
        for x in np.linspace(-.2, .2, 6):
            pen.line((x - .02, -.25), (x + .02, -.2), width=.8)
    if pen.maybe(.4):
        pen.shape((-.55, -.3), (0, -.5), (.55, -.3),
                  fill=pen.color('red', 'brown'))


@draws('building', size=(.3, .7), tilt=3, share=1.5)
def building(pen: Pen) -> None:
    pen.pick(_house, _house, _house, _house, _corner_house, _tower_block,
             _tower_block, _castle, _church, _shop)(
                 pen)
