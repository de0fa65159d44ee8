"""Drawing functions: dog, of many breeds and in many poses."""
from typing import NamedTuple, Tuple

from custom.sample_data.pen import Pen
from custom.sample_data.style import Color
from .bodies import (Pose, belly, blush, face_alone, gaze, leaping, lying,
                     single_eye, sitting, sitting_sideways, tiny, upright,
                     walking)
from .outline import build
from .registry import draws


class Breed(NamedTuple):
    """Breed: what tells one kind of dog from another.

    Attributes:
        coats: Crayons.
        ears: ``floppy``, ``long``, ``folded``, ``pricked`` or ``puffs``.
        tail: ``wag``, ``curl``, ``bushy`` or ``puff``.
        marks: ``mask``, ``spots``, ``patch``, ``saddle`` or nothing.
        long: Half the body's length.
        leg: Length of the legs.
        muzzle: Half the muzzle's width in radii of the head.
    """
    coats: Tuple[str, ...]
    ears: str
    tail: str = 'wag'
    marks: str = ''
    long: float = .3
    leg: float = .2
    muzzle: float = .45


BREEDS = (
    # Mongrels, as most are drawn.
    Breed(('brown', 'tan', 'orange', 'yellow'), 'floppy'),
    Breed(('white', 'tan', 'silver'), 'floppy', marks='patch'),
    Breed(('brown', 'tan', 'gray'), 'long', marks='patch', muzzle=.52),
    # Labrador, beagle, husky, shiba, dachshund, dalmatian, poodle, terrier,
    # bulldog.
    Breed(('yellow', 'tan', 'black'), 'floppy', 'wag', '', .32, .22),
    Breed(('white', 'white', 'tan'), 'long', 'wag', 'saddle'),
    Breed(('gray', 'black', 'silver'), 'pricked', 'bushy', 'mask'),
    Breed(('orange', 'tan', 'orange'), 'pricked', 'curl', 'mask'),
    Breed(('brown', 'black', 'orange'), 'long', 'wag', '', .42, .08),
    Breed(('white', ), 'floppy', 'wag', 'spots', .3, .26),
    Breed(('white', 'pink', 'black', 'tan'), 'puffs', 'puff', '', .24, .24,
          .36),
    Breed(('silver', 'gray', 'brown'), 'folded', 'wag', '', .26, .14),
    Breed(('tan', 'white', 'gray'), 'folded', 'curl', 'patch', .28, .12, .62),
)


def _tail_of(breed: Breed):

    def tail(pen: Pen, coat: Color) -> None:
        if breed.tail == 'curl':
            pen.tube((0, 0), (-.07, -.1), (0, -.18), (.07, -.12), (.03, -.08),
                     start=.08,
                     end=.05,
                     fill=coat)
        elif breed.tail == 'bushy':
            pen.shape((.02, 0), (-.1, -.06), (-.2, -.22), (-.12, -.32),
                      (.0, -.16), (.04, -.06),
                      curved=True,
                      fill=coat)
        elif breed.tail == 'puff':
            pen.tube((0, 0), (-.08, -.14), start=.04, end=.04, fill=coat)
            pen.ellipse(-.1, -.2, .07, fill=coat)
        else:
            up = pen.between(-.05, .28)
            pen.tube((0, 0), (-.1, -.02 - up * .4), (-.17, -.06 - up),
                     start=.07,
                     end=.03,
                     fill=coat)

    return tail


def _ears(pen: Pen, breed: Breed, pose: Pose, fill: Color, drop: float,
          turn: float) -> None:
    """Both ears of a head seen from the front."""
    x, y, r = pose[:3]
    for side in (-1, 1):
        ear = pen.at(x, y, r, flip=side < 0)
        if breed.ears == 'floppy':
            ear.ellipse(.92, -.12, .27, drop * .8, turn=-turn, fill=fill)
        elif breed.ears == 'long':
            ear.shape((.5, -.8), (.95, -.55), (1.3, .3), (1.2, drop + .3),
                      (.92, drop + .2), (.78, .1),
                      curved=True,
                      fill=fill)
        elif breed.ears == 'folded':
            ear.shape((.35, -.85), (.75, -1.15), (1.2, -.85), (1.22, -.3),
                      (.85, -.55),
                      fill=fill)
        elif breed.ears == 'pricked':
            ear.shape((.12, -.78), (.72, -1.5), (.98, -.3), fill=fill)
        else:
            for spot, size in ((-.35, .32), (0, .38), (.38, .34)):
                ear.ellipse(1.05, spot + .1, size, fill=fill)


