"""Parts of buildings: colors of walls, windows, doors, flags."""
from custom.sample_data.pen import Pen, oval

WALLS = ('red', 'yellow', 'orange', 'sky', 'pink', 'tan', 'white', 'silver',
         'lime', 'brown')


def window(pen: Pen, x: float, y: float, size: float) -> None:
    """A window about (x, y), twice ``size`` wide."""
    glass = pen.color('sky', 'yellow', 'white', 'blue')
    if pen.maybe(.12):
        pen.ellipse(x, y, size, fill=glass)
    else:
        pen.box(x - size, y - size, x + size, y + size, fill=glass)
    if pen.maybe(.65):
        pen.line((x - size, y), (x + size, y), width=.8)
        pen.line((x, y - size), (x, y + size), width=.8)


def door(pen: Pen, x: float, floor: float, wide: float, high: float) -> None:
    """A door on the floor, twice ``wide``, with a knob."""
    fill = pen.color('brown', 'brown', 'red', 'blue', 'green')
    if pen.maybe(.3):
        pen.shape((x - wide, floor),
                  *oval(x, floor - high, wide, wide, 180, 360),
                  (x + wide, floor),
                  fill=fill)
    else:
        pen.box(x - wide, floor - high, x + wide, floor, fill=fill)
    pen.dot(x + wide * .55, floor - high * .45, .014)


def flag(pen: Pen, x: float, y: float, high: float = .14) -> None:
    """A flag on a pole that stands on (x, y)."""
    pen.line((x, y), (x, y - high))
    pen.shape((x, y - high), (x + high * .9, y - high * .7),
              (x, y - high * .45),
              fill=pen.color('red', 'yellow', 'blue', 'green'))
