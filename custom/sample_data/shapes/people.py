"""Drawing functions: person."""
import numpy as np

from custom.sample_data.pen import Color, Pen, oval
from .heads import head, plain_head, profile, skin_color
from .polygons import mirrored, rounded
from .registry import draws

_CLOTHES = ('red', 'blue', 'green', 'yellow', 'orange', 'pink', 'purple',
            'sky', 'white', 'teal', 'magenta')
_TROUSERS = ('blue', 'navy', 'brown', 'black', 'green', 'gray', 'tan')


def _hand(pen: Pen, x: float, y: float, side: int) -> None:
    kind = pen.pick('', 'ball', 'ball', 'fingers')
    if kind == 'ball':
        pen.ellipse(x, y, .03, fill=pen.exactly('skin'), width=.8)
    elif kind == 'fingers':
        for turn in (-50, -20, 10, 40):
            part = pen.at(x, y, turn=turn)
            part.line((0, 0), (side * .06, 0), width=.7)


def _limbs(pen: Pen, shoulder: float, wide: float, hip: float, foot: float,
           sleeve: tuple, leg: tuple) -> None:
    sticks = pen.maybe(.55)
    reach = pen.between(.18, .28)
    lift = [pen.pick(.12, .15, 0, -.2, -.22) + pen.between(-.03, .03)]
    lift.append(lift[0] if pen.maybe(.7) else -lift[0])
    stance = pen.between(.05, .12)
    for side, up in zip((-1, 1), lift):
        hand = (side * (wide + reach * .8), shoulder + up)
        start = (side * wide * .8, shoulder + .02)
        toe = (side * stance, foot)
        if sticks:
            pen.line(start, hand, color=sleeve, width=1.2)
            pen.line((side * stance * .7, hip), toe, color=leg, width=1.2)
        else:
            pen.tube(start, hand, start=.075, end=.055, fill=sleeve)
            pen.tube((side * stance * .7, hip),
                     toe,
                     start=.09,
                     end=.07,
                     fill=leg)
        _hand(pen, *hand, side)
        if pen.maybe(.75):
            pen.ellipse(
                toe[0] + side * .03,
                foot + .01,
                .06,
                .03,
                fill=pen.color('black', 'brown', 'red', 'blue'))


def _stick_person(pen: Pen) -> None:
    r = pen.between(.11, .17)
    neck = -.5 + 2 * r
    hip = pen.between(.1, .18)
    ink = pen.color('black', 'black', 'red', 'blue', 'brown')
    up = pen.pick(.14, .02, -.16, -.2)
    elbow = pen.pick(0, 0, .08)
    for side in (-1, 1):
        pen.line((0, neck + .1), (side * .14, neck + .1 + up / 2 + elbow),
                 (side * .26, neck + .1 + up),
                 color=ink,
                 width=1.3)
        pen.line((0, hip), (side * pen.between(.1, .18), .5),
                 color=ink,
                 width=1.3)
        _hand(pen, side * .26, neck + .1 + up, side)
        if pen.maybe(.5):
            pen.line((side * .15, .5), (side * .22, .5), color=ink, width=1.3)
    pen.line((0, neck), (0, hip), color=ink, width=1.3)
    plain_head(pen, -.5 + r, r)


def _dressed_person(pen: Pen) -> None:
    r = pen.between(.11, .19)
    neck = -.5 + 1.9 * r
    hip = pen.between(.12, .22)
    shirt = pen.color('red', 'blue', 'green', 'yellow', 'orange', 'pink',
                      'purple', 'sky')
    bottom = pen.color('blue', 'navy', 'brown', 'black', 'green')
    skin = pen.color('skin', 'skin', 'tan')
    kind = pen.pick('dress', 'dress', 'box', 'box', 'oval', 'trousers')
    wide = pen.between(.09, .16)
    _limbs(pen, neck + .05, wide, hip, .48, shirt if pen.maybe() else skin,
           skin if kind == 'dress' else bottom)
    if kind == 'dress':
        hem = pen.between(.18, .3)
        pen.shape((-wide * .6, neck), (wide * .6, neck), (hem, hip + .08),
                  (-hem, hip + .08),
                  fill=shirt)
        if pen.maybe(.4):
            for y in np.linspace(neck + .1, hip, 3):
                pen.dot(0, y, .014)
    elif kind == 'oval':
        pen.ellipse(
            0, (neck + hip) / 2,
            wide * 1.2, (hip - neck) / 2 + .03,
            fill=shirt)
    else:
        pen.box(-wide, neck, wide, hip, fill=shirt)
        if kind == 'trousers':
            waist = neck + (hip - neck) * .65
            pen.shape((-wide, waist), (wide, waist), (wide * 1.1, .42),
                      (.02, .42), (0, hip), (-.02, .42), (-wide * 1.1, .42),
                      fill=bottom)
        if pen.maybe(.4):
            for y in np.linspace(neck + .06, hip - .06, 3):
                pen.line((-wide, y), (wide, y),
                         color=pen.color('white', 'yellow', 'red'))
    plain_head(pen, -.5 + r, r)


