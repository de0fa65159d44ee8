"""Faults of the loader within the first epoch cost no step."""
import multiprocessing
import os
import signal

import pytest
import torch

from custom.utils.errors import InputError
from tests.helpers.toy_run import AtStepHook, Noise, checkpoints, toy_runner


class Loses(Noise):
    """Its third sample can't be read, as an image that has vanished."""
    taken = 0

    def __getitem__(self, index):
        self.taken += 1
        if self.taken == 3:
            raise InputError('c.png: cannot be read')
        return super().__getitem__(index)


def fail(work_dir, match, dataset=None, **more):
    runner = toy_runner(work_dir, epochs=1, **more)
    if dataset:
        runner._train_dataloader['dataset'] = dataset
    with pytest.raises(InputError, match=match):
        runner.train()
    return checkpoints(work_dir)


def weight(work_dir):
    path = work_dir / 'epoch_1.pth'
    return torch.load(path, weights_only=False)['state_dict']['line.weight']


def resumed_weight(work_dir, **more):
    toy_runner(work_dir, epochs=1, resume=True, **more).train()
    return weight(work_dir)


def test_a_sample_that_cannot_be_read(tmp_path):
    toy_runner(tmp_path / 'whole', epochs=1).train()

    assert fail(tmp_path / 'cut', 'c.png: cannot be read',
                Loses()) == ['epoch_0_iter_2.pth']
    assert resumed_weight(tmp_path / 'cut') == weight(tmp_path / 'whole')


def test_nothing_is_saved_before_the_first_step(tmp_path):
    dataset = Loses()
    dataset.taken = 2

    assert fail(tmp_path, 'c.png: cannot be read', dataset) == []


def kill_a_worker(runner):
    worker, = multiprocessing.active_children()
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()


def test_a_worker_that_dies_within_a_step(tmp_path):
    """The step under way is done: what torch raises in it would halve it."""
    toy_runner(tmp_path / 'whole', epochs=1, length=20).train()

    names = fail(
        tmp_path / 'cut',
        'a loader worker died .*--resume goes on',
        hooks=[AtStepHook(2, kill_a_worker)],
        workers=1,
        length=20)

    # One worker has made two batches ahead, or lost them.
    assert len(names) == 1 and '_iter_' in names[0]
    assert resumed_weight(
        tmp_path / 'cut', length=20) == weight(tmp_path / 'whole')
