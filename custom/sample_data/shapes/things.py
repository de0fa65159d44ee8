"""Drawing functions: heart and playground things."""
import numpy as np

from custom.sample_data.pen import Pen, oval
from .parts import face
from .registry import draws


@draws('heart', places=('sky', ), size=(.1, .3), tilt=25, share=.7)
def heart(pen: Pen) -> None:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x = .5 * np.sin(t)**3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) -
          np.cos(4 * t)) / 34
    plump = pen.between(.85, 1.25)
    outline = np.column_stack([x * plump, y])
    if pen.maybe(.25):
        # Two strokes from the notch to the tip, as children begin.
        outline = np.array([(0, -.2), (-.22, -.42), (-.46, -.3), (-.46, 0),
                            (-.2, .28), (0, .5), (.2, .28), (.46, 0),
                            (.46, -.3), (.22, -.42)]) * (plump, 1)
    fill = pen.color('red', 'red', 'pink', 'magenta', 'purple')
    pen.shape(*outline, fill=fill)
    extra = pen.pick('', '', '', '', 'face', 'arrow', 'double', 'crack',
                     'shine', 'stripes')
    if extra == 'face':
        face(pen, 0, -.08, .28)
    elif extra == 'arrow':
        pen.line((-.6, .25), (.62, -.3), width=1.3)
        pen.line((.5, -.34), (.62, -.3), (.56, -.18), width=1.2)
        pen.line((-.66, .2), (-.56, .24), (-.6, .34), width=1.2)
    elif extra == 'double':
        pen.shape(*(outline * .6 - (0, .02)), fill=pen.color('pink', 'red'))
    elif extra == 'crack':
        pen.line((0, -.22), (-.07, -.08), (.06, .05), (-.04, .18), (0, .4))
    elif extra == 'shine':
        pen.arc(-.22 * plump, -.16, .12, .12, 170, 280)
    elif extra == 'stripes':
        for y in (-.15, 0, .15):
            pen.line((-.3 + y / 2, y), (.3 - y / 2, y),
                     color=pen.color('white', 'yellow'))


def _swing(pen: Pen) -> None:
    frame = pen.color('red', 'blue', 'brown', 'gray', 'green')
    seat = pen.color('yellow', 'red', 'brown', 'blue')
    spread = pen.between(.06, .14)
    thick = pen.pick(1.2, 1.8)
    for x in (-.42, .42):
        pen.line((x - spread, .45), (x, -.42), (x + spread, .45),
                 color=frame,
                 width=thick)
    pen.line((-.46, -.42), (.46, -.42), color=frame, width=thick)
    for x in (-.18, .18) if pen.maybe(.5) else (0, ):
        swung = pen.between(-.12, .12)
        low = pen.between(.15, .28)
        half = .08 if x else .12
        for side in (-half, half):
            pen.line((x + side, -.42), (x + side + swung, low), width=.9)
        pen.box(
            x - half * 1.3 + swung,
            low,
            x + half * 1.3 + swung,
            low + .05,
            fill=seat)


def _slide(pen: Pen) -> None:
    frame = pen.color('blue', 'red', 'gray', 'brown')
    chute = pen.color('yellow', 'red', 'orange', 'sky', 'green')
    top = pen.between(-.42, -.25)
    for x in (-.42, -.28):
        pen.line((x, .45), (x, top - .1), color=frame, width=1.3)
    for y in np.linspace(top + .08, .38, pen.count(3, 6)):
        pen.line((-.42, y), (-.28, y), color=frame)
    if pen.maybe(.3):
        pen.shape((-.5, top - .1), (-.33, top - .32), (-.14, top - .1),
                  fill=pen.color('red', 'blue', 'green'))
    if pen.maybe(.75):
        pen.tube((-.3, top), (-.12, top + .08), (.16, .27), (.34, .4),
                 (.52, .42),
                 start=pen.between(.07, .13),
                 end=.08,
                 fill=chute)
    else:
        pen.tube((-.3, top), (-.05, top + .12), (.0, .05), (.22, .14),
                 (.3, .38), (.52, .42),
                 start=.1,
                 end=.1,
                 fill=chute)
    if pen.maybe(.5):
        pen.line((.05, .2), (.05, .45), color=frame, width=1.2)


