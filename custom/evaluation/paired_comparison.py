"""Paired comparison of two models on the same images."""
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from custom.evaluation.average_precision import SUMMARY, nan_mean
from custom.evaluation.bootstrap import (REPLICATES, Estimate, Statistic,
                                         basic_bootstrap, estimate,
                                         point_estimate, precision_statistic,
                                         replicate)
from custom.evaluation.matching import Matches
from custom.evaluation.tag_scores import image_tags, micro_f1
from custom.utils.errors import InputError


class Comparison(NamedTuple):
    """Gain of the second model over the first, (4 + C,): of mAP, mAP_50,
    mAP_75 and the F1 of all tags, then of the AP of each class; named by
    :func:`comparison_names`.

    Attributes:
        difference: With 95 % intervals over images.
        share_better: float64, the share of replicates, reflected as for the
            interval, in which the second model has more; half of those in
            which they are equal.
        p_value: float64, two-sided, of "there is no difference": twice the
            share of these replicates on the other side of 0, the data set
            itself being one more. Of a class it is corrected for the number of
            classes after Holm 1979, so that by chance only one data set in
            twenty has any class below 0.05.

    NaN where a class has no box to be found.
    """
    difference: Estimate
    share_better: np.ndarray
    p_value: np.ndarray


def compare(first: Matches,
            second: Matches,
            thresholds: Tuple[np.ndarray, np.ndarray],
            replicates: int = REPLICATES,
            seed: int = 0) -> Comparison:
    """Compares two models by a bootstrap that draws the same images for both,
    so that how hard the images are cancels out.

    Args:
        first, second: Of the same annotations and C classes.
        thresholds: float64 (C,) of each, score from which a detection gives
            its image a tag.
        replicates: How many are drawn; p values are at least 2 over them.
        seed: The same gives the same replicates.

    Raises:
        InputError: They are not of the same annotations and classes.
    """
    _require_same(first, second)

    other, ours = map(_statistic, (first, second), thresholds)

    def statistic(weights: np.ndarray) -> np.ndarray:
        return ours(weights) - other(weights)

    num_images = first.overlaps.num_images
    value = point_estimate(statistic, num_images)
    differences = replicate(statistic, num_images, replicates, seed)
    drawn = basic_bootstrap(value, differences)
    p_value = _p_values(drawn)
    means = len(comparison_names(()))
    p_value[means:] = holm(p_value[means:])
    # 1, 0 or a half; NaN stays.
    better = (np.sign(drawn) + 1) / 2
    return Comparison(
        estimate(value, differences).clipped(-1, 1), nan_mean(better.T),
        p_value)


def comparison_names(classes: Sequence[str]) -> List[str]:
    """The names of what is compared."""
    return [*SUMMARY, 'tag F1', *classes]


def comparison_rows(classes: Sequence[str],
                    found: Comparison) -> List[Dict[str, Any]]:
    """Table rows of a comparison: the difference of each metric in points,
    its interval, the share of replicates in which the second is better, and
    the p value.

    Args:
        classes: The class names.
        found: Of :func:`compare`.
    """
    ends = found.difference
    return [{
        'B less A': name,
        'points': 100 * float(ends.value[row]),
        'from': 100 * float(ends.low[row]),
        'to': 100 * float(ends.high[row]),
        'B better': float(found.share_better[row]),
        'p': float(found.p_value[row])
    } for row, name in enumerate(comparison_names(classes))]


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's step-down correction of p values (K,); NaN stays and counts for
    none.

    Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".
    """
    corrected = np.full(len(p_values), np.nan)
    order = np.argsort(p_values)[:np.count_nonzero(~np.isnan(p_values))]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def _statistic(matches: Matches, thresholds: np.ndarray) -> Statistic:
    precision = precision_statistic(matches)
    tag_f1 = micro_f1(image_tags(matches.overlaps, thresholds))
    return lambda weights: np.insert(
        precision(weights), len(SUMMARY), tag_f1(weights), axis=-1)


def _p_values(drawn: np.ndarray) -> np.ndarray:
    """(...) of replicates (R, ...)."""
    known = (~np.isnan(drawn)).sum(0)
    rarer = np.minimum((drawn <= 0).sum(0), (drawn >= 0).sum(0))
    return np.where(known > 0, np.minimum(2 * (rarer + 1) / (known + 1), 1),
                    np.nan)


def _require_same(first: Matches, second: Matches) -> None:
    ours, other = first.overlaps, second.overlaps
    if ours.classes != other.classes:
        raise InputError('the two results have different classes and can\'t '
                         'be compared. Evaluate both with the same classes.')
    if (ours.num_images != other.num_images
            or any(not np.array_equal(*columns)
                   for columns in zip(ours.truth, other.truth))):
        raise InputError('the two results are of different annotations and '
                         'can\'t be compared. Evaluate both on the same file.')
