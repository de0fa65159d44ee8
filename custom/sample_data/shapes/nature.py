"""Drawing functions: tree, flower and fruit."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import bumps, face, spikes, spiral
from .registry import draws


def _leafy(pen: Pen) -> tuple:
    return pen.color('green', 'green', 'darkgreen', 'lime')


def _trunk(pen: Pen, top: float, width: float) -> None:
    bark = pen.color('brown', 'brown', 'brown', 'tan', 'black')
    foot = width * pen.pick(1, 1.2, 1.6)
    if pen.maybe(.15):
        pen.line((0, .5), (0, top), color=bark, width=2)
        return
    pen.shape((-width / 2, top), (width / 2, top), (foot / 2, .5),
              (-foot / 2, .5),
              fill=bark)
    if pen.maybe(.25):
        pen.ellipse(
            0, (top + .5) / 2,
            width * .2,
            width * .3,
            fill=pen.exactly('black'),
            width=.8)
    elif pen.maybe(.3):
        for x in (-.15, .15):
            pen.line((x * width, top + .08), (x * width, .45), width=.7)


def _round_tree(pen: Pen) -> None:
    green = _leafy(pen)
    rx, ry = pen.between(.24, .42), pen.between(.24, .36)
    middle = -.5 + ry
    _trunk(pen, middle + ry * .7, pen.between(.08, .2))
    kind = pen.pick('puffs', 'puffs', 'circle', 'three', 'curl')
    if kind == 'puffs':
        pen.shape(
            *bumps(0, middle, rx, ry, pen.count(6, 13), pen.between(.1, .25),
                   pen.between(0, 6)),
            fill=green)
    elif kind == 'circle':
        pen.ellipse(0, middle, rx, ry, fill=green)
    elif kind == 'three':
        for x, y in ((-.5, .3), (.5, .3), (0, -.3)):
            pen.ellipse(
                x * rx, middle + y * ry, rx * .62, ry * .62, fill=green)
    else:
        pen.ellipse(0, middle, rx, ry, fill=green, edge=False)
        pen.line(
            *(spiral(0, 0, 1, pen.count(3, 6)) * (rx, ry) + (0, middle)),
            color=green)
    if pen.maybe(.35):
        berry = pen.color('red', 'red', 'orange', 'pink', 'yellow')
        for _ in range(pen.count(3, 9)):
            angle, far = pen.between(0, 6.3), pen.between(.1, .75)
            pen.ellipse(
                far * rx * np.cos(angle),
                middle + far * ry * np.sin(angle),
                pen.between(.025, .05),
                fill=berry,
                width=.8)


def _fir(pen: Pen) -> None:
    green = _leafy(pen)
    _trunk(pen, .28, pen.between(.06, .14))
    tiers = pen.count(1, 4)
    wide = pen.between(.25, .38)
    bottom = .32
    height = .82 / (1 + .6 * (tiers - 1))
    for i in range(tiers):
        half = wide * (1 - .2 * i)
        base = bottom - i * height * .6
        pen.shape((-half, base), (0, base - height), (half, base), fill=green)
    tip = bottom - (tiers - 1) * height * .6 - height
    if pen.maybe(.25):
        for _ in range(pen.count(4, 9)):
            y = pen.between(tip + .2, .25)
            x = pen.between(-.5, .5) * wide * (y - tip) / .9
            pen.dot(x, y, .022, pen.color('red', 'yellow', 'blue'))


def _palm(pen: Pen) -> None:
    green = _leafy(pen)
    lean = pen.between(-.15, .15)
    pen.tube((lean, .5), (lean * .2, .1), (0, -.2),
             start=.11,
             end=.07,
             fill=pen.color('brown', 'tan'))
    for angle in np.linspace(-200, 20, pen.count(5, 8)):
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        far = pen.between(.32, .42)
        tip = (c * far, -.2 + s * far * .6 + .1)
        bend = (c * far * .6, -.28 + s * far * .7)
        pen.tube((0, -.2), bend, tip, start=.09, end=.02, fill=green)
    if pen.maybe():
        for x in (-.04, .05):
            pen.ellipse(x, -.16, .04, fill=pen.color('brown', 'orange'))


def _branch(pen: Pen, x: float, y: float, angle: float, length: float,
            depth: int, bark: tuple) -> None:
    end = (x + length * np.cos(angle), y + length * np.sin(angle))
    pen.line((x, y), end, color=bark, width=.5 + .7 * depth)
    if depth == 0:
        return
    for turn in (-pen.between(.3, .7), pen.between(.3, .7)):
        _branch(pen, *end, angle + turn, length * pen.between(.6, .8),
                depth - 1, bark)


def _bare(pen: Pen) -> None:
    bark = pen.color('brown', 'black')
    start = len(pen.marks)
    _branch(pen, 0, .5, -np.pi / 2, pen.between(.3, .4), 3, bark)
    if pen.maybe(.6):
        leaf = pen.color('green', 'lime', 'orange', 'red', 'pink')
        for mark in pen.marks[start + 4:]:
            if pen.maybe(.8):
                x, y = mark.points[-1]
                blob = Pen(pen.rng, pen.style)
                blob.marks = pen.marks
                blob.ellipse(
                    x,
                    y,
                    .035,
                    .05,
                    turn=pen.between(0, 180),
                    fill=leaf,
                    width=.8)


@draws('tree', size=(.3, .75), tilt=4, share=1.3)
def tree(pen: Pen) -> None:
    pen.pick(_round_tree, _round_tree, _round_tree, _fir, _fir, _palm, _bare)(
        pen)


def _bloom(pen: Pen, radius: float, stemmed: bool = True) -> None:
    """Petals round a middle, about the origin."""
    petal = pen.color('red', 'pink', 'yellow', 'purple', 'orange', 'blue',
                      'magenta', 'white')
    heart = pen.color('yellow', 'yellow', 'orange', 'brown')
    # Without a stem, points would make a sun and a curl a sweet.
    odd = ('points', 'curl') if stemmed else ()
    kind = pen.pick('ovals', 'ovals', 'discs', 'puffs', *odd)
    core = radius * pen.between(.28, .42)
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
    elif kind == 'points':
        pen.shape(
            *spikes(0, 0, radius, core * 1.2, pen.count(6, 12)), fill=petal)
    else:
        pen.ellipse(0, 0, radius, fill=petal)
        pen.line(*spiral(0, 0, radius * .85, 3))
        return
    pen.ellipse(0, 0, core, fill=heart)
    if pen.maybe(.22):
        face(pen, 0, 0, core)


def _tulip(pen: Pen, radius: float) -> None:
    petal = pen.color('red', 'pink', 'yellow', 'purple', 'magenta')
    r = radius
    pen.shape((-r * .8, -r), (-r * .4, -r * .4), (0, -r * 1.1),
              (r * .4, -r * .4), (r * .8, -r), (r * .75, r * .3), (0, r * .8),
              (-r * .75, r * .3),
              fill=petal)


@draws('flower', size=(.12, .4), tilt=8, share=1.2)
def flower(pen: Pen) -> None:
    green = _leafy(pen)
    radius = pen.between(.17, .3)
    if pen.maybe(.12):
        _bloom(pen, .5, stemmed=False)
        return
    top = -.5 + radius
    sway = pen.between(-.08, .08)
    if pen.maybe(.7):
        pen.line((sway, .5), (sway * 1.5, (.5 + top) / 2), (0, top),
                 color=green,
                 width=pen.pick(1, 1.5),
                 curved=True)
    else:
        pen.tube((sway, .5), (sway, (.5 + top) / 2), (0, top),
                 start=.05,
                 end=.04,
                 fill=green)
    for side in (-1, 1):
        if pen.maybe(.65):
            y = pen.between(.1, .35)
            far = pen.between(.16, .26)
            pen.shape((sway, y + .08), (sway + side * far * .5, y - .06),
                      (sway + side * far, y - .08),
                      (sway + side * far * .6, y + .06),
                      fill=green,
                      curved=True)
    if pen.maybe(.12):
        pen.shape((-.15, .3), (.15, .3), (.11, .6), (-.11, .6),
                  fill=pen.color('brown', 'orange', 'blue'))
    head = pen.at(0, top, turn=pen.between(-15, 15))
    (_tulip if pen.maybe(.2) else _bloom)(head, radius)


def _stalk(pen: Pen, x: float, y: float) -> None:
    pen.line((x, y + .06), (x + pen.between(-.03, .06), y - .12),
             color=pen.exactly('brown'),
             width=1.3)
    if pen.maybe(.7):
        pen.shape((x + .02, y - .03), (x + .12, y - .15), (x + .25, y - .12),
                  (x + .14, y - .01),
                  fill=pen.exactly('green'),
                  curved=True)


def _apple(pen: Pen) -> None:
    pen.shape((0, -.28), (.2, -.38), (.42, -.22), (.42, .12), (.2, .45),
              (0, .4), (-.2, .45), (-.42, .12), (-.42, -.22), (-.2, -.38),
              fill=pen.color('red', 'red', 'green', 'yellow'),
              curved=True)
    _stalk(pen, 0, -.3)


def _round_fruit(pen: Pen) -> None:
    pen.ellipse(0, 0, .44, .42, fill=pen.color('orange', 'orange', 'yellow'))
    for _ in range(pen.count(0, 9)):
        angle, far = pen.between(0, 6.3), pen.between(0, .3)
        pen.dot(far * np.cos(angle), far * np.sin(angle), .012)
    _stalk(pen, 0, -.42)


def _pear(pen: Pen) -> None:
    pen.shape((0, -.45), (.13, -.34), (.16, -.1), (.34, .18), (.2, .46),
              (-.2, .46), (-.34, .18), (-.16, -.1), (-.13, -.34),
              fill=pen.color('lime', 'yellow', 'green'),
              curved=True)
    _stalk(pen, 0, -.45)


def _banana(pen: Pen) -> None:
    yellow = pen.color('yellow', 'yellow', 'lime')
    for i in range(pen.pick(1, 1, 2, 3)):
        bunch = pen.at(0, 0, turn=-i * 18)
        dip = pen.between(.28, .42)
        bunch.shape((-.5, -.22), (-.3, dip - .1), (0, dip), (.35, dip - .15),
                    (.5, -.18), (.28, .02), (0, .1), (-.3, 0), (-.42, -.26),
                    fill=yellow,
                    curved=True)
    pen.line((-.47, -.22), (-.5, -.33), color=pen.exactly('brown'), width=2)


def _grapes(pen: Pen) -> None:
    skin = pen.color('purple', 'purple', 'lime', 'navy')
    rows = pen.count(3, 5)
    r = .5 / rows * .75
    for row in range(rows):
        for i in range(rows - row):
            x = (i - (rows - row - 1) / 2) * 1.8 * r
            pen.ellipse(
                x + pen.between(-.01, .01), -.3 + row * 1.6 * r, r, fill=skin)
    _stalk(pen, 0, -.3 - r)


def _strawberry(pen: Pen) -> None:
    pen.shape((-.36, -.28), (0, -.34), (.36, -.28), (.36, .02), (0, .5),
              (-.36, .02),
              fill=pen.color('red', 'red', 'pink'),
              curved=True)
    for y, xs in ((-.12, (-.2, 0, .2)), (.06, (-.12, .12)), (.24, (0, ))):
        for x in xs:
            pen.line((x, y - .02), (x, y + .03),
                     color=pen.exactly('yellow'),
                     width=.8)
    pen.shape(
        *(spikes(0, 0, .3, .1, 6) * (1, .45) + (0, -.32)),
        fill=pen.exactly('green'))


def _cherries(pen: Pen) -> None:
    red = pen.color('red', 'red', 'magenta')
    for side in (-1, 1):
        x = side * pen.between(.2, .26)
        pen.line((.05, -.45), (x * .8, -.1), (x, .15),
                 color=pen.exactly('green'),
                 curved=True)
        pen.ellipse(x, .28, pen.between(.16, .2), fill=red)
    if pen.maybe():
        pen.shape((.05, -.45), (.2, -.52), (.34, -.42), (.2, -.36),
                  fill=pen.exactly('green'),
                  curved=True)


def _melon(pen: Pen) -> None:
    if pen.maybe(.3):
        pen.shape((-.45, -.35), (.45, -.35), (0, .45), fill=pen.exactly('red'))
        pen.box(-.48, -.45, .48, -.33, fill=pen.exactly('green'))
    else:
        pen.shape(*oval(0, -.15, .5, .45, 0, 180), fill=pen.exactly('green'))
        pen.shape(*oval(0, -.15, .42, .37, 0, 180), fill=pen.exactly('red'))
    for _ in range(pen.count(4, 8)):
        y = pen.between(-.1, .12)
        pen.dot(
            pen.between(-.28, .28) * (1 - max(0, y)), y, .018,
            pen.exactly('black'))


def _pineapple(pen: Pen) -> None:
    pen.ellipse(0, .15, .27, .36, fill=pen.color('yellow', 'orange', 'tan'))
    for offset in (-.2, 0, .2):
        pen.line((-.17, .15 + offset - .1), (.17, .15 + offset + .1), width=.7)
        pen.line((-.17, .15 + offset + .1), (.17, .15 + offset - .1), width=.7)
    green = pen.exactly('green')
    for turn in (-45, 45, -22, 22, 0):
        leaf = pen.at(0, -.18, turn=turn)
        leaf.shape((-.06, .03), (0, -.32), (.06, .03), fill=green)


@draws('fruit', size=(.12, .3), tilt=20)
def fruit(pen: Pen) -> None:
    pen.pick(_apple, _apple, _round_fruit, _pear, _banana, _banana, _grapes,
             _strawberry, _cherries, _melon, _pineapple)(
                 pen)
