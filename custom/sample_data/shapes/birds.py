"""Drawing functions: bird, of many kinds, perched, flying, from the front."""
from typing import Sequence, Tuple

import numpy as np

from custom.sample_data.pen import Pen, Point
from custom.sample_data.style import Color
from .bodies import blush, gaze, shade, single_eye
from .outline import build
from .parts import bumps
from .registry import draws

_FEATHERS = ('red', 'blue', 'yellow', 'sky', 'green', 'brown', 'pink',
             'orange', 'purple', 'teal', 'lime')


def _beak(pen: Pen, x: float, y: float, long: float, high: float) -> None:
    """A beak that points to the right, perhaps open."""
    fill = pen.color('orange', 'yellow')
    if pen.maybe(.25):
        for side in (-1, 1):
            pen.shape((x, y), (x + long * 1.1, y + side * high * .9),
                      (x, y + side * high * .8),
                      fill=fill)
        return
    pen.shape((x, y - high * .6), (x + long, y + high * .1),
              (x, y + high * .6),
              fill=fill)


def _front_beak(pen: Pen, x: float, y: float, size: float) -> None:
    fill = pen.color('orange', 'yellow')
    if pen.maybe(.3):
        pen.shape((x - size, y), (x, y - size * .5), (x + size, y),
                  (x, y + size * .7),
                  fill=fill)
        pen.line((x - size, y), (x + size, y), width=.7)
    else:
        pen.shape((x - size, y - size * .4), (x + size, y - size * .4),
                  (x, y + size),
                  fill=fill)


def _feet(pen: Pen, spots: Sequence[float], top: float, foot: float) -> None:
    """Thin legs with three toes."""
    color = pen.exactly('orange')
    toe = pen.between(.04, .065)
    for x in spots:
        if foot - top > .03:
            pen.line((x, top), (x, foot), color=color)
        pen.line((x - toe, foot + .03), (x, foot), (x + toe, foot + .03),
                 color=color)
        pen.line((x, foot), (x, foot + .035), color=color)


def _webs(pen: Pen, spots: Sequence[float], foot: float, size: float) -> None:
    """The broad feet of ducks and penguins."""
    for x in spots:
        pen.ellipse(x, foot, size, size * .45, fill=pen.exactly('orange'))


def _folded_wing(pen: Pen, x: float, y: float, long: float, fill: Color,
                 turn: float) -> None:
    """A wing at rest: a drop that points back and down."""
    wing = pen.at(x, y, long, turn=turn)
    if pen.maybe():
        wing.shape((.45, -.15), (.3, .3), (-.1, .42), (-.7, .15), (-.2, -.2),
                   curved=True,
                   fill=fill)
    else:
        wing.shape((.45, -.2), (.35, .25), (.05, .42), (.0, .3), (-.3, .4),
                   (-.3, .24), (-.65, .25), (-.2, -.25),
                   fill=fill)
    if pen.maybe(.4):
        for at in (-.1, .12):
            wing.arc(at, .1, .14, .14, 20, 150, width=.7)


def _spread_wing(pen: Pen, x: float, y: float, fill: Color, turn: float,
                 size: float) -> None:
    """A raised wing, its feathers at the back."""
    wing = pen.at(x, y, size, turn=turn)
    kind = pen.pick('round', 'round', 'feathers', 'feathers', 'plain')
    if kind == 'round':
        wing.shape((.2, 0), (.1, -.5), (-.2, -.9), (-.55, -.75), (-.45, -.3),
                   (-.25, .05),
                   curved=True,
                   fill=fill)
    elif kind == 'feathers':
        wing.shape((.2, 0), (.15, -.5), (-.1, -1), (-.25, -.85), (-.42, -.88),
                   (-.42, -.6), (-.6, -.55), (-.45, -.3), (-.55, -.15),
                   (-.25, .05),
                   fill=fill)
    else:
        wing.shape((.2, 0), (.14, -.5), (-.3, -1.0), (-.42, -.4), (-.25, .05),
                   curved=True,
                   fill=fill)


