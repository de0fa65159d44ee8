from .boxes_to_masks import BoxesToMasks
from .load_drawing import LoadDrawing
from .mapper import Mapper

__all__ = ['BoxesToMasks', 'LoadDrawing', 'Mapper']
