import os

import pytest

import custom  # noqa: F401  registers everything, before MMDetection loads
from custom.sample_data.dataset import make_dataset
from tests.helpers.run_tool import CONFIG, run_tool

pytest_plugins = ['tests.helpers.exported_detector']


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    """Paths such as configs/... are those of the README."""
    monkeypatch.chdir(os.path.dirname(os.path.dirname(__file__)))


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
