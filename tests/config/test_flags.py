import copy
import glob
import os.path as osp
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import HOOKS, MODELS
from torch import nn

from custom.config.config import load_config
from custom.config.flags import flag_lines, flag_word, set_flags
from custom.config.validate import require_known_keys
from custom.utils.errors import InputError
from tests.helpers.run_tool import CONFIG

LEAVES = sorted(
    path for path in glob.glob('configs/**/*.py', recursive=True)
    if '_base_' not in path)
ALL = dict(
    epochs=2,
    batch=3,
    imgsz=320,
    lr=0.1,
    freeze=2,
    seed=7,
    workers=0,
    patience=3,
    ema=True,
    copy_paste=True,
    save_every=5.0,
    track='mlflow')


def with_flags(options=None, path=CONFIG, **flags):
    cfg = load_config(path)
    set_flags(cfg, flags, options or {})
    return cfg


@pytest.mark.parametrize('path', LEAVES, ids=osp.basename)
def test_every_leaf_takes_every_flag_or_refuses_it_by_name(path):
    whole = load_config(path)
    refused = []
    for flag, value in ALL.items():
        cfg = copy.deepcopy(whole)
        try:
            changed = set_flags(cfg, {flag: value}, {})
        except InputError as error:
            assert str(error).startswith(f'{flag_word(flag)}: {path}')
            refused.append(flag)
        else:
            assert changed[flag]
            require_known_keys(cfg)
    # These VGGs have no stages; of what is pasted there are neither masks nor
    # proposals.
    assert refused == ['freeze'] * ('vgg16' in path) + ['copy_paste'] * (
        'mask_rcnn' in path or 'fast_rcnn' in path)


def test_without_flags_nothing_changes():
    cfg = load_config(CONFIG)

    assert set_flags(cfg, {}, {}) == {}
    assert cfg.to_dict() == load_config(CONFIG).to_dict()


def test_a_line_tells_what_a_flag_has_set():
    cfg = load_config(CONFIG)
    flags = dict(epochs=2, seed=0, lr=0.001, save_every=5.0)
    lines = flag_lines(flags, set_flags(cfg, flags, {}))

    assert lines == [
        '--epochs 2: train_cfg.max_epochs=2, param_scheduler.0.end=14, '
        'param_scheduler.1.end=2, param_scheduler.1.T_max=2',
        '--lr 0.001: auto_scale_lr.enable=False',
        '--seed 0: so it was before',
        '--save-every 5.0: default_hooks.checkpoint.save_every=5.0',
    ]


def test_options_win_and_what_follows_follows_from_them():
    cfg = with_flags(
        {
            'train_cfg.max_epochs': 7,
            'param_scheduler.1.T_max': 9,
            'optim_wrapper.optimizer.lr': 0.5,
        },
        epochs=2,
        lr=0.1)

    assert cfg.train_cfg.max_epochs == 7
    assert cfg.param_scheduler[0].end == 50
    assert (cfg.param_scheduler[1].end, cfg.param_scheduler[1].T_max) == (7, 9)
    assert cfg.optim_wrapper.optimizer.lr == 0.5
    assert not cfg.auto_scale_lr.enable


def test_batch_leaves_the_rate_to_follow():
    cfg = with_flags(batch=8)

    assert cfg.train_dataloader.batch_size == 8
    assert cfg.auto_scale_lr == dict(enable=True, base_batch_size=4)


def test_a_backbone_without_stages_is_not_frozen():
    path, = (leaf for leaf in LEAVES if 'vgg16_c5' in leaf)

    with pytest.raises(InputError, match='VGG takes no frozen_stages'):
        with_flags(path=path, freeze=1)


def test_a_backbone_has_so_many_stages():
    path, = (leaf for leaf in LEAVES if '/faster-rcnn_r50_fpn_1x_d' in leaf)

    assert with_flags(path=path, freeze=4).model.backbone.frozen_stages == 4
    with pytest.raises(InputError, match='ResNet has no 5 stages to freeze'):
        with_flags(path=path, freeze=5)


@pytest.mark.parametrize('way', ['flag', 'option', 'config'])
def test_no_workers(way, tmp_path):
    if way == 'flag':
        cfg = with_flags(workers=0)
    elif way == 'option':
        cfg = load_config(
            CONFIG, {
                'train_dataloader.num_workers': 0,
                'train_dataloader.prefetch_factor': 2
            })
    else:
        path = tmp_path / 'leaf.py'
        path.write_text(f"_base_ = '{osp.abspath(CONFIG)}'\n"
                        'train_dataloader = dict(num_workers=0)')
        cfg = load_config(str(path))

    loader = {
        key: value
        for key, value in cfg.train_dataloader.items()
        if key in ('num_workers', 'persistent_workers', 'prefetch_factor')
    }
    assert loader == dict(num_workers=0, persistent_workers=False)


@pytest.mark.parametrize('epochs, interval, patience', [(10, 1, 10),
                                                        (10, 5, 2), (11, 5, 3),
                                                        (1, 5, 1)])
def test_patience_counts_epochs(epochs, interval, patience):
    cfg = with_flags({'train_cfg.val_interval': interval}, patience=epochs)

    assert cfg.default_hooks.early_stopping == dict(
        type='EarlyStoppingHook',
        monitor='coco/bbox_mAP',
        rule='greater',
        min_delta=0,
        patience=patience)


