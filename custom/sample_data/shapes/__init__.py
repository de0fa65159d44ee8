"""Drawing functions of the classes, by theme."""
from . import creatures  # noqa: F401
from . import (airplanes, animals, buildings, flowers, fruits, people, rockets,
               sky, stars, things, trees, vehicles)
from .registry import DRAWERS, Drawer, draws

__all__ = ['DRAWERS', 'Drawer', 'draws']
