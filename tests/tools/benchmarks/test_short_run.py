import os.path as osp

import pytest
from mmdet.registry import MODELS
from mmengine.registry import init_default_scope

from benchmarks.short_run import shorten
from benchmarks.zoo import all_configs
from custom.config.config import load_config
from custom.config.tree import nested_dicts

# Made for a CPU as it is, with channels of its own.
R18 = 'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py'
R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def build(cfg):
    init_default_scope('mmdet')
    return MODELS.build(cfg.model)


@pytest.mark.parametrize(
    'path', [path for path in all_configs() if not path.endswith(R18)],
    ids=osp.basename)
def test_every_config_can_be_shortened(path):
    cfg = load_config(path)
    epochs = cfg.train_cfg.max_epochs
    shorten(cfg)

    assert cfg.train_cfg.max_epochs == epochs // 2
    assert {
        tuple(step.scale)
        for step in nested_dicts(cfg.train_dataloader.dataset.pipeline)
        if step.get('type') == 'Resize'
    } <= {(256, 256)}
    model = build(cfg)  # its parts still fit together
    assert all(weight.requires_grad for weight in model.parameters())


def test_a_quarter_of_the_channels():
    cfg = load_config(R50)
    shorten(cfg)

    model = build(cfg)

    assert model.backbone.conv1.out_channels == 16  # of 64
    assert model.neck.out_channels == 64  # of 256
    assert model.roi_head.bbox_head.fc_out_channels == 256  # of 1024
