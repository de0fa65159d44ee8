"""Drawing functions of the classes, by theme."""
from . import (airplanes, animals, boats, buildings, creatures, flowers,
               fruits, people, rockets, sky, stars, things, trees, vehicles)
from .registry import DRAWERS, Drawer, draws

__all__ = ['DRAWERS', 'Drawer', 'draws']
