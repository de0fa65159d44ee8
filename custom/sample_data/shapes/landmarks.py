"""Buildings other than houses: castles, towers, halls, huts."""
import numpy as np

from custom.sample_data.pen import Color, Pen, oval
from .polygons import mirrored, rounded
from .walls import WALLS, door, flag, window


def _stone(pen: Pen) -> Color:
    return pen.color('gray', 'silver', 'tan', 'pink', 'purple', 'sky')


def _roof(pen: Pen) -> Color:
    return pen.color('red', 'red', 'blue', 'purple', 'brown', 'magenta')


def _teeth(left: float, right: float, top: float, count: int) -> list:
    """Battlements from left to right: points of their upper edge."""
    step = (right - left) / (2 * count - 1)
    low = top + .8 * step
    return [(left + (2 * i + x) * step, y) for i in range(count)
            for x, y in ((0, low), (0, top), (1, top), (1, low))]


def _gate(pen: Pen, half: float, high: float) -> None:
    pen.shape((-half, .5),
              *oval(0, .5 - high, half, half, 180, 360), (half, .5),
              fill=pen.color('brown', 'black', 'brown'))
    if pen.maybe(.3):
        for x in (-.4, 0, .4):
            pen.line((x * half, .5), (x * half, .5 - high), width=.7)


def _turret(pen: Pen, x: float, half: float, top: float, low: float,
            stone: Color, roof: Color, cone: bool) -> None:
    """A round tower with a pointed roof or with battlements."""
    pen.box(x - half, top, x + half, low, fill=stone)
    if cone:
        high = pen.between(.18, .3)
        pen.shape((x - half * 1.3, top), (x, top - high),
                  (x + half * 1.3, top),
                  fill=roof)
        if pen.maybe(.6):
            flag(pen, x, top - high)
    else:
        pen.shape(
            *_teeth(x - half * 1.2, x + half * 1.2, top, 3),
            (x + half * 1.2, top + .05), (x - half * 1.2, top + .05),
            fill=stone)
    pen.shape((x - .03, top + .2),
              *oval(x, top + .12, .03, .04, 180, 360), (x + .03, top + .2),
              fill=pen.color('black', 'yellow', 'sky'))


def castle(pen: Pen) -> None:
    """Walls, a gate and towers."""
    stone, roof = _stone(pen), _roof(pen)
    cone = pen.maybe(.65)
    if pen.maybe(.6):
        _turret(pen, 0, .12, pen.between(-.36, -.26), .1, stone, roof, cone)
        for x in (-.2, .2)[:pen.pick(0, 2)]:
            _turret(pen, x, .07, -.14, .1, stone, roof, cone)
    top = pen.between(-.02, .1)
    pen.shape(
        *_teeth(-.32, .32, top, pen.count(4, 6)), (.32, .5), (-.32, .5),
        fill=stone)
    side = pen.between(-.22, -.05)
    for x in (-.38, .38):
        _turret(pen, x, pen.between(.09, .13), side, .5, stone, roof, cone)
    _gate(pen, pen.between(.08, .12), pen.between(.16, .22))


def tower(pen: Pen) -> None:
    """One tower alone."""
    half = pen.between(.12, .18)
    _turret(pen, 0, half, pen.between(-.3, -.1), .5, _stone(pen), _roof(pen),
            pen.maybe(.7))
    if pen.maybe(.5):
        for x, y in ((-.05, .12), (.06, .2), (-.06, .3)):
            pen.line((x - .03, y), (x + .03, y), width=.8)
    _gate(pen, half * .4, .1)