def _puff(pen: Pen, pose: Pose, coat: Color) -> None:
    """A poodle's curls on its head."""
    x, y, r = pose[:3]

    def parts(part: Pen) -> None:
        for at in (-.45, 0, .45):
            part.ellipse(
                x + at * r, y - r * (1.15 - abs(at) * .4), r * .42, fill=coat)

    build(pen, coat, parts)


def _head(pen: Pen, breed: Breed, pose: Pose, coat: Color, ear: Color) -> None:
    x, y, r = pose[:3]
    drop, turn = pen.between(.55, .85), pen.between(0, 25)
    before = breed.ears in ('floppy', 'long') and pen.maybe(.65)
    if not before:
        _ears(pen, breed, pose, ear, drop, turn)
    _skull(pen, breed, pose, coat)
    if breed.ears == 'puffs':
        _puff(pen, pose, coat)
    if breed.ears == 'pricked' and pen.maybe(.6):
        for side in (-1, 1):
            inner = pen.at(x, y, r, flip=side < 0)
            inner.shape((.35, -.82), (.7, -1.28), (.8, -.6),
                        fill=pen.exactly('pink'),
                        width=.6)
    if before:
        _ears(pen, breed, pose, ear, drop, turn)


def _skull(pen: Pen, breed: Breed, pose: Pose, coat: Color) -> None:
    x, y, r = pose[:3]
    kind = pen.pick('round', 'round', 'pear', 'long')
    if kind == 'round':
        pen.ellipse(x, y, r * pen.between(.92, 1.08), r * .95, fill=coat)
    elif kind == 'long':
        pen.ellipse(x, y + r * .08, r * .82, r * 1.08, fill=coat)
    else:
        jaw = breed.muzzle + .4
        pen.shape((x, y - r), (x + r * .72, y - r * .65),
                  (x + r * .8, y + r * .1), (x + r * jaw, y + r * .6),
                  (x, y + r * .98), (x - r * jaw, y + r * .6),
                  (x - r * .8, y + r * .1), (x - r * .72, y - r * .65),
                  curved=True,
                  fill=coat)


def _face(pen: Pen, breed: Breed, pose: Pose, ear: Color) -> None:
    x, y, r = pose[:3]
    pale = pen.color('white', 'tan', 'skin')
    if breed.marks == 'mask':
        pen.shape((x, y + r * .88), (x - r * .75, y + r * .5),
                  (x - r * .72, y), (x - r * .3, y - r * .1),
                  (x, y - r * pen.between(.1, .5)), (x + r * .3, y - r * .1),
                  (x + r * .72, y), (x + r * .75, y + r * .5),
                  curved=True,
                  fill=pale,
                  width=.6)
    if breed.marks in ('patch', 'saddle') and pen.maybe(.7):
        side = pen.pick(-1, 1)
        pen.ellipse(
            x + side * r * .4,
            y - r * .2,
            r * .3,
            r * .36,
            turn=side * 20,
            fill=ear,
            width=.6)
    wide = breed.muzzle * pen.between(.9, 1.15)
    if breed.marks != 'mask' and pen.maybe(.8):
        pen.ellipse(
            x, y + r * .45, r * wide, r * wide * .75, fill=pale, width=.7)
    apart = r * pen.between(.32, .46)
    gaze(pen, x, y - r * .18, apart, r * pen.between(.13, .22))
    _nose_and_mouth(pen, x, y + r * .22, r)
    if pen.maybe(.2):
        for side in (-1, 1):
            pen.arc(
                x + side * apart,
                y - r * .48,
                r * .16,
                r * .1,
                200,
                340,
                width=.8)
    if pen.maybe(.15):
        blush(pen, x, y + r * .2, r * .65, r * .14)