def _colors(pen: Pen) -> Tuple[Color, Color]:
    """Of the body, and of its wings, which can be told apart from it."""
    coat = pen.color(*_FEATHERS)
    if pen.maybe(.45):
        return coat, pen.color(*_FEATHERS)
    return coat, coat if pen.style.outlined and pen.maybe() else shade(coat)


def _head_features(pen: Pen, x: float, y: float, r: float,
                   wing: Color) -> None:
    """Beak, eye and perhaps a crest of a head that looks to the right."""
    if pen.maybe(.25):
        for turn in (-25, 0, 25):
            tuft = pen.at(x - r * .2, y - r * .9, turn=turn)
            tuft.ellipse(0, -.04, .02, .055, fill=wing, width=.7)
    single_eye(pen, x + r * .3, y - r * .15, r * pen.between(.17, .28),
               pen.pick('bead', 'bead', 'dot', 'round', 'happy'), wing)
    if pen.maybe(.25):
        blush(pen, x + r * .35, y + r * .35, 0, r * .18)


def _songbird(pen: Pen) -> None:
    """Perched, from the side."""
    coat, wing = _colors(pen)
    plump, r = pen.between(.17, .27), pen.between(.13, .19)
    lean = pen.between(-35, 0)
    x, y = pen.between(.17, .25), -.13 - plump * .5
    fan, up = pen.between(.04, .1), pen.between(-.12, .22)
    if pen.maybe(.75):
        _feet(pen, (-.03, .09), plump * .8, plump + pen.between(.05, .14))

    def parts(part: Pen) -> None:
        part.shape((-.18, .02), (-.5, -up - fan), (-.54, -up + fan),
                   (-.16, .13),
                   fill=coat)
        part.ellipse(0, .02, .29, plump, turn=lean, fill=coat)
        part.ellipse(x, y, r, fill=coat)

    _beak(pen, x + r * .85, y + .02, pen.between(.08, .14),
          pen.between(.05, .1))
    build(pen, coat, parts)
    if pen.maybe(.35):
        pen.ellipse(
            .12,
            .07,
            .14,
            plump * .6,
            turn=lean,
            fill=pen.color('white', 'yellow', 'orange', 'skin'),
            edge=False,
            width=.7)
    _folded_wing(pen, -.04, .0, pen.between(.32, .42), wing,
                 pen.between(-15, 15))
    _head_features(pen, x, y, r, wing)
    if pen.maybe(.15):
        pen.tube((-.5, plump + .13), (.5, plump + .1),
                 start=.05,
                 end=.03,
                 fill=pen.exactly('brown'))


def _flyer(pen: Pen) -> None:
    """In flight, from the side, wings up or down."""
    coat, wing = _colors(pen)
    plump, r = pen.between(.11, .17), pen.between(.1, .15)
    y, fan = pen.between(-.13, -.04), pen.between(.08, .14)
    turn = pen.pick(pen.between(-30, 25), 150)
    size = pen.between(.38, .52)
    if pen.maybe(.7):
        _spread_wing(pen, .1, -.04, shade(wing), turn + 25, size * .9)

    def parts(part: Pen) -> None:
        part.shape((-.2, -.03), (-.52, -fan), (-.44, 0), (-.52, fan),
                   (-.18, .07),
                   fill=coat)
        part.ellipse(0, .02, .3, plump, turn=pen.between(-12, 5), fill=coat)
        part.ellipse(.25, y, r, fill=coat)

    _beak(pen, .25 + r * .85, y + .02, pen.between(.08, .13), .07)
    build(pen, coat, parts)
    flip = turn > 100
    _spread_wing(
        pen.at(.02, .02, flip=flip), 0, 0, wing, -turn if flip else turn, size)
    _head_features(pen, .25, y, r, wing)


