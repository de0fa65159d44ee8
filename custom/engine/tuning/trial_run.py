"""Trial run: options of the training of a trial, and its score."""
from pathlib import Path
from typing import List

from mmengine.config import Config
from optuna import TrialPruned
from optuna.samplers import TPESampler
from optuna.study import Study
from optuna.trial import Trial

from custom.engine.run_folder import RunRecord
from custom.engine.tuning.search_space import Space, space_argv, suggest
from custom.engine.tuning.study import TrialFailed


def choose_values(trial: Trial, space: Space, seed: int) -> List[str]:
    """``KEY=VALUE`` words of a trial, chosen by TPE (Bergstra et al., 2011,
    "Algorithms for Hyper-Parameter Optimization").

    The number of a trial seeds it: a search that is repeated in one process
    is the same, and of several processes none repeats another's.
    """
    trial.study.sampler = TPESampler(seed=seed + trial.number)
    return space_argv(suggest(trial, space))


def reporting_argv(cfg: Config, study: Study, url: str, trial: Trial,
                   metric: str) -> List[str]:
    """``KEY=VALUE`` words that make a training report to its trial. The
    report of val, which costs a validation, is left to the best."""
    hook = dict(
        type='PruningHook',
        storage=url,
        study=study.study_name,
        trial=trial.number,
        monitor=metric)
    # In quotes a study of the name 01 stays text.
    words = [
        f'default_hooks.pruning.{key}=' +
        (f'"{value}"' if isinstance(value, str) else f'{value}')
        for key, value in hook.items()
    ]
    if 'val_report' in cfg.default_hooks:
        words.append('default_hooks.val_report=None')
    return words


def trial_score(trial: Trial, code: int, work_dir: Path, metric: str) -> float:
    """The best score of a training that has ended.

    Args:
        trial: Gets user attributes: ``epoch`` of the best, or ``reason``.
        code: Exit code of the training.
        work_dir: Of the training.
        metric: By which its best checkpoint was chosen.

    Raises:
        TrialFailed: It has failed, or measured nothing.
        TrialPruned: The hook has ended it.
    """
    record = RunRecord(str(work_dir))
    record.read()
    best = record.best.get(metric)
    if code or best is None:
        reason = f'exit code {code}' if code else f'{metric} has no value'
        trial.set_user_attr('reason', reason)
        raise TrialFailed(reason)
    trial.set_user_attr('epoch', best['epoch'] or best['iter'])
    # The training wrote it, so this process has to ask the storage.
    if 'pruned_at' in trial.study.trials[trial.number].user_attrs:
        raise TrialPruned
    return best['score']
