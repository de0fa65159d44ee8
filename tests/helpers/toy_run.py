"""Toy run: a line of one weight, trained by MMEngine's own config keys."""
import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.logging import MessageHub
from mmengine.model import BaseModel
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

from custom.engine.runner import DetectionRunner


class Noise(Dataset):
    """Samples that are chance alone."""
    metainfo = dict(classes=('noise', ))

    def __init__(self, length=6):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return dict(inputs=torch.rand(1) + np.random.rand() + index)


class Line(BaseModel):
    """Its loss is its output squared; the steps draw as well."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)
        nn.init.constant_(self.line.weight, 0.5)
        nn.init.zeros_(self.line.bias)
        self.seen = []

    def forward(self, inputs, mode='tensor'):
        inputs = torch.stack(inputs).float()
        self.seen.append(inputs.flatten().tolist())
        if self.training:
            inputs = inputs * torch.rand_like(inputs)
        out = self.line(inputs)
        if mode == 'loss':
            return dict(loss_line=out.square().mean())
        return [out]


class Scores(BaseMetric):
    """Scores of a list, by the epoch."""

    def __init__(self, scores=(), name='score'):
        super().__init__()
        self.scores, self.name = scores, name

    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        # Steps of 6 an epoch, the last one counted or not.
        done = MessageHub.get_current_instance().get_info('iter', 0)
        epoch = round(done / 6)
        return {self.name: self.scores[epoch - 1] if self.scores else epoch}


@HOOKS.register_module()
class AtStepHook(Hook):
    """Calls a function with the runner after a step, or in a validation."""
    priority = 'VERY_LOW'

    def __init__(self, step, call, where='after_train_iter'):
        self.step, self.call, self.where = step, call, where

    def after_train_iter(self, runner, *args, **kwargs):
        if (self.where, self.step) == ('after_train_iter', runner.iter + 1):
            self.call(runner)

    def after_val_iter(self, runner, *args, **kwargs):
        if (self.where, self.step) == ('after_val_iter', runner.iter):
            self.call(runner)


def toy_runner(work_dir,
               epochs=3,
               kind=DetectionRunner,
               model=None,
               scores=(),
               batch_size=1,
               workers=0,
               lr=0.01,
               hooks=(),
               checkpoint=None,
               length=6,
               **more):
    """A runner of 6 steps an epoch, each epoch validated."""
    loader = dict(
        batch_size=batch_size,
        num_workers=workers,
        sampler=dict(type='DefaultSampler', shuffle=True),
        dataset=Noise(length))
    toy_runner.count += 1
    keys = dict(
        model=model or Line(),
        work_dir=str(work_dir),
        train_dataloader=loader,
        val_dataloader=dict(
            loader, sampler=dict(type='DefaultSampler', shuffle=False)),
        train_cfg=dict(by_epoch=True, max_epochs=epochs, val_interval=1),
        val_cfg=dict(),
        val_evaluator=[Scores(scores)],
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=lr, momentum=0.9)),
        param_scheduler=[
            dict(type='LinearLR', start_factor=0.1, by_epoch=False, end=9)
        ],
        default_hooks=dict(
            checkpoint=checkpoint or dict(
                type='CheckpointHook',
                interval=1,
                max_keep_ckpts=1,
                save_best='score',
                rule='greater')),
        custom_hooks=[*hooks],
        randomness=dict(seed=3),
        log_level='ERROR',
        default_scope='mmdet',
        experiment_name=f'toy{toy_runner.count}')
    return kind(**{**keys, **more})


toy_runner.count = 0


def checkpoints(work_dir):
    return sorted(path.name for path in work_dir.glob('*.pth'))


__all__ = [
    'AtStepHook', 'Line', 'Noise', 'Runner', 'Scores', 'checkpoints',
    'toy_runner'
]
