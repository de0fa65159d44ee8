"""Scores of a cross-validation: mean and standard deviation."""
from typing import NamedTuple, Optional

import numpy as np


class MeanStd(NamedTuple):
    """Mean of scores, and what they vary by.

    Attributes:
        mean: Of all; None without one.
        over_folds: Standard deviation of the folds, each the mean of its
            seeds: how much depends on which images are test and which train.
            None of one fold.
        over_seeds: Standard deviation of the seeds, each the mean of its
            folds: how much is the chance of training. None of one seed.
    """
    mean: Optional[float]
    over_folds: Optional[float]
    over_seeds: Optional[float]


def spread(scores: np.ndarray) -> MeanStd:
    """Mean and sample standard deviations (n - 1) of scores.

    Args:
        scores: Float (folds, seeds); one below 0, as COCO's -1, says that
            there was nothing to measure, and its fold is left out.
    """
    measured = scores[(scores >= 0).all(axis=1)]
    if not len(measured):
        return MeanStd(None, None, None)
    return MeanStd(
        float(measured.mean()), _deviation(measured.mean(axis=1)),
        _deviation(measured.mean(axis=0)))


def _deviation(values: np.ndarray) -> Optional[float]:
    return float(values.std(ddof=1)) if len(values) > 1 else None
