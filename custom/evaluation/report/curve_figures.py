"""Figures of a report that are drawn: curves, and reliability of scores."""
from typing import Any, Dict, List, Sequence

import numpy as np

from custom.evaluation.average_precision import nan_mean
from custom.evaluation.calibration import BIN_EDGES, Calibration, calibration
from custom.evaluation.matching import Matches
from custom.evaluation.precision_recall import RECALLS, precision_recall
from custom.evaluation.ratio import ratio
from custom.evaluation.score_curves import GRID, ScoreCurves, score_curves

# A class whose scores are off by so much, of so many detections, is told.
FAR_OFF, FEW = .15, 100
# Every hundredth of a score.
_STEP = 10


def curves_by_score(matches: Matches) -> Dict[str, Any]:
    """Precision, recall and F1 over the score, of all classes together and of
    each that has a box."""
    curves = score_curves(matches)
    every, own = _curves_of(curves.overall()), _curves_of(curves)
    return dict(
        score=GRID[::_STEP],
        **every,
        classes=[{
            'class': matches.overlaps.classes[label],
            **{
                key: values[label]
                for key, values in own.items()
            }
        } for label in np.flatnonzero(curves.positives)])


def curves_by_recall(matches: Matches) -> Dict[str, Any]:
    """Precision over recall: the mean of all classes that have a box, and each
    of them."""
    curves = precision_recall(matches)
    return dict(
        recall=RECALLS,
        mean=nan_mean(curves.T).round(4),
        classes=[{
            'class': matches.overlaps.classes[label],
            'precision': curves[label].round(4)
        } for label in np.flatnonzero(matches.positives())])


def calibration_figures(matches: Matches) -> Dict[str, Any]:
    """The reliability bins of all classes together, and which are far off."""
    bins = calibration(matches)
    every = bins.overall()
    return dict(
        edges=BIN_EDGES,
        counts=every.counts,
        score=every.mean_score(),
        precision=every.precision(),
        expected_error=every.expected_error(),
        far_off=_far_off(matches.overlaps.classes, bins))


def _curves_of(curves: ScoreCurves) -> Dict[str, np.ndarray]:
    return dict(
        precision=curves.precision()[..., ::_STEP].round(4),
        recall=curves.recall()[..., ::_STEP].round(4),
        f1=curves.f_score()[..., ::_STEP].round(4))


def _far_off(classes: Sequence[str], bins: Calibration) -> List[dict]:
    """Classes whose scores say another share than is right, worst first."""
    errors, counts = bins.expected_error(), bins.counts.sum(1)
    score = ratio(bins.score_sums.sum(1), counts)
    right = ratio(bins.right.sum(1), counts)
    far = np.flatnonzero((counts >= FEW) & (errors >= FAR_OFF))
    return [{
        'class': classes[label],
        'ECE': errors[label],
        'score': score[label],
        'right': right[label],
        'detections': counts[label]
    } for label in far[np.argsort(-errors[far], kind='stable')]]
