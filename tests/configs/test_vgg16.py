"""Every value of the notes, on the parts that the config builds."""
import ast
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from mmdet.registry import TRANSFORMS
from mmengine.registry import RUNNERS, init_default_scope

from custom.classes import NAMES
from custom.config.config import load_config
from custom.engine.setup import setup_training
from custom.sample_data.dataset import make_dataset
from tests.helpers.seeded_vgg16 import CHANNELS, POSITIONS

CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22.py')


@pytest.fixture(scope='module')
def runner(tmp_path_factory):
    """Built from the config and ready to train on four drawings."""
    folder = tmp_path_factory.mktemp('vgg16')
    make_dataset(folder / 'data', dict(train=4, val=1, test=1), 0, 1)
    cfg = load_config(CONFIG, {'model.backbone.init_cfg': None})
    cfg.work_dir = str(folder / 'work_dir')
    setup_training(cfg, data=str(folder / 'data'), check=False)
    runner = RUNNERS.build(cfg)
    # What Runner.train does before its first step.
    runner._train_loop = runner.build_train_loop(cfg.train_cfg)
    runner.optim_wrapper = runner.build_optim_wrapper(cfg.optim_wrapper)
    runner.scale_lr(runner.optim_wrapper, cfg.auto_scale_lr)
    runner.param_schedulers = runner.build_param_scheduler(cfg.param_scheduler)
    runner.model.init_weights()
    return runner


@pytest.fixture(scope='module')
def model(runner):
    return runner.model


def assert_normal(layer, deviation):
    weight = layer.weight.detach()
    assert abs(weight.mean()) < deviation / 20
    assert weight.std() == pytest.approx(deviation, rel=0.05)
    assert not layer.bias.detach().any()