def _tadpole_person(pen: Pen) -> None:
    r = pen.between(.26, .34)
    y = -.5 + r
    for side in (-1, 1):
        pen.line((side * r * .4, y + r * .9), (side * r * .45, .48),
                 (side * r * .8, .5),
                 width=1.2)
        pen.line((side * r * .95, y + .05),
                 (side * (r + .22), y + pen.between(-.12, .15)),
                 width=1.2)
    plain_head(pen, y, r)


def _shoe(pen: Pen, x: float, y: float, size: float, side: float) -> None:
    """A shoe whose sole is at ``y`` and whose tip points to ``side``."""
    pen.shape(
        *oval(x + side * size * .4, y, size, size * .75, 180, 360),
        fill=pen.color('black', 'brown', 'red', 'blue', 'white'))


def _elbows(pen: Pen, wide: float, top: float, reach: float) -> list:
    """Elbow and hand of the right arm and of the left, each in one of the
    usual poses, mirrored: [((x, y), (x, y)), ...]."""
    poses = dict(
        down=((wide + .03, top + reach * .5), (wide + .04, top + reach)),
        out=((wide + reach * .5, top + .04), (wide + reach * .95, top + .05)),
        up=((wide + reach * .5, top - .02), (wide + reach * .6,
                                             top - reach * .75)),
        slant=((wide + reach * .4, top + reach * .4), (wide + reach * .7,
                                                       top + reach * .75)),
        hip=((wide + reach * .5, top + reach * .45), (wide * .9,
                                                      top + reach * .8)))
    names = list(poses)
    first = pen.pick(*names)
    second = first if pen.maybe(.6) else pen.pick(*names)
    return [poses[first], poses[second]]


def _arms(pen: Pen, wide: float, top: float, reach: float, thick: float,
          sleeve: Color, skin: Color) -> None:
    short = pen.maybe(.3)
    for side, pose in zip((1, -1), _elbows(pen, wide, top, reach)):
        (ex, ey), (hx, hy) = pose
        start = (side * (wide - thick * .4), top + thick * .4)
        elbow, hand = (side * ex, ey), (side * hx, hy)
        pen.ellipse(*hand, thick * .62, fill=skin)
        pen.tube(
            start,
            elbow,
            hand,
            start=thick,
            end=thick * .8,
            fill=skin if short else sleeve)
        if short:
            middle = ((start[0] + elbow[0]) / 2, (start[1] + elbow[1]) / 2)
            pen.tube(
                start,
                middle,
                elbow,
                start=thick * 1.15,
                end=thick,
                fill=sleeve)


def _legs(pen: Pen, wide: float, hip: float, thick: float, leg: Color,
          skin: Color) -> None:
    apart = wide * pen.between(.4, .6) + pen.pick(0, 0, .06)
    short = pen.maybe(.3)
    for side in (-1, 1):
        foot = (side * (apart + .01), .46)
        middle = (side * apart, (hip + .46) / 2)
        pen.tube((side * wide * .45, hip - .02),
                 middle,
                 foot,
                 start=thick,
                 end=thick * .85,
                 fill=skin if short else leg)
        if short:
            pen.tube((side * wide * .45, hip - .02), (side * apart, hip + .03),
                     middle,
                     start=thick * 1.2,
                     end=thick * 1.1,
                     fill=leg)
        _shoe(pen, foot[0], .5, thick * .75, side)


