"""Precision, recall and F-score over the confidence threshold, per class."""
from typing import NamedTuple

import numpy as np

from custom.evaluation.matching import Matches
from custom.evaluation.ratio import ratio

# Score thresholds: 0, 0.001, .., 0.999.
GRID = np.arange(1000) / 1000


class ScoreCurves(NamedTuple):
    """Counts of the detections at or above each score threshold of the grid.

    They are those at IoU 0.5. What matches a crowd region counts for nothing.
    Matching goes by falling score, so that a threshold changes nothing of what
    stands above it.

    Attributes:
        true_positives: float64 (..., S); S is that of :data:`GRID`, (...) one
            per class, if it is not of all together.
        false_positives: float64 (..., S).
        positives: float64 (...), boxes to be found.
    """
    true_positives: np.ndarray
    false_positives: np.ndarray
    positives: np.ndarray

    def precision(self) -> np.ndarray:
        """float64 (..., S), NaN where nothing is detected."""
        return ratio(self.true_positives,
                     self.true_positives + self.false_positives)

    def recall(self) -> np.ndarray:
        """float64 (..., S), NaN where there is nothing to be found."""
        return ratio(self.true_positives, self.positives[..., None])

    def f_score(self, beta: float = 1.) -> np.ndarray:
        """float64 (..., S): recall weighs ``beta`` times as much as precision
        (van Rijsbergen 1979). NaN where there is nothing to be found."""
        square = beta**2
        positives = self.positives[..., None]
        total = (
            square * positives + self.true_positives + self.false_positives)
        return ratio((1 + square) * self.true_positives,
                     np.where(positives > 0, total, 0))

    def overall(self) -> 'ScoreCurves':
        """Curve of all classes together, each box counted alike."""
        return ScoreCurves(
            self.true_positives.sum(0), self.false_positives.sum(0),
            self.positives.sum(0))


def score_curves(matches: Matches) -> ScoreCurves:
    """The curves of each class, (C, S)."""
    is_true, ignored = matches.true_positives()[0], matches.ignored[0]
    return ScoreCurves(
        _counts_above(matches, is_true),
        _counts_above(matches, ~is_true & ~ignored),
        matches.positives().astype(float))


def _counts_above(matches: Matches, which: np.ndarray) -> np.ndarray:
    """Counts of the detections that score at least as much, (C, S)."""
    found = matches.overlaps.detections
    classes, steps = len(matches.overlaps.classes), len(GRID)
    step = np.searchsorted(GRID, found.scores[which], side='right') - 1
    counts = np.bincount(
        found.labels[which] * steps + step, minlength=classes * steps)
    counts = counts.reshape(classes, steps)
    return counts[:, ::-1].cumsum(1)[:, ::-1].astype(float)
