"""Heads of people: skull, hair, hat and face."""
import numpy as np

from custom.sample_data.pen import Color, Pen, oval
from .faces import any_face
from .parts import bumps, face
from .polygons import mirrored


def skin_color(pen: Pen) -> Color:
    """Color of a face: of people, and now and then any crayon's."""
    tone = pen.pick('skin', 'skin', 'skin', 'tan', 'brown', 'white')
    return pen.exactly(tone) if pen.maybe(.8) else pen.color(tone)


def hair_color(pen: Pen) -> Color:
    """Color of hair, gray for the old."""
    tone = pen.pick('brown', 'brown', 'black', 'black', 'yellow', 'orange',
                    'tan', 'silver', 'red')
    return pen.exactly(tone) if pen.maybe(.8) else pen.color(tone)


def head(pen: Pen, x: float, y: float, r: float, skin: Color) -> None:
    """An image-book head from the front: skull about (x, y), hair, a hat."""
    part = pen.at(x, y, r)
    shade = hair_color(pen)
    back = pen.pick('', '', 'long', 'long', 'bob', 'bunches', 'low bunches',
                    'braids', 'afro', 'bun', 'tail')
    _back_hair(part, back, shade)
    if pen.maybe(.45):
        for side in (-1, 1):
            part.ellipse(side, .08, .2, .24, fill=skin)
    if pen.maybe(.6):
        part.ellipse(0, 0, 1, pen.between(.88, 1.1), fill=skin)
    else:
        part.shape(
            *mirrored((0, -1), (.7, -.75), (1, -.1), (.92, .45), (.5, .86),
                      (0, .95)),
            fill=skin,
            curved=True)
    any_face(part, 0, .12, .92)
    if back == '' and pen.maybe(.15):
        _beard(part, shade)
    if pen.maybe(.1):
        _glasses(part)
    front = pen.pick('fringe', 'side', 'side', 'middle', 'spiky', 'short',
                     'short', 'wavy')
    if back == '':
        front = pen.pick(front, front, front, 'curl', 'bald')
    _front_hair(part, front, shade)
    if pen.maybe(.25):
        _hat(part)
    elif back and pen.maybe(.3):
        _bow(part)


def _back_hair(pen: Pen, kind: str, shade: Color) -> None:
    """Hair behind a head of radius 1 about the origin."""
    if kind in ('long', 'bob'):
        low = .75 if kind == 'bob' else pen.between(1.1, 1.9)
        pen.shape(
            *mirrored((0, -1.15), (.8, -.85), (1.1, 0), (1.2, low * .75),
                      (.95, low), (.2, low * .9)),
            fill=shade,
            curved=True)
    elif kind in ('bunches', 'low bunches'):
        height = -.45 if kind == 'bunches' else .5
        for side in (-1, 1):
            pen.ellipse(
                side * 1.28,
                height,
                pen.between(.32, .5),
                .5,
                turn=-side * 25,
                fill=shade)
    elif kind == 'braids':
        for side in (-1, 1):
            for i in range(4):
                pen.ellipse(side * (1 + .05 * i), .5 + .32 * i, .2, fill=shade)
    elif kind == 'afro':
        pen.shape(*bumps(0, -.25, 1.45, 1.3, 11, .14), fill=shade)
    elif kind == 'bun':
        pen.ellipse(0, -1.2, pen.between(.32, .5), fill=shade)
    elif kind == 'tail':
        pen.shape((.4, -.95), (1.2, -.95), (1.65, -.2), (1.5, .7), (1.2, .1),
                  (.7, -.3),
                  fill=shade,
                  curved=True)


_HAIRLINES = dict(
    fringe=[(.95, -.1), (.85, -.4), (.3, -.42), (-.3, -.42), (-.85, -.4),
            (-.95, -.1)],
    side=[(.97, -.05), (.75, -.4), (.2, -.5), (-.4, -.85), (-.75, -.45),
          (-.97, -.05)],
    middle=[(1, .1), (.8, -.4), (.3, -.6), (0, -.9), (-.3, -.6), (-.8, -.4),
            (-1, .1)],
    short=[(.9, -.4), (.4, -.62), (-.4, -.62), (-.9, -.4)],
    wavy=[(1, .05), (.72, -.3), (.5, -.55), (.25, -.35), (0, -.6),
          (-.25, -.35), (-.5, -.55), (-.72, -.3), (-1, .05)])


