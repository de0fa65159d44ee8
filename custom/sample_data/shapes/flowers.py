"""Drawing functions: flower."""
import numpy as np

from custom.sample_data.pen import Color, Pen
from .faces import any_face
from .parts import bumps, face, spikes, spiral
from .polygons import mirrored
from .registry import draws
from .trees import leafy


def _petal_color(pen: Pen) -> Color:
    return pen.color('red', 'pink', 'pink', 'yellow', 'purple', 'orange',
                     'blue', 'sky', 'magenta', 'white')


def _bloom(pen: Pen, radius: float, stemmed: bool = True) -> None:
    """Petals round a middle, about the origin."""
    petal = _petal_color(pen)
    heart = pen.color('yellow', 'yellow', 'orange', 'brown')
    # Without a stem, points would make a sun and a curl a sweet.
    odd = ('points', 'curl') if stemmed else ()
    kind = pen.pick('ovals', 'ovals', 'discs', 'discs', 'puffs', 'hearts',
                    'hearts', *odd)
    core = radius * pen.between(.24, .42)
    if kind in ('ovals', 'discs'):
        count = pen.count(4, 6) if kind == 'discs' else pen.count(5, 13)
        far = (radius + core) / 2
        thick = min(far * np.pi / count * pen.between(.8, 1.1), radius * .4)
        for i in range(count):
            part = pen.at(0, 0, turn=360 / count * i + pen.between(-6, 6))
            part.ellipse(far, 0, (radius - core) / 2 * 1.15, thick, fill=petal)
    elif kind == 'puffs':
        pen.shape(
            *bumps(0, 0, radius, radius, pen.count(5, 8),
                   pen.between(.25, .45)),
            fill=petal)
    elif kind == 'hearts':
        _notched_petals(pen, radius, petal)
    elif kind == 'points':
        pen.shape(
            *spikes(0, 0, radius, core * 1.2, pen.count(6, 12)), fill=petal)
    else:
        pen.ellipse(0, 0, radius, fill=petal)
        pen.line(*spiral(0, 0, radius * .85, 3))
        return
    pen.ellipse(0, 0, core, fill=heart)
    if pen.maybe(.3):
        (any_face if radius > .25 else face)(pen, 0, 0, core)


def _notched_petals(pen: Pen, radius: float, petal: Color) -> None:
    """Five broad petals, notched like a cherry's or not."""
    notch = pen.pick(1, .85)
    r = radius
    for i in range(5):
        part = pen.at(0, 0, turn=72 * i - 90)
        part.shape((r * .1, 0), (r * .5, r * .42), (r * .85, r * .36),
                   (r * notch, 0), (r * .85, -r * .36), (r * .5, -r * .42),
                   fill=petal,
                   curved=True)


def _daisy(pen: Pen, radius: float) -> None:
    """Many narrow petals."""
    petal = pen.color('white', 'white', 'yellow', 'pink', 'sky', 'purple')
    count = pen.count(9, 16)
    core = radius * pen.between(.25, .45)
    for i in range(count):
        part = pen.at(0, 0, turn=360 / count * i)
        part.ellipse(
            (radius + core) / 2,
            0, (radius - core) / 2 * 1.1,
            radius / count * 1.7,
            fill=petal)
    pen.ellipse(0, 0, core, fill=pen.color('yellow', 'yellow', 'orange'))


def _sunflower(pen: Pen, radius: float) -> None:
    """Yellow points round a large dark disc with seeds."""
    petal = pen.color('yellow', 'yellow', 'orange')
    core = radius * pen.between(.45, .6)
    for start in (0, 180 / 14):
        pen.shape(
            *spikes(0, 0, radius, core, 14, start),
            fill=petal,
            curved=pen.maybe(.3))
    pen.ellipse(0, 0, core, fill=pen.color('brown', 'brown', 'black', 'tan'))
    kind = pen.pick('net', 'face', 'plain')
    if kind == 'net':
        for offset in (-.45, 0, .45):
            far = core * (1 - offset**2)**.5 * .95
            pen.line((offset * core, -far), (offset * core, far), width=.7)
            pen.line((-far, offset * core), (far, offset * core), width=.7)
    elif kind == 'face':
        any_face(pen, 0, 0, core)