def _swallow(pen: Pen) -> None:
    """In flight, from above: wings to both sides, a forked tail."""
    coat, wing = _colors(pen)
    pen = pen.at(0, 0, turn=pen.between(-70, 70))
    back, fork = pen.between(-.02, .2), pen.between(.05, .12)

    def parts(part: Pen) -> None:
        for side in (-1, 1):
            half = part.at(0, 0, flip=side < 0)
            half.shape((.02, -.14), (.24, -.2), (.56, back), (.28, -.02),
                       (.04, .12),
                       curved=pen.maybe(),
                       fill=wing)
            half.shape((-.02, .16), (.08, .18), (fork + .06, .48), (0, .3),
                       fill=coat)
        part.ellipse(0, 0, .1, .27, fill=coat)
        part.ellipse(0, -.24, .1, .11, fill=coat)

    _front_beak(pen.at(0, -.34, turn=180), 0, 0, .045)
    if pen.style.outlined:
        build(pen, coat, parts)
    else:
        parts(pen)
    gaze(pen, 0, -.26, .05, .024)


def _ostrich(pen: Pen) -> None:
    """Long legs, long neck, a bush of feathers: ostrich or stork."""
    coat = pen.color('black', 'gray', 'white', 'brown', 'pink')
    skin = pen.color('skin', 'tan', 'pink', 'white')
    for x, knee in ((-.06, -.02), (.06, .1)):
        pen.line((x, .1), (knee, .32), (x, .54), (x + .08, .55), color=skin)
    for turn in (-50, -25, 0):
        plume = pen.at(-.2, -.02, turn=turn)
        plume.ellipse(-.08, 0, .12, .07, fill=shade(coat, .9))
    pen.shape((.46, -.44), (.32, -.48), (.32, -.39),
              fill=pen.color('orange', 'yellow'))

    def neck(part: Pen) -> None:
        part.tube((.1, .02), (.22, -.12), (.18, -.3), (.26, -.42),
                  start=.12,
                  end=.08,
                  fill=skin)
        part.ellipse(.27, -.44, .085, .07, fill=skin)

    build(pen, skin, neck)
    pen.shape(*bumps(-.03, .02, .26, .18, pen.count(7, 10), .15), fill=coat)
    single_eye(pen, .29, -.46, .028, pen.pick('bead', 'dot', 'round'), coat)


def _toucan(pen: Pen) -> None:
    """On a branch, its beak as large as its head."""
    coat = pen.color('black', 'black', 'navy', 'blue')
    pen.shape((-.14, .2), (-.02, .24), (-.16, .54), (-.26, .5), fill=coat)
    pen.shape((.12, -.36), (.36, -.4), (.52, -.26), (.5, -.12), (.4, -.22),
              (.14, -.18),
              curved=True,
              fill=pen.color('orange', 'yellow', 'red'))

    def parts(part: Pen) -> None:
        part.ellipse(0, .06, .19, .26, turn=18, fill=coat)
        part.ellipse(.08, -.26, .16, .16, fill=coat)

    build(pen, coat, parts)
    pen.ellipse(.12, -.08, .1, .15, fill=pen.exactly('white'), width=.7)
    pen.ellipse(.11, -.29, .07, fill=pen.exactly('sky'), width=.7)
    single_eye(pen, .11, -.29, .035, pen.pick('bead', 'dot', 'round'), coat)
    _folded_wing(pen, -.06, .1, .26, shade(coat), -40)
    pen.tube((-.42, .36), (.42, .32),
             start=.06,
             end=.04,
             fill=pen.exactly('brown'))


def _dove(pen: Pen) -> None:
    """White, with a twig."""
    coat = pen.color('white', 'white', 'silver', 'sky')
    for wing, turn in ((shade(coat, .92), 15), (coat, -15)):
        _spread_wing(pen, .05, -.03, wing, turn, .5)
    pen.shape((.42, -.1), (.32, -.2), (.2, -.12), (.0, -.08), (-.28, .02),
              (-.55, .0), (-.5, .16), (-.2, .18), (.1, .16), (.28, .05),
              curved=True,
              fill=coat)
    pen.shape((.4, -.14), (.5, -.09), (.4, -.07), fill=pen.exactly('orange'))
    pen.dot(.33, -.13, .018)
    pen.line((.45, -.08), (.55, .08), color=pen.exactly('green'))
    for x, y in ((.48, .0), (.55, .02), (.52, .1)):
        pen.ellipse(x, y, .035, .018, turn=30, fill=pen.exactly('green'))


