"""Drawing functions: reptiles, insects, sea animals and dinosaurs."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from custom.sample_data.style import Color
from .bodies import blush, gaze, shade, single_eye, smile
from .outline import build
from .parts import spikes, spiral

_BRIGHT = ('green', 'lime', 'purple', 'teal', 'orange', 'sky', 'red', 'yellow')


def _eye(pen: Pen, x: float, y: float, size: float, coat: Color) -> None:
    single_eye(pen, x, y, size,
               pen.pick('bead', 'bead', 'dot', 'round', 'happy'), coat)


def turtle(pen: Pen) -> None:
    """From the side, domed."""
    skin, shell = pen.color('lime', 'green', 'tan',
                            'yellow'), pen.color('green', 'brown', 'darkgreen',
                                                 'orange', 'teal')
    dome, r = pen.between(.3, .4), pen.between(.1, .15)
    y = pen.between(-.14, .04)

    def parts(part: Pen) -> None:
        for x in (-.24, .2):
            part.ellipse(x, .2, .09, .12, fill=skin)
        part.tube((.24, .1), (.44, y), start=.13, end=r * 1.3, fill=skin)
        part.ellipse(.45, y, r * 1.1, r, fill=skin)
        part.shape((-.36, .1), (-.52, .2), (-.34, .2), fill=skin)

    build(pen, skin, parts)
    pen.shape(*oval(-.02, .16, .38, dome, 180, 360), fill=shell)
    _shell_pattern(pen, dome, shell)
    if pen.maybe():
        pen.tube((-.42, .15), (.38, .15),
                 start=.06,
                 end=.06,
                 fill=pen.color('tan', 'yellow', 'lime'))
    _eye(pen, .48, y - .02, .035, skin)
    pen.arc(.5, y + .03, .06, .04, 20, 150, width=.7)


def _shell_pattern(pen: Pen, dome: float, shell: Color) -> None:
    kind, tone = pen.pick('spots', 'plates', 'net'), shade(shell)
    if kind == 'net':
        for x in (-.18, 0, .14):
            pen.line((x * .6, .16 - dome * .92), (x * 1.3, .16), width=.7)
        pen.arc(-.02, .16, .3, dome * .55, 185, 355, width=.7)
        return
    for x in (-.2, -.02, .16):
        size = .075 if abs(x) > .1 else .1
        middle = (x, .02 - (dome - .3) * .6 + abs(x) * .35)
        if kind == 'spots':
            pen.ellipse(*middle, size, size * .8, fill=tone, width=.7)
        else:
            pen.shape(*oval(*middle, size, size)[::5], fill=tone, width=.7)


def turtle_from_above(pen: Pen) -> None:
    skin, shell = pen.color('lime', 'green',
                            'tan'), pen.color('green', 'brown', 'darkgreen',
                                              'teal')
    for side in (-1, 1):
        for y, turn in ((-.24, -35), (.26, 40)):
            pen.ellipse(side * .32, y, .17, .09, turn=side * turn, fill=skin)
    pen.ellipse(0, -.48, .12, .14, fill=skin)
    pen.shape((-.04, .38), (0, .52), (.04, .38), fill=skin)
    pen.ellipse(0, 0, .33, .4, fill=shell)
    tone = shade(shell)
    for x, y in ((0, 0), (-.18, -.14), (.18, -.14), (-.18, .16), (.18, .16),
                 (0, -.25), (0, .27)):
        pen.shape(*oval(x, y, .08, .085)[::5], fill=tone, width=.7)
    gaze(pen, 0, -.5, .05, .022)


def snake(pen: Pen) -> None:
    """In waves, raised, or coiled up."""
    coat = pen.color('green', 'lime', 'brown', 'purple', 'orange')
    thick = pen.between(.1, .15)
    kind = pen.pick('waves', 'raised', 'coil')
    if kind == 'waves':
        bend = pen.between(.1, .2)
        path = [(-.5, .05), (-.3, -bend), (-.1, bend), (.12, -bend),
                (.3, bend), (.44, -.05)]
    elif kind == 'raised':
        path = [(-.5, .36), (-.28, .26), (-.08, .38), (.14, .3), (.18, .1),
                (.02, -.04), (.1, -.22), (.28, -.24)]
    else:
        path = [(-.5, .4), (-.2, .46), (.2, .42), (.3, .28), (.0, .22),
                (-.24, .14), (-.1, .02), (.16, .0), (.1, -.16), (.2, -.26)]
    pen.tube(*path, start=.03, end=thick, fill=coat)
    for i in range(1, len(path) - 1):
        if pen.maybe(.6):
            pen.ellipse(*path[i], .035, .025, fill=shade(coat, .7), width=.6)
    x, y = path[-1]
    pen.line((x + .1, y + .02), (x + .19, y + .03), (x + .23, y),
             color=pen.exactly('red'),
             width=.8)
    pen.line((x + .19, y + .03), (x + .23, y + .06),
             color=pen.exactly('red'),
             width=.8)
    pen.ellipse(x + .03, y, thick * .85, thick * .65, fill=coat)
    _eye(pen, x + .06, y - .03, .03, coat)


def snail(pen: Pen) -> None:
    skin = pen.color('tan', 'yellow', 'lime', 'skin', 'gray')
    shell = pen.color('brown', 'orange', 'pink', 'purple', 'red', 'sky')
    size = pen.between(.23, .3)
    for x in (.38, .47):
        pen.line((x, -.08), (x + .03, -.3), color=skin)
        pen.ellipse(
            x + .03,
            -.32,
            .03,
            fill=pen.exactly('black'),
            plain=True,
            width=.5)

    def parts(part: Pen) -> None:
        part.shape((-.54, .32), (-.3, .2), (.2, .18), (.3, -.06), (.42, -.16),
                   (.52, -.04), (.48, .2), (.38, .32),
                   curved=True,
                   fill=skin)

    build(pen, skin, parts)
    pen.ellipse(-.06, .2 - size, size, size * .97, fill=shell)
    pen.line(*(spiral(0, 0, size * .85, pen.between(1.6, 2.6)) +
               (-.06, .2 - size)))
    pen.dot(.42, -.02, .018)
    pen.arc(.45, .04, .05, .04, 20, 160, width=.7)


def frog(pen: Pen) -> None:
    """Sitting, from the front; or the face alone."""
    coat = pen.color('green', 'green', 'lime', 'teal')
    body, wide = pen.maybe(.7), pen.between(.28, .36)
    top = -.12 if body else 0

    def trunk(part: Pen) -> None:
        for side in (-1, 1):
            part.ellipse(side * .3, .3, .13, .17, turn=side * 25, fill=coat)
            part.ellipse(side * .34, .46, .14, .045, fill=coat)
            part.ellipse(side * .12, .46, .09, .04, fill=coat)
        part.ellipse(0, .24, .25, .24, fill=coat)

    def head(part: Pen) -> None:
        for side in (-1, 1):
            part.ellipse(side * wide * .55, top - .2, .12, fill=coat)
        part.ellipse(0, top, wide, .23, fill=coat)

    if body:
        build(pen, coat, trunk)
        pen.ellipse(
            0,
            .28,
            .16,
            .16,
            fill=pen.color('yellow', 'white', 'lime'),
            width=.7)
    build(pen, coat, head)
    white, size = pen.exactly('white'), pen.between(.06, .085)
    for side in (-1, 1):
        pen.ellipse(side * wide * .55, top - .21, size, fill=white)
        pen.dot(side * wide * .55, top - .2, size * .5)
        pen.dot(side * .03, top - .03, .01)
    pen.arc(0, top + .0, wide * .7, .13, 10, 170)
    if pen.maybe(.4):
        blush(pen, 0, top + .03, wide * .75, .05)


def crocodile(pen: Pen) -> None:
    coat = pen.color('green', 'darkgreen', 'lime')
    gape = pen.maybe(.4)

    def parts(part: Pen) -> None:
        for x in (-.24, .1):
            part.tube((x, .02), (x + .02, .2), start=.1, end=.08, fill=coat)
            part.ellipse(x + .05, .21, .08, .03, fill=coat)
        part.shape((-.66, -.08), (-.4, -.08), (-.1, -.14), (.16, -.1),
                   (.22, .08), (-.1, .13), (-.35, .08),
                   curved=True,
                   fill=coat)
        part.ellipse(.22, -.1, .07, .08, fill=coat)
        up = -.16 if gape else -.02
        part.shape((.14, -.12), (.62, up - .05), (.62, up + .03), (.2, .02),
                   fill=coat)
        part.shape((.14, .0), (.6, .05), (.58, .1), (.16, .11), fill=coat)
        for x in (-.5, -.38, -.26, -.14, -.02):
            part.shape((x - .05, -.06), (x, -.2), (x + .05, -.07), fill=coat)

    build(pen, coat, parts)
    teeth = [(.28 + i * .055, .06 if i % 2 else .01) for i in range(6)]
    pen.line(*teeth, width=.7)
    _eye(pen, .23, -.12, .035, coat)
    pen.dot(.58, -.03 if not gape else -.17, .014)
    if pen.maybe(.5):
        pen.arc(-.06, .04, .22, .08, 15, 165, width=.7)


def long_neck(pen: Pen) -> None:
    """A sauropod."""
    coat = pen.color(*_BRIGHT)
    r = pen.between(.08, .13)

    def parts(part: Pen) -> None:
        for x in (-.2, -.08, .1, .2):
            part.tube((x, .1), (x, .4), start=.11, end=.1, fill=coat)
        part.tube((-.12, .1), (-.4, .14), (-.62, .02),
                  start=.24,
                  end=.03,
                  fill=coat)
        part.ellipse(0, .1, .3, .2, fill=coat)
        part.tube((.18, .06), (.3, -.14), (.3, -.4),
                  start=.2,
                  end=r * 1.2,
                  fill=coat)
        part.ellipse(.35, -.42, r * 1.35, r, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.5):
        for _ in range(pen.count(3, 6)):
            pen.ellipse(
                pen.between(-.2, .2),
                pen.between(-.02, .16),
                .035,
                fill=shade(coat, .7),
                width=.6)
    _eye(pen, .36, -.45, r * .28, coat)
    pen.arc(.4, -.4, .06, .04, 20, 150, width=.7)


def tyrannosaur(pen: Pen) -> None:
    """Upright, with small arms and big teeth."""
    coat = pen.color(*_BRIGHT)
    big = pen.between(.85, 1.15)
    for x, y in ((.02, -.38), (-.02, -.2), (-.08, -.02), (-.17, .14)):
        pen.shape((x + .04, y - .08), (x - .1, y - .05), (x + .04, y + .08),
                  fill=shade(coat, .7))

    def parts(part: Pen) -> None:
        part.tube((.0, .2), (-.26, .34), (-.5, .3),
                  start=.32,
                  end=.03,
                  fill=coat)
        for x in (-.06, .12):
            part.tube((x, .24), (x, .48), start=.16, end=.11, fill=coat)
            part.ellipse(x + .05, .49, .1, .035, fill=coat)
        part.ellipse(.02, .12, .19, .27, turn=12, fill=coat)
        part.tube((.06, .0), (.12, -.26), start=.26, end=.2, fill=coat)
        part.tube((.1, -.3), (.1 + .3 * big, -.26),
                  start=.28 * big,
                  end=.22 * big,
                  fill=coat)

    build(pen, coat, parts)
    pen.ellipse(
        .1,
        .16,
        .1,
        .18,
        turn=12,
        fill=pen.color('white', 'yellow', 'skin'),
        width=.7)
    pen.tube((.12, .02), (.24, .06), (.27, .02),
             start=.06,
             end=.035,
             fill=coat)
    teeth = [(.2 + i * .05, -.2 if i % 2 else -.24) for i in range(6)]
    pen.line(*teeth, width=.7)
    _eye(pen, .14, -.34, .04, coat)


def stegosaur(pen: Pen) -> None:
    """With plates upon its back."""
    coat, plate = pen.color(*_BRIGHT), pen.color('red', 'yellow', 'orange')
    for x, y in ((-.34, -.02), (-.2, -.14), (-.03, -.2), (.14, -.14)):
        pen.shape((x - .08, y + .06), (x - .05, y - .1), (x, y - .17),
                  (x + .05, y - .1), (x + .08, y + .06),
                  fill=plate)

    def parts(part: Pen) -> None:
        for x in (-.2, .12):
            part.tube((x, .1), (x, .34), start=.13, end=.1, fill=coat)
        part.shape((-.6, .18), (-.36, .0), (-.05, -.18), (.22, -.04),
                   (.36, .0), (.5, .0), (.52, .12), (.34, .16), (.1, .22),
                   (-.2, .2), (-.4, .14),
                   curved=True,
                   fill=coat)

    build(pen, coat, parts)
    _eye(pen, .43, .03, .028, coat)
    pen.arc(.46, .08, .05, .03, 20, 150, width=.7)


def octopus(pen: Pen) -> None:
    coat = pen.color('purple', 'red', 'orange', 'pink', 'teal', 'blue')
    count, sway = pen.pick(4, 6, 6, 8), pen.between(.04, .12)

    def parts(part: Pen) -> None:
        for at in np.linspace(-1, 1, count):
            part.tube((at * .2, .1), (at * .34, .28),
                      (at * .42 + sway * np.sign(at), .42),
                      (at * .55, .46 - abs(at) * .1),
                      start=.12,
                      end=.06,
                      fill=coat)
        part.ellipse(0, -.14, pen.between(.26, .32), .32, fill=coat)

    build(pen, coat, parts)
    gaze(pen, 0, -.1, pen.between(.09, .13), pen.between(.04, .07))
    smile(pen, 0, .03, .08)
    if pen.maybe(.4):
        blush(pen, 0, .0, .19, .045)


def crab(pen: Pen) -> None:
    coat = pen.color('red', 'red', 'orange')
    for side in (-1, 1):
        for i, y in enumerate((.08, .16, .23)):
            pen.line((side * .22, y), (side * (.44 - i * .03), y + .02),
                     (side * (.46 - i * .04), y + .12),
                     color=coat,
                     width=1.5)
        pen.tube((side * .24, .0), (side * .4, -.1), (side * .38, -.22),
                 start=.08,
                 end=.06,
                 fill=coat)
        claw = pen.at(side * .38, -.32, flip=side > 0)
        claw.shape((.0, .14), (-.14, .0), (-.08, -.16), (-.01, -.02),
                   (.08, -.16), (.13, .02),
                   fill=coat,
                   curved=pen.maybe())
        pen.line((side * .1, -.08), (side * .11, -.22), color=coat, width=1.3)
    pen.ellipse(0, .1, .3, .2, fill=coat)
    white = pen.exactly('white')
    for side in (-1, 1):
        pen.ellipse(side * .11, -.24, .055, fill=white)
        pen.dot(side * .11, -.24, .026)
    pen.arc(0, .1, .12, .08, 15, 165)


def butterfly(pen: Pen) -> None:
    """From above, wings open."""
    upper = pen.color(*_BRIGHT, 'pink', 'blue', 'magenta')
    lower = upper if pen.maybe() else pen.color(*_BRIGHT, 'pink', 'blue')
    spot, spots = pen.color('yellow', 'white', 'pink', 'sky'), pen.maybe(.75)
    reach = pen.between(.85, 1.1)
    for side in (-1, 1):
        wing = pen.at(0, 0, reach, flip=side < 0)
        wing.shape((.02, .02), (.2, .06), (.36, .18), (.34, .38), (.18, .4),
                   (.06, .2),
                   curved=True,
                   fill=lower)
        wing.shape((.02, -.06), (.16, -.3), (.38, -.44), (.5, -.3),
                   (.44, -.06), (.22, .06),
                   curved=True,
                   fill=upper)
        if spots:
            wing.ellipse(.34, -.24, .09, fill=spot, width=.7)
            wing.ellipse(.22, .22, .065, fill=spot, width=.7)
        wing.line((.01, -.26), (.08, -.4), (.14, -.44), width=.8, curved=True)
        wing.dot(.14, -.44, .018)
    pen.ellipse(0, .02, .045, .28, fill=pen.color('black', 'brown', 'purple'))
    if pen.maybe(.4):
        pen.ellipse(0, -.26, .075, fill=pen.color('brown', 'yellow', 'skin'))
        gaze(pen, 0, -.27, .03, .016)


def ladybug(pen: Pen) -> None:
    """From above, wings closed."""
    coat = pen.color('red', 'red', 'red', 'orange', 'yellow')
    black = pen.exactly('black')
    for side in (-1, 1):
        for y in (-.1, .08, .26):
            pen.line((side * .3, y), (side * .46, y + .06), width=1.2)
        pen.line((side * .07, -.42), (side * .16, -.56), width=.9)
        pen.dot(side * .16, -.56, .025)
    pen.ellipse(0, -.34, .2, .16, fill=black, plain=True)
    pen.ellipse(0, .06, .36, .38, fill=coat)
    pen.line((0, -.32), (0, .44))
    for x, y in ((.16, -.12), (.2, .12), (.12, .3)):
        for side in (-1, 1):
            pen.ellipse(
                side * x,
                y,
                pen.between(.045, .065),
                fill=black,
                plain=True,
                width=.5)
    white = pen.exactly('white')
    for side in (-1, 1):
        pen.ellipse(side * .09, -.4, .045, fill=white, plain=True, width=.4)
        pen.dot(side * .09, -.4, .02, black)


def bee(pen: Pen) -> None:
    """From the side, in flight."""
    coat, black = pen.color('yellow', 'yellow', 'orange'), pen.exactly('black')
    high = pen.between(.2, .26)
    for x, turn in ((-.08, -25), (.08, 10)):
        wing = pen.at(x, -high * .8, turn=turn)
        wing.ellipse(0, -.17, .11, .19, fill=pen.color('white', 'sky'))
    pen.shape((-.32, -.05), (-.46, 0), (-.32, .05), fill=black)
    pen.ellipse(0, 0, .36, high, fill=coat)
    for x in (-.2, -.03, .12):
        bow = high * (1 - (x / .36)**2)**.5 * .97
        pen.shape((x - .035, -bow), (x + .035, -bow), (x + .05, 0),
                  (x + .035, bow), (x - .035, bow), (x - .02, 0),
                  fill=black,
                  width=.5)
    for x in (.22, .3):
        pen.line((x, -high * .7), (x + .06, -high - .12), width=.9)
        pen.dot(x + .06, -high - .13, .02)
    _eye(pen, .25, -.04, .04, coat)
    pen.arc(.27, .04, .05, .04, 20, 160, width=.8)


def spider(pen: Pen) -> None:
    coat = pen.color('black', 'brown', 'purple', 'gray')
    for side in (-1, 1):
        for y in (-.2, -.06, .08, .2):
            pen.line((side * .15, y * .5), (side * .36, y - .1),
                     (side * .46, y + .14),
                     color=coat,
                     width=1.2)
    if pen.maybe(.4):
        pen.line((0, -.28), (0, -.7), width=.7)
    pen.ellipse(0, 0, .24, .25, fill=coat)
    white = pen.exactly('white')
    for side in (-1, 1):
        pen.ellipse(side * .08, -.04, .065, fill=white, plain=True, width=.5)
        pen.dot(side * .08, -.03, .03, pen.exactly('black'))
    pen.arc(0, .08, .08, .06, 15, 165)


def caterpillar(pen: Pen) -> None:
    coat = pen.color('green', 'lime', 'yellow', 'teal')
    other = coat if pen.maybe() else pen.color(*_BRIGHT)
    count, wave = pen.count(4, 6), pen.between(0, .1)
    step = .8 / count
    for i in range(count):
        x, y = -.45 + i * step, wave * (-1)**i
        for foot in (-.3, .3):
            pen.line((x + foot * step * .6, y + step * .5),
                     (x + foot * step * .6, y + step * .85),
                     width=1.1)
        pen.ellipse(x, y, step * .65, fill=other if i % 2 else coat)
    x, r = .42, pen.between(.15, .2)
    for side in (-1, 1):
        pen.line((x + side * .06, -r), (x + side * .12, -r - .16), width=.9)
        pen.dot(x + side * .12, -r - .17, .025)
    pen.ellipse(x, -.04, r, fill=coat)
    gaze(pen, x, -.07, .07, .035)
    pen.arc(x, .0, .07, .05, 15, 165, width=.9)


def hedgehog(pen: Pen) -> None:
    """From the side, under its spines."""
    spine, skin = pen.color('brown', 'gray', 'black'), pen.color('tan', 'skin')
    for x in (-.22, .18):
        pen.ellipse(x, .25, .09, .05, fill=skin)
    pen.shape((.1, -.18), (.32, -.06), (.54, .12), (.4, .24), (.0, .25),
              curved=True,
              fill=skin)
    hide = spikes(-.06, .08, .46, .35, pen.count(14, 20))
    hide = hide[(hide[:, 1] < .2) & (hide[:, 0] < .26 + hide[:, 1] * .2)]
    angle = np.arctan2(hide[:, 1] - .08, hide[:, 0] + .06)
    hide = hide[np.argsort(np.where(angle > 1.2, angle - 2 * np.pi, angle))]
    pen.shape(*hide, (.16, .24), (-.3, .24), fill=spine)
    pen.ellipse(.54, .12, .035, fill=pen.exactly('black'), plain=True)
    pen.ellipse(.2, -.04, .06, .07, fill=skin)
    _eye(pen, .34, .05, .03, skin)
    pen.arc(.42, .14, .06, .05, 30, 150, width=.7)


def bat(pen: Pen) -> None:
    coat = pen.color('black', 'purple', 'gray', 'brown', 'navy')
    for side in (-1, 1):
        wing = pen.at(0, 0, flip=side < 0)
        wing.shape((.1, -.06), (.3, -.3), (.62, -.2), (.56, .0), (.62, .14),
                   (.46, .06), (.38, .18), (.26, .06), (.12, .16),
                   fill=coat)
        wing.shape((.03, -.16), (.13, -.36), (.18, -.1), fill=coat)
    pen.ellipse(0, .02, .19, .22, fill=coat)
    white = pen.exactly('white')
    for side in (-1, 1):
        pen.ellipse(side * .07, -.03, .05, fill=white, plain=True, width=.5)
        pen.dot(side * .07, -.03, .022, pen.exactly('black'))
        pen.shape((side * .02, .09), (side * .05, .16), (side * .08, .09),
                  fill=white,
                  width=.6)


def kangaroo(pen: Pen) -> None:
    """From the side, a young one in its pouch."""
    coat = pen.color('brown', 'tan', 'orange', 'gray')

    def parts(part: Pen) -> None:
        part.tube((-.08, .24), (-.3, .4), (-.56, .42),
                  start=.2,
                  end=.03,
                  fill=coat)
        part.shape((.06, -.24), (.18, -.1), (.2, .2), (.06, .36), (-.14, .34),
                   (-.18, .12), (-.04, -.1),
                   curved=True,
                   fill=coat)
        part.ellipse(-.04, .28, .15, .12, fill=coat)
        part.tube((-.08, .44), (.2, .46), start=.08, end=.06, fill=coat)
        part.tube((-.06, .3), (-.08, .44), start=.12, end=.07, fill=coat)
        part.ellipse(.14, -.34, .12, .1, fill=coat)
        part.tube((.14, -.32), (.3, -.28), start=.15, end=.1, fill=coat)
        for shift in (0, .08):
            part.ellipse(.06 + shift, -.5, .04, .12, turn=-12, fill=coat)

    build(pen, coat, parts)
    pen.tube((.12, -.02), (.26, .08), (.3, .04), start=.07, end=.04, fill=coat)
    if pen.maybe(.5):
        pen.ellipse(.15, .12, .07, .06, fill=shade(coat, .9), width=.8)
        pen.dot(.17, .11, .012)
        pen.arc(.12, .16, .1, .12, 10, 150, width=.8)
    pen.dot(.34, -.3, .022)
    _eye(pen, .18, -.37, .025, coat)
