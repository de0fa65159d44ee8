"""Drawing functions: tree."""
import numpy as np

from custom.sample_data.pen import Color, Pen
from .faces import any_face
from .parts import bumps, spikes, spiral
from .polygons import rounded
from .registry import draws


def leafy(pen: Pen) -> Color:
    """Color of leaves."""
    return pen.color('green', 'green', 'darkgreen', 'lime')


def _crown_color(pen: Pen) -> Color:
    """Of leaves in any season."""
    if pen.maybe(.8):
        return leafy(pen)
    return pen.color('orange', 'red', 'yellow', 'pink')


def _bark(pen: Pen) -> Color:
    return pen.color('brown', 'brown', 'brown', 'tan', 'black')


def _trunk(pen: Pen, top: float, width: float) -> None:
    bark = _bark(pen)
    foot = width * pen.pick(1, 1.2, 1.6)
    if pen.maybe(.12):
        pen.line((0, .5), (0, top), color=bark, width=2)
        return
    if pen.maybe(.3):
        # Roots.
        pen.shape((-width / 2, top), (width / 2, top), (width * .5, .38),
                  (width * 1.2, .5), (0, .46), (-width * 1.2, .5),
                  (-width * .5, .38),
                  fill=bark)
    else:
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


def _within(pen: Pen, rx: float, ry: float, far: float) -> tuple:
    """A point inside an ellipse about the origin."""
    angle, share = pen.between(0, 6.3), pen.between(.1, far)
    return share * rx * np.cos(angle), share * ry * np.sin(angle)


def _fruit_on(pen: Pen, middle: float, rx: float, ry: float) -> None:
    """Apples, oranges, blossoms: dots on the crown."""
    berry = pen.color('red', 'red', 'orange', 'pink', 'yellow')
    size = pen.between(.025, .055)
    for _ in range(pen.count(3, 10)):
        x, y = _within(pen, rx, ry, .8)
        pen.ellipse(x, middle + y, size, fill=berry, width=.8)


def _leaf_marks(pen: Pen, middle: float, rx: float, ry: float) -> None:
    """Little arcs that say "leaves" inside the crown."""
    for _ in range(pen.count(3, 8)):
        x, y = _within(pen, rx, ry, .75)
        pen.arc(x, middle + y, rx * .14, ry * .12, 200, 340, width=.8)


def _round_tree(pen: Pen) -> None:
    rx, ry = pen.between(.24, .44), pen.between(.24, .36)
    middle = -.5 + ry
    _trunk(pen, middle + ry * .7, pen.between(.07, .22))
    _crown(pen, middle, rx, ry)
    extra = pen.pick('', '', 'fruit', 'fruit', 'marks', 'face')
    if extra == 'fruit':
        _fruit_on(pen, middle, rx, ry)
    elif extra == 'marks':
        _leaf_marks(pen, middle, rx, ry)
    elif extra == 'face' and pen.maybe():
        any_face(pen, 0, middle, min(rx, ry) * .7)


def _crown(pen: Pen, middle: float, rx: float, ry: float) -> None:
    green = _crown_color(pen)
    kind = pen.pick('puffs', 'puffs', 'puffs', 'circle', 'three', 'curl',
                    'scribble', 'square', 'jagged')
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
    elif kind == 'curl':
        pen.ellipse(0, middle, rx, ry, fill=green, edge=False)
        pen.line(
            *(spiral(0, 0, 1, pen.count(3, 6)) * (rx, ry) + (0, middle)),
            color=green)
    elif kind == 'scribble':
        loops = pen.count(9, 16)
        t = np.linspace(0, loops * 2 * np.pi, loops * 10)
        turn, far = t / loops * 3, np.linspace(.1, .7, len(t))
        around = np.column_stack([far * np.cos(turn), far * np.sin(turn)])
        curls = np.column_stack([np.cos(t), np.sin(t)]) * .3
        pen.line(*((around + curls) * (rx, ry) + (0, middle)), color=green)
    elif kind == 'square':
        corners = np.array([(-1, -1), (1, -1), (1, 1),
                            (-1, 1)]) * (rx * .85, ry)
        pen.shape(*rounded(corners + (0, middle), .45), fill=green)
    else:
        pen.shape(
            *(spikes(0, 0, 1, pen.between(.82, .9), pen.count(12, 20)) *
              (rx, ry) + (0, middle)),
            fill=green)