def _clothes(pen: Pen, wide: float, neck: float, hip: float) -> str:
    """Covers the trunk; tells which kind of clothes it took."""
    fill = pen.color(*_CLOTHES)
    kind = pen.pick('shirt', 'shirt', 'shirt', 'dress', 'dress', 'skirt',
                    'dungarees', 'coat')
    if kind == 'dress':
        hem = wide * pen.between(1.6, 2.4)
        low = hip + pen.between(.03, .12)
        pen.shape(
            *mirrored((wide * .5, neck), (wide * .95, neck + .04),
                      (wide * .75, (neck + hip) / 2), (hem, low),
                      (hem * .5, low + .02)),
            fill=fill)
        if pen.maybe(.5):
            pen.line((-wide * .75, (neck + hip) / 2),
                     (wide * .75, (neck + hip) / 2),
                     color=pen.color(*_CLOTHES),
                     width=1.3)
        return kind
    low = hip + (.1 if kind == 'coat' else 0)
    pen.shape(
        *rounded([(-wide, neck), (wide, neck), (wide * 1.08, low),
                  (-wide * 1.08, low)], .2),
        fill=fill)
    middle = (neck + hip) / 2
    if kind == 'skirt':
        pen.shape((-wide * .95, middle), (wide * .95, middle),
                  (wide * 1.8, hip + .06), (-wide * 1.8, hip + .06),
                  fill=pen.color(*_CLOTHES))
    elif kind == 'dungarees':
        blue = pen.color(*_TROUSERS)
        pen.box(-wide * .65, middle - .04, wide * .65, hip + .02, fill=blue)
        for side in (-1, 1):
            pen.line((side * wide * .55, middle), (side * wide * .6, neck),
                     color=blue,
                     width=1.3)
    else:
        _front(pen, wide, neck, low)
    return kind


def _front(pen: Pen, wide: float, neck: float, low: float) -> None:
    """Buttons, stripes or an image on a shirt, or nothing."""
    kind = pen.pick('', '', 'buttons', 'stripes', 'badge', 'collar')
    ys = np.linspace(neck, low, 6)[1:-1]
    if kind == 'buttons':
        pen.line((0, neck), (0, low), width=.8)
        for y in ys:
            pen.dot(.025, y, .012)
    elif kind == 'stripes':
        for y in ys[::2]:
            pen.line((-wide, y), (wide, y),
                     color=pen.color('white', 'yellow', 'red'),
                     width=1.3)
    elif kind == 'badge':
        pen.ellipse(
            0, ys[1], wide * .4, fill=pen.color('yellow', 'red', 'white'))
    elif kind == 'collar':
        pen.shape((-wide * .4, neck), (0, neck + .07), (wide * .4, neck),
                  fill=pen.color('white', 'red', 'yellow'))


def _figure(pen: Pen, r: float, wide: float, hip: float) -> None:
    """A standing person from the front.

    Args:
        pen: For the whole person, from -.5 (hair) to .5 (soles).
        r: Radius of the head, .09 (grown up) to .3 (cute).
        wide: Half the width of the shoulders.
        hip: Height of the hip.
    """
    skin = skin_color(pen)
    y = -.5 + r
    neck = y + r * pen.pick(.85, .9, 1.15)
    thick = wide * pen.between(.45, .65)
    if neck > y + r:
        pen.box(-wide * .25, y + r * .7, wide * .25, neck + .02, fill=skin)
    _legs(pen, wide, hip, thick * 1.1, pen.color(*_TROUSERS), skin)
    reach = (hip - neck) * pen.between(.8, 1.1)
    arms = (wide, neck + .03, reach, thick, pen.color(*_CLOTHES), skin)
    behind = pen.maybe()
    if behind:
        _arms(pen, *arms)
    _clothes(pen, wide, neck, hip)
    if not behind:
        _arms(pen, *arms)
    head(pen, 0, y, r, skin)


def _child(pen: Pen) -> None:
    _figure(pen, pen.between(.15, .2), pen.between(.1, .14),
            pen.between(.14, .22))


def _cute_child(pen: Pen) -> None:
    """More head than body."""
    _figure(pen, pen.between(.22, .3), pen.between(.1, .14),
            pen.between(.28, .34))


def _adult(pen: Pen) -> None:
    _figure(pen, pen.between(.085, .13), pen.between(.09, .15),
            pen.between(.02, .1))


def _walker(pen: Pen) -> None:
    """From the side, walking or running to the right."""
    skin, shirt = skin_color(pen), pen.color(*_CLOTHES)
    r = pen.between(.1, .19)
    neck, hip = -.5 + 1.85 * r, pen.between(.1, .2)
    stride = pen.between(.1, .24)
    leg = pen.color(*_TROUSERS)
    run = pen.maybe(.4)
    back = ((-.06, (hip + .4) / 2), (-stride, .42))
    if run:
        back = ((-.02, (hip + .5) / 2), (-stride - .08, (hip + .5) / 2))
    _side_arm(pen, neck, hip, stride, shirt, skin)
    for knee, foot in (back, ((.09, (hip + .38) / 2), (stride * .9, .45))):
        pen.tube((0, hip - .03), knee, foot, start=.1, end=.07, fill=leg)
        _shoe(pen, foot[0], foot[1] + .04, .06, 1)
    wide = pen.between(.08, .12)
    if pen.maybe(.35):
        pen.shape((-wide * .6, neck), (wide * .6, neck),
                  (wide * 1.7, hip + .1), (-wide * 1.9, hip + .1),
                  fill=shirt)
    else:
        pen.shape(
            *rounded([(-wide, neck), (wide * .8, neck), (wide, hip),
                      (-wide, hip)], .3),
            fill=shirt)
    _side_arm(pen, neck, hip, -stride if not run else stride, shirt, skin)
    face = pen.pick(profile, profile, head)
    face(pen, .03, -.5 + r, r, skin)


