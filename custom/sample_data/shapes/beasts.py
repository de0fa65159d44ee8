"""Drawing functions: animals with round faces, from pig to lion."""
from typing import NamedTuple, Tuple

import numpy as np

from custom.sample_data.pen import Pen
from custom.sample_data.style import Color
from .bodies import (Pose, Tail, belly, blush, face_alone, gaze, leaping,
                     lying, shade, single_eye, sitting, sitting_sideways,
                     smile, tiny, upright, walking)
from .parts import bumps, spikes, spiral


class Kind(NamedTuple):
    """Features that tell one animal from another on the same body.

    Attributes:
        coats: Crayons.
        ears: Key of the ears' or horns' table.
        nose: ``dot``, ``snout``, ``muzzle``, ``big``, ``pointed`` or
            ``broad``.
        tail: Key of the tails' table.
        marks: What the coat shows, if anything.
        long: Half the body's length.
        high: Half the body's height.
        leg: Length of the legs.
        wide: Half the head's width in radii.
    """
    coats: Tuple[str, ...]
    ears: str
    nose: str
    tail: str = 'short'
    marks: str = ''
    long: float = .29
    high: float = .17
    leg: float = .14
    wide: float = 1


KINDS = dict(
    pig=Kind(('pink', 'pink', 'skin'), 'folded', 'snout', 'curl', leg=.1),
    rabbit=Kind(('white', 'gray', 'brown', 'pink', 'tan'),
                'long',
                'teeth',
                'puff',
                long=.22,
                wide=.9),
    bear=Kind(('brown', 'brown', 'tan', 'white', 'black'),
              'round',
              'muzzle',
              high=.2),
    panda=Kind(('white', ), 'black', 'muzzle', marks='panda', high=.2),
    koala=Kind(('gray', 'silver'), 'fuzzy', 'big', long=.24, high=.19),
    mouse=Kind(('gray', 'silver', 'brown', 'white'),
               'huge',
               'pointed',
               'string',
               long=.22,
               leg=.08),
    hamster=Kind(('tan', 'orange', 'yellow', 'white'),
                 'round',
                 'teeth',
                 marks='cheeks',
                 long=.22,
                 leg=.06,
                 wide=1.2),
    monkey=Kind(('brown', 'brown', 'tan', 'black'), 'sides', 'ape', 'hook'),
    lion=Kind(('orange', 'yellow', 'tan'), 'mane', 'muzzle', 'tuft'),
    tiger=Kind(('orange', 'orange', 'yellow'), 'round', 'muzzle', 'hook',
               'stripes'),
    leopard=Kind(('yellow', 'orange', 'tan'), 'round', 'muzzle', 'hook',
                 'spots'),
    fox=Kind(('orange', 'orange', 'red'), 'pricked', 'pointed', 'brush',
             'fox'),
    wolf=Kind(('gray', 'silver', 'black'), 'pricked', 'pointed', 'brush',
              'fox'),
    raccoon=Kind(('gray', 'silver', 'brown'), 'round', 'pointed', 'ringed',
                 'bandit'),
    cow=Kind(('white', 'white', 'brown', 'tan'), 'horns', 'broad', 'tuft',
             'patches'),
    bull=Kind(('brown', 'black', 'gray'), 'horns', 'broad', 'tuft', high=.2),
    sheep=Kind(('white', 'white', 'silver'), 'drooping', 'dot', 'puff',
               'wool'),
    ram=Kind(('white', 'silver', 'tan'), 'curled', 'dot', 'puff', 'wool'),
    goat=Kind(('white', 'gray', 'tan'), 'swept', 'broad', marks='beard'),
    hippo=Kind(('purple', 'gray', 'sky', 'pink'),
               'tiny',
               'hippo',
               'short',
               high=.22,
               leg=.08),
    deer=Kind(('brown', 'tan'), 'antlers', 'dot', marks='dots', leg=.24),
    squirrel=Kind(('brown', 'orange', 'red'), 'tufted', 'teeth', 'plume'),
    hedgehog=Kind(('tan', 'skin'), 'round', 'pointed', '', 'spines'),
)

_HOOFED = ('horns', 'drooping', 'curled', 'swept', 'antlers')
_SHARES = dict(bear=2, rabbit=2, lion=2, cow=2, sheep=2, monkey=2, pig=2)


