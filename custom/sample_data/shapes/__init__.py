"""Drawing functions of the classes, by theme."""
from . import (animals, birds, cats, creatures, dogs, elephants, fishes,
               nature, sky, things, vehicles)
from .registry import DRAWERS, Drawer, draws

__all__ = ['DRAWERS', 'Drawer', 'draws']
