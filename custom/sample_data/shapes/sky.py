"""Drawing functions: sun, moon, cloud and rainbow."""
import numpy as np

from custom.sample_data.pen import Color, Pen, oval
from .faces import any_face
from .parts import bumps, spikes, spiral
from .polygons import rounded
from .registry import draws


@draws('sun', places=('sky', ), size=(.15, .4), tilt=15, share=.45)
def sun(pen: Pen) -> None:
    gold = pen.color('yellow', 'yellow', 'orange', 'red')
    ray = gold if pen.maybe() else pen.color('orange', 'yellow', 'red')
    radius = pen.between(.17, .32)
    count = pen.count(7, 18)
    kind = pen.pick('lines', 'lines', 'lines', 'wedges', 'waves', 'crown',
                    'petals')
    if kind == 'crown':
        pen.shape(
            *spikes(0, 0, radius * pen.between(1.5, 2), radius * 1.1, count),
            fill=ray)
    reach = pen.between(.4, .52)
    start = radius * pen.pick(1., 1.15, 1.3)
    uneven = pen.pick(0, 0, .12)
    for i in range(count if kind != 'crown' else 0):
        end = reach - uneven * (i % 2) + pen.between(-.03, .03)
        spoke = pen.at(0, 0, turn=i * 360 / count + pen.between(-5, 5))
        if kind == 'lines':
            spoke.line((start, 0), (end, 0), color=ray)
        elif kind == 'wedges':
            half = start * np.pi / count * .8
            spoke.shape((start, -half), (end, 0), (start, half), fill=ray)
        elif kind == 'waves':
            step = (end - start) / 4
            spoke.line(
                *[(start + j * step, .03 * (-1)**j) for j in range(5)],
                color=ray,
                curved=True)
        else:
            spoke.ellipse(
                (start + end) / 2,
                0, (end - start) / 2,
                start * np.pi / count * .8,
                fill=ray)
    if pen.maybe(.08):
        pen.line(*spiral(0, 0, radius, 3), color=gold)
    else:
        pen.ellipse(0, 0, radius, radius * pen.between(.9, 1.1), fill=gold)
        if pen.maybe(.45):
            any_face(pen, 0, 0, radius)


def _full_moon(pen: Pen, pale: Color) -> None:
    """A disc with craters, a face or both."""
    pen.ellipse(0, 0, .5, fill=pale)
    kind = pen.pick('craters', 'craters', 'face', 'both')
    if kind != 'face':
        crater = pen.color('gray', 'silver', 'tan')
        for _ in range(pen.count(3, 7)):
            angle, far = pen.between(0, 6.3), pen.between(.05, .34)
            pen.ellipse(
                far * np.cos(angle),
                far * np.sin(angle),
                pen.between(.04, .11),
                fill=crater,
                width=.8)
    if kind != 'craters':
        any_face(pen, 0, 0, .45)


def _half_moon(pen: Pen, pale: Color) -> None:
    """One half of a disc, its edge straight or a little bent."""
    edge = oval(0, 0, pen.between(.02, .15), .5, 90, -90)
    pen.shape(*oval(0, 0, .5, .5, 90, 270), *edge[::-1], fill=pale)
    if pen.maybe(.3):
        pen.ellipse(-.28, .14, .07, width=.8)
        pen.ellipse(-.2, -.18, .05, width=.8)


def _sleepy_moon(pen: Pen, pale: Color) -> None:
    """A crescent with the profile of a face: nose, lips, chin."""
    outer = oval(0, 0, .5, .5, 60, 300)
    pen.shape(
        *outer, (.08, -.3), (-.02, -.16), (.12, 0), (-.02, .05), (.02, .13),
        (-.02, .17), (.04, .27),
        fill=pale)
    if pen.maybe(.6):
        pen.arc(-.16, -.1, .08, .06, 10, 170)
    else:
        pen.dot(-.14, -.1, .04)
    pen.arc(-.1, .14, .1, .08, 20, 120, width=.9)
    if pen.maybe(.4):
        pen.ellipse(-.25, .08, .07, fill=pen.exactly('pink'), edge=False)
    if pen.maybe(.35):
        cap = pen.color('blue', 'red', 'purple', 'sky')
        pen.shape((.3, -.4), (-.36, -.36), (-.3, -.62), (0, -.74), (.4, -.62),
                  (.56, -.3), (.24, -.56),
                  fill=cap)
        pen.ellipse(.56, -.26, .07, fill=pen.exactly('white'))


