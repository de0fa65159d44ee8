"""A training of three epochs that is worse than five others after the first.
"""
import optuna
import pytest
from optuna.trial import TrialState, create_trial

from tests.helpers.run_tool import CONFIG, run_tool
from tests.helpers.sample_pool import write

METRIC = 'coco/bbox_mAP'


@pytest.fixture
def study(tmp_path):
    study = optuna.create_study(
        storage=f'sqlite:///{tmp_path}/study.db',
        study_name='7',
        direction='maximize')
    for _ in range(5):
        study.add_trial(
            create_trial(
                state=TrialState.COMPLETE,
                value=0.9,
                intermediate_values={1: 0.9}))
    study.ask()
    return study


@pytest.fixture
def train(tmp_path):
    for first, split in ((1, 'train'), (7, 'val')):
        write(
            tmp_path / 'data',
            split, [f'{"cd"[i % 2]}{first + i}.png' for i in range(4)],
            first_id=first)

    def run(trial):
        return run_tool(
            'train', CONFIG, '--data', tmp_path / 'data', '--work-dir',
            tmp_path / f'trial_{trial}', '--epochs', 3, '--imgsz', 64,
            '--workers', 0, '--cfg-options',
            'default_hooks.pruning.type=PruningHook',
            'default_hooks.pruning.storage='
            f'sqlite:///{tmp_path}/study.db', 'default_hooks.pruning.study=7',
            f'default_hooks.pruning.trial={trial}',
            f'default_hooks.pruning.monitor={METRIC}',
            'default_hooks.val_report=None', 'train_cfg.val_interval=1')

    return run


@pytest.mark.slow
def test_a_poor_trial_ends(study, train, tmp_path):
    done = train(5)

    assert done.returncode == 0, done.stderr
    assert 'pruned: other trials were better at 1' in done.stdout
    trial = study.trials[5]
    assert trial.user_attrs == dict(pruned_at=1)
    assert list(trial.intermediate_values) == [1]
    assert 0 <= trial.intermediate_values[1] < 0.9
    assert (tmp_path / 'trial_5/epoch_1.pth').exists()
    assert not (tmp_path / 'trial_5/epoch_2.pth').exists()


@pytest.mark.slow
def test_a_trial_that_is_done(study, train):
    done = train(0)

    assert done.returncode == 2
    assert 'trial 0 of 7 is done; without default_hooks.pruning' in done.stderr