def _gull(pen: Pen) -> None:
    """Two strokes, as far birds are drawn."""
    color = pen.color('black', 'blue', 'brown', 'gray')
    rise, dip = pen.between(.15, .35), pen.between(-.02, .12)
    for side in (-1, 1):
        pen.line((0, dip), (side * .22, -rise),
                 (side * .5, dip * pen.between(.5, 1.5)),
                 color=color,
                 width=1.3,
                 curved=True)


def _duck(pen: Pen) -> None:
    """A duck or goose that swims, sits or walks."""
    coat = pen.color('yellow', 'yellow', 'white', 'brown', 'silver')
    drake, r = pen.maybe(.2), pen.between(.14, .19)
    head = pen.exactly('green') if drake else coat
    x, y = .22, -.22 - pen.between(0, .08)
    walks = pen.maybe(.4)
    if walks:
        for at in (-.06, .1):
            pen.line((at, .3), (at, .42), color=pen.exactly('orange'))
        _webs(pen, (-.02, .14), .44, .07)

    def parts(part: Pen) -> None:
        part.shape((-.46, -.08), (-.22, .04), (.08, .0), (.3, -.02),
                   (.36, .16), (.24, .34), (-.1, .36), (-.36, .22),
                   curved=True,
                   fill=coat)
        part.tube((.18, .12), (x, y), start=.24, end=r * 1.3, fill=coat)
        part.ellipse(x, y, r, fill=coat)

    pen.shape((x + r * .8, y - .02), (x + r + .12, y + .0),
              (x + r + .13, y + .06), (x + r * .8, y + .09),
              curved=True,
              fill=pen.color('orange', 'yellow'))
    build(pen, coat, parts)
    if drake:
        pen.ellipse(x, y, r, fill=head)
    _folded_wing(pen, -.04, .12, pen.between(.3, .4), shade(coat, .92), 0)
    _head_features(pen, x, y, r, coat)


def _swan(pen: Pen) -> None:
    coat = pen.color('white', 'white', 'white', 'black', 'pink')
    lift = pen.between(0, .1)

    def parts(part: Pen) -> None:
        part.shape((-.5, .0), (-.3, -.02), (.0, .06), (.28, .08), (.32, .28),
                   (.15, .4), (-.2, .4), (-.4, .24),
                   curved=True,
                   fill=coat)
        part.tube((.2, .26), (.34, .05), (.2, -.14), (.22, -.34 - lift),
                  (.32, -.36 - lift),
                  start=.16,
                  end=.1,
                  fill=coat)
        part.ellipse(.32, -.36 - lift, .08, .065, fill=coat)

    pen.shape((.38, -.4 - lift), (.52, -.32 - lift), (.37, -.32 - lift),
              fill=pen.color('orange', 'red'))
    build(pen, coat, parts)
    wing = shade(coat, .92)
    pen.shape((.14, .1), (.0, -.04), (-.2, -.16), (-.44, -.16), (-.3, -.02),
              (-.42, .06), (-.26, .14), (-.3, .24), (.02, .28),
              curved=True,
              fill=wing)
    pen.dot(.34, -.38 - lift, .018)


