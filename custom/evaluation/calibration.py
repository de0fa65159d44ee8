"""Calibration of scores: reliability bins and expected calibration error."""
from typing import NamedTuple

import numpy as np

from custom.evaluation.matching import Matches
from custom.evaluation.ratio import ratio

# Ten of equal width, (0, 0.1] to (0.9, 1]; a score of 0 is in the first.
BIN_EDGES = np.arange(11) / 10


class Calibration(NamedTuple):
    """Detections by score, and how many of them are right at IoU 0.5.

    Scores are calibrated if of those in a bin a share is right that is their
    mean: of a hundred detections with scores around 0.8 eighty.

    Attributes:
        counts: int64 (..., B), detections in each bin; (...) is one per class,
            if it is not of all together. What matches a crowd region counts
            for nothing.
        right: int64 (..., B), those of them that are true positives.
        score_sums: float64 (..., B), the sum of their scores.
    """
    counts: np.ndarray
    right: np.ndarray
    score_sums: np.ndarray

    def precision(self) -> np.ndarray:
        """float64 (..., B), NaN in an empty bin."""
        return ratio(self.right, self.counts)

    def mean_score(self) -> np.ndarray:
        """float64 (..., B), NaN in an empty bin."""
        return ratio(self.score_sums, self.counts)

    def expected_error(self) -> np.ndarray:
        """float64 (...): the expected calibration error (ECE), 0 to 1.

        The mean over bins of how far precision is from the mean score, each
        bin weighted by its share of the detections (Naeini et al. 2015,
        "Obtaining Well Calibrated Probabilities Using Bayesian Binning"). NaN
        without detections.
        """
        apart = np.abs(self.right - self.score_sums)
        return ratio(apart.sum(-1), self.counts.sum(-1))

    def overall(self) -> 'Calibration':
        """Calibration of all classes together, each detection counted
        alike."""
        return Calibration(*(values.sum(0) for values in self))


def calibration(matches: Matches) -> Calibration:
    """The reliability bins of each class, (C, B)."""
    found, bins = matches.overlaps.detections, len(BIN_EDGES) - 1
    counted = ~matches.ignored[0]
    scores = found.scores[counted]
    place = np.searchsorted(BIN_EDGES[1:-1], scores, side='left')
    place += found.labels[counted] * bins
    shape = len(matches.overlaps.classes), bins

    def sums(weights: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights, shape[0] * bins).reshape(shape)

    right = matches.true_positives()[0, counted]
    return Calibration(
        sums(np.ones(len(scores))).astype(np.int64),
        sums(right).astype(np.int64), sums(scores))