def test_vgg16_without_the_last_pool(model):
    layers = [type(layer).__name__ for layer in model.backbone.features]
    map_, = model.backbone(torch.zeros(1, 3, 64, 96))

    assert layers.count('Conv2d') == 13
    assert layers[-1] == 'ReLU'
    assert not model.with_neck
    assert map_.shape == (1, 512, 64 // 16, 96 // 16)
    assert all(weight.requires_grad for weight in model.parameters())


def test_imagenet_weights_land_in_the_backbone(model, tmp_path, monkeypatch):
    # As torchvision publishes them: layers 0 to 28, then those that classify.
    weights = {'classifier.6.bias': torch.zeros(1000)}
    for position, (inputs, outputs) in zip(POSITIONS, CHANNELS):
        value = torch.tensor(float(position))
        weights[f'features.{position}.weight'] = value.expand(
            outputs, inputs, 3, 3)
        weights[f'features.{position}.bias'] = value.expand(outputs)
    (tmp_path / 'checkpoints').mkdir()
    torch.save(weights, tmp_path / 'checkpoints/vgg16-397923af.pth')
    cfg = load_config(CONFIG).model.backbone
    backbone = type(model.backbone)(cfg.depth, init_cfg=cfg.init_cfg)
    monkeypatch.chdir(tmp_path)

    backbone.init_weights()

    loaded = backbone.state_dict()
    assert len(loaded) == 2 * 13
    assert all((value == int(name.split('.')[1])).all()
               for name, value in loaded.items())


def test_images_as_imagenet_was_seen(model):
    before = model.data_preprocessor
    data = before(dict(inputs=[torch.full((3, 400, 600), 255)]))

    assert before.mean.flatten().tolist() == pytest.approx(
        [123.675, 116.28, 103.53])
    assert before.std.flatten().tolist() == pytest.approx(
        [58.395, 57.12, 57.375])
    assert before._channel_conversion
    # 37.5 times 16: the map has 38 columns, and loses none of the image.
    assert data['inputs'].shape == (1, 3, 400, 608)


def test_anchors_of_128_256_and_512_pixels(model):
    generator = model.rpn_head.prior_generator
    widths, heights = (generator.base_anchors[0][:, 2:] -
                       generator.base_anchors[0][:, :2]).T
    # Rounded, or the sides of one size would sort by their last bits.
    sides = (widths * heights).sqrt().round(decimals=2)
    found = sorted(zip(sides.tolist(), (heights / widths).tolist()))
    places = generator.grid_priors([(2, 2)], device='cpu')[0]

    np.testing.assert_allclose(
        found, [*itertools.product((128, 256, 512), (0.5, 1, 2))], rtol=1e-5)
    assert [*(places[::9] - places[0])[:, :2].tolist()] == [[0, 0], [16, 0],
                                                            [0, 16], [16, 16]]


def test_rpn_head(model):
    head = model.rpn_head

    assert (head.rpn_conv.kernel_size, head.rpn_conv.in_channels,
            head.rpn_conv.out_channels) == ((3, 3), 512, 512)
    assert head.rpn_cls.out_channels == 9
    assert head.rpn_reg.out_channels == 4 * 9
    for layer in (head.rpn_conv, head.rpn_cls, head.rpn_reg):
        assert_normal(layer, 0.01)


def test_rpn_samples(model):
    head = model.rpn_head

    assert (head.sampler.num, head.sampler.pos_fraction) == (256, 0.5)
    assert (head.assigner.pos_iou_thr, head.assigner.neg_iou_thr) == (0.7, 0.3)


def test_rpn_proposals(model):
    # No part is built of them: they are read at every call.
    train, test = model.train_cfg.rpn_proposal, model.rpn_head.test_cfg

    for settings in (train, test):
        assert settings.nms == dict(type='nms', iou_threshold=0.7)
        assert settings.nms_pre == 6000
    assert (train.max_per_img, test.max_per_img) == (2000, 300)


def test_roi_features(model):
    layer, = model.roi_head.bbox_roi_extractor.roi_layers

    assert layer.output_size == (7, 7)
    assert layer.sampling_ratio == 2
    assert layer.spatial_scale == 1 / 16


def test_roi_head(model):
    head = model.roi_head.bbox_head

    assert [(fc.in_features, fc.out_features)
            for fc in head.shared_fcs] == [(7 * 7 * 512, 4096), (4096, 4096)]
    assert head.fc_cls.out_features == len(NAMES) + 1
    assert head.fc_reg.out_features == 4 * len(NAMES)
    assert_normal(head.fc_cls, 0.01)
    assert_normal(head.fc_reg, 0.001)


def test_roi_samples(model):
    sampler = model.roi_head.bbox_sampler
    assigner = model.roi_head.bbox_assigner

    assert (sampler.num, sampler.pos_fraction) == (128, 0.25)
    assert (assigner.pos_iou_thr, assigner.neg_iou_thr) == (0.5, 0.5)


def test_detections(model):
    settings = model.roi_head.test_cfg

    assert settings.score_thr == 0.5
    assert settings.nms == dict(type='nms', iou_threshold=0.5)
    assert settings.max_per_img == 300


def test_optimizer(runner):
    optimizer = runner.optim_wrapper.optimizer
    group, = optimizer.param_groups

    assert type(optimizer) is torch.optim.SGD
    assert (group['lr'], group['momentum'],
            group['weight_decay']) == (0.001, 0.9, 0.0005)
    assert len(group['params']) == len([*runner.model.parameters()])


def test_cosine_from_a_thousandth_to_1e_5(runner):
    # Two steps an epoch: four drawings, two a step.
    assert runner.max_epochs == 30 and runner.max_iters == 60
    scheduler, = runner.param_schedulers
    rates = scheduler.get_last_value()
    for _ in range(runner.max_iters):
        runner.optim_wrapper.step()
        scheduler.step()
        rates += scheduler.get_last_value()

    # cos(60 degrees) is a half, so three quarters of the way remain. The last
    # step is one 60th of this short run before the end.
    assert [rates[0], rates[20], rates[30]
            ] == pytest.approx([0.001, 1e-5 + 0.75 * 0.00099, 0.000505])
    assert rates[59] == rates[60] == pytest.approx(1e-5, rel=0.07)


def test_a_checkpoint_per_epoch(runner):
    hook, = [
        hook for hook in runner.hooks
        if type(hook).__name__ == 'SafeCheckpointHook'
    ]

    assert (hook.by_epoch, hook.interval, hook.max_keep_ckpts) == (True, 1, -1)


@pytest.mark.parametrize(
    'size, expected',
    [
        ((300, 400), (400, 533)),  # height, width: the short side is 400
        ((200, 900), (133, 600)),  # or the long one 600
    ])
@pytest.mark.parametrize('loader', ['train', 'val', 'test'])
def test_short_side_400_long_side_at_most_600(loader, size, expected):
    init_default_scope('mmdet')
    dataset = load_config(CONFIG)[f'{loader}_dataloader'].dataset
    resize, = [step for step in dataset.pipeline if step.type == 'Resize']
    resized = TRANSFORMS.build(resize)(dict(img=np.zeros((*size, 3))))

    assert resized['img'].shape == (*expected, 3)


def test_horizontal_flip_in_training(runner):
    steps = runner.train_dataloader.dataset.pipeline.transforms
    flip, = [step for step in steps if type(step).__name__ == 'RandomFlip']

    assert (flip.prob, flip.direction) == (0.5, 'horizontal')
    assert runner.train_dataloader.batch_sampler.batch_size == 2


def test_the_table_in_docs_is_the_config():
    cfg = load_config(CONFIG)
    text = Path('docs/vgg16.md').read_text(encoding='utf-8')
    rows = re.findall(r'^\|.*\| `([\w.]+)` \| `(.+)` \|$', text, re.M)

    assert len(rows) == 46
    for key, value in rows:
        node = cfg
        for part in key.split('.'):
            node = node[int(part) if part.isdigit() else part]
        assert node == ast.literal_eval(value), key
