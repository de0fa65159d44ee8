"""Drawing functions: airplane."""
import numpy as np

from custom.sample_data.pen import Color, Pen, oval
from .faces import any_face
from .polygons import mirrored, rounded
from .registry import draws
from .vehicles import PAINTS, glass


def _body(pen: Pen) -> Color:
    return pen.color('white', 'white', 'silver', *PAINTS)


def _portholes(pen: Pen, left: float, right: float, y: float,
               radius: float) -> None:
    square = pen.maybe(.3)
    pane = glass(pen)
    for x in np.linspace(left, right, pen.count(3, 7)):
        if square:
            pen.shape(
                *rounded([(x - radius, y - radius), (x + radius, y - radius),
                          (x + radius, y + radius), (x - radius, y + radius)]),
                fill=pane,
                width=.7)
        else:
            pen.ellipse(x, y, radius, fill=pane, width=.7)


def _airliner(pen: Pen) -> None:
    """From the side: the near wing hangs below, the far one looks over."""
    body, wing = _body(pen), pen.color(*PAINTS)
    half = pen.between(.07, .12)
    pen.shape((-.34, -half * .6), (-.5, -.34), (-.38, -.34), (-.2, -half),
              fill=wing)
    if pen.maybe(.6):
        pen.shape((.14, -half * .8), (-.06, -.3), (.03, -.3),
                  (.28, -half * .8),
                  fill=wing)
    pen.shape((-.54, -half * .9), (-.3, -half), (.28, -half),
              (.44, -half * .5), (.52, half * .3), (.42, half * .9),
              (.2, half), (-.25, half),
              fill=body,
              curved=True)
    if pen.maybe(.4):
        pen.line((-.45, half * .1), (.5, half * .3), color=wing, width=1.3)
    _portholes(pen, -.28, .24, -half * .3, half * .22)
    pen.shape((.33, -half * .75), (.43, -half * .45), (.46, -half * .1),
              (.33, -half * .1),
              fill=glass(pen),
              width=.8)
    pen.shape((.14, half * .2), (-.16, .34), (-.28, .34), (-.1, half * .2),
              fill=wing)
    pen.shape((-.4, -half * .2), (-.56, .1), (-.46, .1), (-.28, -half * .2),
              fill=wing)
    if pen.maybe(.5):
        pen.ellipse(-.02, .2, .09, .04, fill=pen.color('silver', 'gray'))


def _oblique(pen: Pen) -> None:
    """Seen from a little above, climbing: as pictograms show it."""
    body, wing = _body(pen), pen.color(*PAINTS)
    plane = pen.at(0, 0, turn=pen.pick(-35, -20, -45))
    plane.shape((.12, -.05), (-.02, -.4), (-.14, -.4), (-.1, -.05), fill=wing)
    plane.shape((-.4, -.02), (-.5, -.24), (-.58, -.22), (-.54, 0), fill=wing)
    half = pen.between(.07, .11)
    plane.shape(
        *rounded([(-.58, -half * .5), (.3, -half), (.56, 0), (.3, half),
                  (-.52, half * .7)], .35),
        fill=body)
    _portholes(plane, -.3, .26, -half * .2, half * .2)
    plane.shape((.18, .02), (-.1, .5), (-.24, .48), (-.12, .02), fill=wing)
    plane.shape((-.4, .02), (-.52, .22), (-.62, .2), (-.54, .02), fill=wing)


def _overhead(pen: Pen) -> None:
    """From above: a cross with swept wings, its nose anywhere."""
    body, wing = _body(pen), pen.color(*PAINTS)
    plane = pen.at(0, 0, turn=pen.pick(0, -90, -45, pen.between(0, 360)))
    sweep, half = pen.between(.02, .3), pen.between(.05, .1)
    root, tip = pen.between(.16, .26), pen.between(.07, .13)
    for side in (-1, 1):
        plane.shape(
            *rounded([(.16, 0), (.1 - sweep, side * .5),
                      (.1 - sweep - tip, side * .5), (.16 - root, 0)], .15),
            fill=wing)
        plane.shape(
            *rounded([(-.34, 0), (-.42 - sweep * .3, side * .2),
                      (-.52 - sweep * .3, side * .2), (-.48, 0)], .15),
            fill=wing)
        for y in (.18, .32)[:pen.count(0, 2)]:
            plane.ellipse(
                .12 - sweep * y * 2, side * y, .07, .028, fill=body, width=.8)
    plane.shape((-.52, 0), (-.4, -half * .8), (.3, -half), (.5, 0), (.3, half),
                (-.4, half * .8),
                fill=body,
                curved=True)
    plane.shape((.32, -half * .6), (.42, -half * .4), (.42, half * .4),
                (.32, half * .6),
                fill=glass(pen),
                width=.8)


