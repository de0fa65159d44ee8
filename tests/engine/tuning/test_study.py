import sqlite3

import pytest
from optuna.trial import TrialState

from custom.engine.tuning.study import (TrialFailed, begun, best_trial,
                                        last_attempts, open_study, run_number)
from custom.utils.errors import InputError


@pytest.fixture
def url(tmp_path):
    return f'sqlite:///{tmp_path}/study.db'


@pytest.fixture
def study(tmp_path, url):
    return open_study(url, tmp_path / 'mine', 'greater', dict(a='1'))


def states(study):
    return {
        number: trial.state.name
        for number, trial in last_attempts(study).items()
    }


def test_the_same_plan_goes_on(study, tmp_path, url):
    study.optimize(lambda trial: 0.5, n_trials=1)
    again = open_study(url, tmp_path / 'mine', 'greater', dict(a='1'))

    assert states(again) == {0: 'COMPLETE'}
    assert best_trial(again, tmp_path).value == 0.5
    with pytest.raises(InputError, match='mine: was begun otherwise: a is 2'):
        open_study(url, tmp_path / 'mine', 'greater', dict(a='2'))


@pytest.mark.parametrize('rule, best', [('greater', 1), ('less', 0)])
def test_which_is_the_best(rule, best, tmp_path, url):
    study = open_study(url, tmp_path / 'mine', rule, {})
    study.optimize(lambda trial: trial.number, n_trials=2)
    assert best_trial(study, tmp_path).number == best


def test_no_best(study, tmp_path):
    with pytest.raises(InputError, match='no trial came to its end'):
        best_trial(study, tmp_path)


def test_a_failed_trial_is_not_repeated(study):

    def fail(trial):
        trial.set_user_attr('reason', 'exit code 2')
        raise TrialFailed

    study.optimize(fail, n_trials=1, catch=(TrialFailed, ))
    assert [trial.number for trial in begun(study)] == [0]
    assert states(study) == {0: 'FAIL'}


def test_a_stopped_trial_is_repeated_with_its_values(study):
    given = []

    def stop(trial):
        given.append(trial.suggest_float('lr', 0, 1))
        trial.report(0.25, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.optimize(stop, n_trials=1)
    assert begun(study) == begun(study) == []
    assert states(study) == {0: 'WAITING'}

    def end(trial):
        given.append(trial.suggest_float('lr', 0, 1))
        assert run_number(trial) == 0
        return 0.5

    study.optimize(end, n_trials=1)
    assert given[0] == given[1]
    assert states(study) == {0: 'COMPLETE'}
    assert last_attempts(study)[0].intermediate_values == {1: 0.25}


def test_a_trial_of_a_process_that_died(study, tmp_path):
    with pytest.warns(UserWarning, match='supposed to be used with'):
        trial = study.ask()
    study._storage.record_heartbeat(trial._trial_id)
    assert [each.state for each in begun(study)] == [TrialState.RUNNING]

    with sqlite3.connect(tmp_path / 'study.db') as database:
        database.execute('UPDATE trial_heartbeats SET heartbeat = '
                         "datetime('now', '-100 seconds')")
    assert begun(study) == []
    assert states(study) == {0: 'WAITING'}


@pytest.mark.parametrize('url, message', [
    ('nothing', 'cannot be opened'),
    ('sqlite:////no/such/folder/study.db', 'cannot be opened'),
    ('sqlite:///a,b.db', 'a comma'),
])
def test_a_bad_storage(url, message, tmp_path):
    with pytest.raises(InputError, match=message):
        open_study(url, tmp_path / 'mine', 'greater', {})