def _side_arm(pen: Pen, neck: float, hip: float, swing: float, sleeve: Color,
              skin: Color) -> None:
    hand = (swing * 1.1, hip - .04)
    elbow = (swing * .4 - .03, (neck + hip) / 2 + .04)
    pen.ellipse(*hand, .04, fill=skin)
    pen.tube((0, neck + .05), elbow, hand, start=.08, end=.06, fill=sleeve)


def _jumper(pen: Pen) -> None:
    """Arms and legs thrown out."""
    skin, shirt = skin_color(pen), pen.color(*_CLOTHES)
    r = pen.between(.13, .19)
    y = -.36 + pen.between(0, .06)
    neck, hip = y + r * .9, .2
    leg = pen.color(*_TROUSERS)
    for side in (-1, 1):
        hand = (side * pen.between(.28, .38), neck - pen.between(.1, .26))
        foot = (side * pen.between(.16, .32), pen.between(.36, .48))
        knee = (side * pen.between(.14, .2), .33)
        pen.tube((side * .05, hip - .03),
                 knee,
                 foot,
                 start=.1,
                 end=.08,
                 fill=leg)
        pen.ellipse(
            foot[0] + side * .03,
            foot[1] + .03,
            .07,
            .045,
            turn=side * 20,
            fill=pen.color('black', 'red', 'brown'))
        pen.ellipse(*hand, .045, fill=skin)
        pen.tube((side * .07, neck + .06), (side * .2, neck + .04),
                 hand,
                 start=.085,
                 end=.07,
                 fill=shirt)
    pen.shape(
        *rounded([(-.11, neck), (.11, neck), (.13, hip), (-.13, hip)], .25),
        fill=shirt)
    head(pen, 0, y, r, skin)


def _sitter(pen: Pen) -> None:
    """On the ground, legs crossed or towards us."""
    skin, shirt = skin_color(pen), pen.color(*_CLOTHES)
    r = pen.between(.19, .28)
    y = -.5 + r
    neck, wide = y + r * .88, pen.between(.13, .18)
    leg = pen.color(*_TROUSERS)
    pen.shape(
        *rounded([(-wide, neck), (wide, neck), (wide * 1.25, .4),
                  (-wide * 1.25, .4)], .25),
        fill=shirt)
    crossed = pen.maybe()
    for side in (-1, 1):
        if crossed:
            pen.tube((side * wide, .34), (side * .32, .38), (-side * .1, .45),
                     start=.14,
                     end=.1,
                     fill=leg)
        else:
            pen.tube((side * wide * .7, .32), (side * .2, .38),
                     (side * .24, .42),
                     start=.14,
                     end=.13,
                     fill=leg)
            pen.ellipse(
                side * .25, .42, .09, .1, fill=pen.color('brown', 'red'))
        hand = (side * (wide + pen.between(0, .1)), pen.between(.24, .32))
        pen.ellipse(*hand, .05, fill=skin)
        pen.tube((side * wide * .85, neck + .05),
                 (side * (wide + .08), (neck + hand[1]) / 2),
                 hand,
                 start=.09,
                 end=.08,
                 fill=shirt)
    head(pen, 0, y, r, skin)


def _side_sitter(pen: Pen) -> None:
    """From the side, as if on a chair or a bench."""
    skin, shirt = skin_color(pen), pen.color(*_CLOTHES)
    r = pen.between(.13, .18)
    neck = -.5 + 1.85 * r
    leg = pen.color(*_TROUSERS)
    low = pen.pick(.45, .45, .28)
    knee = (.26, .14) if low > .4 else (.24, .2)
    foot = (.25, low) if low > .4 else (.46, low)
    pen.tube((-.04, .17), knee, foot, start=.13, end=.08, fill=leg)
    _shoe(pen, foot[0], foot[1] + .04, .07, 1)
    pen.shape(
        *rounded([(-.12, neck), (.08, neck), (.1, .22), (-.13, .22)], .3),
        fill=shirt)
    _side_arm(pen, neck, .16, .2, shirt, skin)
    profile(pen, -.01, -.5 + r, r, skin)


