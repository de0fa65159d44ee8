"""Summary of a search: its trials as a table and plots, the best as a
config."""
import os
import os.path as osp
import textwrap
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np
from mmengine.config import Config
from optuna.importance import get_param_importances
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from custom.engine.run_folder import RunRecord
from custom.engine.tuning.study import last_attempts, run_number
from custom.evaluation.fold_scores import spread
from custom.utils.atomic_write import write_bytes
from custom.visualization.tuning_plots import draw_history, draw_importances

_WORDS = {
    TrialState.COMPLETE: 'done',
    TrialState.PRUNED: 'pruned',
    TrialState.FAIL: 'failed',
    TrialState.RUNNING: 'running',
    TrialState.WAITING: 'waiting'
}


def trial_rows(study: Study, metric: str) -> List[Dict[str, Any]]:
    """Table rows, one per trial, those that were trained to their end first,
    the best at the top: ``trial``, ``state``, the metric, ``epoch`` of the
    best checkpoint, ``minutes``, and each key by its shortest name."""
    sign = 1 if study.direction == StudyDirection.MINIMIZE else -1
    trials = sorted(
        last_attempts(study).values(),
        key=lambda trial:
        (trial.state != TrialState.COMPLETE, trial.value is None, sign *
         (trial.value or 0), run_number(trial)))
    keys = short_names(
        [*dict.fromkeys(key for trial in trials for key in trial.params)])
    return [{
        'trial': str(run_number(trial)),
        'state': _state(trial),
        metric: trial.value,
        'epoch': trial.user_attrs.get('epoch'),
        'minutes': _minutes(trial),
        **{
            name: shown(trial.params[key])
            for key, name in keys.items() if key in trial.params
        }
    } for trial in trials]


def _state(trial: FrozenTrial) -> str:
    reason = trial.user_attrs.get('reason')
    return _WORDS[trial.state] + (f' ({reason})' if reason else '')


def _minutes(trial: FrozenTrial) -> Any:
    return trial.duration and f'{trial.duration.total_seconds() / 60:.1f}'


def shown(value: Any) -> str:
    """A value with four digits, where it is a float."""
    return f'{value:.4g}' if isinstance(value, float) else str(value)


def short_names(keys: Sequence[str]) -> Dict[str, str]:
    """Dotted keys to as many of their last parts as tell them apart: ``lr``
    for ``optim_wrapper.optimizer.lr``."""

    def tail(key: str, length: int) -> str:
        return '.'.join(key.split('.')[-length:])

    names = {}
    for key in keys:
        length = 1
        while sum(tail(other, length) == tail(key, length)
                  for other in keys) > 1:
            length += 1
        names[key] = tail(key, length)
    return names


def seed_rows(work_dirs: Mapping[int, Path],
              metric: str) -> List[Dict[str, Any]]:
    """Table rows, one per seed, below them mean and standard deviation."""
    rows: List[Dict[str, Any]] = []
    for seed, work_dir in work_dirs.items():
        record = RunRecord(str(work_dir))
        record.read()
        best = record.best[metric]
        rows.append({
            'seed': str(seed),
            metric: best['score'],
            'epoch': best['epoch'] or best['iter']
        })
    all_seeds = spread(np.array([[row[metric] for row in rows]]))
    return rows + [
        {
            'seed': 'mean',
            metric: all_seeds.mean
        },
        {
            'seed': 'standard deviation',
            metric: all_seeds.over_seeds
        },
    ]


def write_plots(study: Study, root: Path, metric: str) -> List[Path]:
    """Writes ``history.png``, and ``importance.png`` where two trials or more
    were trained to their end.

    The importance of a key is PED-ANOVA's (Watanabe et al., 2023): how much
    the values of the best trials differ from those of all.
    """
    done = [
        trial for trial in last_attempts(study).values()
        if trial.value is not None
    ]
    plots = {
        'history.png':
        draw_history([run_number(trial)
                      for trial in done], [trial.value for trial in done],
                     [trial.state == TrialState.PRUNED for trial in done],
                     metric, study.direction == StudyDirection.MINIMIZE)
    }
    if sum(trial.state == TrialState.COMPLETE for trial in done) > 1:
        plots['importance.png'] = draw_importances(
            get_param_importances(study))
    for name, image in plots.items():
        write_bytes(root / name, image)
    return [root / name for name in plots]


def best_config(path: Path, base: str, options: Mapping[str, Any],
                comments: Sequence[str]) -> str:
    """Text of a leaf config that sets what was found, and nothing else.

    Args:
        path: Of the leaf, to which the base is relative.
        base: Path of the config that was searched.
        options: Dotted keys to values. Of a list in the base the leaf states
            the whole, for a leaf can't change a part of one.
        comments: Lines of its head; long ones are wrapped.
    """
    below = Config.fromfile(base)
    below.merge_from_dict(dict(options))
    leaf: Dict[str, Any] = {}
    for key in options:
        _carry(below, leaf, key.split('.'))
    head = [
        ' \\\n# '.join(
            textwrap.wrap(
                line, 75, break_long_words=False, break_on_hyphens=False))
        for line in comments
    ]
    bases = [osp.relpath(base, path.parent).replace(os.sep, '/')]
    text = Config(dict(_base_=bases, **leaf)).pretty_text
    return ''.join(f'# {line}\n' for line in head) + text.rstrip()


def _carry(node: Any, leaf: Dict[str, Any], parts: Sequence[str]) -> None:
    """Copies what stands at a path, from a list on the whole list."""
    first, *rest = parts
    child = node[first]
    if rest and isinstance(child, dict):
        _carry(child, leaf.setdefault(first, {}), rest)
    else:
        leaf[first] = child
