"""Short trainings of each config, for a CPU, and their mAP."""
import glob
import os.path as osp
import time
from typing import Iterator, Sequence

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.registry import RUNNERS

from custom.config.config import load_config
from custom.config.tree import nested_dicts
from custom.engine.setup import setup_test, setup_training
from custom.utils.precision import has_bf16

COLUMNS = ('config', 'epochs', 'minutes', 'mAP', 'mAP50')

SIZE = 256  # pixels of the long side
BATCH = 4
# A quarter of a ResNet's channels is a sixteenth of its multiplications.
NARROWING = 4
SHORTENING = 2


def short_runs(configs: Sequence[str], data: str,
               work_dir: str) -> Iterator[dict]:
    """Trains and tests each config; rows with the keys of ``COLUMNS``.

    The test is that of the data folder's test split, by the last weights. A
    run that was interrupted goes on after its last whole epoch; the minutes
    are then those since.

    Args:
        configs: Paths of leaf configs.
        data: A data folder; its classes replace those of the configs. Fast
            R-CNN keeps the data set of its config, which has proposals.
        work_dir: Each config gets a folder of its name in it.

    Raises:
        InputError: A config or the data folder is missing or bad.
    """
    for path in configs:
        name = osp.splitext(osp.basename(path))[0]
        folder = osp.join(work_dir, name)
        cfg = load_config(path)
        shorten(cfg)
        cfg.work_dir = folder
        # MMEngine gives all runs of a process one visualizer of a name, which
        # writes to the folder of the first.
        cfg.visualizer.name = f'{name} training'
        own = 'proposal_file' in cfg.train_dataloader.dataset
        done = glob.glob(osp.join(glob.escape(folder), 'epoch_*.pth'))
        setup_training(
            cfg,
            None if own else data,
            amp=has_bf16(get_device()),
            resume='auto' if done else None)
        start = time.monotonic()
        RUNNERS.build(cfg).train()
        minutes = (time.monotonic() - start) / 60

        epochs = cfg.train_cfg.max_epochs
        cfg = load_config(path)
        shorten(cfg)
        cfg.work_dir = folder
        cfg.visualizer.name = f'{name} test'
        setup_test(cfg, osp.join(folder, f'epoch_{epochs}.pth'),
                   None if own else data)
        scores = RUNNERS.build(cfg).test()
        yield {
            'config': name,
            'epochs': epochs,
            'minutes': f'{minutes:.0f}',
            'mAP': scores['coco/bbox_mAP'],
            'mAP50': scores['coco/bbox_mAP_50'],
        }


def shorten(cfg: Config) -> None:
    """Fits a config to a CPU and to random weights, the same for all.

    Images of 256 pixels, four a step, for half of the epochs, without
    validation. A ResNet, its pyramid and its heads have a quarter of their
    channels; depth, anchors, samplers and losses stay. Nothing is frozen and
    norms learn; a VGG, which is older than batch norm, gets it. AdamW with a
    rate of 0.001 that warms up and falls along a cosine.

    Args:
        cfg: Changed in place.
    """
    for node in nested_dicts(cfg.model):
        if (node.get('init_cfg') or {}).get('type') == 'Pretrained':
            node['init_cfg'] = None  # random weights
    backbone = cfg.model.backbone
    if backbone.type == 'ResNet':
        _narrow(cfg.model)
        backbone.update(frozen_stages=-1, norm_eval=False)
        # He et al., 2018, "Rethinking ImageNet Pre-training": a pyramid
        # trained from scratch needs a norm.
        cfg.model.neck.norm_cfg = dict(type='BN')
    elif backbone.type == 'TorchvisionVGG':
        backbone.update(with_bn=True, norm_eval=False)
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        for step in nested_dicts(loader.dataset.pipeline):
            if step.get('type') == 'Resize':
                step['scale'] = (SIZE, SIZE)
    cfg.train_dataloader.batch_size = BATCH
    cfg.val_dataloader = cfg.val_cfg = cfg.val_evaluator = None

    epochs = cfg.train_cfg.max_epochs // SHORTENING
    cfg.train_cfg.update(max_epochs=epochs, val_interval=epochs)
    cfg.param_scheduler = [
        dict(
            type='LinearLR',
            start_factor=0.01,
            by_epoch=False,
            begin=0,
            end=100),
        dict(
            type='CosineAnnealingLR',
            eta_min_ratio=0.01,
            begin=0,
            end=epochs,
            T_max=epochs,
            convert_to_iter_based=True),
    ]
    cfg.optim_wrapper = dict(
        type='OptimWrapper',
        optimizer=dict(type='AdamW', lr=0.001, weight_decay=0.05, fused=True),
        clip_grad=dict(max_norm=10))
    cfg.auto_scale_lr = dict(enable=False)
    # Without a validation there is no best one, and no loss of it.
    cfg.default_hooks.checkpoint.save_best = None
    cfg.custom_hooks = [
        hook for hook in cfg.custom_hooks if hook.type != 'ValLossHook'
    ]


def _narrow(model: dict) -> None:
    model['backbone']['base_channels'] = 64 // NARROWING
    parts = [node for key, node in model.items() if key != 'backbone']
    for node in nested_dicts(parts):
        for key, value in node.items():
            if not key.endswith('_channels'):
                continue
            if isinstance(value, int):
                node[key] = value // NARROWING
            else:
                node[key] = [channels // NARROWING for channels in value]
