"""torchrun with two processes on CPUs, as a user starts it, and its faults."""
import json
import signal

import pytest
import torch

from custom.sample_data.dataset import make_dataset
from tests.helpers.processes import finished, free_port, torchrun
from tests.helpers.run_tool import CONFIG, ROOT, run_tool
from tests.helpers.shared_folder import shared_folder

pytestmark = pytest.mark.slow

MODULE = """
import os

from mmdet.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook


@HOOKS.register_module()
class FaultHook(Hook):
    '''In each of its lives, a signal to process 1 after step 3.'''

    def __init__(self, signals):
        self.signals = signals

    def after_train_iter(self, runner, *args, **kwargs):
        life = int(os.environ['TORCHELASTIC_RESTART_COUNT'])
        if (get_rank(), runner.iter + 1) == (1, 3):
            os.kill(os.getpid(), self.signals[life])
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'faults'])
default_hooks = dict(val_report=None, logger=dict(interval=1))
custom_hooks = [dict(type='PlotCurvesHook'), {fault}]
train_dataloader = dict(
    batch_size=2, num_workers=0, persistent_workers=False)
val_dataloader = dict(num_workers=0, persistent_workers=False)
train_cfg = dict(max_epochs=2, val_interval=2)
"""


@pytest.fixture(scope='session')
def uneven(tmp_path_factory):
    """8 drawings to train and 3 to validate: two steps an epoch."""
    return shared_folder(
        tmp_path_factory, 'uneven', lambda folder: make_dataset(
            folder, dict(train=8, val=3, test=1), 0, 1))


@pytest.fixture
def leaf(tmp_path):
    """Writes a config in which process 1 gets signals."""

    def write(*signals):
        (tmp_path / 'faults.py').write_text(MODULE)
        path = tmp_path / 'leaf.py'
        fault = (
            dict(type='FaultHook', signals=[*map(int, signals)])
            if signals else '')
        path.write_text(LEAF.format(base=str(ROOT / CONFIG), fault=fault))
        return path

    return write


def start(config, data, tmp_path, *words, **options):
    return torchrun(
        config,
        '--data',
        data,
        '--work-dir',
        tmp_path / 'run',
        '--imgsz',
        64,
        *words,
        path=tmp_path,
        **options)


def checkpoints(tmp_path):
    return sorted(p.name for p in (tmp_path / 'run').glob('epoch_*.pth'))


def errors(done):
    """Lines of errors, and what the launcher says of exit codes."""
    lines = done.stderr.splitlines()
    codes = [line.split()[2] for line in lines if 'exitcode  :' in line]
    return [line for line in lines if line.startswith('error: ')], codes


def test_two_machines_train_once_and_one_goes_on(leaf, uneven, drawings,
                                                 tmp_path):
    """Two agents that meet at a port, one process each."""
    machine = ('--nnodes', '2', '--rdzv-backend', 'c10d', '--rdzv-endpoint',
               f'127.0.0.1:{free_port()}', '--local-addr', '127.0.0.1')
    words = ('--mix', f'{drawings}:0.5', '--ema', '--epochs', '1',
             '--cfg-options', 'default_hooks.val_loss.type=ValLossHook')
    agents = [
        start(leaf(), uneven, tmp_path, *words, count=1, start=machine)
        for _ in range(2)
    ]
    done = [finished(agent) for agent in agents]

    assert [agent.returncode for agent in done] == [0, 0], done[0].stderr
    said = ''.join(agent.stdout for agent in done)
    assert said.count('train: 8 images kept') == 1
    assert said.count('Saving checkpoint at 1 epochs') == 1
    assert 'loss val' in said
    # 8 drawings and as many others; 2 processes of 2 images as its 4.
    assert said.count('Epoch(train) [1][4/4]') == 1
    assert 'follows the batch' not in said
    assert checkpoints(tmp_path) == ['epoch_1.pth']
    assert len([*(tmp_path / 'run').glob('*/*.log')]) == 1
    assert (tmp_path / 'run' / 'curves.png').exists()
    record = json.loads((tmp_path / 'run' / 'run.json').read_text())
    assert len(record['validations']) == 1
    meta = torch.load(
        tmp_path / 'run' / 'epoch_1.pth', weights_only=False)['meta']
    assert (meta['iter'], meta['processes']) == (4, 2)

    alone = run_tool(
        'train',
        leaf(),
        '--data',
        uneven,
        '--work-dir',
        tmp_path / 'run',
        '--imgsz',
        64,
        '--mix',
        f'{drawings}:0.5',
        '--ema',
        '--resume',
        path=tmp_path)
    assert alone.returncode == 0, alone.stderr
    said = alone.stdout + alone.stderr
    assert 'the images of a step are now of 1 process, not of 2' in said
    # Half of the images a step: half of the rate.
    assert 'for 4 images a step is 0.0005 here' in said
    assert 'Epoch(train) [2][8/8]' in said


def test_bad_data_are_told_once(leaf, uneven, tmp_path):
    done = finished(
        start(leaf(), tmp_path / 'nowhere', tmp_path, '--no-check'))

    said, codes = errors(done)
    assert len(said) == 1 and 'nowhere' in said[0]
    assert codes == ['2', '2']
    assert 'error: ' not in done.stderr.replace(said[0], '')


def test_one_is_killed_then_one_is_stopped(leaf, uneven, tmp_path):
    """torchrun starts again from the last checkpoint after the first."""
    done = finished(
        start(
            leaf(signal.SIGKILL, signal.SIGTERM),
            uneven,
            tmp_path,
            '--resume',
            start=('--standalone', '--max-restarts', '1')))

    assert done.returncode == 1
    said, codes = errors(done)
    assert len(said) == 1 and 'has ended without a word' in said[0]
    assert 'train.py", line' not in done.stderr  # of a traceback
    assert done.stdout.count('no checkpoint yet, so it begins anew') == 1
    assert done.stdout.count('Epoch(train) [1][2/2]') == 1
    assert done.stdout.count('resumes from') == 1

    assert done.stderr.count('the state is saved in') == 1
    assert codes == ['143', '143']
    assert checkpoints(tmp_path) == ['epoch_1.pth', 'epoch_1_iter_3.pth']
