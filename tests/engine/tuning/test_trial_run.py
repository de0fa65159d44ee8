import optuna
import pytest
from mmengine.config import Config

from custom.config.config import parse_options
from custom.engine.run_folder import RunRecord
from custom.engine.tuning.search_space import parse_space
from custom.engine.tuning.study import TrialFailed
from custom.engine.tuning.trial_run import (choose_values, reporting_argv,
                                            trial_score)

METRIC = 'coco/bbox_mAP'
SPACE = parse_space(['lr=0.0..1.0', 'batch=2,4'])


@pytest.fixture
def trial():
    return optuna.create_study(study_name='mine').ask()


def leave(work_dir, **best):
    record = RunRecord(str(work_dir))
    record.best = {METRIC: best} if best else {}
    record.write()


def test_the_same_search_has_the_same_values(trial):
    other = optuna.create_study().ask()
    words = choose_values(trial, SPACE, seed=3)

    assert choose_values(other, SPACE, seed=3) == words
    assert choose_values(trial.study.ask(), SPACE, seed=3) != words
    assert [word.partition('=')[0] for word in words] == ['lr', 'batch']


def test_options_that_make_it_report(trial):
    cfg = Config(dict(default_hooks=dict(val_report=dict())))
    words = reporting_argv(cfg, trial.study, 'sqlite:///a.db', trial, METRIC)
    assert words == [
        'default_hooks.pruning.type="PruningHook"',
        'default_hooks.pruning.storage="sqlite:///a.db"',
        'default_hooks.pruning.study="mine"', 'default_hooks.pruning.trial=0',
        'default_hooks.pruning.monitor="coco/bbox_mAP"',
        'default_hooks.val_report=None'
    ]
    assert reporting_argv(
        Config(dict(default_hooks={})), trial.study, 'sqlite:///a.db', trial,
        METRIC) == words[:-1]


@pytest.mark.parametrize('name', ['01', '2026_11', 'my net', '[a]'])
def test_names_of_studies_arrive_as_they_are(name):
    study = optuna.create_study(study_name=name)
    url = f'sqlite:////tmp/{name}/study.db'
    words = reporting_argv(
        Config(dict(default_hooks={})), study, url, study.ask(), METRIC)
    options = parse_options(words)
    assert options['default_hooks.pruning.study'] == name
    assert options['default_hooks.pruning.storage'] == url
    assert options['default_hooks.pruning.trial'] == 0


def test_the_score_is_the_best(trial, tmp_path):
    leave(tmp_path, file='best.pth', score=0.5, epoch=3, iter=9)
    assert trial_score(trial, 0, tmp_path, METRIC) == 0.5
    assert trial.user_attrs == dict(epoch=3)


def test_a_pruned_trial(trial, tmp_path):
    leave(tmp_path, file='best.pth', score=0.5, epoch=3, iter=9)
    trial.set_user_attr('pruned_at', 3)
    with pytest.raises(optuna.TrialPruned):
        trial_score(trial, 0, tmp_path, METRIC)


@pytest.mark.parametrize('code, reason', [
    (2, 'exit code 2'),
    (0, 'coco/bbox_mAP has no value'),
])
def test_a_failed_trial(code, reason, trial, tmp_path):
    leave(tmp_path)
    with pytest.raises(TrialFailed, match=reason):
        trial_score(trial, code, tmp_path, METRIC)
    assert trial.user_attrs['reason'] == reason
