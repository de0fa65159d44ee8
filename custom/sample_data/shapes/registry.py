"""Registry of drawing functions by class."""
from typing import Callable, Dict, NamedTuple, Tuple

from custom.sample_data.pen import Pen


class Drawer(NamedTuple):
    """Drawing function of a class, and where a scene may put it.

    Attributes:
        draw: Leaves the object's marks on a pen, about one unit large.
        places: Where it belongs: ``sky``, ``ground`` or ``water``.
        size: Usual range of its longer side in a scene, share of the
            image's shorter side.
        tilt: Largest turn either way, degrees.
        share: How often it's chosen, relative to 1 for most classes.
    """
    draw: Callable[[Pen], None]
    places: Tuple[str, ...]
    size: Tuple[float, float]
    tilt: float
    share: float


DRAWERS: Dict[str, Drawer] = {}


def draws(name: str,
          places: Tuple[str, ...] = ('ground', ),
          size: Tuple[float, float] = (.15, .4),
          tilt: float = 6,
          share: float = 1) -> Callable:
    """Registers the drawing function of the class ``name``."""

    def register(draw: Callable[[Pen], None]) -> Callable[[Pen], None]:
        DRAWERS[name] = Drawer(draw, places, size, tilt, share)
        return draw

    return register
