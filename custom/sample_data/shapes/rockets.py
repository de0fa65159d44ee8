"""Drawing functions: rocket."""
import numpy as np

from custom.sample_data.pen import Color, Pen
from .faces import any_face
from .parts import bumps
from .polygons import mirrored, rounded
from .registry import draws
from .vehicles import glass

_TRIMS = ('red', 'red', 'red', 'blue', 'orange', 'yellow', 'purple', 'teal')


def _body(pen: Pen) -> Color:
    return pen.color('white', 'white', 'silver', 'silver', 'red', 'blue',
                     'orange', 'sky', 'yellow', 'pink')


def _flame(pen: Pen, top: float, half: float) -> None:
    """Fire below the nozzle, its colors one within the other."""
    length = pen.between(.14, .3)
    kind = pen.pick('tongue', 'tongue', 'tongues', 'zigzag')
    for name, share in (('orange', 1), ('yellow', .6))[:pen.pick(1, 2, 2)]:
        w, h = half * share, length * share
        fill = pen.color(name, name, 'red')
        if kind == 'tongue':
            pen.shape((-w, top), (-w * 1.1, top + h * .4), (0, top + h),
                      (w * 1.1, top + h * .4), (w, top),
                      fill=fill,
                      curved=True)
        elif kind == 'tongues':
            pen.shape((-w, top), (-w * .9, top + h * .7),
                      (-w * .4, top + h * .5), (0, top + h),
                      (w * .4, top + h * .5), (w * .9, top + h * .7), (w, top),
                      fill=fill)
        else:
            xs = np.linspace(-w * 1.3, w * 1.3, 8)
            teeth = [(x, top + h * (.9 if i % 2 else .5))
                     for i, x in enumerate(xs)]
            pen.shape((-w, top), *teeth, (w, top), fill=fill)


def _smoke(pen: Pen, top: float, wide: float) -> None:
    fill = pen.color('silver', 'white', 'gray')
    for x in (-.9, .9, -.35, .35):
        pen.shape(
            *bumps(x * wide, top + pen.between(0, .08), wide * .55, wide * .4,
                   6, .2),
            fill=fill)


def _fire(pen: Pen, top: float, half: float) -> None:
    """Flame, smoke, both or nothing."""
    kind = pen.pick('flame', 'flame', 'flame', 'flame', 'both', 'smoke', '')
    if kind in ('flame', 'both'):
        _flame(pen, top, half)
    if kind in ('smoke', 'both'):
        _smoke(pen, top + (.24 if kind == 'both' else .08), half * 1.8)


def _fins(pen: Pen, half: float, top: float, low: float, trim: Color) -> None:
    flare, drop = pen.between(.1, .2), pen.between(0, .12)
    kind = pen.pick('swept', 'swept', 'curved', 'triangle')
    for side in (-1, 1):
        near, far = side * half * .6, side * (half + flare)
        if kind == 'triangle':
            pen.shape((near, top), (far, low), (near, low), fill=trim)
        elif kind == 'curved':
            pen.shape((near, top), (side * (half + flare * .7), top + .1),
                      (far, low + drop), (side * (half + flare * .3), low),
                      (near, low - .02),
                      fill=trim,
                      curved=True)
        else:
            pen.shape((near, top), (far, low - .05), (far, low + drop),
                      (near, low - .02),
                      fill=trim)


def _porthole(pen: Pen, y: float, radius: float, trim: Color) -> None:
    """A round window in a ring; now and then somebody looks out."""
    if pen.maybe(.7):
        pen.ellipse(0, y, radius * 1.35, fill=trim)
    pen.ellipse(0, y, radius, fill=glass(pen))
    if pen.maybe(.15):
        any_face(pen, 0, y, radius * .9)
    elif pen.maybe(.3):
        pen.arc(0, y, radius * .6, radius * .6, 190, 270, width=.7)


def _egg(pen: Pen) -> None:
    """The image-book rocket: a drop with a cap, windows and fins."""
    body, trim = _body(pen), pen.color(*_TRIMS)
    half = pen.between(.12, .24)
    low = .22
    _fire(pen, low, half * .5)
    _fins(pen, half, pen.between(-.08, .06), low + .04, trim)
    outline = mirrored((0, -.56), (half * .5, -.42), (half * .92, -.2),
                       (half, 0), (half * .85, .14), (half * .55, low))
    pen.shape(*outline, fill=body, curved=True)
    if pen.maybe(.75):
        cap = mirrored((0, -.57), (half * .32, -.48), (half * .72, -.33))
        pen.shape(*cap, fill=trim, curved=pen.maybe(.3))
    if pen.maybe(.3):
        pen.line((-half * .85, .13), (half * .85, .13), color=trim, width=1.3)
    if pen.maybe(.2):
        any_face(pen, 0, -.06, half * .8)
    else:
        _windows(pen, half, trim)
    if pen.maybe(.5):
        pen.shape((0, .02), (half * .16, low + .08), (-half * .16, low + .08),
                  fill=trim)


def _windows(pen: Pen, half: float, trim: Color) -> None:
    kind = pen.pick(1, 1, 1, 2, 3)
    for i in range(kind):
        y = (-.14, -.2 + .17 * i, -.24 + .13 * i)[kind - 1]
        _porthole(pen, y, half * (.45, .36, .28)[kind - 1], trim)