def _front_hair(pen: Pen, kind: str, shade: Color) -> None:
    """Hair on top of a head of radius 1 about the origin."""
    if kind in _HAIRLINES:
        line = _HAIRLINES[kind]
        angle = np.degrees(np.arctan2(-line[0][1], line[0][0]))
        top = oval(0, 0, 1.06, pen.between(1.06, 1.18), 180 + angle,
                   360 - angle)
        pen.shape(*top, *line, fill=shade)
    elif kind == 'spiky':
        angles = np.radians(np.linspace(195, 345, 2 * pen.count(4, 7) + 1))
        far = np.where(np.arange(len(angles)) % 2, 1.35, 1.02)
        tips = np.column_stack([far * np.cos(angles), far * np.sin(angles)])
        pen.shape(
            *tips, (.5, -.5), (.2, -.7), (0, -.5), (-.3, -.7), (-.5, -.5),
            fill=shade)
    elif kind == 'curl':
        pen.line((-.1, -.9), (.2, -1.15), (0, -1.35), (-.15, -1.15),
                 (.1, -1.05),
                 color=shade,
                 curved=True)


def _beard(pen: Pen, shade: Color) -> None:
    pen.shape((-.98, -.05), (-.6, .35), (0, .42), (.6, .35), (.98, -.05),
              (.85, .7), (.35, 1.15), (0, pen.between(1.1, 1.7)), (-.35, 1.15),
              (-.85, .7),
              fill=shade)
    pen.arc(0, .5, .25, .18, 10, 170)


def _glasses(pen: Pen) -> None:
    for side in (-1, 1):
        pen.arc(side * .42, .15, .3, .3, 0, 360)
    pen.line((-.12, .12), (.12, .12))


def _bow(pen: Pen) -> None:
    fill = pen.color('red', 'pink', 'magenta', 'blue')
    x = pen.pick(0, .6)
    for side in (-1, 1):
        pen.shape((x, -.95), (x + side * .42, -1.2), (x + side * .42, -.7),
                  fill=fill)
    pen.ellipse(x, -.95, .13, fill=fill)


def _hat(pen: Pen) -> None:
    """Hat of a head of radius 1."""
    fill = pen.color('red', 'blue', 'yellow', 'green', 'purple', 'black')
    kind = pen.pick('cap', 'cap', 'wool', 'wool', 'straw', 'straw', 'crown',
                    'crown', 'cook', 'cone', 'helmet', 'topper')
    if kind in ('cap', 'helmet'):
        pen.shape(*oval(0, -.35, 1.08, .95, 180, 360), fill=fill)
        if kind == 'cap':
            pen.ellipse(.75, -.36, .75, .14, fill=fill)
        else:
            pen.ellipse(0, -.36, 1.35, .14, fill=fill)
    elif kind == 'wool':
        pen.ellipse(0, -1.35, .25, fill=pen.color('white', 'red', 'yellow'))
        pen.shape(*oval(0, -.45, 1.05, .9, 180, 360), fill=fill)
        pen.box(-1.1, -.6, 1.1, -.3, fill=pen.color('white', 'red', 'blue'))
    elif kind == 'straw':
        straw = pen.color('yellow', 'tan', 'brown', 'pink')
        pen.ellipse(0, -.5, 1.65, .25, fill=straw)
        pen.shape(*oval(0, -.55, .85, .8, 180, 360), fill=straw)
        pen.box(-.85, -.7, .85, -.5, fill=fill)
    elif kind == 'crown':
        pen.shape((-.7, -.65), (-.85, -1.45), (-.35, -1.05), (0, -1.55),
                  (.35, -1.05), (.85, -1.45), (.7, -.65),
                  fill=pen.exactly('yellow'))
    elif kind == 'cook':
        white = pen.exactly('white')
        pen.shape(*bumps(0, -1.45, .95, .55, 7, .2), fill=white)
        pen.box(-.75, -1.2, .75, -.65, fill=white)
    elif kind == 'cone':
        pen.shape((-.8, -.6), (pen.between(-.2, .2), -2), (.8, -.6), fill=fill)
        if pen.maybe():
            pen.ellipse(0, -.6, 1.4, .2, fill=fill)
    else:
        pen.box(-.7, -1.75, .7, -.7, fill=fill)
        pen.box(-1.2, -.8, 1.2, -.62, fill=fill)


