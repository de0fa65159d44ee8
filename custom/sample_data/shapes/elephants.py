"""Drawing functions: elephant, from the side, from the front, sitting."""
from typing import Tuple

from custom.sample_data.pen import Pen, Point, oval
from custom.sample_data.style import Color
from .bodies import blush, gaze, shade, single_eye
from .outline import build
from .registry import draws

_COATS = ('gray', 'gray', 'gray', 'silver', 'silver', 'sky', 'blue', 'pink',
          'purple')


def _trunk(pen: Pen, x: float, y: float, low: float) -> Tuple[Point, ...]:
    """The trunk's path from a face at (x, y) that looks to the right."""
    return pen.pick(
        # Up for a trumpet, in an S, straight down, curled to the mouth.
        ((x, y), (x + .14, y + .08), (x + .26, y - .04), (x + .26, y - .22)),
        ((x, y), (x + .12, y + .12), (x + .24, y + .05), (x + .3, y - .1),
         (x + .38, y - .14)),
        ((x, y), (x + .12, y + .1), (x + .13, y + .25), (x + .24, low - .04)),
        ((x, y), (x + .12, y + .12), (x + .1, low - .06)),
        ((x, y), (x + .13, y + .14), (x + .08, y + .3), (x - .04, y + .26)))


def _lobe(pen: Pen, x: float, y: float, size: float, fill: Color) -> None:
    """The great ear of a head from the side, hung from (x, y)."""
    kind = pen.pick('fan', 'fan', 'round', 'heart')
    ear = pen.at(x, y, size, turn=pen.between(-12, 12))
    if kind == 'round':
        ear.ellipse(-.3, .1, .75, .95, fill=fill)
    elif kind == 'fan':
        ear.shape((.3, -.6), (-.4, -.85), (-1.0, -.35), (-.95, .4), (-.4, 1.0),
                  (-.05, .6), (.3, .4),
                  curved=True,
                  fill=fill)
    else:
        ear.shape((.35, -.5), (-.2, -.8), (-.9, -.6), (-1.05, .1), (-.6, .55),
                  (-.1, .9), (.3, .3),
                  curved=True,
                  fill=fill)
    if pen.maybe(.35):
        ear.ellipse(
            -.35, .1, .42, .55, fill=pen.color('pink', 'silver'), width=.7)


def _nails(pen: Pen, x: float, y: float, wide: float) -> None:
    white = pen.exactly('white')
    for at in (-.6, 0, .6):
        pen.shape(
            *oval(x + at * wide, y, wide * .28, wide * .4, 180, 360),
            fill=white,
            width=.5)


def _from_side(pen: Pen, coat: Color, lobe: Color) -> None:
    """Standing or walking; babies have the bigger heads."""
    long, high = pen.between(.24, .34), pen.between(.19, .26)
    r = pen.between(.16, .26)
    leg, thick = pen.between(.1, .2), pen.between(.11, .15)
    foot, stride = high * .85 + leg, pen.pick(0, 0, .04)
    x, y = long + r * .3, -high * .55
    path = _trunk(pen, x + r * .7, y + r * .3, foot)
    nose = r * pen.between(.6, .8)

    def parts(part: Pen) -> None:
        for spot, sway in ((-.72, -1), (-.3, 1), (.32, -1), (.74, 1)):
            at = spot * long
            end = at + sway * stride
            part.shape((at - thick * .5, 0), (at + thick * .5, 0),
                       (end + thick * .5, foot), (end - thick * .5, foot),
                       fill=coat)
        part.ellipse(0, 0, long * 1.1, high, fill=coat)
        part.ellipse(x, y, r, r * 1.05, fill=coat)
        part.tube(*path, start=nose, end=nose * .5, fill=coat)

    pen.line((-long, -high * .2), (-long - .1, .02), (-long - .08, .16),
             color=coat,
             curved=True)
    pen.ellipse(-long - .08, .18, .02, .035, fill=coat)
    build(pen, coat, parts)
    if pen.maybe(.5):
        for spot in (-.72, .74):
            _nails(pen, spot * long, foot, thick * .5)
    _side_face(pen, x, y, r, lobe)
    if pen.maybe(.15):
        _blanket(pen, long, high)


def _side_face(pen: Pen, x: float, y: float, r: float, lobe: Color) -> None:
    if pen.maybe(.5):
        pen.tube((x + r * .6, y + r * .55), (x + r * .95, y + r * .95),
                 (x + r * 1.4, y + r * .8),
                 start=.05,
                 end=.015,
                 fill=pen.exactly('white'),
                 width=.8)
    if pen.maybe(.4):
        pen.arc(x + r * .5, y + r * .6, r * .3, r * .25, 40, 170, width=.8)
    single_eye(pen, x + r * .42, y - r * .12, r * pen.between(.1, .17),
               pen.pick('bead', 'bead', 'dot', 'round', 'happy'), lobe)
    _lobe(pen, x - r * .15, y - r * .05, r * pen.between(.75, 1.05), lobe)
    if pen.maybe(.2):
        blush(pen, x + r * .5, y + r * .3, 0, r * .15)


