"""Drawing functions: fruit."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import spikes
from .registry import draws


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
