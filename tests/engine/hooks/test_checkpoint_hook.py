import os

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

from custom.engine.hooks import SafeCheckpointHook
from custom.utils.errors import InputError


class Points(Dataset):
    metainfo = dict(classes=('point', ))

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return torch.ones(1)


class Line(BaseModel):

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)

    def forward(self, point, mode='tensor'):
        out = self.line(point)
        return dict(loss=out.mean()) if mode == 'loss' else [out]


class Growing(BaseMetric):
    """Every validation is better than the one before."""
    score = 0

    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        Growing.score += 1
        return dict(score=Growing.score)


def train(work_dir, epochs, resume=False, save_best='score'):
    loader = dict(
        batch_size=1,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=Points())
    Runner(
        Line(),
        str(work_dir),
        train_dataloader=loader,
        val_dataloader=loader,
        train_cfg=dict(by_epoch=True, max_epochs=epochs, val_interval=1),
        val_cfg=dict(),
        val_evaluator=[Growing()],
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(
            checkpoint=dict(
                type=SafeCheckpointHook,
                max_keep_ckpts=1,
                save_best=save_best,
                rule='greater')),
        resume=resume,
        log_level='ERROR',
        default_scope='mmdet',
        experiment_name=f'{work_dir.name}{epochs}').train()


def checkpoints(work_dir):
    return sorted(p.name for p in work_dir.glob('*.pth'))


def test_keeps_the_last_and_the_best(tmp_path):
    train(tmp_path, 3)

    assert checkpoints(tmp_path) == ['best_score_epoch_3.pth', 'epoch_3.pth']


def test_without_a_best(tmp_path):
    train(tmp_path, 3, save_best=None)

    assert checkpoints(tmp_path) == ['epoch_3.pth']


@pytest.mark.parametrize('full', ['epoch_2.pth', 'best_score_epoch_2.pth'])
def test_the_old_one_stays_when_the_new_one_cannot_be_saved(tmp_path, full):
    train(tmp_path, 1)
    before = torch.load(tmp_path / 'epoch_1.pth', weights_only=False)
    os.symlink('/dev/full', tmp_path / f'{full}.{os.getpid()}.part')

    with pytest.raises(InputError, match=f'{full}: cannot be written'):
        train(tmp_path, 2, resume=True)

    left = checkpoints(tmp_path)
    assert full not in left
    assert 'best_score_epoch_1.pth' in left
    if full == 'epoch_2.pth':
        after = torch.load(tmp_path / 'epoch_1.pth', weights_only=False)
        assert torch.equal(after['state_dict']['line.weight'],
                           before['state_dict']['line.weight'])
        assert (tmp_path /
                'last_checkpoint').read_text().endswith('epoch_1.pth')
    else:
        assert 'epoch_2.pth' in left
