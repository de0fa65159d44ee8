from .boxes_to_masks import BoxesToMasks
from .load_drawing import LoadDrawing
from .load_or_search_proposals import LoadOrSearchProposals
from .mapper import Mapper

__all__ = ['BoxesToMasks', 'LoadDrawing', 'LoadOrSearchProposals', 'Mapper']
