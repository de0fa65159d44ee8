"""Drawing functions: boat and car."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .registry import draws

PAINTS = ('red', 'blue', 'yellow', 'green', 'orange', 'sky', 'silver', 'white',
          'pink', 'purple', 'teal')


def glass(pen: Pen) -> tuple:
    return pen.color('sky', 'sky', 'white', 'yellow')


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
    storeys = pen.count(1, 3)
    for i in range(storeys):
        half = .32 - .08 * i
        low = -.16 * i
        pen.box(-half, low - .16, half, low, fill=pen.color(*PAINTS))
        for x in np.linspace(-half + .08, half - .08, 4 - i):
            pen.ellipse(x, low - .08, .03, fill=glass(pen), width=.8)
    top = -.16 * storeys
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


@draws('boat', places=('water', ), size=(.2, .55), tilt=8)
def boat(pen: Pen) -> None:
    pen.pick(_sail_boat, _sail_boat, _sail_boat, _steam_boat, _steam_boat,
             _row_boat)(
                 pen)


def _wheel(pen: Pen, x: float, y: float, radius: float) -> None:
    pen.ellipse(x, y, radius, fill=pen.color('black', 'black', 'gray'))
    if pen.maybe(.75):
        pen.ellipse(
            x,
            y,
            radius * pen.between(.3, .6),
            fill=pen.color('silver', 'white', 'yellow'))


def _side_car(pen: Pen) -> None:
    paint = pen.color(*PAINTS)
    wheel = pen.between(.09, .13)
    high = pen.between(.18, .3)
    kind = pen.pick('saloon', 'saloon', 'beetle', 'curved', 'race')
    top = -pen.between(.16, .26)
    if kind == 'beetle':
        pen.shape(*oval(0, .12, .42, .46, 180, 360), fill=paint)
        for side in (-1, 1):
            pen.shape(
                *oval(side * .04, 0, side * .22, .22, 270, 360),
                (side * .04, 0),
                fill=glass(pen),
                width=.9)
        high = .12
    elif kind == 'curved':
        pen.shape((-.5, .2), (-.49, .02), (-.3, -.02), (-.2, top), (.14, top),
                  (.28, -.02), (.48, .04), (.5, .2),
                  fill=paint,
                  curved=True)
        pen.shape((-.17, -.01), (-.13, top + .05), (-.01, top + .05),
                  (-.01, -.01),
                  fill=glass(pen),
                  width=.9)
        pen.shape((.03, -.01), (.03, top + .05), (.12, top + .05), (.2, -.01),
                  fill=glass(pen),
                  width=.9)
        high = .2
    elif kind == 'race':
        high = .14
        pen.shape((-.5, -.02), (-.3, -.05), (.1, -.05), (.5, .08), (.5, high),
                  (-.5, high),
                  fill=paint)
        pen.shape(*oval(-.08, -.05, .1, .13, 180, 360), fill=glass(pen))
        pen.line((-.44, -.03), (-.44, -.18), width=1.2)
        pen.box(-.55, -.22, -.36, -.17, fill=paint)
    else:
        left, right = pen.between(-.32, -.2), pen.between(.16, .28)
        lean = pen.between(.02, .12)
        pen.shape((left, .01), (left + lean, top), (right - lean, top),
                  (right, .01),
                  fill=paint)
        middle = (left + right) / 2
        pen.shape((left + .06, 0), (left + lean + .02, top + .04),
                  (middle - .02, top + .04), (middle - .02, 0),
                  fill=glass(pen),
                  width=.9)
        pen.shape((middle + .02, 0), (middle + .02, top + .04),
                  (right - lean - .02, top + .04), (right - .06, 0),
                  fill=glass(pen),
                  width=.9)
        pen.box(-.5, 0, .5, high, fill=paint)
    if kind in ('saloon', 'curved') and pen.maybe(.4):
        pen.line((0, .04), (0, high - .02), width=.8)
        pen.line((.04, .08), (.09, .08))
    if pen.maybe(.5):
        pen.ellipse(.46, high * .4, .04, .035, fill=pen.exactly('yellow'))
    if pen.maybe(.12) and kind != 'race':
        pen.box(-.07, top - .08, .05, top, fill=pen.color('red', 'blue'))
    for x in (-.28, .28):
        _wheel(pen, x + pen.between(-.03, .03), high, wheel)


def bus(pen: Pen) -> None:
    paint = pen.color('yellow', 'red', 'blue', 'green', 'orange')
    high = pen.between(.36, .5)
    top = .2 - high
    pen.box(-.5, top, .5, .2, fill=paint)
    for x in np.linspace(-.4, .22, pen.count(3, 5)):
        pen.box(
            x - .06,
            top + .06,
            x + .06,
            top + .06 + high * .33,
            fill=glass(pen),
            width=.9)
    pen.box(.34, top + .07, .46, .18, fill=glass(pen), width=.9)
    for x in (-.28, .22):
        _wheel(pen, x, .2, .1)


def truck(pen: Pen) -> None:
    top = -pen.between(.15, .3)
    pen.box(-.5, top, .16, .2, fill=pen.color(*PAINTS))
    pen.shape((.18, .2), (.18, -.12), (.36, -.12), (.5, .04), (.5, .2),
              fill=pen.color(*PAINTS))
    pen.shape((.24, .02), (.24, -.07), (.34, -.07), (.42, .02),
              fill=glass(pen),
              width=.9)
    for x in (-.36, -.12, .34) if pen.maybe() else (-.3, .34):
        _wheel(pen, x, .22, .095)


def _front_car(pen: Pen) -> None:
    paint = pen.color(*PAINTS)
    for side in (-1, 1):
        pen.box(side * .36, .2, side * .24, .4, fill=pen.exactly('black'))
    pen.shape((-.26, -.02), (-.2, -.34), (.2, -.34), (.26, -.02), fill=paint)
    pen.shape((-.2, -.02), (-.15, -.28), (.15, -.28), (.2, -.02),
              fill=glass(pen))
    pen.box(-.42, -.02, .42, .3, fill=paint)
    for side in (-1, 1):
        pen.ellipse(side * .29, .12, .08, fill=pen.exactly('yellow'))
    pen.box(-.14, .1, .14, .2, fill=pen.exactly('silver'))


@draws('car', size=(.18, .45), tilt=4)
def car(pen: Pen) -> None:
    pen.pick(_side_car, _side_car, _side_car, _side_car, bus, truck,
             _front_car)(
                 pen)
