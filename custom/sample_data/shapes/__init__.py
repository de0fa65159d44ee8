"""Drawing functions of the classes, by theme."""
from . import (airplanes, animals, birds, boats, buildings, cats, dogs,
               elephants, fishes, flowers, fruits, people, rockets, sky, stars,
               things, trees, vehicles)
from .registry import DRAWERS, Drawer, draws

__all__ = ['DRAWERS', 'Drawer', 'draws']