def _tail_of(kind: Kind) -> Tail:

    def tail(pen: Pen, coat: Color) -> None:
        _TAILS[kind.tail](pen, coat)

    return tail


def _no_tail(pen: Pen, coat: Color) -> None:
    """Hedgehogs show none."""


def _short_tail(pen: Pen, coat: Color) -> None:
    pen.ellipse(-.03, 0, .06, .04, turn=30, fill=coat)


def _curl_tail(pen: Pen, coat: Color) -> None:
    pen.tube(
        *(spiral(0, 0, .07, 1.6) + (-.06, 0)), start=.03, end=.02, fill=coat)


def _puff_tail(pen: Pen, coat: Color) -> None:
    pen.ellipse(-.02, .04, .07, fill=coat)


def _string_tail(pen: Pen, coat: Color) -> None:
    pen.tube((0, .04), (-.14, .08), (-.24, -.04), (-.36, -.02),
             start=.03,
             end=.015,
             fill=coat)


def _hook_tail(pen: Pen, coat: Color) -> None:
    pen.tube((0, 0), (-.12, .04), (-.22, -.12), (-.16, -.28), (-.08, -.24),
             start=.06,
             end=.045,
             fill=coat)


def _tuft_tail(pen: Pen, coat: Color) -> None:
    up = pen.pick(-.2, .2)
    pen.tube((0, 0), (-.1, .02), (-.15, up), start=.04, end=.03, fill=coat)
    pen.ellipse(-.16, up * 1.2, .04, .06, fill=shade(coat, .6))


def _brush_tail(pen: Pen, coat: Color) -> None:
    pen.shape((.02, .02), (-.1, -.02), (-.22, -.12), (-.38, -.12), (-.4, .02),
              (-.26, .12), (-.1, .1),
              curved=True,
              fill=coat)


def _ringed_tail(pen: Pen, coat: Color) -> None:
    pen.tube((0, 0), (-.14, -.04), (-.24, -.14), (-.3, -.26),
             start=.09,
             end=.09,
             fill=coat)
    for x, y in ((-.13, -.04), (-.22, -.12), (-.28, -.22)):
        pen.line((x - .03, y + .03), (x + .03, y - .03),
                 color=pen.exactly('black'),
                 width=1.6)


def _plume_tail(pen: Pen, coat: Color) -> None:
    pen.shape((0, .08), (-.14, .1), (-.28, -.1), (-.22, -.36), (-.06, -.44),
              (.04, -.34), (-.06, -.28), (-.08, -.12),
              curved=True,
              fill=coat)


_TAILS = {
    '': _no_tail,
    'short': _short_tail,
    'curl': _curl_tail,
    'puff': _puff_tail,
    'string': _string_tail,
    'hook': _hook_tail,
    'tuft': _tuft_tail,
    'brush': _brush_tail,
    'ringed': _ringed_tail,
    'plume': _plume_tail,
}


def _behind_head(pen: Pen, kind: Kind, pose: Pose) -> None:
    """What stands out behind a head: mane, wool or spines."""
    x, y, r = pose[:3]
    if kind.ears == 'mane':
        hair = pen.color('brown', 'orange', 'red')
        size = r * pen.between(1.35, 1.65)
        if pen.maybe(.6):
            pen.shape(
                *bumps(x, y, size, size, pen.count(9, 14), .2), fill=hair)
        else:
            pen.shape(
                *spikes(x, y, size * 1.1, size * .85, pen.count(12, 18)),
                fill=hair)
    elif kind.marks == 'spines':
        pen.shape(
            *spikes(x, y - r * .1, r * 1.5, r * 1.15, pen.count(16, 22)),
            fill=pen.color('brown', 'gray', 'black'))


def _ears(pen: Pen, kind: Kind, pose: Pose, coat: Color) -> None:
    """Both ears and the horns, drawn before the head."""
    tall, inner = pen.between(.85, 1.2), pen.maybe(.6)
    horn = pen.color('tan', 'silver', 'yellow')
    for side in (-1, 1):
        ear = pen.at(*pose[:3], flip=side < 0)
        if kind.ears in _HOOFED:
            _hoofed_ear(ear, kind.ears, coat, horn, tall)
        else:
            _ear(ear, kind.ears, coat, tall, inner)


