import re
from pathlib import Path

import pytest
from mmengine.config import Config

from tests.helpers.waste_dataset import make_waste

ROOT = Path(__file__).parents[2]
FOLDER = 'configs/faster_rcnn'
TRASH10 = f'{FOLDER}/faster-rcnn_r50_fpn_1x_trash10.py'
DRAWINGS22 = f'{FOLDER}/faster-rcnn_r50_fpn_1x_drawings22.py'


def blocks(page, language):
    """The code blocks of docs/PAGE in that language."""
    text = (ROOT / 'docs' / page).read_text(encoding='utf-8')
    return re.findall(rf'^```{language}\n(.*?)^```', text, re.M | re.S)


def make_small(cfg):
    """The same config with a small model for small images."""
    cfg.merge_from_dict(
        dict(
            model=dict(
                backbone=dict(
                    depth=18, base_channels=8, frozen_stages=-1,
                    init_cfg=None),
                neck=dict(in_channels=[8, 16, 32, 64], out_channels=16),
                rpn_head=dict(in_channels=16, feat_channels=16),
                roi_head=dict(
                    bbox_roi_extractor=dict(out_channels=16),
                    bbox_head=dict(in_channels=16, fc_out_channels=32)))))
    for split in ('train', 'val', 'test'):
        loader = cfg[f'{split}_dataloader']
        loader.update(num_workers=0, persistent_workers=False)
        resize, = (
            step for step in loader.dataset.pipeline if step.type == 'Resize')
        resize.scale = (64, 64)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The working directory: the ten kinds of waste in data/trash, and small
    configs where the pages name them."""
    make_waste(tmp_path / 'data/trash')
    (tmp_path / FOLDER).mkdir(parents=True)
    for path in (TRASH10, DRAWINGS22):
        cfg = Config.fromfile(ROOT / path)
        make_small(cfg)
        cfg.train_cfg.max_epochs = 1
        # MMEngine hands out by name what it has built before.
        cfg.visualizer.name = cfg.experiment_name = tmp_path.name
        cfg.dump(tmp_path / path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path
