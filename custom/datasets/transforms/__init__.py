"""Transforms for data pipelines that MMDetection lacks, or has otherwise."""
from .boxes_to_masks import BoxesToMasks
from .dataset_mapper import DatasetMapper
from .ink_copy_paste import InkCopyPaste
from .load_image import LoadImageOnWhite
from .load_or_search_proposals import LoadOrSearchProposals
from .strip_transforms import RandomFlip, Resize

__all__ = [
    'BoxesToMasks', 'LoadImageOnWhite', 'LoadOrSearchProposals',
    'DatasetMapper', 'InkCopyPaste', 'RandomFlip', 'Resize'
]