def lighthouse(pen: Pen) -> None:
    """White with red bands, a lamp on top."""
    white, red = pen.exactly('white'), pen.color('red', 'red', 'blue')
    foot, top = pen.between(.15, .2), .11
    for i in range(5):
        high, low = -.24 + .148 * i, -.24 + .148 * (i + 1)
        a, b = (top + (foot - top) * (y + .24) / .74 for y in (high, low))
        pen.shape((-a, high), (a, high), (b, low), (-b, low),
                  fill=(white, red)[i % 2])
    pen.box(-.16, -.27, .16, -.23, fill=red)
    pen.box(-.08, -.4, .08, -.27, fill=pen.exactly('yellow'))
    pen.shape((-.12, -.4), (0, -.54), (.12, -.4), fill=red)
    if pen.maybe(.35):
        for side in (-1, 1):
            for y in (-.42, -.33, -.24):
                pen.line((side * .16, -.33 + (y + .33) * .3), (side * .36, y),
                         color=pen.exactly('yellow'))
    door(pen, 0, .5, .05, .12)


def windmill(pen: Pen) -> None:
    """A tapering tower with four sails."""
    pen.shape((-.11, -.16), (.11, -.16), (.2, .5), (-.2, .5),
              fill=pen.color(*WALLS))
    pen.shape(*oval(0, -.15, .14, .16, 180, 360), fill=_roof(pen))
    door(pen, 0, .5, .06, .16)
    window(pen, 0, .16, .045)
    start = pen.between(0, 90)
    cloth = pen.color('white', 'red', 'tan', 'sky')
    for i in range(4):
        sail = pen.at(0, -.18, turn=start + 90 * i)
        sail.line((0, 0), (.46, 0), width=1.2)
        sail.box(.1, .0, .46, .11, fill=cloth)
    pen.ellipse(0, -.18, .04, fill=pen.color('brown', 'red'))


def skyscraper(pen: Pen) -> None:
    """High and slim, in steps or with a mast; or several of them."""
    spots = pen.pick([(0, .18)], [(-.22, .13), (.2, .14), (0, .12)])
    for x, half in spots:
        wall = pen.color('gray', 'silver', 'sky', 'blue', *WALLS)
        top = pen.between(-.5, -.25)
        if pen.maybe(.4):
            pen.box(x - half * .6, top - .1, x + half * .6, top, fill=wall)
            pen.line((x, top - .1), (x, top - .24))
        pen.box(x - half, top, x + half, .5, fill=wall)
        glass = pen.color('yellow', 'white', 'sky', 'navy')
        rows = pen.count(5, 8)
        for y in np.linspace(top + .07, .42, rows):
            if pen.maybe(.15) and len(spots) == 1:
                pen.line((x - half, y), (x + half, y), width=.8)
                continue
            for share in (-.55, 0, .55):
                cx = x + share * half
                pen.box(
                    cx - half * .18,
                    y - .025,
                    cx + half * .18,
                    y + .025,
                    fill=glass,
                    width=.6)


def church_front(pen: Pen) -> None:
    """The tower in the middle, a nave to each side."""
    wall, roof = pen.color('white', *WALLS), _roof(pen)
    pen.shape((-.34, .5), (-.34, .12), (0, -.12), (.34, .12), (.34, .5),
              fill=wall)
    pen.line((-.38, .14), (0, -.13), (.38, .14), color=roof, width=1.6)
    pen.box(-.12, -.2, .12, .5, fill=wall)
    peak = -pen.between(.42, .55)
    pen.shape((-.16, -.2), (0, peak), (.16, -.2), fill=roof)
    pen.line((0, peak), (0, peak - .16), width=1.2)
    pen.line((-.05, peak - .1), (.05, peak - .1), width=1.2)
    pen.ellipse(0, -.06, .06, fill=pen.color('yellow', 'sky', 'white'))
    _gate(pen, .07, .14)
    for x in (-.23, .23):
        pen.shape((x - .04, .38),
                  *oval(x, .26, .04, .06, 180, 360), (x + .04, .38),
                  fill=pen.color('sky', 'yellow', 'blue'))


