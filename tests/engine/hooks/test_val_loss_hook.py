import copy
import json
import random

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import RUNNERS

from custom.config.config import load_config
from custom.engine.hooks.val_loss_hook import (ValLossHook, build_loss_loader,
                                               validation_losses)
from custom.engine.setup import setup_training
from custom.sample_data.dataset import make_dataset
from custom.utils.errors import InputError
from tests.helpers.processes import in_processes

CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')
MASKS = 'configs/mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22.py'


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('val_loss')
    make_dataset(folder / 'data', dict(train=4, val=3, test=1), 0, 1)
    return folder


@pytest.fixture(scope='module')
def runner(folder):
    """The demo's model at its random start, two images a batch."""
    cfg = load_config(
        CONFIG, {
            'val_dataloader.num_workers': 0,
            'val_dataloader.persistent_workers': False,
            'val_dataloader.batch_size': 2
        })
    cfg.work_dir = str(folder / 'work_dir')
    cfg.experiment_name = cfg.visualizer.name = 'val_loss'
    cfg.log_level = 'ERROR'
    setup_training(cfg, data=str(folder / 'data'), check=False)
    return RUNNERS.build(cfg)


def chance():
    return (torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(),
            random.getstate())


def test_boxes_are_those_of_the_resized_image(folder, runner):
    loader = build_loss_loader(runner.cfg)
    coco = json.loads((folder / 'data/annotations/val.json').read_text())
    image = coco['images'][0]
    sample = loader.dataset[0]['data_samples']

    # The long side becomes 256 pixels.
    scale = 256 / max(image['width'], image['height'])
    x, y, w, h = coco['annotations'][0]['bbox']
    assert sample.gt_instances.bboxes.tensor[0].tolist() == pytest.approx(
        [x * scale, y * scale, (x + w) * scale, (y + h) * scale], rel=0.01)
    assert sample.ori_shape == (image['height'], image['width'])
    assert sample.img_shape != sample.ori_shape
    # No mosaic, no flip: the same each time.
    assert torch.equal(loader.dataset[0]['inputs'],
                       loader.dataset[0]['inputs'])


def test_losses_are_those_of_the_model(runner):
    loader = build_loss_loader(runner.cfg)
    found = validation_losses(runner.model, loader)

    model = runner.model.eval()
    totals = []
    with torch.no_grad():
        # Three images: a batch of two, and one of one.
        for first, batch in zip((0, 2), loader):
            torch.manual_seed(first)
            data = model.data_preprocessor(batch)
            losses = model.loss(data['inputs'], data['data_samples'])
            totals.append(
                sum(
                    sum(v) if isinstance(v, list) else v
                    for k, v in losses.items() if 'loss' in k))
    assert found['loss'] == pytest.approx(
        float(2 * totals[0] + totals[1]) / 3, rel=1e-5)
    assert found.keys() == {
        'loss', 'loss_rpn_cls', 'loss_rpn_bbox', 'loss_cls', 'loss_bbox', 'acc'
    }
    assert 0 <= found['acc'] <= 100


def test_processes_share_the_images_and_the_losses_stay(runner, tmp_path):
    # Three images on two processes: the fourth, which fills up, doesn't count.
    cfg = copy.deepcopy(runner.cfg)
    cfg.val_dataloader.batch_size = 1

    def losses(rank=0):
        return validation_losses(runner.model, build_loss_loader(cfg))

    one = losses()
    for found in in_processes(2, losses, tmp_path):
        assert found == pytest.approx(one, rel=1e-4)


def test_the_model_and_chance_stay_as_they_are(runner):
    loader = build_loss_loader(runner.cfg)
    model = runner.model.train()
    # As a frozen norm stays in a training.
    model.backbone.bn1.eval()
    modes = [module.training for module in model.modules()]
    weights = {k: v.clone() for k, v in model.state_dict().items()}
    before = chance()

    first = validation_losses(model, loader)

    assert chance() == before
    assert [module.training for module in model.modules()] == modes
    assert all(
        torch.equal(v, weights[k]) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    torch.rand(3)
    assert validation_losses(model, loader) == first


def test_nothing_is_done_without_validation(runner, monkeypatch):
    hook = ValLossHook()
    monkeypatch.setitem(runner.cfg._cfg_dict, 'val_dataloader', None)
    hook.before_train(runner)
    hook.after_train_epoch(runner)
    hook.after_train(runner)


def test_what_the_training_loads_is_loaded(folder):
    # Masks, which validation doesn't load.
    cfg = load_config(MASKS, {'val_dataloader.num_workers': 0})
    setup_training(cfg, data=str(folder / 'data'), check=False)
    steps = build_loss_loader(cfg).dataset.pipeline.transforms

    assert [type(step).__name__ for step in steps] == [
        'LoadImageOnWhite', 'BoxesToMasks', 'LoadAnnotations', 'Resize',
        'PackDetInputs'
    ]


def test_types_with_a_scope(folder):
    """Annotations that are loaded twice would be of the image before its
    resizing."""
    cfg = load_config(MASKS, {'val_dataloader.num_workers': 0})
    setup_training(cfg, data=str(folder / 'data'), check=False)
    for step in cfg.val_dataloader.dataset.pipeline:
        if step.type == 'LoadAnnotations':
            step.type = 'mmdet.LoadAnnotations'
    for step in cfg.train_dataloader.dataset.pipeline:
        if step.type == 'LoadAnnotations':
            step.type = 'mmdet.LoadAnnotations'
    steps = build_loss_loader(cfg).dataset.pipeline.transforms
    names = [type(step).__name__ for step in steps]
    assert names.count('LoadAnnotations') == 1


@pytest.mark.parametrize('cfg', [
    dict(train_dataloader=dict(dataset=dict(pipeline=[])),
         val_dataloader=dict(dataset=dict(pipeline=[]))),
    dict(train_dataloader=dict(
        dataset=dict(pipeline=[dict(type='LoadAnnotations')])),
         val_dataloader=None),
], ids=['no annotations', 'no validation'])  # yapf: disable
def test_without_annotations_or_validation_it_is_refused(cfg):
    with pytest.raises(InputError, match='ValLossHook needs LoadAnnotations'):
        build_loss_loader(Config(cfg))