def _ear(pen: Pen, kind: str, coat: Color, tall: float, inner: bool) -> None:
    """The right ear of a head of radius 1 about the pen's origin."""
    pink = pen.exactly('pink')
    if kind == 'long':
        for size, fill in ((1, coat), (.6, pink))[:1 + inner]:
            pen.ellipse(
                .48,
                -1.45 * tall,
                .27 * size,
                .8 * size * tall,
                turn=12,
                fill=fill)
    elif kind in ('round', 'huge', 'black', 'fuzzy', 'tiny', 'mane'):
        size = dict(
            round=.36, huge=.62, black=.4, fuzzy=.62, tiny=.2, mane=.32)[kind]
        fill = pen.exactly('black') if kind == 'black' else coat
        reach = .72 if kind != 'fuzzy' else .95
        y = -.72 if kind != 'fuzzy' else -.45
        if kind == 'fuzzy':
            pen.shape(*bumps(reach, y, size, size, 8, .2), fill=fill)
        else:
            pen.ellipse(reach, y, size, fill=fill)
        if inner and kind != 'black':
            pen.ellipse(reach, y, size * .58, fill=pink, width=.6)
    elif kind == 'sides':
        pen.ellipse(1.02, -.05, .36, fill=coat)
        pen.ellipse(1.02, -.05, .2, fill=pen.exactly('skin'), width=.6)
    elif kind == 'folded':
        pen.shape((.3, -.85), (.85, -1.15), (1.15, -.45), (.8, -.35),
                  fill=shade(coat, .9))
    else:
        pen.shape((.18, -.8), (.72, -1.5 * tall), (.95, -.35), fill=coat)
        if inner:
            pen.shape((.42, -.8), (.7, -1.25 * tall), (.8, -.55),
                      fill=shade(coat, .5),
                      width=.6)


def _hoofed_ear(pen: Pen, kind: str, coat: Color, horn: Color,
                tall: float) -> None:
    """Ears to the side, and horns or antlers above them."""
    droop = 25 if kind in ('drooping', 'curled') else -15
    pen.ellipse(1.1, -.3, .38, .19, turn=droop, fill=coat)
    if kind == 'horns':
        pen.tube((.42, -.75), (.75, -1.0), (.72, -1.35 * tall),
                 start=.26,
                 end=.08,
                 fill=horn)
    elif kind == 'swept':
        pen.tube((.3, -.8), (.5, -1.25), (.85, -1.5 * tall),
                 start=.2,
                 end=.06,
                 fill=horn)
    elif kind == 'curled':
        pen.tube(
            *(spiral(0, 0, .48, 1.3)[::-1] * (1, 1) + (.95, -.35)),
            start=.3,
            end=.1,
            fill=horn)
    elif kind == 'antlers':
        pen.tube((.3, -.8), (.6, -1.4), (.55, -1.9 * tall),
                 start=.12,
                 end=.08,
                 fill=pen.exactly('brown'))
        for y, reach in ((-1.2, .45), (-1.55, .4)):
            pen.tube((.5, y), (.6 + reach, y - .3),
                     start=.1,
                     end=.07,
                     fill=pen.exactly('brown'))


def _head(pen: Pen, kind: Kind, pose: Pose, coat: Color) -> None:
    x, y, r = pose[:3]
    wide = kind.wide * pen.between(.95, 1.12)
    if kind.marks == 'fox':
        pen.shape((x, y - r * .9), (x + r * .85, y - r * .5),
                  (x + r * 1.15, y + r * .25), (x + r * .4, y + r * .75),
                  (x, y + r), (x - r * .4, y + r * .75),
                  (x - r * 1.15, y + r * .25), (x - r * .85, y - r * .5),
                  curved=True,
                  fill=coat)
    elif kind.nose == 'broad':
        pen.ellipse(x, y, r * .82, r * 1.05, fill=coat)
    elif kind.marks == 'wool':
        pen.ellipse(
            x,
            y,
            r * .82,
            r * .98,
            fill=pen.color('skin', 'black', 'gray', 'white', 'tan'))
        if pen.maybe(.7):
            pen.shape(
                *bumps(x, y - r * .75, r * .75, r * .42, 7, .25), fill=coat)
    else:
        pen.ellipse(x, y, r * wide, r * .95, fill=coat)