def school(pen: Pen) -> None:
    """School, hospital, town hall: wide, with a gabled middle part."""
    wall = pen.color('red', 'orange', *WALLS)
    roof = _roof(pen)
    pen.box(-.56, .02, .56, .5, fill=wall)
    if pen.maybe(.6):
        pen.shape((-.6, .02), (-.52, -.1), (.52, -.1), (.6, .02), fill=roof)
    pen.box(-.19, -.12, .19, .5, fill=wall)
    pen.shape((-.24, -.12), (0, -.34), (.24, -.12), fill=roof)
    sign = pen.pick('clock', 'clock', 'cross', 'flag', 'sign')
    if sign == 'clock':
        pen.ellipse(0, .0, .08, fill=pen.exactly('white'))
        pen.line((0, -.05), (0, 0), (.04, .02), width=.8)
    elif sign == 'cross':
        red = pen.exactly('red')
        pen.box(-.03, -.08, .03, .1, fill=red, plain=True, edge=False)
        pen.box(-.09, -.02, .09, .04, fill=red, plain=True, edge=False)
    elif sign == 'sign':
        pen.box(-.14, -.05, .14, .05, fill=pen.color('yellow', 'white'))
    if sign == 'flag' or pen.maybe(.3):
        flag(pen, 0, -.34, .2)
    door(pen, 0, .5, .09, .2)
    for y in pen.pick((.26, ), (.16, .36)):
        for x in (-.47, -.3, .3, .47):
            window(pen, x, y, .055)


def temple(pen: Pen) -> None:
    """Bank, museum, temple: columns under a gable."""
    stone = pen.color('white', 'silver', 'tan', 'gray')
    pen.shape((-.54, -.16), (0, -.46), (.54, -.16), fill=stone)
    pen.box(-.48, -.16, .48, -.07, fill=stone)
    for x in np.linspace(-.4, .4, pen.count(4, 6)):
        pen.box(x - .045, -.07, x + .045, .36, fill=stone)
    pen.box(-.5, .36, .5, .43, fill=stone)
    pen.box(-.56, .43, .56, .5, fill=stone)


def factory(pen: Pen) -> None:
    """A saw-toothed roof and chimneys that smoke."""
    wall = pen.color('red', 'gray', 'brown', *WALLS)
    for x in (.28, .42)[:pen.count(1, 2)]:
        high = pen.between(-.42, -.28)
        pen.shape((x - .05, .2), (x - .035, high), (x + .035, high),
                  (x + .05, .2),
                  fill=pen.color('red', 'gray', 'brown'))
        if pen.maybe(.7):
            for i in range(3):
                pen.ellipse(
                    x - .03 + .07 * i,
                    high - .05 - .06 * i,
                    .045 + .015 * i,
                    fill=pen.color('silver', 'gray'),
                    width=.8)
    teeth = []
    for left in (-.52, -.26, 0):
        teeth += [(left, -.12), (left + .26, .06)]
    pen.shape((-.52, .5), *teeth, (.52, .06), (.52, .5), fill=wall)
    for x in (-.36, -.12, .12):
        window(pen, x, .22, .06)
    door(pen, .36, .5, .08, .2)


def barn(pen: Pen) -> None:
    """Red, with a bent gable and a crossed door."""
    red, white = pen.color('red', 'red', 'brown'), pen.exactly('white')
    pen.shape(
        *mirrored((0, -.42), (.3, -.26), (.42, .02), (.42, .5)), fill=red)
    pen.line((-.46, .04), (-.32, -.27), (0, -.44), (.32, -.27), (.46, .04),
             color=pen.color('brown', 'gray', 'white'),
             width=2)
    pen.box(-.18, .12, .18, .5, fill=red)
    pen.line((-.18, .12), (.18, .5), color=white)
    pen.line((.18, .12), (-.18, .5), color=white)
    pen.box(-.09, -.2, .09, -.03, fill=pen.color('white', 'yellow', 'black'))


