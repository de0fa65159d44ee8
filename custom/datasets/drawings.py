"""The data set of the 22 drawing classes."""
from mmdet.registry import DATASETS

from custom.classes import NAMES
from .coco_dataset import CocoByNameDataset


@DATASETS.register_module()
class DrawingsDataset(CocoByNameDataset):
    """The 22 classes of :mod:`custom.classes` unless
    ``metainfo=dict(classes=...)`` names others."""
    METAINFO = dict(classes=NAMES)