def _clumps(pen: Pen) -> None:
    """Branches that carry a clump of leaves each."""
    bark, green = _bark(pen), _crown_color(pen)
    clumps = [(-.28, -.08, .2), (.28, -.1, .2), (0, -.28, .24)]
    if pen.maybe(.5):
        clumps += [(-.16, .06, .14), (.18, .05, .14)]
    for x, y, _ in clumps:
        pen.tube((0, .3), (x * .5, y * .4 + .16), (x, y),
                 start=.08,
                 end=.04,
                 fill=bark)
    pen.shape((-.05, .2), (.05, .2), (.08, .5), (-.08, .5), fill=bark)
    for x, y, radius in clumps:
        pen.shape(
            *bumps(x, y, radius, radius * .8, pen.count(6, 9), .15),
            fill=green)
    if pen.maybe(.35):
        for x, y, _ in clumps:
            pen.ellipse(x, y, .04, fill=pen.color('red', 'orange', 'pink'))


def _fir(pen: Pen) -> None:
    """Triangles on each other, straight or swinging out."""
    green = pen.color('green', 'green', 'darkgreen', 'darkgreen', 'teal')
    _trunk(pen, .28, pen.between(.06, .14))
    tiers = pen.count(1, 4)
    wide = pen.between(.22, .38)
    bottom = .34
    height = .84 / (1 + .6 * (tiers - 1))
    hang = pen.pick(0, 0, .04, .07)
    for i in range(tiers):
        half = wide * (1 - .2 * i)
        base = bottom - i * height * .6
        if pen.style.wobble < .3 and hang:
            pen.shape((0, base - height), (half * .4, base - height * .4),
                      (half, base), (half * .5, base + hang), (0, base + hang),
                      (-half * .5, base + hang), (-half, base),
                      (-half * .4, base - height * .4),
                      fill=green)
        else:
            pen.shape((-half, base), (0, base - height), (half, base),
                      fill=green)
    tip = bottom - (tiers - 1) * height * .6 - height
    if pen.maybe(.4):
        _christmas(pen, tip, wide)


def _christmas(pen: Pen, tip: float, wide: float) -> None:
    """A star, balls and perhaps a garland on a fir."""
    for _ in range(pen.count(4, 10)):
        y = pen.between(tip + .25, .28)
        x = pen.between(-.55, .55) * wide * (y - tip) / .9
        pen.ellipse(
            x,
            y,
            pen.between(.02, .035),
            fill=pen.color('red', 'yellow', 'blue', 'magenta'),
            plain=True,
            width=.6)
    for y in (-.12, .1, .26)[:pen.count(0, 3)]:
        half = wide * (y - tip) / .95 * .8
        pen.arc(
            0, y - .05, half, .08, 15, 165, color=pen.color('yellow', 'red'))
    if pen.maybe(.8):
        pen.shape(
            *spikes(0, tip - .02, .09, .04, 5), fill=pen.exactly('yellow'))


def _saw_fir(pen: Pen) -> None:
    """One zigzag outline from tip to foot."""
    steps, wide = pen.count(3, 6), pen.between(.24, .36)
    ys = np.linspace(-.5, .34, steps + 1)
    side = []
    for i in range(steps):
        out = wide * (i + 1) / steps
        side += [(out, ys[i + 1]), (out * .55, ys[i + 1] - .02)]
    right = np.array([(0, -.5), *side[:-1]])
    left = right[::-1] * (-1, 1)
    _trunk(pen, .3, pen.between(.06, .12))
    pen.shape(*right, *left, fill=pen.color('green', 'darkgreen', 'darkgreen'))
    if pen.maybe(.25):
        _christmas(pen, -.5, wide)


def _line_fir(pen: Pen) -> None:
    """A stem and twigs that hang."""
    green = leafy(pen)
    pen.line((0, -.5), (0, .5), color=_bark(pen), width=1.4)
    count = pen.count(4, 8)
    drop = pen.between(.02, .16)
    for i in range(count):
        y = -.42 + .76 * i / count
        far = .06 + .3 * (i + 1) / count
        for side in (-1, 1):
            pen.line((0, y), (side * far, y + drop), color=green, width=1.3)


