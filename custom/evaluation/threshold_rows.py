"""Table rows of score thresholds: what they bring, beside one for all."""
from typing import Any, Dict, List, Sequence

import numpy as np

from custom.evaluation.score_curves import GRID, ScoreCurves
from custom.evaluation.score_thresholds import Thresholds
from custom.structures.detection import DEFAULT_THRESHOLD


def threshold_rows(classes: Sequence[str], curves: ScoreCurves,
                   thresholds: Thresholds) -> List[Dict[str, Any]]:
    """Table rows of thresholds, one per class, and a last one of all boxes
    together.

    Args:
        classes: C names.
        curves: Of each class, (C, S).
        thresholds: Of each class.

    Returns:
        Dicts of ``class``, ``boxes`` (to be found), ``threshold``,
        ``precision``, ``recall`` and ``F1`` at it, and ``F1 at 0.5``; the
        threshold of all is None, for each class has its own.
    """
    at = _steps(thresholds.per_class)
    single = _steps(np.full(len(classes), DEFAULT_THRESHOLD))
    rows = []
    for label, name in enumerate(classes):
        one = slice(label, label + 1)
        rows.append({
            'class': name,
            'threshold': float(thresholds.per_class[label]),
            **_row(curves, at, single, one)
        })
    return [
        *rows, {
            'class': 'all',
            'threshold': None,
            **_row(curves, at, single, slice(None))
        }
    ]


def _steps(scores: np.ndarray) -> np.ndarray:
    """int64 (C,), the step of the grid of each score; that after the last,
    where nothing counts, beyond it."""
    return np.searchsorted(GRID, scores - 1e-9)


def _row(curves: ScoreCurves, at: np.ndarray, single: np.ndarray,
         which: slice) -> Dict[str, Any]:
    chosen, half = (_counts_at(curves, steps, which) for steps in (at, single))
    return {
        'boxes': int(chosen.positives),
        'precision': float(chosen.precision()[0]),
        'recall': float(chosen.recall()[0]),
        'F1': float(chosen.f_score()[0]),
        f'F1 at {DEFAULT_THRESHOLD}': float(half.f_score()[0])
    }


def _counts_at(curves: ScoreCurves, steps: np.ndarray,
               which: slice) -> ScoreCurves:
    """The counts of some classes together, each at its own step; (1,)."""
    rows = np.arange(len(steps))[which]
    inside = rows[steps[rows] < len(GRID)]
    true, false = (
        counts[inside, steps[inside]].sum(keepdims=True)
        for counts in (curves.true_positives, curves.false_positives))
    return ScoreCurves(true, false, curves.positives[rows].sum())