@pytest.mark.parametrize('scores, stops', [
    ([.1, .2, .3, .4], None),
    ([.4, .3, .3], 3),
    ([.4, .3, .401, .4, .4], 5),
    ([.4, .3, .4, .3, .4], None),
    ([.0, .0, .0, .0, .0], None),
])
def test_when_patience_ends(scores, stops):
    """An epoch as good as the best starts the count again."""
    cfg = with_flags({'train_cfg.val_interval': 1}, patience=2)
    hook = HOOKS.build(cfg.default_hooks.early_stopping)
    loop = SimpleNamespace(stop_training=False)
    runner = SimpleNamespace(
        train_loop=loop, logger=SimpleNamespace(info=lambda text: None))

    stopped = None
    for number, score in enumerate(scores, 1):
        hook.after_val_epoch(runner, {'coco/bbox_mAP': score})
        if loop.stop_training:
            stopped = stopped or number
    assert stopped == stops


@pytest.mark.parametrize('options, missing', [
    (dict(val_cfg=None, val_dataloader=None), 'has no validation'),
    ({
        'default_hooks.checkpoint.save_best': None
    }, 'names no metric'),
    ({
        'default_hooks.checkpoint': None
    }, 'has no default_hooks.checkpoint'),
])
def test_patience_without_a_measure(options, missing):
    with pytest.raises(InputError, match=f'--patience: .* {missing}'):
        with_flags(options, patience=3)


def test_a_running_average_reaches_back_over_a_share_of_the_run():
    """A weight that is n at step n: its average is an eleventh behind."""
    hook = with_flags(ema=True).default_hooks.ema
    model = nn.Linear(1, 1, bias=False)
    average = MODELS.build(
        dict(
            type=hook.ema_type,
            model=model,
            gamma=hook.gamma,
            momentum=hook.momentum,
            update_buffers=hook.update_buffers))
    lags = {}
    for step in range(1101):
        with torch.no_grad():
            model.weight.fill_(step)
        average.update_parameters(model)
        lags[step] = step - average.module.weight.item()

    assert lags[0] == 0
    assert lags[110] == pytest.approx(10, abs=0.5)
    assert lags[1100] == pytest.approx(100, abs=1)


def test_objects_are_pasted_after_their_boxes_are_loaded():
    cfg = with_flags(copy_paste=True)

    kinds = [one['type'] for one in cfg.train_dataloader.dataset.pipeline]
    assert kinds[:4] == [
        'LoadImageOnWhite', 'LoadAnnotations', 'InkCopyPaste', 'CachedMosaic'
    ]
    assert set_flags(cfg, dict(copy_paste=True), {}) == dict(copy_paste={})


@pytest.mark.parametrize('option, words', [
    ({
        'train_dataloader.dataset.pipeline.1.with_mask': True
    }, 'loads more than boxes .with_mask'),
    ({
        'train_dataloader.dataset.pipeline.1.type': 'LoadImageOnWhite'
    }, 'has no LoadAnnotations'),
])
def test_no_objects_are_pasted(option, words):
    with pytest.raises(InputError, match=f'--copy-paste: .* {words}'):
        with_flags(option, copy_paste=True)


def test_an_average_that_is_there_stays():
    cfg = load_config(CONFIG)
    cfg.custom_hooks.append(dict(type='EMAHook', momentum=0.1))

    assert set_flags(cfg, dict(ema=True), {}) == dict(ema={})


def test_tracking_keeps_the_local_backend():
    cfg = with_flags(track='wandb')

    assert [backend.type for backend in cfg.visualizer.vis_backends
            ] == ['LocalVisBackend', 'WandbTracker']
    assert cfg.default_hooks.track == dict(type='TrackHook')
    assert not set_flags(cfg, dict(track='wandb'), {})['track']


def test_places_that_a_config_lacks():
    cfg = Config(dict(model=dict(type='FasterRCNN')))

    for flag in ('batch', 'lr', 'freeze', 'patience', 'save_every', 'track'):
        word = flag.replace('_', '-')
        with pytest.raises(InputError, match=f'--{word}: None has no '):
            set_flags(cfg, {flag: ALL[flag]}, {})


def test_a_checkpoint_hook_without_save_every():
    """Our runner makes one with it of MMEngine's."""
    plain = {'default_hooks.checkpoint.type': 'CheckpointHook'}
    cfg = with_flags(plain, save_every=5.0)
    assert cfg.default_hooks.checkpoint.save_every == 5
    with pytest.raises(InputError, match='--save-every: .*CheckpointHook'):
        with_flags({**plain, 'runner_type': 'Runner'}, save_every=5.0)


def test_patience_with_intervals_that_change():
    """The last validations are each epoch: it waits ten of them."""
    cfg = with_flags(
        {
            'train_cfg.val_interval': 5,
            'train_cfg.dynamic_intervals': [(12, 1)]
        },
        patience=10)
    assert cfg.default_hooks.early_stopping.patience == 10


def test_a_hook_is_added_by_options_that_say_its_type():
    name = 'default_hooks.memory'
    cfg = load_config(CONFIG, {
        f'{name}.interval': 5,
        f'{name}.type': 'MemoryProfilerHook'
    })
    assert cfg.default_hooks.memory == dict(
        type='MemoryProfilerHook', interval=5)
    require_known_keys(cfg)

    with pytest.raises(InputError, match='did you mean default_hooks.logger'):
        load_config(CONFIG, {'default_hooks.logger2.interval': 5})
    with pytest.raises(InputError, match='did you mean .*memory.interval'):
        load_config(CONFIG, {
            f'{name}.type': 'MemoryProfilerHook',
            f'{name}.intervall': 5
        })
