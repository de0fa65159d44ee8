import pytest
import torch

from custom.config.config import load_config
from custom.config.flags import given_keys, set_flags
from custom.engine.budget import (choose_batch, choose_epochs, fit_to_budget,
                                  largest_fitting)
from custom.engine.memory import Memory, MemoryLimitError
from custom.utils.errors import InputError
from tests.helpers.run_timing import timing
from tests.helpers.run_tool import CONFIG, QUICK, run_tool

GB = 10**9


@pytest.mark.parametrize(
    'used, ceiling, batch, measured',
    [
        # 8 of 10 GB may be used.
        (lambda batch: 1 + batch, 100, 7, [1, 2, 7]),
        (lambda batch: 1 + batch, 5, 5, [1, 2, 5]),
        (lambda batch: 1 + batch, 1, 1, [1]),
        (lambda batch: 6 * batch, 100, 1, [1, 2]),
        (lambda batch: 9 * batch, 100, 1, [1, 2]),
        # Batches above 4 take more than the line through 1 and 2 says.
        (lambda batch: batch + 3 * (batch > 4), 100, 5, [1, 2, 8, 5]),
        # A step that takes all of it or is killed.
        (lambda batch: batch if batch < 7 else None, 100, 5, [1, 2, 8, 5]),
        # And less: it goes on from there.
        (lambda batch: min(batch, 4), 30, 30, [1, 2, 8, 17, 30]),
    ])
def test_the_largest_batch_within_four_fifths(used, ceiling, batch, measured):
    tried = []

    def measure(size):
        tried.append(size)
        if used(size) is None:
            raise MemoryLimitError
        return Memory(used(size) * GB, 10 * GB)

    found, memory = largest_fitting(measure, measure(1), ceiling)

    assert (found, tried) == (batch, measured)
    assert memory == (used(batch) * GB, 10 * GB)


def test_epochs_that_fit_leave_a_twentieth_of_the_time():
    """200 s an epoch and 10 s a validation, after 5, 10, 15 and the last."""
    cfg = load_config(CONFIG)

    # 3420 s: 17 epochs, 3 + 1 validations and 10 s of start take 3450 s.
    line = choose_epochs(cfg, timing(), 1)

    assert '16 epochs fit into 1 h: about 54 min' in line
    assert cfg.train_cfg.max_epochs == 16
    assert cfg.param_scheduler[1].end == cfg.param_scheduler[1].T_max == 16
    assert cfg.param_scheduler[0].end == 100  # steps


def test_epochs_before_a_resume_cost_nothing():
    cfg = load_config(CONFIG)

    choose_epochs(cfg, timing(epoch=30), 1)

    assert cfg.train_cfg.max_epochs == 46


@pytest.mark.parametrize('hours', [-1, 0, 0.06])
def test_a_time_without_room_for_an_epoch_is_refused(hours):
    with pytest.raises(InputError, match='one epoch takes 4 min'):
        choose_epochs(load_config(CONFIG), timing(), hours)


def test_a_batch_is_not_chosen_without_its_learning_rate():
    cfg = load_config(CONFIG)
    del cfg.auto_scale_lr['base_batch_size']

    with pytest.raises(InputError, match='base_batch_size'):
        choose_batch(cfg)


@pytest.fixture
def resumed(tmp_path):
    """A config that goes on from a run with a batch of 3."""
    meta = dict(cfg='train_dataloader = dict(batch_size=3)')
    torch.save(dict(meta=meta), tmp_path / 'epoch_1_iter_8.pth')
    cfg = load_config(CONFIG)
    cfg.resume, cfg.load_from = True, str(tmp_path / 'epoch_1_iter_8.pth')
    return cfg


def test_a_run_that_goes_on_keeps_its_batch(resumed):
    line = choose_batch(resumed)

    assert line == f'batch 3: that of {resumed.load_from}'
    assert resumed.train_dataloader.batch_size == 3
    assert resumed.auto_scale_lr.enable


def test_a_rate_that_is_given_does_not_follow_the_batch(resumed):
    set_flags(resumed, dict(lr=0.001), {})
    choose_batch(resumed, given_keys(dict(lr=0.001), {}))
    assert not resumed.auto_scale_lr.enable


def test_nothing_is_rehearsed_unasked():
    assert not [*fit_to_budget(load_config(CONFIG))]


@pytest.mark.slow
def test_a_dry_run_tells_time_and_memory_and_writes_nothing(
        trained, drawings, tmp_path):
    best, = trained[0].glob('best_*.pth')
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    tmp_path / 'run', '--batch', 'auto', '--time', 1,
                    '--dry-run', '--from', best, *QUICK)

    assert done.returncode == 0, done.stderr
    (batch, tuned, epochs, loss, time, memory,
     end) = done.stdout.splitlines()[-7:]
    # 16 images: not even a batch of one makes 20 steps.
    assert batch.startswith('batch 1: a larger one leaves under 20 steps')
    # Of 16 steps 22 epochs make 350; of the config's 4 it were 88.
    assert tuned.startswith('fine-tuning: train_cfg.max_epochs=22, ')
    assert 'epochs fit into 1 h' in epochs
    assert loss.endswith('steps, batch 1')
    assert f'{epochs.split()[0]} epochs x 16 steps x ' in time
    assert 'GB with the largest images' in memory
    assert str(tmp_path / 'run') in end
    assert done.stderr == ''
    assert not [*tmp_path.iterdir()]
