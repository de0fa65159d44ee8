"""Parts built from a config, each when it is asked for."""
import copy
import functools
import itertools

import numpy as np
import torch
from mmdet.registry import DATASETS, HOOKS, MODELS, TRANSFORMS
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import PARAM_SCHEDULERS, RUNNERS
from mmengine.runner import Runner
from torch import nn

from custom.datasets import (register_coco_instances, registered_coco,
                             use_registered)
from tests.docs.conftest import DRAWINGS22, ROOT, make_small
from .waste_dataset import NAMES

_COUNT = itertools.count()


@functools.lru_cache(maxsize=None)
def _r50():
    return Config.fromfile(ROOT / DRAWINGS22)


class Net(nn.Module):
    """Three weights, a bias and a norm, for an optimizer to work on."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 1)
        self.norm = nn.BatchNorm1d(1)


class Built:
    """Of the R50 config, after ``code`` has changed it.

    ``names`` are those of the code.
    """

    def __init__(self, code=''):
        self.cfg = copy.deepcopy(_r50())
        # MMEngine hands out by name what it has built before.
        self.cfg.experiment_name = f'built{next(_COUNT)}'
        self.cfg.visualizer.name = self.cfg.experiment_name
        self.names = dict(
            cfg=self.cfg,
            RUNNERS=RUNNERS,
            register_coco_instances=register_coco_instances,
            registered_coco=registered_coco,
            use_registered=use_registered)
        exec(code, self.names)

    @functools.cached_property
    def model(self):
        # Shapes alone: to fill 40 million weights takes a second.
        with torch.device('meta'):
            return MODELS.build(self.cfg.model)

    @property
    def box_head(self):
        return self.model.roi_head.bbox_head

    @property
    def roi_layer(self):
        return self.model.roi_head.bbox_roi_extractor.roi_layers[0]

    def frozen_layers(self):
        return [
            name for name in ('layer1', 'layer2', 'layer3', 'layer4')
            if not any(
                p.requires_grad
                for p in getattr(self.model.backbone, name).parameters())
        ]

    @functools.cached_property
    def preprocessor(self):
        return MODELS.build(self.cfg.model.data_preprocessor)

    @functools.cached_property
    def net(self):
        return Net()

    @functools.cached_property
    def optim(self):
        return build_optim_wrapper(self.net, self.cfg.optim_wrapper)

    def group(self, name):
        """The optimizer's settings for a parameter of the net."""
        wanted = dict(self.net.named_parameters())[name]
        group, = (
            group for group in self.optim.param_groups
            if any(parameter is wanted for parameter in group['params']))
        return group

    def decays(self):
        """Weight decay of weights, bias and norm."""
        return [
            self.group(name)['weight_decay']
            for name in ('fc.weight', 'fc.bias', 'norm.weight')
        ]

    def clipped(self, gradient):
        """What a step leaves of the gradient of the three weights."""
        self.net.fc.weight.grad = torch.tensor([gradient])
        self.optim.step()
        return np.round(self.net.fc.weight.grad[0].tolist(), 4).tolist()

    def rates(self, number, steps):
        """The learning rates of a schedule, one more than steps; an epoch has
        10 iterations."""
        schedule = dict(self.cfg.param_scheduler[number])
        if schedule.pop('convert_to_iter_based', False):
            build = PARAM_SCHEDULERS.get(
                schedule.pop('type')).build_iter_from_epoch
            schedule = build(self.optim, epoch_length=10, **schedule)
        else:
            schedule = PARAM_SCHEDULERS.build(
                schedule, default_args=dict(optimizer=self.optim))
        self.optim.step()
        rates = [self.group('fc.weight')['lr']]
        for _ in range(steps):
            schedule.step()
            rates.append(self.group('fc.weight')['lr'])
        return np.round(rates, 12).tolist()

    def hook(self, name):
        return HOOKS.build(dict(self.cfg.default_hooks[name]))

    def step(self, split, number):
        """A step of a pipeline."""
        return TRANSFORMS.build(
            self.cfg[f'{split}_dataloader'].dataset.pipeline[number])

    def resized(self, split, number):
        """The size of an image of 200 x 100 pixels, width first."""
        results = self.step(split, number)(
            dict(img=np.zeros((100, 200, 3), np.uint8)))
        return results['img_shape'][::-1]

    def registered(self):
        """The splits whose data set has a registered name."""
        return [
            split for split in ('train', 'val', 'test') if
            self.cfg[f'{split}_dataloader'].dataset.type == 'RegisteredDataset'
        ]

    def dataset(self, split='train'):
        """The one of the config, pointed at data/trash."""
        dataset = self.cfg[f'{split}_dataloader'].dataset
        if split not in self.registered():
            dataset.update(
                metainfo=dict(classes=NAMES),
                data_root='data/trash',
                ann_file=f'{split}.json',
                data_prefix=dict(img=''))
        return DATASETS.build(dataset)

    def loader(self):
        self.dataset()
        return Runner.build_dataloader(self.cfg.train_dataloader)

    def runner(self):
        self.dataset()
        make_small(self.cfg)
        self.cfg.setdefault('work_dir', 'work_dirs/here')
        return RUNNERS.build(self.cfg)

    @functools.cached_property
    def loop(self):
        return self.runner().build_train_loop(self.cfg.train_cfg)

    def scaled_rate(self):
        """The learning rate that a training starts with."""
        runner = self.runner()
        runner.scale_lr(self.optim, self.cfg.auto_scale_lr)
        return self.group('fc.weight')['lr']


def anchors(b):
    return b.model.rpn_head.prior_generator.base_anchors


def shapes(b):
    """Height by width of the anchors of a place."""
    sides = anchors(b)[0][:, 2:] - anchors(b)[0][:, :2]
    return np.round((sides[:, 1] / sides[:, 0]).tolist(), 4).tolist()


def target(coder):
    """What a box of 100 x 100 learns that has to move by 10 pixels."""
    box = torch.tensor([[0., 0., 100., 100.]])
    return round(coder.encode(box, box + 10)[0, 0].item(), 4)


def box_loss(loss):
    """The loss of an error of 0.05, and the gradient's: 1 is L1."""
    error = torch.tensor([0.05], requires_grad=True)
    loss(error, torch.zeros(1)).backward()
    return round(error.grad.item(), 4)


def thresholds(assigner):
    return (assigner.neg_iou_thr, assigner.pos_iou_thr, assigner.min_pos_iou)


def mirrored(b):
    """Where a box from 0 to 10 is after the third step, of several times."""
    results = dict(
        img=np.zeros((40, 60, 3), np.uint8),
        img_path='a.png',
        img_id=0,
        gt_bboxes=HorizontalBoxes(torch.tensor([[0., 0., 10., 10.]])),
        gt_bboxes_labels=np.array([3]),
        gt_ignore_flags=np.array([False]))
    step = b.step('train', 2)
    np.random.seed(0)
    seen = {
        step(dict(results))['gt_bboxes'].tensor[0, 0].item()
        for _ in range(9)
    }
    return sorted(seen)
