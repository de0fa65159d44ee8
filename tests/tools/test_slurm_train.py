"""tools/slurm_train.sh as a job of two tasks of a real Slurm."""
import os
import sys
from pathlib import Path

import pytest

from tests.helpers.run_tool import CONFIG, ROOT
from tests.helpers.slurm_cluster import run_job, slurm_cluster

pytestmark = [pytest.mark.slow, pytest.mark.slurm]

MODULE = """
import os
import signal

from mmdet.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class PauseHook(Hook):
    '''After step 3 of the first life, waits for a signal.'''

    def after_train_iter(self, runner, *args, **kwargs):
        if runner.iter + 1 == 3 and 'SLURM_RESTART_COUNT' not in os.environ:
            signal.pause()
"""
LEAF = f"""
_base_ = {str(ROOT / CONFIG)!r}
custom_imports = dict(imports=['custom', 'pause'])
default_hooks = dict(val_report=None, logger=dict(interval=1))
custom_hooks = [dict(type='PauseHook')]
train_dataloader = dict(
    batch_size=4, num_workers=0, persistent_workers=False)
val_dataloader = dict(num_workers=0, persistent_workers=False)
train_cfg = dict(max_epochs=2, val_interval=2)
"""


def test_its_time_is_over_and_it_goes_on(drawings, tmp_path):
    """16 drawings in two steps an epoch; four minutes, and a signal one to
    two minutes before their end."""
    (tmp_path / 'pause.py').write_text(MODULE)
    (tmp_path / 'leaf.py').write_text(LEAF)
    with slurm_cluster(tmp_path / 'slurm') as env:
        env.update(
            PATH=f'{Path(sys.executable).parent}:{os.environ["PATH"]}',
            PYTHONPATH=str(tmp_path),
            OMP_NUM_THREADS='1',
            CUDA_VISIBLE_DEVICES='')
        job = run_job(env, '--ntasks-per-node', 2, '--time', 4, '--signal',
                      'TERM@60', '--output', tmp_path / 'said',
                      'tools/slurm_train.sh', tmp_path / 'leaf.py', '--data',
                      drawings, '--work-dir', tmp_path / 'run', '--imgsz', 64)

    said = (tmp_path / 'said').read_text()
    assert (job['JobState'], job['Restarts']) == ('COMPLETED', '1'), said
    assert said.count('no checkpoint yet, so it begins anew') == 1
    assert said.count('the state is saved in') == 1
    assert said.count(f'resumes from {tmp_path}/run/epoch_1_iter_3.pth') == 1
    assert said.count('Epoch(train) [2][1/2]') == 1
    assert said.count('Epoch(train) [2][2/2]') == 1
    assert (tmp_path / 'run/epoch_2.pth').exists()