def _crescent(pen: Pen, pale: Color) -> None:
    """An outer arc, and back along a circle set to one side."""
    open_to = pen.between(55, 100)
    tip = np.cos(np.radians(open_to))
    height = np.sin(np.radians(open_to))
    belly = tip - pen.between(.1, .75) * (1 + tip)
    outer = oval(0, 0, .5, .5, open_to, 360 - open_to)
    t = np.linspace(-1, 1, 14)[1:-1]
    inner = np.column_stack(
        [.5 * (tip + (belly - tip) * (1 - t**2)), .5 * height * t])
    pen.shape(*outer, *inner, fill=pale)
    middle = .5 * (belly - 1) / 2
    room = .5 * (belly + 1)
    if room > .2 and pen.maybe(.45):
        pen.dot(middle, -.08, .025)
        pen.arc(middle + .04, .08, .06, .06, 20, 150, width=.8)
        if pen.maybe(.4):
            pen.line((-.5, 0), (-.56, .04), (-.48, .07), width=.8)


@draws('moon', places=('sky', ), size=(.12, .35), tilt=25, share=.75)
def moon(pen: Pen) -> None:
    pale = pen.color('yellow', 'yellow', 'yellow', 'silver', 'white', 'orange')
    pen.pick(_crescent, _crescent, _crescent, _crescent, _crescent, _full_moon,
             _full_moon, _half_moon, _sleepy_moon)(pen, pale)


def _heap(pen: Pen, height: float, fill: Color) -> None:
    """Three to five round humps on a flat foot, one outline."""
    count = pen.count(3, 5)
    xs = np.linspace(-.5, .5, count + 1)
    xs[1:-1] += pen.rng.uniform(-.05, .05, count - 1)
    humps = []
    for i, (left, right) in enumerate(zip(xs[:-1], xs[1:])):
        middle = (left + right) / 2
        foot = .12 - height * 1.1 * np.cos(np.pi * middle)
        half = (right - left) * .62
        start = 150 if i == 0 else 195
        stop = 390 if i == count - 1 else 345
        humps += [*oval(middle, foot + .1, half, half, start, stop)]
    low = max(y for _, y in humps)
    pen.shape(
        *rounded([(-.46, low + .04), *humps, (.46, low + .04)], .3), fill=fill)


def _weather(pen: Pen, low: float) -> None:
    """What falls out of a cloud whose lower edge is at ``low``."""
    kind = pen.pick('drops', 'lines', 'snow', 'bolt')
    if kind == 'bolt':
        pen.shape((-.06, low), (.1, low), (.03, low + .14), (.12, low + .14),
                  (-.06, low + .4), (-.01, low + .2), (-.12, low + .2),
                  fill=pen.exactly('yellow'))
        return
    blue = pen.color('blue', 'sky')
    for x in np.linspace(-.28, .28, pen.count(3, 5)):
        y = low + pen.between(.08, .2)
        if kind == 'drops':
            pen.shape((x, y - .08), (x + .04, y + .02), (x, y + .06),
                      (x - .04, y + .02),
                      fill=blue)
        elif kind == 'lines':
            pen.line((x + .03, y - .08), (x - .03, y + .08), color=blue)
        else:
            for turn in (0, 60, 120):
                flake = pen.at(x, y, turn=turn)
                flake.line((-.05, 0), (.05, 0), color=blue)


