"""Two folds of a small detector, stopped within the second."""
import json

import pytest

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load
from tests.helpers.run_tool import CONFIG, ROOT, run_tool
from tests.helpers.sample_pool import write

# Stops the tool that has started this training, once.
HOOK = """
import os
import signal
import time
from pathlib import Path

from mmdet.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class StopHook(Hook):

    def __init__(self, marker):
        self.marker = Path(marker)

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        if 'fold_2' in runner.work_dir and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getppid(), signal.SIGTERM)
            while not runner.stop_signal.number:  # it is passed on
                time.sleep(0.01)
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'stopping'])
# Every picture has boxes found, of whatever score.
model = dict(test_cfg=dict(rcnn=dict(score_thr=0.0, max_per_img=20)))
# Of each fold; the one of all stays.
default_hooks = dict(val_report=None)
custom_hooks = [
    dict(type='FastInferenceHook'),
    dict(type='StopHook', marker={marker!r})
]
"""


@pytest.fixture
def cross_validate(tmp_path):
    for first, split in ((1, 'train'), (7, 'val')):
        write(
            tmp_path / 'data',
            split, [f'{"cd"[i % 2]}{first + i}.png' for i in range(6)],
            first_id=first)
    (tmp_path / 'stopping.py').write_text(HOOK)
    (tmp_path / 'leaf.py').write_text(
        LEAF.format(base=str(ROOT / CONFIG), marker=str(tmp_path / 'stopped')))

    def run(*words, fresh=False):
        return run_tool(
            'cross_validate',
            tmp_path / 'leaf.py',
            '--data',
            tmp_path / 'data',
            '--folds',
            2,
            '--work-dir',
            tmp_path / 'cv',
            '--imgsz',
            64,
            '--workers',
            0,
            *words,
            path=tmp_path,
            fresh=fresh)

    return run


@pytest.mark.slow
def test_two_folds(cross_validate, tmp_path):
    root = tmp_path / 'cv'
    done = cross_validate('--epochs', '1', '--fold', '1', '--device', 'cpu')
    assert done.returncode == 0, done.stderr
    assert len([
        line for line in done.stdout.splitlines()
        if line.startswith('$ python') and '--device cpu' in line
    ]) == 2  # of training and test
    assert ('1 of 2 runs are done; they are pooled when all are: fold 2, seed '
            '0') in done.stdout
    first = (root / 'fold_1/seed_0/run.json').stat().st_mtime_ns

    done = cross_validate('--epochs', '1', fresh=True)
    assert done.returncode == 143, done.stderr
    assert f'{root}: stopped; the same command goes on' in done.stderr
    assert (root / 'fold_2/seed_0/epoch_0_iter_1.pth').exists()

    done = cross_validate('--epochs', '2')
    assert done.returncode == 2
    assert 'train_cfg.max_epochs is 2, was 1' in done.stderr

    done = cross_validate('--epochs', '1', '--refit')
    assert done.returncode == 0, done.stderr
    assert 'fold_2/seed_0 --resume --seed 0' in done.stdout
    assert (root / 'fold_1/seed_0/run.json').stat().st_mtime_ns == first
    assert 'standard deviation over folds' in done.stdout
    found = json.loads((root / 'out_of_fold.json').read_text())
    images = read(root / 'data/all', 'train')
    assert {record['image_id'] for record in found} == {*images}
    by_fold = [read(root / f'data/fold_{fold}', 'test') for fold in (1, 2)]
    assert sorted([*by_fold[0], *by_fold[1]]) == sorted(images)
    for fold in (1, 2):
        split = json.loads(
            (root / f'fold_{fold}/seed_0/result.json').read_text())
        assert split['images'] == len(by_fold[fold - 1])

    thresholds = json.loads(
        (root / 'cross_validation.json').read_text())['thresholds']
    assert {*thresholds} == {'cat', 'dog'}
    checkpoint = str(root / 'refit/epoch_1.pth')
    assert checkpoint_thresholds(load(checkpoint), checkpoint) == thresholds
    assert f'written into {checkpoint}' in done.stdout
    assert (root / 'report/index.html').exists()


@pytest.mark.ray
@pytest.mark.slow
def test_folds_on_ray(cross_validate, tmp_path):
    (tmp_path / 'stopped').touch()  # none is stopped
    done = cross_validate('--epochs', 1, '--engine', 'ray', '--refit')

    assert done.returncode == 0, done.stderr
    assert len([*(tmp_path / 'cv').glob('fold_*/seed_0/result.json')]) == 2
    assert done.stdout.count('results: ' + str(tmp_path / 'cv/cross')) == 1
    assert (tmp_path / 'cv/refit/epoch_1.pth').exists()


def read(folder, split):
    path = folder / 'annotations' / f'{split}.json'
    return [image['id'] for image in json.loads(path.read_text())['images']]


@pytest.mark.parametrize('words, message', [
    (['--batch', 'auto'], '--batch auto: each fold would have its own'),
    (['--fold', '3'], '--fold: from 1 to 2'),
    (['--cfg-options', 'randomness.seed=1'], 'all runs would have it'),
    (['--seeds', '0'], '--seeds: at least 1'),
    (['--fold', '1', '--refit'], '--refit needs all folds'),
    (['--patience', '2', '--refit'], '--refit has no val to stop by'),
    (['--cfg-options', 'max_epoch=2'], 'max_epoch'),
    (['--folds', '30'], '12 images or groups'),
    (['--gpus', '1'], '--gpus is for --engine ray'),
    (['--engine', 'ray', '--fold', '1'], 'give no --fold'),
])
def test_bad_words(words, message, cross_validate, tmp_path):
    done = cross_validate(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'cv/data').exists()