def _blanket(pen: Pen, long: float, high: float) -> None:
    """A circus elephant's cloth."""
    pen.shape((-long * .5, -high * .95), (long * .2, -high),
              (long * .22, high * .3), (-long * .55, high * .3),
              fill=pen.color('red', 'purple', 'blue', 'green'))
    pen.line((-long * .53, high * .15), (long * .2, high * .15),
             color=pen.exactly('yellow'))


def _front_ears(pen: Pen, y: float, r: float, lobe: Color) -> None:
    wide, tall = pen.between(.6, .95), pen.between(.75, 1.05)
    droop, inner = pen.between(-15, 20), pen.maybe(.6)
    for side in (-1, 1):
        ear = pen.at(0, y, r, flip=side < 0)
        ear.ellipse(.7 + wide * .6, -.1, wide, tall, turn=-droop, fill=lobe)
        if inner:
            ear.ellipse(
                .75 + wide * .65,
                -.08,
                wide * .65,
                tall * .68,
                turn=-droop,
                fill=pen.exactly('pink'),
                width=.7)


def _front_face(pen: Pen, y: float, r: float, coat: Color) -> None:
    """Head, trunk, tusks and eyes, from the front."""
    curl = pen.pick(-1, 1) * pen.between(0, .7)
    long, low = pen.between(.9, 1.5), pen.between(.85, 1)

    # Without outlines the trunk would be lost before the body.
    tone = coat if pen.style.outlined else shade(coat)

    def parts(part: Pen) -> None:
        head = part.at(0, y, r)
        head.ellipse(0, 0, 1, low, fill=coat)
        head.tube((0, .2), (0, long * .6), (curl * .35, long),
                  (curl, long + .1 - abs(curl) * .2),
                  start=.62,
                  end=.36,
                  fill=tone)

    if pen.maybe(.45):
        for side in (-1, 1):
            tusk = pen.at(0, y, r, flip=side < 0)
            tusk.tube((.42, .6), (.5, .95), (.68, 1.1),
                      start=.2,
                      end=.06,
                      fill=pen.exactly('white'),
                      width=.8)
    if pen.style.outlined:
        build(pen, coat, parts)
    else:
        parts(pen)
    head = pen.at(0, y, r)
    for at in (.5, .68, .86):
        if at < long:
            head.line((-.2, at), (.2, at), width=.6)
    gaze(head, 0, -.08, pen.between(.42, .58), pen.between(.12, .2))
    if pen.maybe(.4):
        blush(head, 0, .25, .65, .17)
    if pen.maybe(.2):
        for at in (-.15, 0, .15):
            head.line((at * .5, -low), (at, -low - .22), width=.8)


def _from_front(pen: Pen, coat: Color, lobe: Color) -> None:
    r = pen.between(.19, .27)
    y = -.2
    wide = pen.between(.18, .25)

    def parts(part: Pen) -> None:
        for side in (-1, 1):
            part.box(
                side * wide * .25 - .005 * side,
                .2,
                side * wide,
                .5,
                fill=coat)
        part.ellipse(0, .16, wide * 1.15, .22, fill=coat)

    build(pen, coat, parts)
    if pen.maybe(.6):
        for side in (-1, 1):
            _nails(pen, side * wide * .62, .5, wide * .36)
    _front_ears(pen, y, r, lobe)
    _front_face(pen, y, r, coat)


def _seated(pen: Pen, coat: Color, lobe: Color) -> None:
    """Sitting on its behind, soles before it."""
    r = pen.between(.22, .28)

    def parts(part: Pen) -> None:
        part.ellipse(0, .26, .22, .23, fill=coat)
        for side in (-1, 1):
            arm = part.at(side * .17, .14, turn=side * 50)
            arm.ellipse(side * .08, 0, .13, .06, fill=coat)

    build(pen, coat, parts)
    sole = pen.color('pink', 'silver')
    for side in (-1, 1):
        pen.ellipse(side * .19, .42, .1, .1, fill=coat)
        pen.ellipse(side * .19, .42, .06, .06, fill=sole, width=.7)
    _front_ears(pen, -.18, r, lobe)
    _front_face(pen, -.18, r, coat)


def _face_alone(pen: Pen, coat: Color, lobe: Color) -> None:
    _front_ears(pen, 0, .28, lobe)
    _front_face(pen, 0, .28, coat)


@draws('elephant', size=(.25, .6))
def elephant(pen: Pen) -> None:
    coat = pen.color(*_COATS)
    lobe = pen.color('pink', 'silver', 'gray')
    if pen.maybe(.75):
        lobe = coat if pen.style.outlined and pen.maybe() else shade(coat)
    draw = pen.pick(*[_from_side] * 7, _from_front, _from_front, _seated,
                    _seated, _face_alone)
    draw(pen, coat, lobe)
