"""Each annotation file is opened once before training starts."""
import os
import shutil
from collections import Counter

import pytest

from tests.helpers.run_tool import CONFIG, ROOT, run_tool

# The hooks of training are called as in any other; this one ends it.
MODULE = """
import os
import sys

from mmengine.hooks import Hook
from mmdet.registry import HOOKS

LOG = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def write_down(event, args):
    if event == 'open' and str(args[0]).endswith('.json'):
        os.write(LOG, (os.path.basename(str(args[0])) + '\\n').encode())


sys.addaudithook(write_down)


@HOOKS.register_module()
class StopBeforeFirstStep(Hook):

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        print('stops before the first step')
        sys.exit(0)
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'watching'])
default_hooks = dict(
    val_loss=dict(type='ValLossHook'),
    stop=dict(type='StopBeforeFirstStep'))
"""


@pytest.fixture
def folder(drawings, tmp_path):
    """Written some time ago; what is just written is read anew each time."""
    folder = shutil.copytree(drawings, tmp_path / 'drawings')
    for path in (folder / 'annotations').iterdir():
        os.utime(path, (1e9, 1e9))
    for path in folder.glob('.check-*'):
        path.unlink()
    return folder


def test_training_opens_each_annotation_file_once(folder, tmp_path):
    log = tmp_path / 'opened.txt'
    (tmp_path / 'watching.py').write_text(MODULE.format(log=str(log)))
    (tmp_path / 'leaf.py').write_text(LEAF.format(base=str(ROOT / CONFIG)))
    # The second finds what the check of the first has left.
    for checks in (0, 1):
        assert len([*folder.glob('.check-*')]) == checks
        done = run_tool(
            'train',
            tmp_path / 'leaf.py',
            '--data',
            folder,
            '--work-dir',
            tmp_path / 'out',
            path=tmp_path)
        assert done.returncode == 0, done.stderr
        assert 'stops before the first step' in done.stdout
        opened = Counter(log.read_text().split())
        assert opened['train.json'] == opened['val.json'] == 1
        assert opened['test.json'] == 1  # for its classes
        log.unlink()