def _tulip(pen: Pen, radius: float) -> None:
    """A cup from the side: a crown of tips, or petals one by one."""
    petal = pen.color('red', 'pink', 'yellow', 'purple', 'magenta', 'orange')
    r = radius
    kind = pen.pick('crown', 'crown', 'cup', 'petals')
    if kind == 'crown':
        pen.shape((-r * .8, -r), (-r * .4, -r * .4), (0, -r * 1.1),
                  (r * .4, -r * .4), (r * .8, -r), (r * .75, r * .3),
                  (0, r * .8), (-r * .75, r * .3),
                  fill=petal)
        return
    for side in (-1, 1):
        pen.shape((0, r * .8), (side * r * .7, r * .5),
                  (side * r * .85, -r * .2), (side * r * .6, -r),
                  (side * r * .1, -r * .2),
                  fill=petal,
                  curved=True)
    if kind == 'petals':
        pen.shape((0, -r * 1.05), (r * .45, -r * .3), (r * .35, r * .5),
                  (0, r * .8), (-r * .35, r * .5), (-r * .45, -r * .3),
                  fill=petal,
                  curved=True)


def _rose(pen: Pen, radius: float) -> None:
    """A ball of petals that wind inwards."""
    petal = pen.color('red', 'red', 'pink', 'magenta', 'yellow', 'white')
    r = radius
    if pen.maybe(.5):
        pen.shape(*bumps(0, 0, r, r, pen.count(5, 7), .14), fill=petal)
        pen.line(*spiral(0, 0, r * .7, pen.between(2, 3)))
        return
    pen.shape((-r * .9, -r * .3), (-r * .5, -r * .8), (0, -r * .9),
              (r * .5, -r * .8), (r * .9, -r * .3), (r * .75, r * .5),
              (0, r * .9), (-r * .75, r * .5),
              fill=petal,
              curved=True)
    pen.line((-r * .9, -r * .3), (-r * .2, r * .1), (r * .3, r * .8),
             curved=True)
    pen.line((r * .9, -r * .3), (r * .3, 0), (0, r * .3), curved=True)
    pen.ellipse(0, -r * .5, r * .5, r * .28, fill=petal)
    pen.line(*(spiral(0, 0, r * .4, 1.6) * (1, .6) + (0, -r * .5)))


def _lily(pen: Pen, radius: float) -> None:
    """Pointed petals that spread, with stamens; or a bell that hangs."""
    petal = pen.color('white', 'pink', 'orange', 'purple', 'sky', 'yellow')
    r = radius
    if pen.maybe(.6):
        count = pen.pick(5, 6, 6)
        for i in range(count):
            part = pen.at(0, 0, turn=360 / count * i - 90)
            part.shape((0, 0), (r * .5, r * .26), (r, 0), (r * .5, -r * .26),
                       fill=petal,
                       curved=pen.style.wobble < .2)
        for turn in (-120, -90, -60, 60):
            part = pen.at(0, 0, turn=turn)
            part.line((0, 0), (r * .4, 0), color=pen.exactly('yellow'))
            part.dot(r * .42, 0, r * .06, pen.exactly('orange'))
        return
    pen.shape(
        *mirrored((0, -r), (r * .45, -r * .7), (r * .5, 0), (r * .9, r * .7),
                  (r * .4, r * .5), (0, r * .8)),
        fill=petal)


def _leaf(pen: Pen, x: float, y: float, side: int, far: float,
          green: Color) -> None:
    """A leaf that grows out of the stem at (x, y), up or outwards."""
    rise = pen.pick(.08, .08, .25)
    tip = (x + side * far, y - rise)
    pen.shape((x, y + .06), (x + side * far * .4, y - rise * .7 - .04),
              tip, (x + side * far * .6, y - rise * .3 + .07),
              fill=green,
              curved=True)
    if pen.maybe(.25):
        pen.line((x, y + .04), tip, width=.7)


