"""Drawing functions: star."""
from custom.sample_data.pen import Color, Pen
from .faces import any_face
from .parts import spikes
from .polygons import rounded, sparkle
from .registry import draws


def _gold(pen: Pen) -> Color:
    return pen.color('yellow', 'yellow', 'yellow', 'orange', 'white', 'sky',
                     'pink', 'red', 'blue', 'purple')


def _sharp(pen: Pen) -> None:
    pen.shape(*spikes(0, 0, .5, pen.between(.17, .26), 5), fill=_gold(pen))


def _fat(pen: Pen) -> None:
    """Round corners, as on image books; most faces are on these."""
    points = spikes(0, 0, .5, pen.between(.24, .34), 5)
    kind = pen.pick('rounded', 'rounded', 'rounded', 'curved', 'sharp')
    if kind == 'rounded':
        points = rounded(points, pen.between(.2, .5))
    pen.shape(*points, fill=_gold(pen), curved=kind == 'curved')
    if pen.maybe(.45):
        any_face(pen, 0, .02, .26)
    elif pen.maybe(.4):
        pen.arc(0, 0, .22, .24, 190, 240, color=pen.exactly('white'))


def _nested(pen: Pen) -> None:
    """A smaller star, or more, within a star."""
    inner = pen.between(.2, .3)
    for size in (1, .62, .3)[:pen.count(2, 3)]:
        points = spikes(0, 0, .5, inner, 5) * size
        pen.shape(*rounded(points, .2), fill=_gold(pen))


def _facets(pen: Pen) -> None:
    """Every ray is light on one side and dark on the other."""
    points = spikes(0, 0, .5, pen.between(.17, .24), 5)
    light, dark = _gold(pen), pen.color('orange', 'red', 'tan')
    pen.shape(*points, fill=light)
    for i in range(0, 10, 2):
        pen.shape((0, 0), points[i], points[i + 1], fill=dark, width=.7)


def _one_line(pen: Pen) -> None:
    """The five strokes that children learn first."""
    fill = _gold(pen)
    corners = spikes(0, 0, .5, .2, 5)[[0, 4, 8, 2, 6, 0]]
    if pen.maybe(.3):
        pen.shape(*spikes(0, 0, .5, .19, 5), fill=fill, edge=False)
    pen.line(*(corners + pen.rng.normal(0, .015, (6, 2))), color=fill)


def _sparkle(pen: Pen) -> None:
    fill = _gold(pen)
    pen.shape(*sparkle(0, 0, .5, pen.between(.03, .16)), fill=fill)
    if pen.maybe(.3):
        pen.shape(*sparkle(.34, -.32, .17, .15), fill=fill)
        pen.shape(*sparkle(-.3, .36, .12, .15), fill=fill)


def _many(pen: Pen) -> None:
    points = pen.pick(6, 6, 7, 8)
    outline = spikes(0, 0, .5, pen.between(.15, .3), points)
    if pen.maybe(.4):
        outline = rounded(outline, .35)
    pen.shape(*outline, fill=_gold(pen))


def _hexagram(pen: Pen) -> None:
    """Two triangles."""
    fill = _gold(pen)
    for turn in (0, 180):
        part = pen.at(0, 0, turn=turn)
        part.line((0, -.5), (.43, .25), (-.43, .25), (0, -.5), color=fill)


def _rays(pen: Pen) -> None:
    """Strokes that cross in one point."""
    fill = _gold(pen)
    count = pen.pick(3, 4, 4)
    for i in range(count):
        far = .5 if i % 2 == 0 else pen.pick(.5, .35)
        spoke = pen.at(0, 0, turn=i * 180 / count)
        spoke.line((-far, 0), (far, 0), color=fill)


def _glowing(pen: Pen) -> None:
    fill = _gold(pen)
    pen.shape(*rounded(spikes(0, 0, .36, .18, 5), .2), fill=fill)
    for i in range(5):
        spoke = pen.at(0, 0, turn=18 + 72 * i)
        spoke.line((.24, 0), (pen.between(.34, .44), 0), color=fill)
    if pen.maybe(.4):
        any_face(pen, 0, .01, .17)


def _shooting(pen: Pen) -> None:
    fill = _gold(pen)
    kind = pen.pick('lines', 'stripes', 'comet')
    if kind == 'comet':
        pen.shape((.1, -.28), (-.9, -.02 - pen.between(0, .2)), (-.6, .02),
                  (-.95, .2), (-.2, .3),
                  fill=pen.color('sky', 'yellow', 'orange', 'white'))
    elif kind == 'stripes':
        for y, name in zip((-.16, 0, .16), ('red', 'yellow', 'blue')):
            pen.tube((0, y), (-.4, y - .04), (-.9 + abs(y), y + .08),
                     start=.14,
                     end=.1,
                     fill=pen.color(name))
    else:
        for y in (-.16, 0, .16):
            pen.line((-.35, y), (-1 + abs(y), y + .1), color=fill)
    head = pen.at(0, 0, turn=pen.between(-20, 20))
    head.shape(
        *rounded(spikes(0, 0, .42, pen.between(.18, .25), 5), .2), fill=fill)
    if pen.maybe(.35):
        any_face(head, 0, .02, .2)


@draws('star', places=('sky', ), size=(.08, .25), tilt=25, share=.7)
def star(pen: Pen) -> None:
    pen.pick(_sharp, _sharp, _sharp, _sharp, _fat, _fat, _fat, _fat, _fat,
             _nested, _facets, _one_line, _one_line, _sparkle, _many,
             _hexagram, _rays, _glowing, _shooting, _shooting)(
                 pen)
