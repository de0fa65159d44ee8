"""Transforms for data pipelines that MMDetection lacks."""
from .boxes_to_masks import BoxesToMasks
from .dataset_mapper import DatasetMapper
from .load_image import LoadImageOnWhite
from .load_or_search_proposals import LoadOrSearchProposals

__all__ = [
    'BoxesToMasks', 'LoadImageOnWhite', 'LoadOrSearchProposals',
    'DatasetMapper'
]
