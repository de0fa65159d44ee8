"""Data sets: registered classes; readers, checks and importers are pure
functions."""
from .coco_by_name import CocoByNameDataset
from .drawings22 import Drawings22Dataset
from .register import (RegisteredDataset, register_coco_dataset,
                       registered_coco, use_registered)

__all__ = [
    'CocoByNameDataset', 'Drawings22Dataset', 'RegisteredDataset',
    'register_coco_dataset', 'registered_coco', 'use_registered'
]
