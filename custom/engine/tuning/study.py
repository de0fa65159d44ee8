"""Study: the Optuna storage of a search, and the state of its trials."""
import json
import warnings
from pathlib import Path
from typing import Dict, List, Mapping

import optuna
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import RDBStorage
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from custom.engine.plan import require_same_plan
from custom.utils.errors import InputError

# Seconds between signs of life of a process, and until one without is dead.
HEARTBEAT, GRACE = 20, 60


class TrialFailed(Exception):
    """Failure of one trial, from which the search goes on.

    Its trial has the user attribute ``reason``; one that was stopped, or whose
    process has died, fails without.
    """


def open_study(url: str, root: Path, rule: str, plan: Mapping[str,
                                                              str]) -> Study:
    """Opens the study of a search, or begins it.

    Args:
        url: Of the storage, as SQLAlchemy takes it.
        root: Work dir of the search; its name is that of the study.
        rule: Whether ``'greater'`` or ``'less'`` is better.
        plan: Of :func:`custom.engine.plan.make_plan`, kept in the study.

    Raises:
        InputError: The storage can't be opened, or another plan began it.
    """
    if ',' in f'{url}{root}':
        raise InputError(
            f'{url}, {root}: a comma in the address of the '
            'storage, or in a work dir, is read as a list; choose '
            'another')
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(
            storage=_storage(url),
            study_name=root.resolve().name,
            direction='minimize' if rule == 'less' else 'maximize',
            load_if_exists=True)
    except (ImportError, ValueError, SQLAlchemyError,
            StorageInternalError) as error:
        raise InputError(
            f'--storage: cannot be opened ({str(error).splitlines()[0]}); '
            'give an URL such as sqlite:///FILE or '
            'postgresql://HOST/DATABASE') from None
    before = study.user_attrs.get('plan')
    if before is None:
        study.set_user_attr('plan', json.dumps(plan))
    else:
        require_same_plan(json.loads(before), plan, root)
    return study


def _storage(url: str) -> RDBStorage:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ExperimentalWarning)
        return RDBStorage(
            url, heartbeat_interval=HEARTBEAT, grace_period=GRACE)


def run_number(trial: FrozenTrial) -> int:
    """The number that stands in the folder of a trial: that of its first
    attempt."""
    return trial.user_attrs.get('run', trial.number)


def last_attempts(study: Study) -> Dict[int, FrozenTrial]:
    """The last attempt of each trial, by :func:`run_number`."""
    return {
        run_number(trial): trial
        for trial in study.get_trials(deepcopy=False)
    }


def begun(study: Study) -> List[FrozenTrial]:
    """The trials that need no beginning, after those that were stopped, or
    whose process has died, are put in the queue again."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ExperimentalWarning)
        optuna.storages.fail_stale_trials(study)
    for trial in last_attempts(study).values():
        if trial.state == TrialState.FAIL and 'reason' not in trial.user_attrs:
            _repeat(study, trial)
    return [
        trial for trial in last_attempts(study).values()
        if trial.state != TrialState.WAITING
    ]


def _repeat(study: Study, trial: FrozenTrial) -> None:
    """Queues another attempt, which goes on in the folder of the first."""
    study.add_trial(
        create_trial(
            state=TrialState.WAITING,
            params=trial.params,
            distributions=trial.distributions,
            intermediate_values=trial.intermediate_values,
            user_attrs=dict(run=run_number(trial))))


def best_trial(study: Study, root: Path) -> FrozenTrial:
    """The best of the trials that were trained to their end.

    Raises:
        InputError: There is none.
    """
    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, )):
        raise InputError(f'{root}: no trial came to its end, so none is the '
                         'best; what each training said stands above, and in '
                         'its folder')
    return study.best_trial