def _ball(pen: Pen) -> None:
    colors = [
        pen.color('red', 'white'),
        pen.color('blue', 'yellow'),
        pen.color('green', 'orange', 'white')
    ]
    kind = pen.pick('beach', 'beach', 'soccer', 'basket', 'stripe', 'curves')
    if kind == 'beach':
        pen.ellipse(0, 0, .5, fill=colors[0])
        count = pen.pick(5, 6, 8)
        x, y = pen.between(-.15, .15), pen.between(-.15, .15)
        for i in range(count):
            a, b = (360 * (i + side) / count for side in (0, 1))
            rim = oval(0, 0, .49, .49, a, b)
            pen.shape((x, y),
                      *rim,
                      fill=colors[i % 3 if count == 6 else i % 2],
                      width=.8)
        pen.ellipse(x, y, .07, fill=pen.exactly('white'), width=.8)
    elif kind == 'soccer':
        pen.ellipse(0, 0, .5, fill=pen.exactly('white'))
        black = pen.exactly('black')
        start = pen.between(0, 72)
        pen.shape(
            *[(.17 * np.cos(np.radians(start + 72 * i)),
               .17 * np.sin(np.radians(start + 72 * i))) for i in range(5)],
            fill=black,
            plain=True)
        for i in range(5):
            part = pen.at(0, 0, turn=start + 72 * i)
            part.line((.17, 0), (.34, 0), width=.9)
            part.shape((.34, 0), (.45, -.16), (.48, 0), (.45, .16),
                       fill=black,
                       plain=True)
    else:
        pen.ellipse(0, 0, .5, fill=pen.color('orange', 'red', 'blue', 'green'))
        if kind == 'basket':
            pen.line((-.5, 0), (.5, 0))
            pen.line((0, -.5), (0, .5))
            pen.arc(-.6, 0, .38, .5, -58, 58)
            pen.arc(.6, 0, .38, .5, 122, 238)
        elif kind == 'stripe':
            pen.shape(
                *oval(0, 0, .5, .5, -20, 20),
                *oval(0, 0, .5, .5, 160, 200),
                fill=colors[1])
        else:
            pen.arc(-.25, 0, .4, .6, -55, 55, color=colors[1], width=1.5)
            pen.arc(.25, 0, .4, .6, 125, 235, color=colors[1], width=1.5)


def _seesaw(pen: Pen) -> None:
    pen.shape((-.12, .3), (0, 0), (.12, .3),
              fill=pen.color('red', 'blue', 'brown'))
    plank = pen.at(0, 0, turn=pen.pick(-1, 1) * pen.between(8, 20))
    plank.box(-.5, -.05, .5, .02, fill=pen.color('brown', 'yellow', 'green'))
    for x in (-.38, .38):
        plank.line((x, -.05), (x, -.17), width=1.2)
        plank.line((x - .05, -.17), (x + .05, -.17), width=1.2)


def _bars(pen: Pen) -> None:
    color = pen.color('red', 'blue', 'green', 'orange', 'gray')
    rows, columns = pen.count(2, 4), pen.count(3, 5)
    for x in np.linspace(-.45, .45, columns):
        pen.line((x, -.35), (x, .4), color=color, width=1.3)
    for y in np.linspace(-.35, .2, rows):
        pen.line((-.47, y), (.47, y), color=color, width=1.3)


@draws('play', size=(.2, .5), tilt=5)
def play(pen: Pen) -> None:
    pen.pick(_swing, _swing, _swing, _slide, _slide, _slide, _ball, _ball,
             _seesaw, _bars)(
                 pen)