def _flamingo(pen: Pen) -> None:
    coat = pen.color('pink', 'pink', 'magenta', 'red')
    pen.line((-.04, .1), (-.04, .58), color=coat)
    if pen.maybe(.6):
        pen.line((.02, .1), (.14, .3), (-.02, .36), color=coat)
    else:
        pen.line((.06, .1), (.07, .58), color=coat)
    pen.line((-.04, .58), (.05, .58), color=coat)

    def parts(part: Pen) -> None:
        part.shape((-.36, .08), (-.1, -.14), (.16, -.06), (.2, .06),
                   (.04, .16), (-.16, .14),
                   curved=True,
                   fill=coat)
        part.tube((.12, .02), (.26, -.12), (.12, -.26), (.14, -.4),
                  (.24, -.44),
                  start=.09,
                  end=.08,
                  fill=coat)
        part.ellipse(.23, -.43, .075, .06, fill=coat)

    pen.shape((.28, -.47), (.38, -.4), (.35, -.28), (.3, -.38), (.26, -.39),
              fill=pen.exactly('black'))
    build(pen, coat, parts)
    _folded_wing(pen, -.06, .0, .28, shade(coat, .9), 0)
    pen.dot(.24, -.45, .016)


def _rooster(pen: Pen) -> None:
    """A rooster with its plumes, or a hen."""
    coat = pen.color('white', 'red', 'brown', 'orange', 'tan')
    red, hen = pen.exactly('red'), pen.maybe(.4)
    x, y, r = .2, -.24, pen.between(.11, .15)
    _feet(pen, (-.05, .08), .28, .44)
    if not hen:
        for turn, plume in zip((-60, -35, -10, 15), _plumes(pen)):
            feather = pen.at(-.2, .02, turn=turn)
            feather.shape((.02, .0), (-.14, -.2), (-.3, -.22), (-.36, -.08),
                          (-.26, -.12), (-.12, .08),
                          curved=True,
                          fill=plume)
    for at in (-.08, 0, .08):
        pen.ellipse(x + at, y - r * .95, .045, .06, fill=red)
    pen.ellipse(x + r * .75, y + r * 1.0, .035, .06, fill=red)
    _beak(pen, x + r * .8, y, .12, .08)

    def parts(part: Pen) -> None:
        part.shape((-.34, -.12 if hen else 0), (-.2, .04), (.04, -.04),
                   (.12, -.22), (.28, -.22), (.32, .04), (.2, .26),
                   (-.06, .32), (-.28, .2),
                   curved=True,
                   fill=coat)
        part.ellipse(x, y, r, fill=coat)

    build(pen, coat, parts)
    _folded_wing(pen, -.02, .08, .28, shade(coat), 0)
    single_eye(pen, x + r * .25, y - r * .1, r * .22,
               pen.pick('bead', 'dot', 'round'), coat)


def _plumes(pen: Pen) -> Tuple[Color, ...]:
    one, other = pen.color('green', 'blue', 'teal'), pen.color('red', 'orange')
    return one, other, one, other


def _owl(pen: Pen) -> None:
    coat = pen.color('brown', 'tan', 'gray', *_FEATHERS)
    wide, size = pen.between(.26, .36), pen.between(.11, .16)
    wing, pale = shade(coat), pen.color('white', 'tan', 'yellow', 'skin')
    _feet(pen, (-.1, .1), .42, .44)

    def parts(part: Pen) -> None:
        for side in (-1, 1):
            part.shape((side * wide * .9, -.2), (side * wide * .85, -.5),
                       (side * .05, -.34),
                       fill=coat)
        part.shape((0, -.4), (wide * .8, -.32), (wide, .05), (wide * .75, .36),
                   (0, .45), (-wide * .75, .36), (-wide, .05),
                   (-wide * .8, -.32),
                   curved=True,
                   fill=coat)

    build(pen, coat, parts)
    pen.ellipse(0, .18, wide * .6, .22, fill=pale, width=.7)
    if pen.maybe(.6):
        for y in (.1, .2, .3):
            for x in (-.09, 0, .09):
                pen.arc(x, y, .045, .04, 0, 180, width=.6)
    for side in (-1, 1):
        pen.ellipse(side * wide, .1, .09, .24, turn=-side * 10, fill=wing)
        pen.ellipse(side * size, -.16, size * 1.05, fill=pale)
    gaze(pen, 0, -.16, size, size * pen.between(.45, .7))
    _front_beak(pen, 0, -.06, .045)