def _gown(pen: Pen) -> None:
    """A dress down to the ground: princess, king, ghostly grandmother."""
    skin, fill = skin_color(pen), pen.color(*_CLOTHES)
    r = pen.between(.12, .22)
    y = -.5 + r
    neck = y + r * .9
    wide, hem = pen.between(.08, .11), pen.between(.24, .38)
    _arms(pen, wide, neck + .03, .2, .07, fill if pen.maybe() else skin, skin)
    waist = neck + pen.between(.14, .2)
    pen.shape(
        *mirrored((wide, neck), (wide * .8, waist), (hem * .85, .3),
                  (hem, .5)),
        fill=fill)
    pen.line((-wide * .8, waist), (wide * .8, waist), width=1.3)
    if pen.maybe(.5):
        pen.shape((0, waist), (hem * .4, .5), (-hem * .4, .5),
                  fill=pen.color(*_CLOTHES))
    head(pen, 0, y, r, skin)


def _face_alone(pen: Pen) -> None:
    head(pen, 0, 0, .4, skin_color(pen))


def _portrait(pen: Pen) -> None:
    """Head and shoulders."""
    skin, shirt = skin_color(pen), pen.color(*_CLOTHES)
    wide = pen.between(.3, .42)
    r = pen.between(.24, .32)
    if pen.maybe(.7):
        pen.box(-.07, .08, .07, .26, fill=skin)
    pen.shape(*mirrored((.08, .2), (wide * .85, .28), (wide, .5)), fill=shirt)
    _front(pen, .1, .22, .5)
    (head if pen.maybe(.75) else _plain)(pen, 0, .2 - r, r, skin)


def _plain(pen: Pen, x: float, y: float, r: float, skin: Color) -> None:
    plain_head(pen.at(x, 0), y, r)


def _baby(pen: Pen) -> None:
    """Sitting in nappies, or crawling."""
    skin = skin_color(pen)
    cloth = pen.color('white', 'sky', 'pink', 'yellow')
    if pen.maybe():
        pen.tube((-.26, .22), (-.3, .42), (-.44, .44),
                 start=.14,
                 end=.1,
                 fill=skin)
        pen.ellipse(-.08, .18, .3, .17, turn=-10, fill=cloth)
        for x in (.04, .18):
            pen.tube((x, .2), (x + .03, .34), (x + .02, .46),
                     start=.1,
                     end=.09,
                     fill=skin)
        head(pen, .25, -.1, .22, skin)
        return
    for side in (-1, 1):
        pen.tube((side * .1, .36), (side * .24, .4), (side * .3, .44),
                 start=.16,
                 end=.12,
                 fill=skin)
        pen.tube((side * .14, .06), (side * .26, .16),
                 (side * .28, pen.between(.1, .26)),
                 start=.1,
                 end=.09,
                 fill=skin)
    pen.ellipse(0, .2, .2, .24, fill=skin if pen.maybe(.4) else cloth)
    pen.shape(*oval(0, .3, .21, .16, 0, 180), fill=cloth)
    head(pen, 0, -.2, .27, skin)


def _pictogram(pen: Pen) -> None:
    """A ball above a body in one outline, without a face most often."""
    fill = pen.color(*_CLOTHES, *_TROUSERS)
    dress = pen.maybe(.35)
    if dress:
        body = mirrored((.12, -.24), (.3, .08), (.24, .1), (.13, -.08),
                        (.26, .24), (.1, .24), (.1, .5), (.02, .5), (.02, .24))
    else:
        up = pen.maybe(.3)
        arm = [(.34, -.42), (.38, -.36)] if up else [(.26, .1), (.18, .1)]
        body = mirrored((.2, -.22), *arm, (.13, -.1), (.13, .5), (.02, .5),
                        (.02, .16))
    pen.shape(*rounded(body, .2), fill=fill)
    pen.ellipse(0, -.38, .12, fill=fill if pen.maybe(.7) else skin_color(pen))


@draws('person', size=(.22, .6), tilt=6, share=1.5)
def person(pen: Pen) -> None:
    pen.pick(_stick_person, _stick_person, _stick_person, _dressed_person,
             _dressed_person, _dressed_person, _tadpole_person, _child, _child,
             _child, _cute_child, _cute_child, _cute_child, _adult, _adult,
             _walker, _walker, _walker, _jumper, _jumper, _sitter,
             _side_sitter, _gown, _gown, _face_alone, _face_alone, _portrait,
             _portrait, _baby, _pictogram)(
                 pen)
