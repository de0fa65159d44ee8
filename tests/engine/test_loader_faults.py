"""Faults of the loader end a training in words, and --resume goes on."""
import re
import shutil
import signal

import pytest

from tests.helpers.watched_run import WatchedRun

pytestmark = pytest.mark.slow

# Beside WatchHook, as a module of the user's own.
KILLS_A_WORKER = """
import os, signal
from mmdet.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class KillsAWorker(Hook):

    def after_train_iter(self, runner, *args, **kwargs):
        if runner.iter + 1 == 5:
            worker = runner.train_dataloader._iterator._workers[0]
            os.kill(worker.pid, signal.SIGKILL)


@HOOKS.register_module()
class LosesImages(Hook):

    def after_train_epoch(self, runner):
        folder = runner.train_dataloader.dataset.data_prefix['img']
        os.rename(folder, folder.rstrip('/') + '.away')
"""


@pytest.fixture
def run(drawings, tmp_path):
    run = WatchedRun(tmp_path / 'it',
                     shutil.copytree(drawings, tmp_path / 'data'))
    (run.folder / 'faults.py').write_text(KILLS_A_WORKER)
    return run


def fail(run, hook):
    run.config = ("custom_imports['imports'].append('faults')\n"
                  f"custom_hooks.append(dict(type='{hook}'))\n")
    done = run.train()
    run.config = ''
    assert done.returncode == 2, done.stderr
    assert 'Traceback' not in done.stderr
    return done.stderr


def assert_goes_on(run):
    done = run.train('--resume')
    assert done.returncode == 0, done.stderr
    assert 'epoch_2.pth' in run.names()


def test_a_worker_that_is_killed(run):
    said = fail(run, 'KillsAWorker')
    assert 'error: a loader worker died (DataLoader worker (pid' in said
    assert '--workers 0' in said
    assert_goes_on(run)


def test_images_that_vanish(run):
    said = fail(run, 'LosesImages')
    assert re.search(r'error: .*images/.*\.(jpg|png)', said)
    (run.data / 'images.away').rename(run.data / 'images')
    assert_goes_on(run)


def test_a_signal_to_all_processes(run):
    """As ^C in a terminal and a job scheduler send it."""
    stopped = run.train(kill=-signal.SIGTERM, at='step', step=5)
    assert stopped.returncode == 143, stopped.stderr
    assert 'epoch_1_iter_5.pth' in run.names()
    assert_goes_on(run)


def test_the_second_signal_ends_at_once(run):
    stopped = run.train(
        kill=signal.SIGINT, at='step', step=6, again=signal.SIGINT)
    assert stopped.returncode == 130
    assert run.names() == ['best_coco_bbox_mAP_epoch_1.pth', 'epoch_1.pth']
