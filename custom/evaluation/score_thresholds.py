"""Score thresholds per class for a goal: the best F-score, or a precision."""
import re
from typing import Dict, Mapping, NamedTuple, Optional, Sequence

import numpy as np

from custom.evaluation.score_curves import GRID, ScoreCurves
from custom.structures.detection import DEFAULT_THRESHOLD
from custom.utils.errors import InputError

# How many boxes of the average class each class is given, see fit_thresholds.
SHRINKAGE = 10.

_NUMBER = r'([0-9]+(?:\.[0-9]*)?|\.[0-9]+)'
_F_SCORE = re.compile(f'f{_NUMBER}')
_PRECISION = re.compile(f'precision={_NUMBER}')


class ThresholdGoal(NamedTuple):
    """Goal of a threshold: the best F-score with ``beta``, or, where
    that is None, the best recall at this ``precision``."""
    beta: Optional[float]
    precision: Optional[float]

    @classmethod
    def parse(cls, text: str) -> 'ThresholdGoal':
        """Reads ``f1``, ``f0.5``, ``f2``, .. or ``precision=0.9``.

        Raises:
            InputError: It is neither, or a number is out of range.
        """
        match = _F_SCORE.fullmatch(text)
        if match and float(match[1]) > 0:
            return cls(float(match[1]), None)
        match = _PRECISION.fullmatch(text)
        if match and 0 < float(match[1]) <= 1:
            return cls(None, float(match[1]))
        raise InputError(
            f'goal {text!r}: thresholds are fitted for the best F-score, '
            '"f1", "f0.5" or "f2", or for a precision, such as '
            '"precision=0.9".')


class Thresholds(NamedTuple):
    """Detections count from these scores up.

    Attributes:
        overall: One for all classes.
        per_class: float64 (C,).
    """
    overall: float
    per_class: np.ndarray

    def by_name(self, classes: Sequence[str]) -> Dict[str, float]:
        """Thresholds of the classes, to three digits, as a checkpoint has
        them."""
        return dict(zip(classes, self.per_class.round(3).tolist()))


def threshold_column(thresholds: Mapping[str, float],
                     classes: Sequence[str]) -> np.ndarray:
    """float64 (C,): the thresholds by name of a detector, in the order of
    classes; ``DEFAULT_THRESHOLD`` for a class that has none."""
    return np.array([thresholds.get(c, DEFAULT_THRESHOLD) for c in classes])


def fit_thresholds(curves: ScoreCurves, goal: str) -> Thresholds:
    """The score thresholds that reach a goal on the detections of a val set.

    A class of few boxes has a curve of a few steps, whose best is chance. So
    to its own counts are added those that ten boxes (:data:`SHRINKAGE`) would
    have if they fared as the average box of all classes: with one box of its
    own a class gets nearly the overall threshold, with a thousand its own.
    One without a box gets the overall threshold.

    Args:
        curves: Of each class, (C, S).
        goal: ``f1``, ``f0.5``, ``f2`` or so: the highest F-score; the middle
            of where it is highest. ``precision=0.9`` or so: the lowest score
            from which on precision is that, and where it never is, that of
            the highest precision.

    Raises:
        InputError: The goal is none of these, or there is no box at all.
    """
    wanted = ThresholdGoal.parse(goal)
    everything = curves.overall()
    if not everything.positives:
        raise InputError('no boxes are annotated, so that no score thresholds '
                         'can be fitted: name annotations that have some.')
    overall = _reach(wanted, everything)
    pooled = _add_average(curves, everything)
    return Thresholds(
        overall,
        np.array([
            _reach(wanted, ScoreCurves(*one)) if own else overall
            for own, one in zip(curves.positives, zip(*pooled))
        ]))


def _add_average(curves: ScoreCurves, everything: ScoreCurves) -> ScoreCurves:
    share = SHRINKAGE / everything.positives
    return ScoreCurves(*(own + share * average
                         for own, average in zip(curves, everything)))


def _reach(goal: ThresholdGoal, curve: ScoreCurves) -> float:
    """The threshold of one curve, (S,)."""
    if goal.precision is None:
        return _middle_of_highest(curve.f_score(goal.beta))
    precision = np.nan_to_num(curve.precision(), nan=-1.)
    # As exact as fractions of the average class are.
    enough = np.flatnonzero(precision >= goal.precision - 1e-9)
    if enough.size:
        return float(GRID[enough[0]])
    return _middle_of_highest(precision)


def _middle_of_highest(values: np.ndarray) -> float:
    """The middle of the first stretch of the grid with the highest value: as
    far from the detections above it as from those below."""
    first = int(values.argmax())
    lower = np.flatnonzero(values[first:] < values[first])
    last = first + int(lower[0]) - 1 if lower.size else len(values) - 1
    return float(GRID[(first + last) // 2])