def _palm(pen: Pen) -> None:
    green = leafy(pen)
    lean = pen.between(-.25, .25)
    stem = [(lean, .5), (lean * .35, .1), (0, -.2)]
    pen.tube(
        *stem,
        start=pen.between(.09, .16),
        end=.07,
        fill=pen.color('brown', 'tan'))
    if pen.maybe(.5):
        for y in np.linspace(-.1, .42, pen.count(4, 7)):
            x = lean * ((y + .2) / .7)**1.6
            pen.arc(x, y - .01, .05, .03, 10, 170, width=.8)
    droop = pen.between(.05, .25)
    kind = pen.pick('tube', 'leaf', 'leaf', 'comb')
    for angle in np.linspace(-205, 25, pen.count(5, 8)):
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        far = pen.between(.34, .46)
        tip = (c * far, -.2 + s * far * .5 + droop)
        bend = (c * far * .6, -.3 + s * far * .6)
        if kind == 'tube':
            pen.tube((0, -.2), bend, tip, start=.1, end=.02, fill=green)
        elif kind == 'leaf':
            pen.shape((0, -.22),
                      bend,
                      tip, (c * far * .5, -.12 + s * far * .5), (0, -.17),
                      fill=green)
        else:
            pen.line((0, -.2), bend, tip, color=green, curved=True, width=1.3)
            for share in (.4, .6, .8):
                x, y = c * far * share, -.28 + s * far * share * .55
                pen.line((x, y), (x * 1.1, y + .1), color=green)
    if pen.maybe():
        for x in (-.05, .05):
            pen.ellipse(x, -.15, .045, fill=pen.color('brown', 'orange'))
    if pen.maybe(.25):
        pen.arc(lean, .56, .34, .1, 185, 355, color=pen.color('tan', 'yellow'))


def _slender(pen: Pen) -> None:
    """Cypress, poplar: a flame of leaves."""
    green = _crown_color(pen)
    _trunk(pen, .3, pen.between(.05, .1))
    wide = pen.between(.12, .2)
    kind = pen.pick('flame', 'oval', 'puffs')
    if kind == 'flame':
        pen.shape((0, -.56), (wide * .7, -.2), (wide, .15), (wide * .5, .36),
                  (-wide * .5, .36), (-wide, .15), (-wide * .7, -.2),
                  fill=green,
                  curved=True)
    elif kind == 'oval':
        pen.ellipse(0, -.08, wide, .44, fill=green)
        pen.line((0, .3), (0, -.3), width=.8)
    else:
        pen.shape(*bumps(0, -.08, wide, .44, 9, .2), fill=green)


def _willow(pen: Pen) -> None:
    """Twigs that hang down to the ground."""
    green = leafy(pen)
    _trunk(pen, -.2, pen.between(.1, .16))
    pen.shape(*bumps(0, -.26, .38, .24, 9, .15), fill=green)
    for x in np.linspace(-.4, .4, pen.count(7, 11)):
        pen.line((x * .7, -.3), (x, 0), (x * 1.1, pen.between(.2, .4)),
                 color=green,
                 width=1.4,
                 curved=True)


def _umbrella(pen: Pen) -> None:
    """A flat crown on a forked stem, as in the savanna."""
    bark = _bark(pen)
    for side in (-1, 1):
        pen.tube((0, .5), (0, .2), (side * .22, -.16),
                 start=.1,
                 end=.04,
                 fill=bark)
    pen.shape(
        *bumps(0, -.24, .48, pen.between(.12, .18), 11, .16),
        fill=_crown_color(pen))


def _branch(pen: Pen, x: float, y: float, angle: float, length: float,
            depth: int, bark: Color) -> None:
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


def _stout(pen: Pen) -> None:
    """A thick trunk with a few bare boughs, perhaps with a hollow."""
    bark = _bark(pen)
    for points in (((0, .1), (-.2, -.1), (-.38, -.32)), ((0, 0), (.22, -.16),
                                                         (.36, -.4)),
                   ((0, -.1), (-.04, -.3),
                    (-.1, -.5)), ((-.18, -.08), (-.3, -.1), (-.44, -.12)),
                   ((.2, -.14), (.3, -.18), (.44, -.16))):
        pen.tube(*points, start=.1, end=.02, fill=bark)
    pen.shape((-.08, -.1), (.08, -.1), (.1, .32), (.2, .5), (-.2, .5),
              (-.1, .32),
              fill=bark)
    pen.ellipse(0, .16, .04, .06, fill=pen.exactly('black'))


@draws('tree', size=(.3, .75), tilt=4, share=1.3)
def tree(pen: Pen) -> None:
    pen.pick(_round_tree, _round_tree, _round_tree, _round_tree, _round_tree,
             _round_tree, _clumps, _clumps, _fir, _fir, _fir, _saw_fir,
             _line_fir, _palm, _palm, _palm, _slender, _slender, _willow,
             _umbrella, _bare, _stout)(
                 pen)
