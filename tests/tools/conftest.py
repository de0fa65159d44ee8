import os
import subprocess
import sys
from pathlib import Path

import pytest

from custom.sketch.dataset import make_dataset

ROOT = Path(__file__).parents[2]
CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def run_tool(name, *words, path='', **options):
    """Runs a tool as a user does; ``path`` is looked in first for modules."""
    return subprocess.run(
        [sys.executable, f'tools/{name}.py', *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=dict(os.environ, COLUMNS='200', PYTHONPATH=str(path)),
        **options)


@pytest.fixture(scope='session')
def drawings(tmp_path_factory):
    """16, 4 and 4 drawn pictures."""
    folder = tmp_path_factory.mktemp('data') / 'drawings'
    make_dataset(folder, dict(train=16, val=4, test=4), 0, 1)
    return folder


@pytest.fixture(scope='session')
def trained(drawings, tmp_path_factory):
    """The work dir of two epochs of the small config, and what was said."""
    work_dir = tmp_path_factory.mktemp('runs') / 'trained'
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    work_dir, '--cfg-options', 'train_cfg.max_epochs=2',
                    'train_cfg.val_interval=1',
                    'default_hooks.logger.interval=1')
    assert done.returncode == 0, done.stderr
    return work_dir, done