def profile(pen: Pen, x: float, y: float, r: float, skin: Color) -> None:
    """A head that looks to the right: one eye, and a nose that sticks out."""
    part = pen.at(x, y, r)
    shade = hair_color(pen)
    long = pen.maybe(.45)
    if long and pen.maybe(.5):
        part.shape((-.5, -.7), (-1.5, -.6), (-1.6, .6), (-1.2, .3), (-.8, -.1),
                   fill=shade,
                   curved=True)
    part.shape((-.95, -.1), (-.6, -.85), (.2, -1), (.8, -.6), (.95, -.1),
               (1.22, .18), (.93, .32), (.85, .65), (.4, .95), (-.3, .9),
               (-.8, .5),
               fill=skin,
               curved=True)
    part.dot(.5, -.1, pen.between(.1, .16))
    part.arc(.62, .4, .3, .25, 40, 150, width=.9)
    if pen.maybe(.4):
        part.ellipse(.35, .35, .2, fill=pen.exactly('pink'), edge=False)
    back = (-.9, pen.between(.9, 1.5)) if long else (-.75, .6)
    part.shape((.95, -.45), (.6, -1), (-.1, -1.15), (-.85, -.8), (-1.1, 0),
               back, (-.5, .3), (-.3, -.2), (.3, -.55),
               fill=shade)
    if pen.maybe(.5):
        part.ellipse(-.2, .12, .16, .2, fill=skin)
    if pen.maybe(.2):
        _hat(part)


def _hair(pen: Pen, y: float, r: float, behind: bool, kind: str,
          shade: tuple) -> None:
    if behind:
        if kind == 'long':
            pen.shape((-r * 1.05, y), (-r * .8, y - r), (0, y - r * 1.25),
                      (r * .8, y - r), (r * 1.05, y), (r * 1.2, y + r * 1.7),
                      (-r * 1.2, y + r * 1.7),
                      fill=shade,
                      curved=True)
        elif kind == 'bunches':
            for side in (-1, 1):
                pen.ellipse(
                    side * r * 1.3,
                    y - r * .2,
                    r * .4,
                    r * .6,
                    turn=-side * 30,
                    fill=shade)
        elif kind == 'curls':
            pen.shape(
                *bumps(0, y - r * .25, r * 1.3, r * 1.15, 10, .2), fill=shade)
        return
    if kind in ('cap', 'long', 'bunches'):
        pen.shape(
            *oval(0, y, r * 1.03, r * 1.08, 190, 350), (r * .5, y - r * .55),
            (-r * .3, y - r * .45),
            fill=shade)
    elif kind == 'spikes':
        for turn in np.linspace(-70, 70, pen.count(5, 10)):
            part = pen.at(0, y, turn=turn)
            part.line((0, -r), (0, -r * pen.between(1.25, 1.5)), color=shade)
    elif kind == 'scribble':
        steps = np.linspace(200, 340, 14)
        pen.line(
            *[(r * (1 + .25 * (i % 2)) * np.cos(np.radians(a)),
               y + r * (1 + .25 * (i % 2)) * np.sin(np.radians(a)))
              for i, a in enumerate(steps)],
            color=shade,
            width=1.3)
    elif kind == 'hat':
        pen.box(-r * .7, y - r * 1.7, r * .7, y - r * .75, fill=shade)
        pen.box(-r * 1.2, y - r * .85, r * 1.2, y - r * .65, fill=shade)


def plain_head(pen: Pen, y: float, r: float) -> None:
    """A circle with a face and hair, as children draw it."""
    kind = pen.pick('long', 'long', 'cap', 'cap', 'bunches', 'curls', 'spikes',
                    'spikes', 'scribble', 'hat', '', '')
    shade = pen.color('brown', 'black', 'yellow', 'orange')
    _hair(pen, y, r, True, kind, shade)
    if pen.maybe(.25):
        for side in (-1, 1):
            pen.ellipse(side * r, y, r * .2, fill=pen.color('skin'))
    pen.ellipse(
        0,
        y,
        r,
        r * pen.between(.9, 1.15),
        fill=pen.color('skin', 'skin', 'tan', 'brown', 'white'))
    if pen.maybe(.93):
        face(pen, 0, y, r)
    _hair(pen, y, r, False, kind, shade)
