"""Data sets: registered classes; readers, checks and importers are pure
functions, which need no torch."""
from custom.utils.setup_env import has_torch

if has_torch():
    from .catalog import (RegisteredDataset, register_coco_instances,
                          registered_coco, use_registered)
    from .coco_dataset import CocoByNameDataset
    from .drawings import DrawingsDataset
    from .mix_sampler import MixSampler

    __all__ = [
        'CocoByNameDataset', 'DrawingsDataset', 'MixSampler',
        'RegisteredDataset', 'register_coco_instances', 'registered_coco',
        'use_registered'
    ]