def _front(pen: Pen) -> None:
    """Coming towards us."""
    body, wing = _body(pen), pen.color(*PAINTS)
    radius, rise = pen.between(.13, .2), pen.between(-.02, .12)
    pen.shape((-.03, -radius), (0, -.4), (.03, -radius), fill=wing)
    for side in (-1, 1):
        pen.shape((0, -.03), (side * .56, -.04 - rise), (side * .56, -rise),
                  (0, .09),
                  fill=wing)
        pen.line((side * .05, .1), (side * .1, .26))
        pen.ellipse(side * .1, .28, .035, .05, fill=pen.exactly('black'))
        if pen.maybe(.7):
            pen.ellipse(side * .3, .06 - rise / 2, .06, fill=body)
    pen.ellipse(0, 0, radius, fill=body)
    kind = pen.pick('propeller', 'cockpit', 'face')
    if kind == 'propeller':
        for turn in (20, 110, 65, 155)[:pen.pick(2, 2, 4)]:
            part = pen.at(0, 0, turn=turn)
            part.ellipse(0, 0, radius * 1.25, .025, fill=pen.color('gray'))
        pen.ellipse(0, 0, radius * .25, fill=wing)
    elif kind == 'cockpit':
        pen.shape((-radius * .7, -.02), (-radius * .5, -radius * .55),
                  (radius * .5, -radius * .55), (radius * .7, -.02),
                  fill=glass(pen))
    else:
        any_face(pen, 0, 0, radius * .9)


def _propeller(pen: Pen, x: float, y: float, reach: float) -> None:
    """Of a plane seen from the side: two blades and the nose."""
    blade = pen.color('gray', 'brown', 'yellow', 'red')
    for side in (-1, 1):
        pen.ellipse(x, y + side * reach * .55, .03, reach * .5, fill=blade)
    pen.ellipse(x + .01, y, .05, fill=pen.color(*PAINTS))


def _chubby(pen: Pen) -> None:
    """A round toy plane, often with a face."""
    body, wing = _body(pen), pen.color(*PAINTS)
    fat = pen.between(.19, .27)
    pen.shape(
        *rounded([(-.3, -.06), (-.56, -.34), (-.38, -.36), (-.16, -.12)], .3),
        fill=wing)
    if pen.maybe(.6):
        pen.ellipse(.04, -fat * .9, .15, .15, fill=glass(pen))
    pen.shape((-.54, -.1), (-.25, -fat * .75), (.12, -fat), (.4, -fat * .6),
              (.46, .05), (.34, fat * .8), (.02, fat), (-.3, fat * .5),
              fill=body,
              curved=True)
    _propeller(pen, .48, .02, pen.between(.2, .28))
    if pen.maybe(.55):
        any_face(pen, .23, -.02, .17)
    else:
        _portholes(pen, -.2, .26, -.03, .045)
    pen.shape(
        *rounded([(.1, .04), (-.06, .32), (-.3, .3), (-.2, .04)], .35),
        fill=wing)
    pen.shape(
        *rounded([(-.4, -.06), (-.5, .08), (-.6, .06), (-.54, -.06)], .3),
        fill=wing)


def _biplane(pen: Pen) -> None:
    body, wing = pen.color(*PAINTS), pen.color(*PAINTS)
    high = pen.between(.2, .28)
    pen.shape((-.46, -.06), (-.58, -.28), (-.44, -.3), (-.32, -.08), fill=wing)
    if pen.maybe(.5):
        # The pilot.
        pen.ellipse(-.1, -.16, .075, fill=pen.exactly('skin'))
        pen.shape(
            *oval(-.1, -.17, .08, .08, 180, 360), fill=pen.exactly('brown'))
    pen.tube((.42, .0), (0, 0), (-.54, -.08), start=.24, end=.06, fill=body)
    for x in (-.02, .26):
        pen.line((x, -high), (x - .04, .1), width=.9)
    for y in (-high, .07):
        pen.shape(
            *rounded([(-.14, y), (.38, y - .03), (.38, y + .04),
                      (-.14, y + .06)], .3),
            fill=wing)
    _propeller(pen, .46, 0, .22)
    for x in (.06, .24):
        pen.line((.15, .1), (x, .25))
        pen.ellipse(x, .28, .055, fill=pen.exactly('black'))