def _straight(pen: Pen) -> None:
    """A box with a pointed roof, as children build it."""
    body, trim = _body(pen), pen.color(*_TRIMS)
    half = pen.between(.09, .17)
    _fire(pen, .26, half * .8)
    _fins(pen, half, pen.between(-.02, .12), .26, trim)
    top = pen.between(-.3, -.16)
    pen.box(-half, top, half, .26, fill=body)
    over = half * pen.pick(1, 1, 1.3)
    pen.shape((-over, top), (0, top - pen.between(.16, .28)), (over, top),
              fill=trim)
    if pen.maybe(.5):
        _windows(pen.at(0, .1), half, trim)
    else:
        for y in np.linspace(top + .1, .16, pen.count(2, 4)):
            pen.line((-half, y), (half, y), color=trim, width=1.2)


def _slim(pen: Pen) -> None:
    """A missile: long, with small fins above and below."""
    body, trim = _body(pen), pen.color(*_TRIMS)
    half = pen.between(.055, .09)
    if pen.maybe(.7):
        _flame(pen, .36, half * .8)
    for top, flare in ((.2, .12), (-.12, .07))[:pen.pick(1, 2)]:
        for side in (-1, 1):
            pen.shape((side * half * .8, top),
                      (side * (half + flare), top + .14),
                      (side * (half + flare), top + .19),
                      (side * half * .8, top + .15),
                      fill=trim)
    pen.shape(
        *mirrored((0, -.56), (half * .7, -.42), (half, -.28), (half, .36)),
        fill=body)
    pen.shape(
        *mirrored((0, -.57), (half * .72, -.42), (half, -.28)), fill=trim)
    if pen.maybe(.5):
        pen.box(-half, .0, half, .06, fill=trim)


def _moon_rocket(pen: Pen) -> None:
    """Stages that taper upwards, with boosters at the foot."""
    body, trim = _body(pen), pen.color('black', *_TRIMS)
    _fire(pen, .36, .1)
    for side in (-1, 1):
        x = side * pen.between(.15, .19)
        pen.shape((x - .06, .36), (x - .06, -.02), (x, -.16), (x + .06, -.02),
                  (x + .06, .36),
                  fill=body)
        pen.line((x - .06, .05), (x + .06, .05), color=trim, width=1.2)
    pen.shape(
        *mirrored((0, -.6), (.015, -.5), (.06, -.38), (.06, -.22), (.11, -.12),
                  (.11, .36)),
        fill=body)
    for y in pen.pick((-.12, .2), (0, .25), (.1, )):
        pen.box(-.11, y, .11, y + .05, fill=trim)
    if pen.maybe(.5):
        pen.ellipse(0, -.3, .03, fill=glass(pen))


def _shuttle(pen: Pen) -> None:
    """The winged orbiter, alone or on its tank."""
    white = pen.color('white', 'white', 'silver')
    dark = pen.exactly('black')
    if pen.maybe(.5):
        pen.shape(
            *mirrored((0, -.66), (.1, -.5), (.11, .3), (.06, .36)),
            fill=pen.color('orange', 'brown'))
        for x in (-.2, .2):
            pen.shape((x - .06, .42), (x - .05, -.32), (x, -.44),
                      (x + .05, -.32), (x + .06, .42),
                      fill=white)
    if pen.maybe(.7):
        _flame(pen, .38, .07)
    pen.shape(
        *mirrored((0, -.46), (.06, -.38), (.085, -.22), (.1, .0), (.32, .28),
                  (.32, .36), (.1, .38)),
        fill=white)
    pen.shape(
        *mirrored((0, -.46), (.05, -.39), (.07, -.3)), fill=dark, plain=True)
    pen.shape((-.02, .06), (.02, .06), (.03, .4), (-.03, .4), fill=dark)
    pen.shape((-.045, -.24), (.045, -.24), (.035, -.29), (-.035, -.29),
              fill=glass(pen),
              width=.7)
    for side in (-1, 1):
        pen.line((side * .12, .32), (side * .31, .32), color=dark)


def _chubby(pen: Pen) -> None:
    """Almost a ball, for the youngest."""
    body, trim = _body(pen), pen.color(*_TRIMS)
    if pen.maybe(.8):
        _flame(pen, .24, .16)
    for side in (-1, 1):
        pen.shape(
            *rounded([(side * .2, -.02), (side * .42, .2), (side * .36, .38),
                      (side * .16, .2)], .35),
            fill=trim)
    pen.box(-.13, .18, .13, .28, fill=pen.color('gray', 'silver', 'orange'))
    wide = pen.between(.26, .32)
    pen.shape(
        *mirrored((0, -.46), (wide * .6, -.3), (wide, 0), (wide * .75, .2),
                  (wide * .2, .22)),
        fill=body,
        curved=True)
    pen.shape(
        *mirrored((0, -.48), (wide * .36, -.38), (wide * .68, -.24)),
        fill=trim,
        curved=pen.maybe(.4))
    if pen.maybe(.4):
        any_face(pen, 0, 0, wide * .75)
    else:
        _porthole(pen, -.03, .1, trim)


@draws('rocket', places=('sky', ), size=(.2, .55), tilt=20, share=.8)
def rocket(pen: Pen) -> None:
    flying = pen.at(0, 0, turn=pen.pick(0, 0, 0, 45, 45, 30, 60, 90))
    pen.pick(_egg, _egg, _egg, _egg, _egg, _straight, _straight, _slim,
             _moon_rocket, _shuttle, _chubby, _chubby)(
                 flying)
