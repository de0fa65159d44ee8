"""Drawing functions: fruit."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .faces import cute_face
from .parts import spikes
from .polygons import mirrored
from .registry import draws


def _stalk(pen: Pen, x: float, y: float) -> None:
    """A stalk at (x, y), most often with a leaf."""
    sway = pen.between(-.03, .06)
    if pen.maybe(.6):
        pen.line((x, y + .06), (x + sway, y - .12),
                 color=pen.exactly('brown'),
                 width=1.3)
    else:
        pen.tube((x, y + .06), (x + sway, y - .03), (x + sway * 2, y - .12),
                 start=.035,
                 end=.05,
                 fill=pen.exactly('brown'))
    if pen.maybe(.7):
        _leaf(pen, x + .02, y - .03, pen.pick(-1, 1, 1))


def _leaf(pen: Pen, x: float, y: float, side: int) -> None:
    far = pen.between(.18, .28)
    pen.shape((x, y), (x + side * far * .45, y - .12),
              (x + side * far, y - .1), (x + side * far * .6, y + .02),
              fill=pen.exactly('green'),
              curved=True)
    if pen.maybe(.4):
        pen.line((x, y), (x + side * far * .75, y - .07), width=.7)


def _shine(pen: Pen, x: float, y: float, radius: float) -> None:
    """A highlight on some."""
    if pen.maybe(.35):
        pen.arc(x, y, radius, radius, 180, 260, color=pen.exactly('white'))


def _smile(pen: Pen, y: float, radius: float) -> None:
    """Cute fruit has a face."""
    if pen.maybe(.22):
        cute_face(pen, 0, y, radius)


def _apple(pen: Pen) -> None:
    wide, waist = pen.between(.38, .46), pen.between(.18, .26)
    fill = pen.color('red', 'red', 'red', 'green', 'lime', 'yellow')
    pen.shape(
        *mirrored((0, -.27), (waist * .8, -.37), (wide, -.2), (wide, .1),
                  (waist, .44), (0, .39))[1:],
        fill=fill,
        curved=True)
    if pen.maybe(.3):
        pen.arc(0, -.3, .12, .06, 10, 170)
    _shine(pen, -.12, -.05, .2)
    _smile(pen, .05, .32)
    _stalk(pen, 0, -.3)


def _bitten_apple(pen: Pen) -> None:
    fill = pen.color('red', 'red', 'green')
    bite = oval(.46, -.02, .17, .2, 235, 125)
    pen.shape((-.2, -.37), (0, -.27), (.2, -.37), (.34, -.28),
              *bite, (.38, .25), (.2, .44), (0, .39), (-.2, .44), (-.42, .1),
              (-.42, -.2),
              fill=fill,
              curved=True)
    _stalk(pen, 0, -.3)


def _half_apple(pen: Pen) -> None:
    """Cut open: pale flesh and pips."""
    outline = mirrored((.16, -.36), (.42, -.22), (.42, .1), (.2, .44),
                       (.02, .4))
    pen.shape(*outline, fill=pen.color('red', 'green'), curved=True)
    pen.shape(*outline * .85, fill=pen.color('white', 'yellow'), curved=True)
    for side in (-1, 1):
        pen.ellipse(
            side * .07, .02, .03, .06, fill=pen.exactly('brown'), plain=True)
    _stalk(pen, 0, -.3)


def _round_fruit(pen: Pen) -> None:
    """Orange, peach, plum, tomato-like berries."""
    kind = pen.pick('orange', 'orange', 'peach', 'plum')
    names = dict(
        orange=('orange', ), peach=('pink', 'orange'), plum=('purple', 'navy'))
    pen.ellipse(0, 0, .44, pen.between(.4, .45), fill=pen.color(*names[kind]))
    if kind == 'orange':
        for _ in range(pen.count(0, 9)):
            angle, far = pen.between(0, 6.3), pen.between(0, .3)
            pen.dot(far * np.cos(angle), far * np.sin(angle), .012)
    else:
        pen.line((0, -.42), (.1, -.15), (.06, .2), curved=True)
    _shine(pen, -.14, -.1, .2)
    _smile(pen, .02, .34)
    _stalk(pen, 0, -.42)


def _peach(pen: Pen) -> None:
    """With a cleft and a tip, two leaves below."""
    for side in (-1, 1):
        if pen.maybe(.8):
            leaf = pen.at(side * .05, -.36, turn=side * 25)
            _leaf(leaf, 0, 0, side)
    fill = pen.color('pink', 'pink', 'orange', 'tan')
    pen.shape(
        *mirrored((.2, -.36), (.44, -.12), (.36, .24), (.1, .42), (0, .48)),
        fill=fill,
        curved=True)
    pen.line((0, -.34), (-.08, -.1), (-.02, .12), curved=True)
    _smile(pen, .06, .3)


def _pear(pen: Pen) -> None:
    neck, belly = pen.between(.12, .2), pen.between(.32, .4)
    pen.shape(
        *mirrored((0, -.46), (neck, -.34), (neck * 1.1, -.1), (belly, .18),
                  (belly * .6, .46)),
        fill=pen.color('lime', 'lime', 'yellow', 'green'),
        curved=True)
    _shine(pen, -.14, .15, .14)
    _smile(pen, .16, .26)
    _stalk(pen, 0, -.45)


def _banana(pen: Pen) -> None:
    """One or a bunch; ends are dark."""
    yellow = pen.color('yellow', 'yellow', 'yellow', 'lime')
    count = pen.pick(1, 1, 1, 2, 3)
    for i in range(count):
        bunch = pen.at(0, 0, turn=-i * 18)
        dip = pen.between(.26, .42)
        bunch.shape((-.5, -.22), (-.3, dip - .1), (0, dip), (.35, dip - .15),
                    (.5, -.18), (.28, .02), (0, .1), (-.3, 0), (-.42, -.26),
                    fill=yellow,
                    curved=True)
        if pen.maybe(.4):
            bunch.line((-.42, -.16), (-.2, dip - .16), (.1, dip - .1),
                       (.44, -.08),
                       width=.8,
                       curved=True)
    pen.line((-.47, -.22), (-.5, -.33), color=pen.exactly('brown'), width=2)


def _upright_banana(pen: Pen) -> None:
    """A crescent, as pictograms and stickers have it."""
    deep = pen.between(.1, .25)
    outer = oval(0, -.1, .5, .5, 20, 150)
    inner = oval(0, -.1 - deep, .44, .38 + deep * .4, 150, 20)
    pen.shape(*outer, *inner, fill=pen.color('yellow', 'yellow', 'lime'))
    brown = pen.exactly('brown')
    for index in (0, -1):
        x, y = outer[index]
        pen.ellipse(x, y - .02, .04, .05, fill=brown)


def _grapes(pen: Pen) -> None:
    skin = pen.color('purple', 'purple', 'lime', 'navy', 'magenta')
    rows = pen.count(3, 5)
    r = .5 / rows * pen.between(.75, .9)
    order = range(rows) if pen.maybe() else range(rows - 1, -1, -1)
    for row in order:
        for i in range(rows - row):
            x = (i - (rows - row - 1) / 2) * 1.8 * r
            pen.ellipse(
                x + pen.between(-.01, .01), -.3 + row * 1.6 * r, r, fill=skin)
    _stalk(pen, 0, -.3 - r)


def _strawberry(pen: Pen) -> None:
    wide = pen.between(.33, .44)
    pen.shape(
        *mirrored((0, -.34), (wide * .8, -.34), (wide, -.1), (wide * .6, .25),
                  (0, .5)),
        fill=pen.color('red', 'red', 'red', 'pink'),
        curved=True)
    seed = pen.color('yellow', 'yellow', 'white', 'black')
    for y, xs in ((-.14, (-.22, 0, .22)), (.04, (-.14, .14)), (.22, (-.05,
                                                                     .08))):
        for x in xs:
            pen.line((x, y - .02), (x, y + .03), color=seed, width=.9)
    _smile(pen, -.02, .28)
    green = pen.exactly('green')
    pen.shape(
        *(spikes(0, 0, wide * .9, .12, pen.count(5, 8)) * (1, .5) + (0, -.34)),
        fill=green)
    if pen.maybe(.6):
        pen.line((0, -.36), (.04, -.5), color=green, width=1.3)


def _cherries(pen: Pen) -> None:
    red = pen.color('red', 'red', 'magenta', 'purple')
    size = pen.between(.16, .22)
    for side in (-1, 1):
        x = side * pen.between(.2, .26)
        y = .26 + pen.between(-.06, .06)
        pen.line((.05, -.45), (x * .8, -.1), (x, y - size * .8),
                 color=pen.exactly('green'),
                 width=1.2,
                 curved=True)
        pen.ellipse(x, y, size, fill=red)
        _shine(pen, x, y, size * .55)
    if pen.maybe(.65):
        _leaf(pen, .05, -.43, pen.pick(-1, 1))


def _melon_slice(pen: Pen) -> None:
    """Of a watermelon: half moon or wedge, rind, pips."""
    red, green = pen.color('red', 'red', 'pink'), pen.exactly('green')
    white = pen.exactly('white')
    if pen.maybe(.4):
        for share, fill in ((1, green), (.88, white), (.82, red)):
            arc = oval(0, -.46, .9 * share, .92 * share, 60, 120)
            pen.shape((0, -.46), *arc, fill=fill)
        reach = .12
    else:
        deep = pen.between(.4, .5)
        for share, fill in ((1, green), (.9, white), (.84, red)):
            pen.shape(
                *oval(0, -.15, .5 * share, deep * share, 0, 180), fill=fill)
        reach = .28
    for _ in range(pen.count(4, 8)):
        y = pen.between(-.08, .14)
        pen.ellipse(
            pen.between(-1, 1) * reach,
            y,
            .014,
            .026,
            fill=pen.exactly('black'),
            plain=True)


def _whole_melon(pen: Pen) -> None:
    """A green ball with darker stripes."""
    wide = pen.between(.42, .5)
    pen.ellipse(0, 0, wide, .4, fill=pen.color('green', 'lime'))
    dark = pen.exactly('darkgreen')
    for bulge in (-.3, -.12, .12, .3):
        ys = np.linspace(-.38, .38, 7)
        xs = bulge * wide * 2.2 * np.sqrt(1 - (ys / .42)**2)
        pen.line(*zip(xs, ys), color=dark, width=1.5)
    _stalk(pen, 0, -.39)


def _pineapple(pen: Pen) -> None:
    green = pen.exactly('green')
    for turn in (-60, 60, -35, 35, -15, 15, 0)[pen.count(0, 2):]:
        leaf = pen.at(0, -.14, turn=turn)
        leaf.shape((-.07, .03), (-.05, -.2), (0, -.36), (.05, -.2), (.07, .03),
                   fill=green)
    pen.ellipse(
        0,
        .17,
        pen.between(.24, .3),
        .36,
        fill=pen.color('yellow', 'orange', 'orange', 'tan'))
    for offset in (-.2, 0, .2):
        pen.line((-.17, .15 + offset - .1), (.17, .15 + offset + .1), width=.7)
        pen.line((-.17, .15 + offset + .1), (.17, .15 + offset - .1), width=.7)


def _lemon(pen: Pen) -> None:
    pen.shape((-.5, -.02), (-.4, -.08), (-.2, -.28), (.1, -.31), (.34, -.16),
              (.44, -.06), (.52, 0), (.44, .08), (.3, .22), (.05, .32),
              (-.22, .26), (-.4, .08), (-.5, .06),
              fill=pen.color('yellow', 'yellow', 'lime'),
              curved=True)
    _shine(pen, -.1, -.05, .16)
    _smile(pen, 0, .26)
    if pen.maybe(.5):
        _leaf(pen, .44, -.04, 1)


def _citrus(pen: Pen) -> None:
    """An orange, lemon or grapefruit cut through: a wheel or half of it."""
    rind = pen.color('orange', 'orange', 'yellow', 'lime', 'red')
    half = pen.maybe(.4)
    stop = 180 if half else 360
    for radius, fill in ((.5, rind), (.44, pen.exactly('white'))):
        pen.shape(*oval(0, 0, radius, radius, 0, stop), fill=fill)
    count = pen.count(3, 5) if half else pen.count(6, 9)
    for i in range(count):
        a, b = (stop * (i + share) / count for share in (.08, .92))
        middle = np.radians((a + b) / 2)
        tip = (.06 * np.cos(middle), .06 * np.sin(middle))
        pen.shape(tip, *oval(0, 0, .4, .4, a, b), fill=rind, width=.8)


def _kiwi(pen: Pen) -> None:
    """Cut through: brown skin, green flesh, pips round a pale core."""
    for r, fill in ((.46, pen.exactly('brown')), (.41,
                                                  pen.color('lime', 'green'))):
        pen.ellipse(0, 0, r, r * .9, fill=fill)
    pen.ellipse(0, 0, .13, .1, fill=pen.exactly('white'))
    for i in range(pen.count(8, 12)):
        part = pen.at(0, 0, turn=i * 33)
        part.ellipse(
            .21, 0, .03, .014, fill=pen.exactly('black'), plain=True, width=.5)


def _mango(pen: Pen) -> None:
    """A leaning drop; or an avocado cut in two."""
    kind = pen.pick('whole', 'whole', 'avocado')
    outline = [(-.1, -.44), (.16, -.36), (.36, -.05), (.32, .28), (.05, .44),
               (-.25, .36), (-.38, .08), (-.28, -.25)]
    if kind == 'whole':
        pen.shape(
            *outline, fill=pen.color('orange', 'yellow', 'red'), curved=True)
        _smile(pen, .05, .28)
        _stalk(pen, -.06, -.42)
        return
    body = mirrored((0, -.46), (.16, -.36), (.22, -.1), (.36, .16), (.22, .44))
    pen.shape(*body, fill=pen.exactly('darkgreen'), curved=True)
    pen.shape(*(body * .87), fill=pen.exactly('lime'), curved=True)
    pen.ellipse(0, .14, .15, fill=pen.exactly('brown'))


def _blueberries(pen: Pen) -> None:
    blue = pen.color('blue', 'navy', 'purple')
    _leaf(pen, .02, -.12, 1)
    for x, y in ((-.22, .12), (.22, .14), (0, -.14))[:pen.pick(2, 3, 3)]:
        pen.ellipse(x, y, pen.between(.19, .24), fill=blue)
        pen.shape(
            *spikes(x, y - .06, .1, .05, 5),
            fill=pen.exactly('navy'),
            width=.7)


def _raspberry(pen: Pen) -> None:
    """A cluster of small balls."""
    fill = pen.color('red', 'magenta', 'purple', 'navy')
    for y, count in ((-.2, 4), (-.04, 5), (.12, 4), (.26, 3), (.38, 1)):
        for i in range(count):
            pen.ellipse((i - (count - 1) / 2) * .17, y, .1, fill=fill)
    pen.shape(
        *(spikes(0, 0, .26, .1, 5) * (1, .5) + (0, -.3)),
        fill=pen.exactly('green'))
    _stalk(pen, 0, -.36)


@draws('fruit', size=(.12, .3), tilt=20)
def fruit(pen: Pen) -> None:
    pen.pick(_apple, _apple, _apple, _apple, _bitten_apple, _half_apple,
             _round_fruit, _round_fruit, _peach, _pear, _pear, _pear, _banana,
             _banana, _banana, _upright_banana, _grapes, _grapes, _grapes,
             _strawberry, _strawberry, _strawberry, _cherries, _cherries,
             _cherries, _melon_slice, _melon_slice, _whole_melon, _pineapple,
             _pineapple, _lemon, _lemon, _citrus, _citrus, _kiwi, _mango,
             _blueberries, _raspberry)(
                 pen)