def _fighter(pen: Pen) -> None:
    """A jet with a pointed nose and triangular wings, from above."""
    body = pen.color('gray', 'silver', 'green', 'blue', *PAINTS)
    plane = pen.at(0, 0, turn=pen.pick(0, 45, 90, pen.between(0, 360)))
    for y in (-.05, .05)[:pen.count(0, 2)]:
        plane.shape((y - .03, .4), (y, .6), (y + .03, .4),
                    fill=pen.color('orange', 'yellow'))
    wide = pen.between(.32, .45)
    plane.shape(
        *mirrored((0, -.55), (.06, -.3), (.07, -.12), (wide, .2), (wide, .28),
                  (.08, .26), (.2, .4), (.2, .45), (.04, .42)),
        fill=body)
    plane.ellipse(0, -.24, .035, .1, fill=glass(pen), width=.8)


def _naive(pen: Pen) -> None:
    """A sausage with two wings that slope back, as children see it."""
    body, wing = _body(pen), pen.color(*PAINTS)
    fat = pen.between(.09, .15)
    far, back = pen.between(.28, .42), pen.between(.1, .3)
    pen.ellipse(0, 0, .5, fat, fill=body)
    for side in (-1, 1):
        pen.shape((.1, side * fat * .5), (.08 - back, side * far),
                  (-.06 - back, side * far), (-.12, side * fat * .5),
                  fill=wing)
    pen.shape((-.42, -.03), (-.56, -.2), (-.6, -.02), fill=wing)
    if pen.maybe(.6):
        pen.shape((-.42, .03), (-.56, .18), (-.6, .02), fill=wing)
    _portholes(pen, -.3, .3, 0, fat * .25)


def _seaplane(pen: Pen) -> None:
    """A wing on top, on wheels or floats."""
    body, wing = _body(pen), pen.color(*PAINTS)
    pen.shape((-.42, -.06), (-.56, -.26), (-.42, -.28), (-.28, -.1), fill=wing)
    pen.shape((-.56, -.1), (-.1, -.14), (0, -.24), (.2, -.24), (.28, -.1),
              (.46, -.06), (.48, .06), (.3, .12), (-.1, .1),
              fill=body)
    pen.shape((.02, -.11), (.05, -.2), (.17, -.2), (.23, -.1), fill=glass(pen))
    pen.box(-.08, -.29, .3, -.24, fill=wing)
    pen.line((.02, .0), (.02, -.25), width=.9)
    _propeller(pen, .5, 0, .2)
    for x in (-.02, .22):
        pen.line((x, .1), (x, .24))
    if pen.maybe(.5):
        pen.shape(
            *rounded([(-.2, .22), (.4, .22), (.34, .31), (-.14, .31)], .3),
            fill=wing)
    else:
        for x in (-.02, .22):
            pen.ellipse(x, .27, .06, fill=pen.exactly('black'))


def _banner(pen: Pen) -> None:
    """A small plane that pulls an empty banner."""
    _chubby(pen.at(.3, 0, .6))
    pen.line((-.02, -.02), (-.12, 0))
    pen.shape((-.12, -.1), (-.4, -.14), (-.8, -.08), (-.74, .02), (-.8, .12),
              (-.4, .08), (-.12, .12),
              fill=pen.color('white', 'yellow', 'pink', 'red'))


def _paper_plane(pen: Pen) -> None:
    paper = pen.color('white', 'silver', 'sky', 'yellow')
    pen.shape((.5, -.3), (-.5, -.08), (-.2, .06), fill=paper)
    pen.shape((.5, -.3), (-.2, .06), (-.14, .3), (-.04, .12), fill=paper)
    pen.shape((.5, -.3), (-.04, .12), (.16, .28), fill=paper)


@draws('airplane', places=('sky', ), size=(.2, .5), tilt=22)
def airplane(pen: Pen) -> None:
    pen.pick(_airliner, _airliner, _airliner, _oblique, _oblique, _oblique,
             _overhead, _overhead, _overhead, _front, _chubby, _chubby,
             _chubby, _biplane, _fighter, _naive, _naive, _seaplane, _banner,
             _paper_plane)(
                 pen)
