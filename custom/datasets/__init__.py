"""Data sets: one registered class; readers, checks and importers are pure
functions."""
from .drawings22 import Drawings22Dataset

__all__ = ['Drawings22Dataset']