def _penguin(pen: Pen) -> None:
    coat = pen.color('black', 'black', 'navy', 'gray', 'blue')
    wide = pen.between(.22, .34)
    lift = pen.between(-10, 60)
    white = pen.exactly('white')
    _webs(pen, (-wide * .5, wide * .5), .47, .1)
    for side in (-1, 1):
        wing = pen.at(side * wide * .85, -.04, turn=-side * lift)
        wing.ellipse(side * .05, .15, .07, .19, turn=-side * 10, fill=coat)
    pen.shape((0, -.5), (wide * .75, -.36), (wide * .9, -.05), (wide, .25),
              (wide * .6, .46), (-wide * .6, .46), (-wide, .25),
              (-wide * .9, -.05), (-wide * .75, -.36),
              curved=True,
              fill=coat)
    pen.ellipse(0, .18, wide * .72, .26, fill=white, width=.7)
    if pen.maybe(.7):
        for side in (-1, 1):
            pen.ellipse(
                side * wide * .34,
                -.2,
                wide * .4,
                .15,
                fill=white,
                edge=False,
                width=.7)
    gaze(pen, 0, -.22, wide * pen.between(.3, .42), .04)
    _front_beak(pen, 0, -.12, .055)
    if pen.maybe(.35):
        blush(pen, 0, -.1, wide * .55, .04)
    if pen.maybe(.2):
        pen.tube((-wide * .8, .0), (0, .05), (wide * .8, .0),
                 start=.08,
                 end=.08,
                 fill=pen.color('red', 'green', 'blue'))


def _chick(pen: Pen) -> None:
    """A ball with a beak, from the front."""
    coat = pen.color('yellow', 'yellow', *_FEATHERS)
    wide, tall = pen.between(.3, .4), pen.between(.32, .4)
    egg = pen.maybe(.15)
    if not egg:
        _feet(pen, (-.1, .1), tall - .03, tall + pen.between(.03, .1))
    lift = pen.between(-40, 40)

    def parts(part: Pen) -> None:
        for side in (-1, 1):
            wing = part.at(side * wide * .85, .02, turn=side * lift)
            wing.ellipse(side * .07, 0, .14, .08, fill=coat)
        part.ellipse(0, 0, wide, tall, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.4):
        pen.ellipse(
            0,
            tall * .45,
            wide * .6,
            tall * .45,
            fill=pen.color('white', 'skin'),
            edge=False,
            width=.7)
    if pen.maybe(.5):
        for x in (-.07, 0, .06):
            pen.line((x * .4, -tall * .97), (x, -tall - .1), color=coat)
    gaze(pen, 0, -.1, pen.between(.1, .17), pen.between(.04, .07))
    _front_beak(pen, 0, .0, pen.between(.05, .08))
    if pen.maybe(.4):
        blush(pen, 0, .02, wide * .62, .05)
    if egg:
        _shell(pen, wide, tall)


def _shell(pen: Pen, wide: float, tall: float) -> None:
    """The egg that a chick just leaves."""
    rim = [(x * wide * 1.1, .16 + (.05 if i % 2 else -.05))
           for i, x in enumerate(np.linspace(-1, 1, 9))]
    pen.shape(
        *rim, (wide * .8, tall + .05), (0, tall + .14),
        (-wide * .8, tall + .05),
        fill=pen.color('white', 'skin', 'sky'))


def _parrot(pen: Pen) -> None:
    """Upright on a branch, long tail, hooked beak."""
    coat, wing = pen.color('red', 'green', 'blue',
                           'lime'), pen.color('blue', 'yellow', 'green', 'sky')
    pen.shape((-.16, .18), (-.02, .24), (-.22, .62), (-.32, .58), fill=wing)

    def parts(part: Pen) -> None:
        part.ellipse(0, .06, .19, .29, turn=18, fill=coat)
        part.ellipse(.09, -.26, .17, .165, fill=coat)

    build(pen, coat, parts)
    pen.ellipse(
        .15, -.27, .09, .1, fill=pen.exactly('white'), edge=False, width=.7)
    pen.shape((.2, -.36), (.33, -.32), (.34, -.14), (.27, -.2), (.2, -.2),
              curved=True,
              fill=pen.color('yellow', 'black', 'orange'))
    single_eye(pen, .15, -.29, .03, pen.pick('bead', 'dot', 'round'), wing)
    pen.shape((.04, -.1), (.06, .16), (-.14, .4), (-.2, .1), (-.1, -.1),
              curved=True,
              fill=wing)
    pen.tube((-.42, .36), (.42, .3),
             start=.06,
             end=.04,
             fill=pen.exactly('brown'))
    for x in (0, .1):
        pen.ellipse(x, .33, .035, .03, fill=pen.exactly('orange'), width=.7)


