"""Drawing functions: boat."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .faces import any_face
from .polygons import mirrored, rounded
from .registry import draws
from .vehicles import PAINTS, glass


def _hull(pen: Pen, deep: float) -> None:
    fill = pen.color('brown', 'brown', 'red', 'blue', 'orange', 'white')
    inset = pen.between(.06, .2)
    if pen.maybe(.3):
        pen.shape(*oval(0, 0, .5, deep * 1.1, 0, 180), fill=fill)
    else:
        pen.shape((-.5, 0), (.5, pen.pick(0, 0, -.06)), (.5 - inset, deep),
                  (-.5 + inset, deep),
                  fill=fill)
    if pen.maybe(.4):
        pen.line((-.46, deep * .35), (.46, deep * .35),
                 color=pen.color('white', 'yellow', 'red'))
    elif pen.maybe(.5):
        for x in np.linspace(-.28, .28, pen.count(2, 4)):
            pen.ellipse(x, deep * .45, .035, fill=glass(pen), width=.8)


def _flag(pen: Pen, x: float, y: float, size: float) -> None:
    pen.shape((x, y), (x + size, y + size * .4), (x, y + size * .8),
              fill=pen.color('red', 'blue', 'yellow', 'green'))


def _sail_boat(pen: Pen) -> None:
    deep = pen.between(.16, .28)
    mast = pen.between(-.1, .1)
    top = pen.between(-.75, -.5)
    pen.line((mast, 0), (mast, top - .03),
             color=pen.exactly('brown'),
             width=1.5)
    sail = pen.color('white', 'red', 'yellow', 'sky', 'orange', 'pink')
    belly = pen.maybe(.3)
    if pen.maybe(.2):
        pen.box(mast - .3, top + .1, mast + .3, -.12, fill=sail)
    else:
        pen.shape((mast + .03, top + .02), (mast + .42, -.08),
                  (mast + .03, -.08),
                  fill=sail,
                  curved=belly)
        if pen.maybe(.65):
            other = sail if pen.maybe() else pen.color('white', 'blue')
            pen.shape((mast - .03, top + .1), (mast - .03, -.08),
                      (mast - .34, -.08),
                      fill=other,
                      curved=belly)
    if pen.maybe(.5):
        _flag(pen, mast, top - .08, .14)
    _hull(pen, deep)


def _steam_boat(pen: Pen) -> None:
    deep = pen.between(.18, .28)
    decks = pen.count(1, 3)
    for i in range(decks):
        half = .32 - .08 * i
        low = -.16 * i
        pen.box(-half, low - .16, half, low, fill=pen.color(*PAINTS))
        for x in np.linspace(-half + .08, half - .08, 4 - i):
            pen.ellipse(x, low - .08, .03, fill=glass(pen), width=.8)
    top = -.16 * decks
    for x in ((-.08, .08) if pen.maybe(.4) else (0, )):
        pen.box(
            x - .05,
            top - .2,
            x + .05,
            top,
            fill=pen.color('red', 'black', 'orange'))
        if pen.maybe(.5):
            for i in range(3):
                pen.ellipse(
                    x + .06 * i,
                    top - .26 - .07 * i,
                    .03 + .015 * i,
                    fill=pen.color('silver', 'gray'),
                    width=.8)
    _hull(pen, deep)


def _row_boat(pen: Pen) -> None:
    if pen.maybe(.5):
        paper = pen.color('white', 'silver', 'yellow', 'sky')
        pen.shape((-.26, .02), (0, -.32), (.26, .02), fill=paper)
        pen.shape((-.5, -.1), (0, .04), (.5, -.1), (.3, .25), (-.3, .25),
                  fill=paper)
        return
    # The far oar, the hull, the near oar.
    wood = pen.exactly('brown')
    for x, tip in ((.12, .48), (-.12, -.42)):
        pen.line((x, -.12), (tip, .34), color=wood, width=1.2)
        pen.ellipse(tip, .36, .04, .08, turn=-35 if tip > 0 else 35, fill=wood)
        if tip > 0:
            _hull(pen, .24)


def _liner(pen: Pen) -> None:
    """A ship or ferry: a high bow, decks with windows, funnels."""
    hull, white = pen.color('white',
                            *PAINTS), pen.color('white', 'white', *PAINTS)
    low, high = -.02, pen.between(.12, .17)
    decks = pen.count(1, 3)
    for i in range(decks):
        left, right = -.36 + .07 * i, .3 - .1 * i
        top = low - high * (i + 1)
        pen.box(left, top, right, top + high, fill=white)
        for x in np.linspace(left + .06, right - .06, pen.count(4, 6) - i):
            pen.ellipse(x, top + high * .5, .028, fill=glass(pen), width=.7)
    top = low - high * decks
    for x in (-.2, 0)[:pen.count(1, 2)]:
        pen.shape((x - .06, top), (x - .05, top - .2), (x + .05, top - .2),
                  (x + .06, top),
                  fill=pen.color('red', 'orange', 'black', 'yellow'))
        if pen.maybe(.5):
            pen.box(x - .05, top - .16, x + .05, top - .11, fill=white)
    pen.shape((-.5, low), (.34, low), (.62, low - pen.between(.04, .14)),
              (.42, .26), (-.42, .26),
              fill=hull)
    if pen.maybe(.5):
        pen.line((-.47, .08), (.52, .08), color=pen.color('white', 'red'))
    elif pen.maybe(.5):
        for x in np.linspace(-.32, .34, 5):
            pen.ellipse(x, .1, .035, fill=glass(pen), width=.8)


def _pirate_ship(pen: Pen) -> None:
    """A curved hull with bellied sails, one above the other."""
    wood = pen.color('brown', 'brown', 'tan', 'red')
    for x, size in ((-.2, .8), (.14, 1))[pen.count(0, 1):]:
        pen.line((x, .05), (x, -.62 * size), color=wood, width=1.4)
        for y in (-.1, -.36):
            high, wide = .2 * size, .2 * size
            y *= size
            pen.shape((x - wide, y), (x - wide * .8, y - high),
                      (x + wide * .8, y - high), (x + wide, y),
                      (x + wide * .4, y + .03), (x - wide * .4, y + .03),
                      fill=pen.color('white', 'white', 'red', 'black'))
        _flag(pen, x, -.72 * size, .14)
    pen.shape((-.56, -.14), (-.34, -.12), (-.3, .02), (.3, .02), (.62, -.12),
              (.4, .3), (-.4, .3),
              fill=wood)
    for x in (-.24, 0, .24):
        pen.ellipse(x, .14, .04, fill=pen.exactly('black'))


def _speed_boat(pen: Pen) -> None:
    paint = pen.color(*PAINTS)
    pen.shape((-.2, -.02), (-.02, -.22), (.06, -.22), (.12, -.02),
              fill=glass(pen))
    pen.shape((-.5, -.04), (.1, -.04), (.58, -.12), (.42, .12), (.3, .2),
              (-.48, .2),
              fill=paint)
    pen.line((-.48, .06), (.46, .02),
             color=pen.color('white', 'red', 'yellow'),
             width=1.3)
    if pen.maybe(.5):
        pen.box(-.6, -.08, -.5, .14, fill=pen.color('gray', 'black'))


def _canoe(pen: Pen) -> None:
    """A slim boat with raised ends, perhaps with a paddle."""
    wood = pen.color('brown', 'tan', 'red', 'green')
    if pen.maybe(.6):
        paddle = pen.at(-.05, -.05, turn=pen.between(30, 60))
        paddle.line((-.42, 0), (.3, 0), color=pen.exactly('brown'), width=1.4)
        paddle.ellipse(-.4, 0, .12, .06, fill=pen.color('brown', 'yellow'))
    deep = pen.between(.16, .26)
    pen.shape((-.54, -.14), (-.36, .02), (0, .05), (.36, .02), (.54, -.14),
              (.42, deep * .8), (.28, deep), (-.28, deep), (-.42, deep * .8),
              fill=wood,
              curved=pen.maybe())
    if pen.maybe(.5):
        pen.line((-.4, .1), (0, .13), (.4, .1),
                 color=pen.color('yellow', 'white', 'red'),
                 width=1.3)


def _tug(pen: Pen) -> None:
    """Short and round, a cabin and a funnel; some have a face."""
    pen.box(-.02, -.42, .12, -.16, fill=pen.color('red', 'orange', 'black'))
    pen.box(-.3, -.2, .22, .04, fill=pen.color('white', *PAINTS))
    for x in (-.18, 0):
        pen.ellipse(x, -.08, .06, fill=glass(pen))
    pen.shape(
        *rounded([(-.46, .02), (.5, -.06), (.4, .34), (-.38, .34)], .25),
        fill=pen.color(*PAINTS))
    if pen.maybe(.4):
        any_face(pen, .02, .16, .15)
    elif pen.maybe(.5):
        for x in (-.2, 0, .2):
            pen.ellipse(x, .18, .06, width=1.3)


def _front_sail(pen: Pen) -> None:
    """A sailing boat whose sails are simple triangles with a gap."""
    sails = pen.color('white', *PAINTS), pen.color('white', *PAINTS)
    tall = pen.between(.5, .66)
    pen.shape((.03, -tall), (.03, .02), (.42, .02), fill=sails[0])
    pen.shape((-.04, -tall * .85), (-.04, .02), (-.36, .02), fill=sails[1])
    pen.shape(
        *mirrored((.5, .08), (.34, .3)),
        fill=pen.color('brown', 'red', *PAINTS))
    if pen.maybe(.4):
        xs = np.linspace(-.55, .55, 12)
        pen.line(
            *[(x, .33 + .03 * (-1)**i) for i, x in enumerate(xs)],
            color=pen.color('blue', 'sky'),
            curved=True)


@draws('boat', places=('water', ), size=(.2, .55), tilt=8)
def boat(pen: Pen) -> None:
    pen.pick(_sail_boat, _sail_boat, _sail_boat, _steam_boat, _steam_boat,
             _row_boat, _liner, _liner, _liner, _pirate_ship, _speed_boat,
             _canoe, _tug, _front_sail, _front_sail)(
                 pen)