def hut(pen: Pen) -> None:
    """Straw roof on a round wall, or logs."""
    wall = pen.color('brown', 'tan', 'tan', 'orange')
    pen.box(-.3, .06, .3, .5, fill=wall)
    if pen.maybe(.5):
        for y in np.linspace(.15, .42, 4):
            pen.line((-.3, y), (.3, y), width=.8)
    straw = pen.color('yellow', 'tan', 'brown')
    peak = -pen.between(.36, .5)
    fringe = [(x, .12 + .04 * (i % 2))
              for i, x in enumerate(np.linspace(.46, -.46, 13))]
    pen.shape((0, peak), *fringe, fill=straw)
    for x in (-.22, -.08, .08, .22):
        pen.line((x * .3, peak * .6), (x * 1.3, .06), width=.7)
    _gate(pen, .09, .18)


def tent(pen: Pen) -> None:
    """From the front, its door open; or a tipi with crossed poles."""
    cloth = pen.color('red', 'orange', 'blue', 'green', 'yellow', 'tan')
    if pen.maybe(.4):
        for side in (-1, 1):
            pen.line((0, -.34), (side * .09, -.54), width=1.2)
        pen.shape((0, -.38), (.36, .5), (-.36, .5), fill=cloth)
        pen.line((-.22, .16), (-.11, .1), (0, .18), (.11, .1), (.22, .16))
    else:
        pen.shape((0, -.34), (.5, .4), (-.5, .4), fill=cloth)
    pen.shape((0, -.05), (.13, .45), (-.13, .45),
              fill=pen.color('black', 'brown', 'navy'))


def pagoda(pen: Pen) -> None:
    """Floors with roofs that curl up."""
    wall, roof = pen.color('white', 'red',
                           'tan'), pen.color('red', 'green', 'gray', 'blue',
                                             'black')
    count = pen.count(2, 4)
    high = .8 / count
    for i in range(count):
        low = .5 - i * high
        half = .36 * (1 - .2 * i)
        pen.box(-half * .72, low - high * .6, half * .72, low, fill=wall)
        eave = low - high * .52
        pen.shape((-half * .5, low - high), (half * .5, low - high),
                  (half * .8, eave - high * .15), (half * 1.25, eave - .04),
                  (half * 1.1, eave + .02), (-half * 1.1, eave + .02),
                  (-half * 1.25, eave - .04), (-half * .8, eave - high * .15),
                  fill=roof)
    pen.line((0, -.3), (0, -.44), width=1.3)
    _gate(pen, .08, .1)


def mosque(pen: Pen) -> None:
    """A dome between slim towers."""
    wall, dome = pen.color('white', 'tan', 'silver',
                           'sky'), pen.color('yellow', 'sky', 'green', 'blue',
                                             'teal')
    for x in (-.44, .44):
        pen.box(x - .05, -.24, x + .05, .5, fill=wall)
        pen.shape((x - .07, -.24), (x, -.46), (x + .07, -.24), fill=dome)
    pen.shape(
        *mirrored((0, -.42), (.08, -.32), (.26, -.18), (.27, 0), (.22, .1)),
        fill=dome,
        curved=True)
    pen.box(-.34, .08, .34, .5, fill=wall)
    _gate(pen, .09, .2)
    for x in (-.22, .22):
        pen.shape((x - .05, .42),
                  *oval(x, .28, .05, .07, 180, 360), (x + .05, .42),
                  fill=pen.color('sky', 'blue', 'yellow'))


def mushroom_house(pen: Pen) -> None:
    """A toadstool with a door and windows."""
    pen.shape(
        *rounded([(-.18, -.05), (.18, -.05), (.26, .5), (-.26, .5)], .2),
        fill=pen.color('white', 'tan', 'yellow'))
    pen.shape(
        *oval(0, 0, .48, .46, 180, 360),
        fill=pen.color('red', 'red', 'orange', 'pink'))
    for x, y, size in ((-.24, -.16, .07), (.05, -.3, .08), (.26, -.12, .06)):
        pen.ellipse(x, y, size, fill=pen.exactly('white'))
    door(pen, -.03, .5, .08, .22)
    window(pen, .13, .14, .05)
