"""Precision-recall curve of every class, at IoU 0.5."""
import numpy as np

from custom.evaluation.box_columns import begins_of
from custom.evaluation.matching import Matches

RECALLS = np.arange(101) / 100


def precision_recall(matches: Matches) -> np.ndarray:
    """Precision (C, 101) at the recalls 0, 0.01, .., 1, made to fall with
    recall as COCO does it, so that the mean of a curve is AP50.

    0 where a recall is never reached, NaN of a class without a box.
    """
    is_true, ignored = matches.true_positives()[0], matches.ignored[0]
    positives = matches.positives()
    begins = begins_of(matches.overlaps.detections.labels, len(positives))
    curves = np.full((len(positives), len(RECALLS)), np.nan)
    for label in np.flatnonzero(positives):
        own = slice(begins[label], begins[label + 1])
        counted = ~ignored[own]
        right = is_true[own][counted].cumsum()
        curves[label] = _interpolate(right, positives[label])
    return curves


def _interpolate(right: np.ndarray, positives: int) -> np.ndarray:
    """Interpolated curve, of how many are right down to each detection."""
    precision = right / np.arange(1, len(right) + 1)
    # The best of this recall or a higher one; beyond the last it is 0.
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0)
    return best[np.searchsorted(right / positives, RECALLS - 1e-12)]
