import pytest
import torch
from mmengine.config import Config
from mmengine.optim import LinearLR
from torch.nn import Parameter
from torch.optim import SGD

from custom.config.config import load_config, set_options
from custom.config.schedule_length import rescaled_schedule, spread_milestones
from custom.utils.errors import InputError
from tests.helpers.run_tool import CONFIG

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
# YOLOX of MMDetection: warm-up, cosine, and 15 epochs without mosaic.
YOLOX = dict(
    train_cfg=dict(max_epochs=300, val_begin=5),
    param_scheduler=[
        dict(type='QuadraticWarmupLR', begin=0, end=5),
        dict(type='CosineAnnealingLR', begin=5, T_max=285, end=285),
        dict(type='ConstantLR', begin=285, end=300),
    ],
    custom_hooks=[
        dict(type='YOLOXModeSwitchHook', num_last_epochs=15),
        dict(type='mmdet.PipelineSwitchHook', switch_epoch=280),
    ])


def test_a_cosine_by_epochs_and_a_warm_up_by_steps():
    # 14 epochs, 100 steps of warm-up: a 7th of 100 is 14.
    cfg = load_config(CONFIG)

    assert rescaled_schedule(cfg, 2) == {
        'train_cfg.max_epochs': 2,
        'param_scheduler.0.begin': 0,
        'param_scheduler.0.end': 14,
        'param_scheduler.1.begin': 0,
        'param_scheduler.1.end': 2,
        'param_scheduler.1.T_max': 2,
    }


@pytest.mark.parametrize('epochs', [5, 15, 25, 45])
def test_a_cosine_after_a_warm_up_ends_with_the_training(epochs):
    """Rounded apart, it would rise again at the end."""
    cfg = load_config(CONFIG)
    cfg.train_cfg.max_epochs = 10
    cfg.param_scheduler = [
        dict(type='LinearLR', begin=0, end=1),
        dict(type='CosineAnnealingLR', begin=1, end=10, T_max=9)
    ]
    changes = rescaled_schedule(cfg, epochs)
    assert changes['param_scheduler.1.end'] == epochs
    assert changes['param_scheduler.1.T_max'] == (
        epochs - changes['param_scheduler.1.begin'])


@pytest.mark.parametrize('epochs, factor', [(7, .5), (28, 2)])
def test_schedules_by_steps(epochs, factor):
    """Of 14 epochs of 100 steps."""
    cfg = load_config(CONFIG)
    cfg.param_scheduler = [
        dict(type='CosineAnnealingLR', by_epoch=False, end=1400, T_max=1400),
        dict(type='MultiStepLR', by_epoch=False, milestones=[900, 1200]),
        dict(type='OneCycleLR', by_epoch=False, eta_max=1, total_steps=1400),
    ]
    changes = rescaled_schedule(cfg, epochs)
    steps = 1400 * factor
    assert changes == {
        'train_cfg.max_epochs': epochs,
        'param_scheduler.0.end': steps,
        'param_scheduler.0.T_max': steps,
        'param_scheduler.1.milestones': [900 * factor, 1200 * factor],
        'param_scheduler.2.total_steps': steps,
    }


def test_what_validates_more_often_in_the_end_does_so_still():
    """In the last 20 of 300 epochs, and the last 2 of 30."""
    cfg = load_config(CONFIG)
    cfg.train_cfg.update(
        max_epochs=300, val_interval=10, dynamic_intervals=[(280, 1)])
    assert rescaled_schedule(cfg,
                             30)['train_cfg.dynamic_intervals'] == [(28, 1)]


def test_a_warm_up_gets_no_longer():
    changes = rescaled_schedule(load_config(R50), 24)

    assert not any(key.startswith('param_scheduler.0') for key in changes)
    assert changes['param_scheduler.1.milestones'] == [16, 22]


@pytest.mark.parametrize('begin, end', [(0, 2), (2, 10)])
def test_a_warm_up_by_epochs_gets_longer_with_what_waits_for_it(begin, end):
    warm_up = dict(type='LinearLR', end=2)
    cosine = dict(type='CosineAnnealingLR', begin=begin, end=12)
    cfg = Config(
        dict(train_cfg=dict(max_epochs=12), param_scheduler=[warm_up, cosine]))

    changes = rescaled_schedule(cfg, 60)

    assert changes['param_scheduler.0.end'] == end
    assert changes['param_scheduler.1.begin'] == 5 * begin


def test_a_warm_up_of_one_step_would_never_end():
    warm_up = dict(type='LinearLR', start_factor=0.1, by_epoch=False, end=20)
    cfg = Config(
        dict(train_cfg=dict(max_epochs=100), param_scheduler=[warm_up]))

    end = rescaled_schedule(cfg, 1)['param_scheduler.0.end']

    assert end == 2
    for steps, last in ((1, 0.1), (end, 1.)):
        optimizer = SGD([Parameter(torch.zeros(1))], lr=1.)
        rate = LinearLR(optimizer, start_factor=0.1, by_epoch=False, end=steps)
        optimizer.step()
        for _ in range(5):
            rate.step()
        assert optimizer.param_groups[0]['lr'] == pytest.approx(last)


@pytest.mark.parametrize('epochs, milestones', [
    (36, [24, 33]),
    (12, [8, 11]),
    (6, [4, 5]),
    (3, [1, 2]),
    (2, [1]),
    (1, []),
])
def test_milestones_stay_apart_and_before_the_end(epochs, milestones):
    assert spread_milestones([8, 11], epochs / 12, epochs) == milestones


def test_the_end_of_mosaic_keeps_its_share():
    cfg = Config(YOLOX)
    set_options(cfg, rescaled_schedule(cfg, 30))

    assert [(s.begin, s.end) for s in cfg.param_scheduler] == [(0, 1), (0, 28),
                                                               (28, 30)]
    assert cfg.param_scheduler[1].T_max == 28
    assert cfg.custom_hooks[0].num_last_epochs == 2
    assert cfg.custom_hooks[1].switch_epoch == 28
    assert cfg.train_cfg == dict(max_epochs=30, val_begin=5)


def test_one_epoch_of_many():
    changes = rescaled_schedule(Config(YOLOX), 1)

    assert changes['train_cfg.val_begin'] == 1
    for number in range(3):  # each ends after it begins
        path = f'param_scheduler.{number}'
        assert changes[f'{path}.begin'] < changes[f'{path}.end']
    assert changes['custom_hooks.0.num_last_epochs'] == 1
    assert changes['custom_hooks.1.switch_epoch'] == 0


def test_training_by_iterations_is_refused():
    cfg = Config(dict(train_cfg=dict(type='IterBasedTrainLoop', max_iters=9)))

    with pytest.raises(InputError, match='--epochs: .* by iterations'):
        rescaled_schedule(cfg, 2)
