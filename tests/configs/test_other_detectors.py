"""Every kind of detector trains, is measured and infers, with our operators.

At 128 pixels, with narrow layers: the configs' own structure in seconds.
"""
import json
import math
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from mmengine.registry import RUNNERS

from custom.apis import Predictor, inference_detector, init_detector
from custom.classes import NAMES
from custom.config.config import load_config, use_classes
from custom.config.tree import nested_dicts
from custom.engine.setup import setup_test, setup_training
from custom.sample_data.dataset import make_dataset
from custom.utils.image_io import read_image
from tests.helpers.small_detectors import CASES, Case

pytestmark = pytest.mark.slow

every_case = pytest.mark.parametrize('case', CASES.values(), ids=CASES)


class Trained(NamedTuple):
    """What training left: the checkpoint, and a config to test it with."""
    case: Case
    data: str
    work_dir: str

    @property
    def checkpoint(self):
        return f'{self.work_dir}/epoch_12.pth'


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp('data')
    make_dataset(folder, dict(train=2, val=2, test=2), 0, 1)
    return str(folder)


@pytest.fixture(scope='module', params=CASES.values(), ids=CASES)
def trained(request, data, tmp_path_factory):
    """Twelve steps on the same two images."""
    folder = str(tmp_path_factory.mktemp('run'))
    cfg = small_config(request.param, folder)
    setup_training(cfg, data=data, check=False)
    RUNNERS.build(cfg).train()
    return Trained(request.param, data, folder)


def small_config(case, work_dir):
    cfg = load_config(
        case.path, {
            **case.options,
            'model.backbone.init_cfg': None,
            'param_scheduler': [],
            'train_cfg.max_epochs': 12,
            'train_cfg.val_interval': 12,
            'default_hooks.checkpoint.interval': 12,
            'default_hooks.logger.interval': 1,
            'default_hooks.val_report': None,
            'auto_scale_lr.enable': False,
            'log_level': 'ERROR',
        })
    # MMEngine keeps loggers and visualizers by name, beyond the runner.
    cfg.work_dir = cfg.experiment_name = cfg.visualizer.name = work_dir
    # With the rates of the configs twelve steps change too little to be seen.
    cfg.optim_wrapper = dict(
        type='OptimWrapper', optimizer=dict(type='AdamW', lr=0.001))
    for split in ('train', 'val', 'test'):
        loader = cfg[f'{split}_dataloader']
        loader.num_workers, loader.persistent_workers = 0, False
        for step in loader.dataset.pipeline:
            if step.type == 'Resize':
                step.scale = (128, 128)
    return cfg


def images(data):
    return sorted(str(path) for path in Path(data).glob('images/*'))


def test_losses_fall(trained):
    path, = Path(trained.work_dir).glob('*/vis_data/scalars.json')
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    losses = [line['loss'] for line in lines if 'loss' in line]

    assert len(losses) == 12
    assert all(map(math.isfinite, losses))
    assert losses[-1] < losses[0]


def test_validation_is_repeated_by_a_test(trained):
    path, = Path(trained.work_dir).glob('*/vis_data/scalars.json')
    last = json.loads(path.read_text().splitlines()[-1])
    cfg = small_config(trained.case, f'{trained.work_dir}/test')
    setup_test(cfg, trained.checkpoint, trained.data, 'val')

    scores = RUNNERS.build(cfg).test()

    assert 0 <= scores['coco/bbox_mAP'] <= 1
    assert scores == {key: last[key] for key in scores}


def test_a_checkpoint_is_enough_to_infer(trained):
    predictor = Predictor(trained.checkpoint, 'cpu', 'fp32')
    image = images(trained.data)[0]
    height, width = read_image(image).shape[:2]

    found = predictor(image)

    assert predictor.classes == NAMES
    assert 0 < len(found) <= 100
    for detection in found:
        x1, y1, x2, y2 = detection.box
        assert detection.label in NAMES
        assert 0 < detection.score <= 1
        assert 0 <= x1 <= x2 <= width
        assert 0 <= y1 <= y2 <= height


def test_bfloat16_finds_the_same(trained):
    wide, half = (
        inference_detector(
            init_detector(None, trained.checkpoint, 'cpu', precision),
            images(trained.data)[0]).pred_instances
        for precision in ('fp32', 'bf16'))

    assert half.bboxes.dtype == half.scores.dtype == torch.float32
    torch.testing.assert_close(
        *(found.scores.sort(descending=True)[0][:20]
          for found in (wide, half)),
        rtol=0.05,
        atol=0.005)


def test_mask_rcnn_alone_has_masks_of_the_image(trained):
    image = images(trained.data)[0]
    model = init_detector(None, trained.checkpoint, 'cpu', 'fp32')
    found = inference_detector(model, image).pred_instances

    assert ('masks' in found) == (trained.case is CASES['mask'])
    if 'masks' in found:
        size = read_image(image).shape[:2]
        assert found.masks.dtype == torch.bool
        assert found.masks.shape == (len(found), *size)


@every_case
def test_all_heads_take_the_classes_of_the_data(case):
    cfg = load_config(case.path)
    use_classes(cfg, ('bus', 'truck', 'cat'))
    sizes = [
        node['num_classes'] for node in nested_dicts(cfg.model)
        if 'num_classes' in node
    ]

    assert sizes == [3] * case.heads
