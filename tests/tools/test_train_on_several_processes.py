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
    '''A signal to one process, in its first life, after a step.'''

    def __init__(self, rank, signal, step):
        self.rank, self.signal, self.step = rank, signal, step

    def after_train_iter(self, runner, *args, **kwargs):
        if ((get_rank(), runner.iter + 1) == (self.rank, self.step)
                and os.environ['TORCHELASTIC_RESTART_COUNT'] == '0'):
            os.kill(os.getpid(), self.signal)
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'faults'])
default_hooks = dict(val_report=None, logger=dict(interval=1))
custom_hooks = [
    dict(type='PlotCurvesHook'),
    dict(type='FaultHook', rank=1, signal={number}, step={step})]
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
    """Writes a config in which process 1 gets a signal at a step."""

    def write(number=0, step=0):
        (tmp_path / 'faults.py').write_text(MODULE)
        path = tmp_path / 'leaf.py'
        path.write_text(
            LEAF.format(base=str(ROOT / CONFIG), number=number, step=step))
        return path

    return write


def start(config, data, tmp_path, *words, **options):
    return torchrun(
        config,
        '--data',
        data,
        '--work-dir',
        tmp_path / 'run',
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


def test_two_processes_train_once_and_one_goes_on(leaf, uneven, drawings,
                                                  tmp_path):
    done = finished(
        start(leaf(), uneven, tmp_path, '--mix', f'{drawings}:0.5', '--ema',
              '--epochs', '1', '--cfg-options',
              'default_hooks.val_loss.type=ValLossHook'))

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('train: 8 images kept') == 1
    assert done.stdout.count('Saving checkpoint at 1 epochs') == 1
    assert 'loss val' in done.stdout
    # 8 drawings and as many others; 2 processes of 2 images as its 4.
    assert 'Epoch(train) [1][4/4]' in done.stdout
    assert 'follows the batch' not in done.stdout
    assert checkpoints(tmp_path) == ['epoch_1.pth']
    assert len([*(tmp_path / 'run').glob('*/*.log')]) == 1
    assert (tmp_path / 'run' / 'curves.png').exists()
    meta = torch.load(
        tmp_path / 'run' / 'epoch_1.pth', weights_only=False)['meta']
    assert (meta['iter'], meta['processes']) == (4, 2)

    (tmp_path / 'faults.py').write_text(MODULE)
    alone = run_tool(
        'train',
        leaf(),
        '--data',
        uneven,
        '--work-dir',
        tmp_path / 'run',
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


def test_a_killed_process_ends_all_with_one_message(leaf, uneven, tmp_path):
    done = finished(start(leaf(signal.SIGKILL, 3), uneven, tmp_path))

    said, codes = errors(done)
    assert done.returncode == 1
    assert len(said) == 1 and 'has ended without a word' in said[0]
    assert '-9' in codes
    assert 'train.py", line' not in done.stderr  # of a traceback
    assert checkpoints(tmp_path) == ['epoch_1.pth']


def test_torchrun_starts_again_from_the_last_checkpoint(
        leaf, uneven, tmp_path):
    done = finished(
        start(
            leaf(signal.SIGKILL, 3),
            uneven,
            tmp_path,
            '--resume',
            start=('--standalone', '--max-restarts', '3')))

    assert done.returncode == 0, done.stderr
    assert 'resumes from' in done.stdout
    assert done.stdout.count('Epoch(train) [1][2/2]') == 1
    assert done.stdout.count('Epoch(train) [2][2/2]') == 1
    assert checkpoints(tmp_path) == ['epoch_1.pth', 'epoch_2.pth']


def test_sigterm_to_one_process_saves_and_ends_all(leaf, uneven, tmp_path):
    done = finished(start(leaf(signal.SIGTERM, 1), uneven, tmp_path))

    assert done.stderr.count('the state is saved in') == 1
    assert errors(done) == ([], ['143', '143'])
    assert checkpoints(tmp_path) == ['epoch_0_iter_1.pth']


def test_two_machines(leaf, uneven, tmp_path):
    """Two agents that meet at a port, one process each."""
    machine = ('--nnodes', '2', '--rdzv-backend', 'c10d', '--rdzv-endpoint',
               f'127.0.0.1:{free_port()}', '--local-addr', '127.0.0.1')
    agents = [
        start(
            leaf(), uneven, tmp_path, '--epochs', '1', count=1, start=machine)
        for _ in range(2)
    ]
    done = [finished(agent) for agent in agents]

    assert [agent.returncode for agent in done] == [0, 0], done[0].stderr
    said = ''.join(agent.stdout for agent in done)
    assert said.count('Epoch(train) [1][2/2]') == 1
    assert checkpoints(tmp_path) == ['epoch_1.pth']
    record = json.loads((tmp_path / 'run' / 'run.json').read_text())
    assert len(record['validations']) == 1