def _stem(pen: Pen, x: float, low: float, top: float, green: Color) -> None:
    """A stem from (x, low) to (0, top) with leaves."""
    middle = (x * 1.5, (low + top) / 2)
    if pen.maybe(.65):
        pen.line((x, low),
                 middle, (0, top),
                 color=green,
                 width=pen.pick(1, 1.6),
                 curved=True)
    else:
        pen.tube((x, low), middle, (0, top), start=.055, end=.04, fill=green)
    for side in (-1, 1):
        if pen.maybe(.65):
            y = low - pen.between(.15, .4) * (low - top)
            _leaf(pen, x, y, side, pen.between(.16, .28), green)


def _pot(pen: Pen, top: float) -> None:
    fill = pen.color('brown', 'orange', 'blue', 'red', 'tan', 'purple')
    half = pen.between(.14, .22)
    pen.shape((-half, top), (half, top), (half * .7, .5), (-half * .7, .5),
              fill=fill)
    pen.box(-half * 1.15, top - .07, half * 1.15, top, fill=fill)


def _stemmed(pen: Pen) -> None:
    green = leafy(pen)
    radius = pen.between(.17, .32)
    top = -.5 + radius
    potted = pen.maybe(.15)
    _stem(pen, pen.between(-.08, .08), .3 if potted else .5, top, green)
    if potted:
        _pot(pen, .28)
    bloom = pen.at(0, top, turn=pen.between(-15, 15))
    pen.pick(_bloom, _bloom, _bloom, _daisy, _sunflower, _tulip, _tulip, _rose,
             _lily)(bloom, radius)


def _open_bloom(pen: Pen) -> None:
    """From above, without a stem; two leaves may look out."""
    if pen.maybe(.3):
        green = leafy(pen)
        for turn in (35, 145)[:pen.count(1, 2)]:
            leaf = pen.at(0, 0, turn=turn)
            leaf.shape((.2, -.12), (.45, -.14), (.64, 0), (.45, .14),
                       (.2, .12),
                       fill=green,
                       curved=True)
    turned = pen.at(0, 0, turn=pen.between(0, 72))
    kind = pen.pick('bloom', 'bloom', 'five', 'five', 'daisy', 'sunflower',
                    'lily', 'rose')
    if kind == 'bloom':
        _bloom(pen, .5, stemmed=False)
    elif kind == 'five':
        _five(turned)
    elif kind == 'lily':
        _hibiscus(turned)
    else:
        dict(daisy=_daisy, sunflower=_sunflower, rose=_rose)[kind](pen, .5)


def _five(pen: Pen) -> None:
    """The round five-petaled flower of patterns and stickers."""
    petal = _petal_color(pen)
    size = pen.between(.2, .26)
    for i in range(5):
        part = pen.at(0, 0, turn=72 * i)
        part.ellipse(.28, 0, size, size * pen.between(.85, 1), fill=petal)
        if pen.style.wobble < .25:
            part.line((.16, 0), (.28, 0), width=.7)
    core = pen.between(.11, .17)
    pen.ellipse(
        0, 0, core, fill=pen.color('yellow', 'yellow', 'orange', 'white'))
    if pen.maybe(.3):
        any_face(pen, 0, 0, core)


def _hibiscus(pen: Pen) -> None:
    """Broad wavy petals and a long stamen."""
    petal = pen.color('red', 'pink', 'magenta', 'orange', 'purple', 'yellow')
    for i in range(5):
        part = pen.at(0, 0, turn=72 * i)
        part.shape((.04, 0), (.26, .2), (.42, .22), (.47, .1), (.52, 0),
                   (.47, -.1), (.42, -.22), (.26, -.2),
                   fill=petal,
                   curved=True)
        part.line((.08, 0), (.3, 0), width=.7)
    pen.tube((0, 0), (.12, -.08), (.26, -.2),
             start=.05,
             end=.04,
             fill=pen.exactly('yellow'))