def _face_marks(pen: Pen, kind: Kind, pose: Pose, coat: Color) -> None:
    """Patches of a face, under its eyes."""
    head = pen.at(*pose[:3])
    white, black = pen.exactly('white'), pen.exactly('black')
    if kind.marks == 'fox':
        for side in (-1, 1):
            head.shape((0, .95), (side * .5, .7), (side * 1.0, .25),
                       (side * .45, .05), (0, .45),
                       curved=True,
                       fill=white,
                       edge=False,
                       width=.6)
    elif kind.marks == 'panda':
        for side in (-1, 1):
            head.ellipse(
                side * .42, -.12, .24, .32, turn=side * 25, fill=black)
    elif kind.marks == 'bandit':
        head.shape((-.95, .1), (-.4, -.35), (0, -.1), (.4, -.35), (.95, .1),
                   (.4, .25), (0, .15), (-.4, .25),
                   curved=True,
                   fill=black)
    elif kind.marks == 'cheeks':
        for side in (-1, 1):
            head.ellipse(
                side * .55, .35, .42, .36, fill=white, edge=False, width=.6)
    elif kind.marks == 'stripes':
        for dx in (-.25, 0, .25):
            head.line((dx, -.88), (dx * .7, -.5), color=black, width=1.2)
        for side in (-1, 1):
            for dy in (.05, .25):
                head.line((side * .98, dy), (side * .65, dy + .03),
                          color=black,
                          width=1.1)
    elif kind.marks == 'patches' and pen.maybe(.7):
        head.ellipse(
            pen.pick(-1, 1) * .42,
            -.2,
            .34,
            .42,
            fill=shade(coat, .35),
            width=.7)
    if kind.nose == 'ape':
        skin = pen.color('skin', 'tan')
        for side in (-1, 1):
            head.ellipse(
                side * .32, -.12, .38, .42, fill=skin, edge=False, width=.6)
        head.ellipse(0, .38, .62, .46, fill=skin, edge=False, width=.6)
    if kind.marks == 'spines':
        head.ellipse(0, .1, .85, .8, fill=coat)


def _nose(pen: Pen, kind: Kind, pose: Pose) -> None:
    head = pen.at(*pose[:3])
    black = pen.exactly('black')
    nose = kind.nose
    if nose == 'snout':
        head.ellipse(0, .28, .42, .3, fill=pen.color('pink', 'magenta'))
        for side in (-1, 1):
            head.ellipse(
                side * .15, .28, .07, .1, fill=black, plain=True, width=.4)
        head.arc(0, .55, .35, .22, 20, 160, width=.9)
        return
    if nose in ('broad', 'hippo'):
        wide, y = (.75, .55) if nose == 'broad' else (1.15, .5)
        head.ellipse(
            0, y, wide, .45, fill=pen.color('pink', 'skin', 'tan', 'silver'))
        for side in (-1, 1):
            head.ellipse(
                side * wide * .4,
                y - .1,
                .08,
                .1,
                fill=black,
                plain=True,
                width=.4)
        head.arc(0, y + .05, wide * .5, .2, 20, 160, width=.9)
        if nose == 'hippo':
            for side in (-1, 1):
                head.box(
                    side * .3 - .1,
                    y + .38,
                    side * .3 + .1,
                    y + .58,
                    fill=pen.exactly('white'),
                    width=.7)
        return
    if nose == 'muzzle':
        head.ellipse(
            0,
            .42,
            pen.between(.38, .55),
            .36,
            fill=pen.color('white', 'tan', 'skin'),
            width=.7)
    if nose == 'big':
        head.ellipse(0, .12, .2, .32, fill=black, plain=True)
    elif nose == 'pointed':
        head.ellipse(
            0,
            .62 if kind.marks == 'fox' else .35,
            .16,
            .13,
            fill=black,
            plain=True)
    elif nose == 'ape':
        for side in (-1, 1):
            head.dot(side * .08, .22, .045)
    else:
        pink = kind.nose == 'teeth'
        head.ellipse(
            0,
            .22,
            .14,
            .1,
            fill=pen.exactly('pink') if pink else black,
            plain=not pink,
            width=.7)
    if kind.marks != 'fox':
        smile(head, 0, .48 if nose in ('big', 'pointed') else .38, .28)
    if nose == 'teeth' and pen.maybe(.6):
        head.box(-.1, .55, .1, .78, fill=pen.exactly('white'), width=.7)
        head.line((0, .55), (0, .78), width=.6)


