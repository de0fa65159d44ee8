"""Drawing functions: car."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .faces import any_face
from .polygons import rounded
from .registry import draws

PAINTS = ('red', 'blue', 'yellow', 'green', 'orange', 'sky', 'silver', 'white',
          'pink', 'purple', 'teal')


def glass(pen: Pen) -> tuple:
    return pen.color('sky', 'sky', 'white', 'yellow')


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


def _van(pen: Pen) -> None:
    """A box with a sloping nose: van, camper, ambulance."""
    paint = pen.color('white', *PAINTS)
    high = pen.between(.3, .42)
    top = .2 - high
    pen.shape(
        *rounded([(-.5, top), (.24, top), (.42, top + high * .45), (.5, .06),
                  (.5, .2), (-.5, .2)], .12),
        fill=paint)
    pen.shape((.16, top + .05), (.24, top + .05), (.36, top + high * .45),
              (.16, top + high * .45),
              fill=glass(pen),
              width=.9)
    kind = pen.pick('windows', 'windows', 'cross', 'stripe')
    if kind == 'windows':
        for x in (-.36, -.1):
            pen.box(
                x - .09,
                top + .06,
                x + .1,
                top + high * .45,
                fill=glass(pen),
                width=.9)
    elif kind == 'cross':
        red = pen.exactly('red')
        y = top + high * .45
        pen.box(-.2, y - .09, -.14, y + .09, fill=red, plain=True)
        pen.box(-.26, y - .03, -.08, y + .03, fill=red, plain=True)
        pen.box(-.1, top - .07, .02, top, fill=pen.color('blue', 'red'))
    else:
        pen.box(
            -.5,
            top + high * .55,
            .46,
            top + high * .7,
            fill=pen.color(*PAINTS))
    for x in (-.28, .28):
        _wheel(pen, x, .2, .1)


def _fire_engine(pen: Pen) -> None:
    red = pen.color('red', 'red', 'red', 'yellow', 'orange')
    pen.box(-.55, -.1, .2, .2, fill=red)
    pen.shape((.2, .2), (.2, -.2), (.42, -.2), (.55, .0), (.55, .2), fill=red)
    pen.shape((.27, -.0), (.27, -.13), (.39, -.13), (.47, .0), fill=glass(pen))
    pen.box(.26, -.27, .36, -.2, fill=pen.exactly('blue'))
    ladder = pen.at(-.16, -.16, turn=pen.between(-14, 0))
    for y in (-.05, .04):
        ladder.line((-.42, y), (.36, y), width=1.2)
    for x in np.linspace(-.38, .32, 8):
        ladder.line((x, -.05), (x, .04), width=.8)
    pen.line((-.55, .08), (.2, .08), color=pen.exactly('white'), width=1.5)
    for x in (-.36, .36):
        _wheel(pen, x, .22, .1)


def _tractor(pen: Pen) -> None:
    paint = pen.color('green', 'red', 'blue', 'orange')
    pen.box(.02, -.08, .46, .16, fill=paint)
    pen.shape((-.34, .1), (-.3, -.38), (.06, -.38), (.1, .1), fill=paint)
    pen.shape((-.24, -.04), (-.22, -.3), (.0, -.3), (.03, -.04),
              fill=glass(pen))
    pen.line((.32, -.08), (.32, -.3), width=1.5)
    _wheel(pen, -.24, .2, .24)
    _wheel(pen, .36, .3, .14)


def _pickup(pen: Pen) -> None:
    """A cabin in front of an open bed."""
    paint = pen.color(*PAINTS)
    pen.shape((-.5, .2), (-.5, -.02), (-.08, -.02), (-.04, -.24), (.16, -.24),
              (.26, -.02), (.5, .03), (.5, .2),
              fill=paint)
    pen.shape((-.0, -.03), (.0, -.19), (.13, -.19), (.2, -.03),
              fill=glass(pen))
    pen.line((-.08, -.02), (-.08, .18), width=.8)
    for x in (-.3, .32):
        _wheel(pen, x, .2, .11)


def _racer(pen: Pen) -> None:
    """Formula car from the side: low, big wheels, wings."""
    paint = pen.color(*PAINTS)
    pen.box(-.58, -.2, -.4, -.14, fill=paint)
    pen.line((-.48, -.14), (-.42, .04), width=1.3)
    pen.shape((-.5, .12), (-.46, -.04), (-.16, -.12), (-.08, -.02), (.2, -.02),
              (.6, .1), (.6, .16), (-.46, .17),
              fill=paint)
    pen.ellipse(-.02, -.07, .08, fill=pen.color('white', 'yellow', 'red'))
    pen.ellipse(.08, .07, .06, fill=pen.exactly('white'))
    for x in (-.32, .36):
        _wheel(pen, x, .13, .13)


def _chubby_car(pen: Pen) -> None:
    """As high as long, as toys are; some have a face."""
    paint = pen.color(*PAINTS)
    roof = -pen.between(.3, .4)
    pen.shape(
        *rounded([(-.34, -.02), (-.24, roof), (.2, roof), (.32, -.02)], .3),
        fill=paint)
    for left, right in ((-.24, -.03), (.03, .22)):
        pen.shape(
            *rounded([(left, -.03), (left + .04, roof + .08),
                      (right - .02, roof + .08), (right + .02, -.03)], .15),
            fill=glass(pen),
            width=.9)
    pen.shape(
        *rounded([(-.46, -.04), (.46, -.04), (.5, .22), (-.5, .22)], .35),
        fill=paint)
    if pen.maybe(.3):
        any_face(pen, 0, .08, .14)
    pen.ellipse(.42, .06, .05, fill=pen.exactly('yellow'))
    for x in (-.26, .26):
        _wheel(pen, x, .22, pen.between(.11, .14))


def _front_bus(pen: Pen) -> None:
    paint = pen.color('yellow', 'red', 'blue', 'green', 'orange')
    for side in (-1, 1):
        pen.box(side * .3, .34, side * .18, .46, fill=pen.exactly('black'))
        pen.box(side * .36, -.18, side * .44, .0, fill=paint)
    pen.shape(
        *rounded([(-.36, -.44), (.36, -.44), (.37, .38), (-.37, .38)], .12),
        fill=paint)
    pen.box(-.29, -.28, .29, .06, fill=glass(pen))
    pen.line((0, -.28), (0, .06))
    pen.box(-.2, -.4, .2, -.31, fill=pen.color('white', 'black', 'yellow'))
    for side in (-1, 1):
        pen.ellipse(side * .26, .2, .06, fill=pen.exactly('yellow'))


@draws('car', size=(.18, .45), tilt=4)
def car(pen: Pen) -> None:
    pen.pick(_side_car, _side_car, _side_car, _side_car, _side_car, _side_car,
             bus, bus, truck, truck, _front_car, _front_car, _van, _van,
             _fire_engine, _tractor, _pickup, _racer, _chubby_car, _chubby_car,
             _chubby_car, _front_bus)(
                 pen)
