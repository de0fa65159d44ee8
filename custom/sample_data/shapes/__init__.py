"""Drawing functions of the classes, by theme."""
from . import animals, creatures, nature, sky, things, vehicles  # noqa: F401
from .registry import DRAWERS, Drawer, draws

__all__ = ['DRAWERS', 'Drawer', 'draws']
