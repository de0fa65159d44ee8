"""Drawing functions: building, heart and playground things."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import face
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


@draws('heart', places=('sky', ), size=(.1, .3), tilt=25, share=.7)
def heart(pen: Pen) -> None:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x = .5 * np.sin(t)**3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) -
          np.cos(4 * t)) / 34
    plump = pen.between(.85, 1.25)
    outline = np.column_stack([x * plump, y])
    if pen.maybe(.25):
        # Two strokes from the notch to the tip, as children begin.
        outline = np.array([(0, -.2), (-.22, -.42), (-.46, -.3), (-.46, 0),
                            (-.2, .28), (0, .5), (.2, .28), (.46, 0),
                            (.46, -.3), (.22, -.42)]) * (plump, 1)
    fill = pen.color('red', 'red', 'pink', 'magenta', 'purple')
    pen.shape(*outline, fill=fill)
    extra = pen.pick('', '', '', '', 'face', 'arrow', 'double', 'crack',
                     'shine', 'stripes')
    if extra == 'face':
        face(pen, 0, -.08, .28)
    elif extra == 'arrow':
        pen.line((-.6, .25), (.62, -.3), width=1.3)
        pen.line((.5, -.34), (.62, -.3), (.56, -.18), width=1.2)
        pen.line((-.66, .2), (-.56, .24), (-.6, .34), width=1.2)
    elif extra == 'double':
        pen.shape(*(outline * .6 - (0, .02)), fill=pen.color('pink', 'red'))
    elif extra == 'crack':
        pen.line((0, -.22), (-.07, -.08), (.06, .05), (-.04, .18), (0, .4))
    elif extra == 'shine':
        pen.arc(-.22 * plump, -.16, .12, .12, 170, 280)
    elif extra == 'stripes':
        for y in (-.15, 0, .15):
            pen.line((-.3 + y / 2, y), (.3 - y / 2, y),
                     color=pen.color('white', 'yellow'))


def _swing(pen: Pen) -> None:
    frame = pen.color('red', 'blue', 'brown', 'gray', 'green')
    seat = pen.color('yellow', 'red', 'brown', 'blue')
    spread = pen.between(.06, .14)
    thick = pen.pick(1.2, 1.8)
    for x in (-.42, .42):
        pen.line((x - spread, .45), (x, -.42), (x + spread, .45),
                 color=frame,
                 width=thick)
    pen.line((-.46, -.42), (.46, -.42), color=frame, width=thick)
    for x in (-.18, .18) if pen.maybe(.5) else (0, ):
        swung = pen.between(-.12, .12)
        low = pen.between(.15, .28)
        half = .08 if x else .12
        for side in (-half, half):
            pen.line((x + side, -.42), (x + side + swung, low), width=.9)
        pen.box(
            x - half * 1.3 + swung,
            low,
            x + half * 1.3 + swung,
            low + .05,
            fill=seat)


def _slide(pen: Pen) -> None:
    frame = pen.color('blue', 'red', 'gray', 'brown')
    chute = pen.color('yellow', 'red', 'orange', 'sky', 'green')
    top = pen.between(-.42, -.25)
    for x in (-.42, -.28):
        pen.line((x, .45), (x, top - .1), color=frame, width=1.3)
    for y in np.linspace(top + .08, .38, pen.count(3, 6)):
        pen.line((-.42, y), (-.28, y), color=frame)
    if pen.maybe(.3):
        pen.shape((-.5, top - .1), (-.33, top - .32), (-.14, top - .1),
                  fill=pen.color('red', 'blue', 'green'))
    if pen.maybe(.75):
        pen.tube((-.3, top), (-.12, top + .08), (.16, .27), (.34, .4),
                 (.52, .42),
                 start=pen.between(.07, .13),
                 end=.08,
                 fill=chute)
    else:
        pen.tube((-.3, top), (-.05, top + .12), (.0, .05), (.22, .14),
                 (.3, .38), (.52, .42),
                 start=.1,
                 end=.1,
                 fill=chute)
    if pen.maybe(.5):
        pen.line((.05, .2), (.05, .45), color=frame, width=1.2)


def _ball(pen: Pen) -> None:
    colors = [
        pen.color('red', 'white'),
        pen.color('blue', 'yellow'),
        pen.color('green', 'orange', 'white')
    ]
    kind = pen.pick('beach', 'beach', 'soccer', 'basket', 'stripe', 'curves')
    if kind == 'beach':
        pen.ellipse(0, 0, .5, fill=colors[0])
        count = pen.pick(5, 6, 8)
        x, y = pen.between(-.15, .15), pen.between(-.15, .15)
        for i in range(count):
            a, b = (360 * (i + side) / count for side in (0, 1))
            rim = oval(0, 0, .49, .49, a, b)
            pen.shape((x, y),
                      *rim,
                      fill=colors[i % 3 if count == 6 else i % 2],
                      width=.8)
        pen.ellipse(x, y, .07, fill=pen.exactly('white'), width=.8)
    elif kind == 'soccer':
        pen.ellipse(0, 0, .5, fill=pen.exactly('white'))
        black = pen.exactly('black')
        start = pen.between(0, 72)
        pen.shape(
            *[(.17 * np.cos(np.radians(start + 72 * i)),
               .17 * np.sin(np.radians(start + 72 * i))) for i in range(5)],
            fill=black,
            plain=True)
        for i in range(5):
            part = pen.at(0, 0, turn=start + 72 * i)
            part.line((.17, 0), (.34, 0), width=.9)
            part.shape((.34, 0), (.45, -.16), (.48, 0), (.45, .16),
                       fill=black,
                       plain=True)
    else:
        pen.ellipse(0, 0, .5, fill=pen.color('orange', 'red', 'blue', 'green'))
        if kind == 'basket':
            pen.line((-.5, 0), (.5, 0))
            pen.line((0, -.5), (0, .5))
            pen.arc(-.6, 0, .38, .5, -58, 58)
            pen.arc(.6, 0, .38, .5, 122, 238)
        elif kind == 'stripe':
            pen.shape(
                *oval(0, 0, .5, .5, -20, 20),
                *oval(0, 0, .5, .5, 160, 200),
                fill=colors[1])
        else:
            pen.arc(-.25, 0, .4, .6, -55, 55, color=colors[1], width=1.5)
            pen.arc(.25, 0, .4, .6, 125, 235, color=colors[1], width=1.5)


def _seesaw(pen: Pen) -> None:
    pen.shape((-.12, .3), (0, 0), (.12, .3),
              fill=pen.color('red', 'blue', 'brown'))
    plank = pen.at(0, 0, turn=pen.pick(-1, 1) * pen.between(8, 20))
    plank.box(-.5, -.05, .5, .02, fill=pen.color('brown', 'yellow', 'green'))
    for x in (-.38, .38):
        plank.line((x, -.05), (x, -.17), width=1.2)
        plank.line((x - .05, -.17), (x + .05, -.17), width=1.2)


def _bars(pen: Pen) -> None:
    color = pen.color('red', 'blue', 'green', 'orange', 'gray')
    rows, columns = pen.count(2, 4), pen.count(3, 5)
    for x in np.linspace(-.45, .45, columns):
        pen.line((x, -.35), (x, .4), color=color, width=1.3)
    for y in np.linspace(-.35, .2, rows):
        pen.line((-.47, y), (.47, y), color=color, width=1.3)


@draws('play', size=(.2, .5), tilt=5)
def play(pen: Pen) -> None:
    pen.pick(_swing, _swing, _swing, _slide, _slide, _slide, _ball, _ball,
             _seesaw, _bars)(
                 pen)
