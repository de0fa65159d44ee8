import cv2
import optuna
import pytest
from optuna.trial import TrialState, create_trial

from custom.config.config import load_config
from custom.config.tree import flatten
from custom.engine.run_folder import RunRecord
from custom.engine.tuning.search_space import parse_space
from custom.engine.tuning.study_summary import (best_config, seed_rows,
                                                short_names, trial_rows,
                                                write_plots)
from tests.configs import test_leaves as leaves
from tests.helpers.run_tool import CONFIG

METRIC = 'coco/bbox_mAP'
LR = 'optim_wrapper.optimizer.lr'


@pytest.fixture
def study():
    """Trials 0 to 3: worth 0.2, failed, worth 0.6 and pruned at 0.1."""
    study = optuna.create_study(direction='maximize')
    space = parse_space([f'{LR}=0.0..1.0', 'train_dataloader.batch_size=2,4'])
    for state, value, attrs in ((TrialState.COMPLETE, 0.2,
                                 dict(epoch=3)), (TrialState.FAIL, None,
                                                  dict(reason='exit code 2')),
                                (TrialState.COMPLETE, 0.6, dict(epoch=4)),
                                (TrialState.PRUNED, 0.1, dict(epoch=1))):
        study.add_trial(
            create_trial(
                state=state,
                value=value,
                params={
                    LR: 0.123456,
                    'train_dataloader.batch_size': '4'
                },
                distributions=space,
                user_attrs=attrs))
    return study


def test_rows_from_the_best_on(study):
    rows = trial_rows(study, METRIC)
    assert [(row['trial'], row['state'], row[METRIC], row['epoch'])
            for row in rows] == [('2', 'done', 0.6, 4), ('0', 'done', 0.2, 3),
                                 ('3', 'pruned', 0.1, 1),
                                 ('1', 'failed (exit code 2)', None, None)]
    assert all(row['lr'] == '0.1235' and row['batch_size'] == '4'
               for row in rows)


def test_names_are_as_short_as_they_can_be():
    assert short_names(['a.b.lr', 'a.c.lr', 'x.size', 'size']) == {
        'a.b.lr': 'b.lr',
        'a.c.lr': 'c.lr',
        'x.size': 'x.size',
        'size': 'size'
    }


def test_seeds(tmp_path):
    for seed, score in ((1, 0.4), (2, 0.6)):
        record = RunRecord(str(tmp_path / f'{seed}'))
        record.best = {METRIC: dict(file='x', score=score, epoch=3, iter=9)}
        record.write()
    rows = seed_rows({seed: tmp_path / f'{seed}' for seed in (1, 2)}, METRIC)

    assert [row['seed']
            for row in rows] == ['1', '2', 'mean', 'standard deviation']
    assert [row[METRIC]
            for row in rows] == pytest.approx([0.4, 0.6, 0.5, 0.02**0.5])


def test_plots(study, tmp_path):
    paths = write_plots(study, tmp_path, METRIC)
    assert [path.name for path in paths] == ['history.png', 'importance.png']
    assert cv2.imread(str(paths[0])).shape == (550, 990, 3)
    assert cv2.imread(str(paths[1])).shape[1] == 990


def test_the_best_config_sets_what_was_found(tmp_path):
    path = tmp_path / 'best.py'
    found = {
        LR: 0.00123,
        'train_dataloader.batch_size': 8,
        'param_scheduler.0.end': 7
    }
    command = f'python tools/train.py {path} --data data/mine'
    path.write_text(best_config(path, CONFIG, found, [command, 'word ' * 30]))

    before, after = (
        flatten(load_config(str(file)).to_dict()) for file in (CONFIG, path))
    assert {
        key: after[key]
        for key in after if after[key] != before[key]
    } == found
    assert {*after} == {*before}
    head = path.read_text().partition('_base_')[0].splitlines()
    assert all(line.startswith('# ') for line in head)
    assert max(len(line) for line in head if str(path) not in line) <= 79
    leaves.test_opens_with_its_command(str(path))
    leaves.test_at_most_three_levels(str(path))
    leaves.test_all_keys_are_read(str(path))
    leaves.test_the_copy_in_a_work_dir_is_read_again(str(path), tmp_path)