def _eagle(pen: Pen) -> None:
    """Soaring, wings spread wide, from the front."""
    coat = pen.color('brown', 'brown', 'black', 'gray', 'tan')
    rise = pen.between(-.05, .22)
    for side in (-1, 1):
        pen.shape((side * .06, -.08), (side * .28, -.12 - rise),
                  (side * .6, -.04 - rise), (side * .54, .06 - rise * .5),
                  (side * .5, .02 - rise * .5), (side * .44, .12 - rise * .4),
                  (side * .38, .08 - rise * .3), (side * .3, .18),
                  (side * .22, .12), (side * .06, .16),
                  fill=coat)
    pen.shape((-.06, .2), (.06, .2), (.14, .4), (0, .36), (-.14, .4),
              fill=pen.color('white', 'brown'))
    pen.ellipse(0, .06, .1, .2, fill=coat)
    pen.ellipse(0, -.16, .09, .1, fill=pen.color('white', 'white', 'brown'))
    for side in (-1, 1):
        pen.dot(side * .04, -.18, .016)
    _front_beak(pen, 0, -.12, .035)


def _peacock(pen: Pen) -> None:
    """Its fan open, from the front."""
    coat = pen.color('blue', 'teal', 'blue', 'purple')
    fan, spot = pen.color('green', 'teal',
                          'lime'), pen.color('yellow', 'orange', 'sky')
    count = pen.count(7, 11)
    if pen.maybe(.4):
        pen.shape(*bumps(0, .1, .52, .5, count, .12), fill=fan)
    for turn in np.linspace(-95, 95, count):
        feather = pen.at(0, .2, turn=turn)
        feather.ellipse(0, -.4, .1, .24, fill=fan, width=.6)
        feather.ellipse(0, -.5, .055, .07, fill=spot, plain=True, width=.4)
        feather.dot(0, -.5, .025, coat)
    _feet(pen, (-.06, .06), .36, .44)

    def parts(part: Pen) -> None:
        part.ellipse(0, .22, .13, .19, fill=coat)
        part.tube((0, .15), (0, -.14), start=.14, end=.1, fill=coat)
        part.ellipse(0, -.16, .1, fill=coat)

    build(pen, coat, parts)
    for turn in (-25, 0, 25):
        crest: Point = (.1 * np.sin(np.radians(turn)), -.36)
        pen.line((0, -.26), crest, color=coat, width=.7)
        pen.dot(*crest, .016, coat)
    gaze(pen, 0, -.18, .045, .022)
    _front_beak(pen, 0, -.12, .03)


# How often each is drawn.
SHARES = {
    _songbird: 7,
    _flyer: 4,
    _duck: 3,
    _owl: 3,
    _penguin: 3,
    _chick: 3,
    _gull: 2,
    _rooster: 2,
    _parrot: 2,
    _swallow: 2,
    _dove: 1,
    _ostrich: 1,
    _toucan: 1,
    _swan: 1,
    _flamingo: 1,
    _eagle: 1,
    _peacock: 1,
}
_KINDS = tuple(kind for kind, count in SHARES.items() for _ in range(count))


@draws(
    'bird', places=('sky', 'sky', 'ground'), size=(.1, .35), tilt=12, share=.8)
def bird(pen: Pen) -> None:
    pen.pick(*_KINDS)(pen)