def _plain_cloud(pen: Pen, height: float, fill: Color) -> None:
    kind = pen.pick('puffs', 'puffs', 'flat', 'flat', 'circles', 'curl',
                    'heap', 'heap', 'heap', 'heap')
    if kind == 'heap':
        _heap(pen, height, fill)
    elif kind == 'puffs':
        pen.shape(
            *bumps(0, 0, .5, height, pen.count(6, 11), pen.between(.14, .3),
                   pen.between(0, 6)),
            fill=fill)
    elif kind == 'flat':
        blob = bumps(0, 0, .5, height * 1.2, pen.count(6, 9),
                     pen.between(.2, .3), pen.between(0, 6))
        blob[:, 1] = np.minimum(blob[:, 1], height * pen.between(.3, .6))
        pen.shape(*blob, fill=fill)
    elif kind == 'circles':
        count = pen.count(3, 5)
        xs = np.linspace(-.3, .3, count)
        for x in xs:
            radius = pen.between(.15, .22) * (1.2 - abs(x))
            pen.ellipse(x, pen.between(-.05, .03), radius, fill=fill)
        pen.ellipse(0, .08, .36, .12, fill=fill, edge=False)
    else:
        top = [(-.5 + i / 5, -height * np.sin(np.pi * (i + .5) / 6))
               for i in range(6)]
        angle = np.radians(np.linspace(0, 180, 9))[:, None]
        for here, there in zip(np.array(top[:-1]), np.array(top[1:])):
            half = (here - there) / 2
            # Half a circle, bulging away from the middle of the cloud.
            outward = np.array([-half[1], half[0]])
            pen.line(
                *(here - half + half * np.cos(angle) +
                  outward * np.sin(angle) * pen.between(.9, 1.3)),
                color=fill)
        pen.line(
            top[0], (-.52, .06), (-.3, .13), (0, .1), (.3, .13), (.53, .06),
            top[-1],
            color=fill,
            curved=True)
    if kind != 'curl' and pen.maybe(.25):
        any_face(pen, 0, .02, height * .6)


@draws('cloud', places=('sky', ), size=(.18, .45), tilt=4, share=1.1)
def cloud(pen: Pen) -> None:
    fill = pen.color('white', 'white', 'sky', 'sky', 'silver', 'gray', 'blue')
    height = pen.between(.2, .34)
    if pen.maybe(.15):
        _weather(pen, height * .7)
    _plain_cloud(pen, height, fill)


@draws('rainbow', places=('sky', 'ground'), size=(.35, .8), tilt=4)
def rainbow(pen: Pen) -> None:
    names = ['red', 'orange', 'yellow', 'green', 'blue', 'navy', 'purple']
    count = pen.count(3, 7)
    if count < 7:
        drop = pen.rng.choice(7, 7 - count, replace=False)
        names = [n for i, n in enumerate(names) if i not in drop]
    if pen.maybe(.12):
        names = names[::-1]
    bands = [pen.exactly(n) for n in names]
    if pen.maybe(pen.style.freedom * .4):
        bands = [pen.color(n) for n in names]
    as_lines = pen.style.fill == 'none' or pen.maybe(.35)
    inner = pen.between(.1, .16 if as_lines else .3)
    step = (.5 - inner) / count
    high = pen.between(.75, 1.2)
    start = pen.pick(180, 180, 180, 195, 205)
    stop = pen.pick(360, 360, 360, 345, 335)
    edge = pen.maybe()
    for i, band in enumerate(bands):
        r = .5 - i * step
        if as_lines:
            pen.arc(
                0,
                0,
                r,
                r * high,
                start,
                stop,
                color=band,
                vivid=True,
                width=pen.between(.9, 1.4))
        else:
            rim = oval(0, 0, r, r * high, start, stop)
            low = oval(0, 0, r - step, (r - step) * high, start, stop)
            pen.shape(*rim, *low[::-1], fill=band, edge=edge, width=.6)
    if as_lines and pen.maybe(.3):
        pen.arc(0, 0, inner, inner * high, start, stop)
