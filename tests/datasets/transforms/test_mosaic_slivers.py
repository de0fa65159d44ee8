"""Slivers that a mosaic leaves of boxes: a bug of MMDetection's CachedMosaic.

It keeps each box of which anything is inside, and rounding leaves 4e-6 pixels
of one that ends at the edge.
"""
import numpy as np
import pytest
from mmdet.registry import TRANSFORMS
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.registry import init_default_scope

from custom.config.config import load_config
from tests.helpers.run_tool import CONFIG

SLIVER, BOX = [0, 10, 4e-6, 20], [5, 5, 50, 40]


@pytest.fixture
def steps():
    """Of the config, what comes after the mosaic; it always flips."""
    cfg = load_config(CONFIG)
    init_default_scope('mmdet')
    types = [step['type'] for step in cfg.train_pipeline]
    after = cfg.train_pipeline[types.index('CachedMosaic') + 1:-1]
    return [
        TRANSFORMS.build(
            dict(step, prob=1.) if step['type'] == 'RandomFlip' else step)
        for step in after
    ]


def boxes_after(steps, *boxes):
    results = dict(
        img=np.zeros((256, 256, 3), np.uint8),
        img_shape=(256, 256),
        gt_bboxes=HorizontalBoxes(np.float32(boxes)),
        gt_bboxes_labels=np.arange(len(boxes)),
        gt_ignore_flags=np.zeros(len(boxes), bool))
    for step in steps:
        results = step(results)
    return results['gt_bboxes'].tensor.tolist(), results['gt_bboxes_labels']


def test_a_flip_leaves_one_without_width(steps):
    boxes, _ = boxes_after(steps[:-1], SLIVER)
    assert boxes == [[256, 10, 256, 20]]


def test_a_training_gets_none(steps):
    boxes, labels = boxes_after(steps, SLIVER, BOX)
    assert boxes == [[206, 5, 251, 40]]
    assert [*labels] == [1]
    assert boxes_after(steps, SLIVER)[0] == []