def _face(pen: Pen, kind: Kind, pose: Pose, coat: Color) -> None:
    x, y, r = pose[:3]
    _face_marks(pen, kind, pose, coat)
    _nose(pen, kind, pose)
    apart, size = r * pen.between(.34, .46), r * pen.between(.11, .19)
    dark = kind.marks in ('panda', 'bandit')
    if dark:
        for side in (-1, 1):
            single_eye(pen, x + side * r * .4, y - r * .1, r * .13, 'round',
                       coat)
    else:
        gaze(pen, x, y - r * .18, apart, size)
    if pen.maybe(.3):
        blush(pen, x, y + r * .25, r * .68, r * .16)
    if kind.marks == 'beard':
        pen.shape((x - r * .25, y + r * .95), (x, y + r * 1.6),
                  (x + r * .25, y + r * .95),
                  fill=pen.color('white', 'gray'))
    if kind.ears in ('mane', 'tufted') and pen.maybe(.4):
        for turn in (-25, 0, 25):
            tuft = pen.at(x, y - r * .9, turn=turn)
            tuft.line((0, .03), (0, -.05), width=.8)


def _coat_marks(pen: Pen, kind: Kind, pose: Pose, coat: Color) -> None:
    x, y, rx, ry = pose.trunk
    if not rx:
        return
    trunk = pen.at(x, y)
    if kind.marks in ('patches', 'spots', 'dots'):
        _spots(trunk, kind.marks, rx, ry, shade(coat, .35))
    elif kind.marks == 'stripes':
        for at in np.linspace(-.7, .6, pen.count(4, 6)):
            bow = ry * (1 - at * at)**.5
            trunk.line((at * rx, -bow), (at * rx + .02, -bow + ry * .8),
                       color=pen.exactly('black'),
                       width=1.3)
    elif kind.marks == 'panda':
        for side in (-1, 1):
            trunk.ellipse(
                side * rx * .75,
                -ry * .3,
                .06,
                ry * .6,
                turn=side * 20,
                fill=pen.exactly('black'))
    elif kind.marks == 'wool':
        trunk.shape(
            *bumps(0, 0, rx * 1.35, ry * 1.35, pen.count(9, 13), .18),
            fill=coat)
        for _ in range(pen.count(2, 5)):
            trunk.line(
                *(spiral(0, 0, .045, 1.4) +
                  (pen.between(-.6, .6) * rx, pen.between(-.5, .5) * ry)),
                width=.7)
    elif kind.marks == 'spines':
        trunk.shape(
            *spikes(0, -ry * .1, rx * 1.5, ry * 1.45, pen.count(18, 26)),
            fill=pen.color('brown', 'gray', 'black'))
    elif pen.maybe(.4) or kind.marks == 'fox':
        belly(pen, pose, pen.color('white', 'skin', 'tan'))


def _spots(pen: Pen, kind: str, rx: float, ry: float, fill: Color) -> None:
    size = dict(patches=.45, spots=.16, dots=.1)[kind]
    for _ in range(pen.count(2, 4) if kind == 'patches' else pen.count(5, 9)):
        pen.ellipse(
            pen.between(-.65, .65) * rx,
            pen.between(-.5, .4) * ry,
            rx * size * pen.between(.6, 1),
            ry * size,
            fill=fill,
            width=.7)


def _pose(pen: Pen, kind: Kind, coat: Color) -> Pose:
    tail = _tail_of(kind)
    if kind.marks == 'wool':
        how = pen.pick(walking, walking, walking, tiny, face_alone)
    else:
        how = pen.pick(walking, walking, walking, sitting, sitting, tiny, tiny,
                       upright, upright, lying, leaping, sitting_sideways,
                       face_alone, face_alone, face_alone)
    if how is walking:
        return walking(pen, coat, tail, kind.long,
                       kind.high * pen.between(.8, 1.05),
                       kind.leg * pen.between(.8, 1.3), pen.between(-.03, .05),
                       pen.between(.15, .23))
    return how(pen, coat, tail)


def draw_kind(pen: Pen, kind: Kind) -> None:
    """An animal of one kind, in any pose."""
    coat = pen.color(*kind.coats)
    pose = _pose(pen, kind, coat)
    _coat_marks(pen, kind, pose, coat)
    _behind_head(pen, kind, pose)
    _ears(pen, kind, pose, coat)
    _head(pen, kind, pose, coat)
    _face(pen, kind, pose, coat)


def beast(pen: Pen) -> None:
    """Any animal with a round face."""
    names = [n for n in KINDS for _ in range(_SHARES.get(n, 1))]
    draw_kind(pen, KINDS[pen.pick(*names)])
