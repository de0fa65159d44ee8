"""A search over a small detector: a trial is stopped, one fails."""
import json

import optuna
import pytest
from mmengine.config import Config

from tests.helpers.run_tool import CONFIG, ROOT, run_tool
from tests.helpers.sample_pool import write

# Stops the tool that has started trial 0, once; trial 2 fails, for trial 1 is
# the repetition of trial 0.
HOOK = """
import os
import signal
import time
from pathlib import Path

from mmdet.registry import HOOKS
from mmengine.hooks import Hook

from custom.utils.errors import InputError


@HOOKS.register_module()
class StopHook(Hook):

    def __init__(self, marker):
        self.marker = Path(marker)

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        if 'trial_2' in runner.work_dir:
            raise InputError('this one fails')
        if not self.marker.exists():
            self.marker.touch()
            os.kill(os.getppid(), signal.SIGTERM)
            while not runner.stop_signal.number:  # it is passed on
                time.sleep(0.01)
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'stopping'])
custom_hooks = [
    dict(type='FastInferenceHook'),
    dict(type='StopHook', marker={marker!r})
]
"""
LR = 'optim_wrapper.optimizer.lr'
METRIC = 'coco/bbox_mAP'


@pytest.fixture
def tune(tmp_path):
    for first, split in ((1, 'train'), (7, 'val')):
        write(
            tmp_path / 'data',
            split, [f'{"cd"[i % 2]}{first + i}.png' for i in range(4)],
            first_id=first)
    (tmp_path / 'stopping.py').write_text(HOOK)
    (tmp_path / 'leaf.py').write_text(
        LEAF.format(base=str(ROOT / CONFIG), marker=str(tmp_path / 'stopped')))

    def run(*words, fresh=False):
        return run_tool(
            'tune',
            tmp_path / 'leaf.py',
            '--data',
            tmp_path / 'data',
            '--work-dir',
            tmp_path / 'search',
            '--epochs',
            1,
            '--imgsz',
            64,
            '--workers',
            0,
            *words,
            path=tmp_path,
            fresh=fresh)

    return run


@pytest.mark.slow
def test_three_trials(tune, tmp_path):
    root = tmp_path / 'search'
    words = ('--search', f'{LR}=1e-4..1e-2:log', '--search',
             'train_dataloader.batch_size=1,2')
    done = tune(*words, '--trials', 3, fresh=True)
    assert done.returncode == 143, done.stderr
    assert f'{root}: stopped; the same command goes on' in done.stderr
    assert (root / 'trial_0/epoch_0_iter_1.pth').exists()

    done = tune(*words[:2], '--trials', 3)
    assert done.returncode == 2
    assert 'was begun otherwise: --search is' in done.stderr

    done = tune(*words, '--trials', 3, '--seeds', 1)
    assert done.returncode == 0, done.stderr
    assert f'{root}/trial_0 --resume --seed 0' in done.stdout
    assert 'error: this one fails' in done.stderr
    trials = optuna.load_study(
        study_name='search', storage=f'sqlite:///{root}/study.db').trials
    assert [trial.state.name
            for trial in trials] == ['FAIL', 'COMPLETE', 'FAIL', 'COMPLETE']
    assert trials[0].params == trials[1].params
    assert trials[2].user_attrs == dict(reason='exit code 2')
    assert 'failed (exit code 2)' in done.stdout

    best = max((trials[1], trials[3]), key=lambda trial: trial.value)
    number = 0 if best is trials[1] else 3
    record = json.loads((root / f'trial_{number}/run.json').read_text())
    assert record['best'][METRIC]['score'] == best.value
    assert f'best: trial {number}, {METRIC} {best.value:.4f}' in done.stdout
    assert (root / f'trial_{number}_seed_1/report_val/index.html').exists()
    assert not (root / f'trial_{number}/report_val').exists()
    assert (root / 'history.png').exists()
    assert (root / 'importance.png').exists()
    cfg = Config.fromfile(root / 'best.py', import_custom_modules=False)
    assert cfg.optim_wrapper.optimizer.lr == best.params[LR]
    assert cfg.train_dataloader.batch_size == int(
        best.params['train_dataloader.batch_size'])


@pytest.mark.ray
@pytest.mark.slow
def test_trials_on_ray(tune, tmp_path):
    (tmp_path / 'stopped').touch()  # none is stopped
    done = tune('--search', f'{LR}=1e-4..1e-2', '--trials', 1, '--seeds', 1,
                '--engine', 'ray')

    assert done.returncode == 0, done.stderr
    root = tmp_path / 'search'
    trials = optuna.load_study(
        study_name='search', storage=f'sqlite:///{root}/study.db').trials
    assert [trial.state.name for trial in trials] == ['COMPLETE']
    assert done.stdout.count(f'config: {root}/best.py') == 1
    assert [*root.glob('trial_*_seed_1/run.json')]


@pytest.mark.parametrize('words, message', [
    (['--batch', 'auto'], '--batch auto: each trial would have its own'),
    (['--cfg-options', 'randomness.seed=1'], 'all runs would have it'),
    (['--trials', '0'], '--trials: at least 1'),
    (['--seeds', '-1'], '--seeds: at least 0'),
    (['--lr', '0.1'], f'--search {LR}: is set by another flag'),
    (['--search', 'max_epoch=1..2'], '--search max_epoch: nothing reads it'),
    (['--cfg-options', 'val_cfg=None'], 'has no validation'),
    (['--mix', 'no/such:0.3'], 'no/such'),
    (['--processes', '2'], '--processes is for --engine ray'),
    (['--engine', 'ray', '--device', 'cuda'], 'give --gpus 1, not --device'),
])
def test_bad_words(words, message, tune, tmp_path):
    done = tune('--search', f'{LR}=1e-4..1e-2', '--trials', 1, *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'search').exists()