def _bouquet(pen: Pen) -> None:
    """Blossoms in a paper cone or a vase."""
    green = leafy(pen)
    spots = [(-.24, -.2), (.24, -.2), (0, -.3), (-.12, -.02), (.14, -.02)]
    spots = spots[:pen.count(3, 5)]
    for x, y in spots:
        pen.line((0, .3), (x, y), color=green, width=1.3)
    for turn in (-60, 60):
        leaf = pen.at(0, .12, turn=turn - 90)
        leaf.shape((0, -.06), (.3, -.08), (.42, 0), (.3, .08), (0, .06),
                   fill=green,
                   curved=True)
    wrap = pen.color('white', 'pink', 'sky', 'yellow', 'tan')
    if pen.maybe(.6):
        pen.shape((-.26, .06), (0, .16), (.26, .06), (.06, .54), (-.06, .54),
                  fill=wrap)
        pen.line((-.11, .36), (.11, .36),
                 color=pen.color('red', 'blue'),
                 width=1.6)
    else:
        pen.shape(
            *mirrored((.12, .04), (.09, .16), (.2, .32), (.14, .52)),
            fill=wrap,
            curved=pen.maybe())
    for x, y in spots:
        pen.pick(_bloom, _bloom, _rose, _tulip, _daisy)(pen.at(x, y),
                                                        pen.between(.13, .18))


def _spike(pen: Pen) -> None:
    """Small blossoms up a stem: lavender, hyacinth, lupin."""
    green, petal = leafy(pen), _petal_color(pen)
    pen.line((0, .5), (0, -.4), color=green, width=1.4)
    for side in (-1, 1):
        _leaf(pen, 0, .34, side, .2, green)
    rows = pen.count(4, 7)
    for i in range(rows):
        y = .12 - .58 * i / (rows - 1)
        far = .12 * (1 - .6 * i / rows)
        for x in (-far, far):
            pen.ellipse(x, y, .075, .06, fill=petal)
        pen.ellipse(0, y - .03, .07, .06, fill=petal)


def _lotus(pen: Pen) -> None:
    """Pointed petals that open upwards, from the side."""
    petal = pen.color('pink', 'pink', 'white', 'purple', 'sky')
    if pen.maybe(.5):
        pen.ellipse(0, .3, .5, .1, fill=leafy(pen))
    for turn in (-75, 75, -50, 50, -25, 25, 0):
        part = pen.at(0, .28, turn=turn)
        part.shape((0, .02), (.13, -.22), (0, -.52), (-.13, -.22),
                   fill=petal,
                   curved=True)


def _naive(pen: Pen) -> None:
    """A ring of loops on a stroke: the first flower that one learns."""
    petal, green = _petal_color(pen), leafy(pen)
    pen.line((0, .5), (0, -.05), color=green, width=1.3)
    for side in (-1, 1)[:pen.count(0, 2)]:
        pen.line((0, .35), (side * .16, .2), (0, .28), color=green)
    count, radius = pen.count(5, 9), pen.between(.17, .25)
    for i in range(count):
        loop = pen.at(0, -.25, turn=360 * i / count)
        half = radius * 2.2 / count
        loop.line((radius * .4, 0), (radius * .9, half), (radius * 1.1, 0),
                  (radius * .9, -half), (radius * .4, 0),
                  color=petal,
                  curved=True)
    pen.ellipse(0, -.25, radius * .42, fill=pen.color('yellow', 'orange'))


@draws('flower', size=(.12, .4), tilt=8, share=1.2)
def flower(pen: Pen) -> None:
    pen.pick(_stemmed, _stemmed, _stemmed, _stemmed, _stemmed, _stemmed,
             _stemmed, _open_bloom, _open_bloom, _open_bloom, _bouquet, _spike,
             _lotus, _naive)(
                 pen)
