"""Cute faces: big eyes with highlights, small mouths, blush."""
from custom.sample_data.pen import Pen, oval
from .parts import face


def cute_eye(pen: Pen, x: float, y: float, size: float) -> None:
    """A big dark eye with one or two highlights."""
    dark = pen.exactly(pen.pick('black', 'black', 'brown', 'navy'))
    tall = size * pen.pick(1, 1.25)
    pen.ellipse(x, y, size, tall, fill=dark, plain=True, width=.5)
    white = pen.exactly('white')
    pen.ellipse(
        x + size * .3,
        y - tall * .35,
        size * .35,
        fill=white,
        plain=True,
        edge=False)


def cute_face(pen: Pen, x: float, y: float, radius: float) -> None:
    """Big eyes below the middle, a small mouth between them, blush."""
    apart, low = radius * pen.between(.35, .5), radius * pen.between(0, .15)
    size = radius * pen.between(.11, .2)
    kind = pen.pick('shine', 'shine', 'shine', 'dots', 'happy')
    for side in (-1, 1):
        if kind == 'shine':
            cute_eye(pen, x + side * apart, y + low, size)
        elif kind == 'dots':
            pen.dot(x + side * apart, y + low, size * .6)
        else:
            pen.arc(x + side * apart, y + low + size * .5, size, size, 200,
                    340)
        if pen.maybe(.6):
            pen.ellipse(
                x + side * apart * 1.35,
                y + low + size * 1.7,
                size * .9,
                size * .6,
                fill=pen.exactly('pink'),
                edge=False,
                width=.5)
    _small_mouth(pen, x, y + low + size * 1.3, radius * pen.between(.12, .22))


def _small_mouth(pen: Pen, x: float, y: float, size: float) -> None:
    kind = pen.pick('smile', 'smile', 'open', 'cat')
    if kind == 'smile':
        pen.arc(x, y, size, size * .8, 15, 165, width=.9)
    elif kind == 'open':
        pen.shape(
            *oval(x, y, size, size * 1.2, 0, 180),
            fill=pen.exactly('red'),
            width=.8)
    else:
        for side in (-1, 1):
            pen.arc(x + side * size * .5, y, size * .5, size * .5, 0, 180)


def any_face(pen: Pen, x: float, y: float, radius: float) -> None:
    """A face of either kind, cute ones more often."""
    (cute_face if pen.maybe(.65) else face)(pen, x, y, radius)