def _nose_and_mouth(pen: Pen, x: float, y: float, r: float) -> None:
    pen.ellipse(
        x,
        y,
        r * pen.between(.15, .24),
        r * pen.between(.11, .16),
        fill=pen.exactly('black'),
        plain=True)
    if pen.maybe(.5):
        pen.ellipse(
            x,
            y + r * .52,
            r * .13,
            r * pen.between(.16, .26),
            fill=pen.exactly('pink'),
            width=.8)
    pen.line((x, y + r * .1), (x, y + r * .3), width=.8)
    wide = r * pen.between(.2, .32)
    for side in (-1, 1):
        pen.arc(
            x + side * wide / 2,
            y + r * .26,
            wide / 2,
            r * .14,
            5,
            175,
            width=.9)


def _profile(pen: Pen, breed: Breed, pose: Pose, coat: Color,
             ear: Color) -> None:
    """A head from the side: the muzzle before it, one ear hanging."""
    x, y, r = pose[:3]
    long = pen.between(.95, 1.35)
    pricked = breed.ears == 'pricked'

    def parts(part: Pen) -> None:
        head = part.at(x, y, r)
        if pricked:
            head.shape((-.7, -.5), (-.45, -1.6), (.15, -.85), fill=coat)
        head.ellipse(0, 0, .92, .92, fill=coat)
        head.tube((.3, .2), (long, .32), start=.95, end=.62, fill=coat)

    build(pen, coat, parts)
    head = pen.at(x, y, r)
    head.ellipse(
        long + .22, .1, .2, .16, fill=pen.exactly('black'), plain=True)
    head.line((long + .15, .45), (long * .7, .55), (long * .5, .45),
              width=.8,
              curved=True)
    single_eye(head, .3, -.22, .17, pen.pick('bead', 'dot', 'round', 'happy'),
               coat)
    if not pricked:
        drop = pen.between(.5, .85)
        head.ellipse(-.35, .1, .3, drop, turn=pen.between(-5, 20), fill=ear)
    if pen.maybe(.4):
        head.ellipse(
            long * .75,
            .75,
            .14,
            .28,
            turn=-10,
            fill=pen.exactly('pink'),
            width=.8)


def _markings(pen: Pen, breed: Breed, pose: Pose, ear: Color) -> None:
    x, y, rx, ry = pose.trunk
    if not rx:
        return
    if breed.marks == 'spots':
        for _ in range(pen.count(4, 8)):
            pen.ellipse(
                x + pen.between(-.8, .8) * rx,
                y + pen.between(-.7, .6) * ry,
                pen.between(.015, .04),
                .025,
                fill=pen.exactly('black'),
                width=.5)
    elif breed.marks in ('patch', 'saddle') and pen.maybe(.7):
        pen.ellipse(
            x + pen.between(-.3, .1) * rx,
            y - ry * .3,
            rx * pen.between(.3, .5),
            ry * .6,
            fill=ear,
            width=.7)
    elif pen.maybe(.35):
        belly(pen, pose, pen.color('white', 'skin'))


def _collar(pen: Pen, pose: Pose) -> None:
    x, y, r = pose[:3]
    pen.arc(
        x,
        y + r * .6,
        r * .75,
        r * .5,
        20,
        160,
        color=pen.color('red', 'blue', 'green'),
        width=2.2)
    pen.dot(x, y + r * 1.15, r * .13, pen.exactly('yellow'))


def draw_breed(pen: Pen, breed: Breed) -> None:
    """A dog of one breed, in any pose."""
    coat = pen.color(*breed.coats)
    hung = breed.ears not in ('pricked', 'puffs')
    ear = pen.color('brown', 'black', 'tan') if hung and pen.maybe(.65) \
        else coat
    how = pen.pick(walking, walking, walking, walking, sitting, sitting,
                   sitting, tiny, tiny, sitting_sideways, sitting_sideways,
                   lying, upright, leaping, face_alone, face_alone)
    tail = _tail_of(breed)
    if how is walking:
        pose = walking(pen, coat, tail, breed.long, pen.between(.11, .16),
                       breed.leg, pen.between(-.02, .08), pen.between(.14, .2))
    else:
        pose = how(pen, coat, tail)
    _markings(pen, breed, pose, ear)
    if pen.maybe(.3) and pose.trunk[2]:
        _collar(pen, pose)
    if pose.profile and breed.ears != 'puffs' and pen.maybe(.6):
        _profile(pen, breed, pose, coat, ear)
        return
    _head(pen, breed, pose, coat, ear)
    _face(pen, breed, pose, ear)


@draws('dog', size=(.18, .45))
def dog(pen: Pen) -> None:
    draw_breed(pen, pen.pick(*BREEDS))
