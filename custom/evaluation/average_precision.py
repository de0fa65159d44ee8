"""Average precision (AP) from matches, with image weights for a bootstrap.

AP is COCO's: precision made to fall with recall, at the recalls 0, 0.01, ..,
1, as pycocotools computes it.
"""
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from custom.evaluation.box_columns import begins_of
from custom.evaluation.matching import Matches
from custom.evaluation.matching_kernels import average_weighted
from custom.evaluation.ratio import ratio
from custom.utils.cpu import core_count

SUMMARY = ('mAP', 'mAP_50', 'mAP_75')
# In the last digits not those of TIDE, i / 100.
_RECALLS = np.linspace(0, 1, 101)
_AT_75 = 5  # position of IoU 0.75


class _Events(NamedTuple):
    """The arguments of the kernel that don't depend on weights."""
    images: np.ndarray
    begins: np.ndarray
    events: np.ndarray
    is_true: np.ndarray
    event_begins: np.ndarray
    truth_images: np.ndarray
    truth_begins: np.ndarray


def average_precision(
        matches: Matches,
        image_weights: Optional[np.ndarray] = None) -> np.ndarray:
    """AP of every IoU threshold and class, 0 to 1.

    Args:
        matches: T thresholds, C classes, I images.
        image_weights: int (R, I), how often each image counts; None for once
            each. It equals the AP of a data set in which the images stand so
            often, if equal scores of one class stand in order of image ids.

    Returns:
        float64 (T, C), with weights (R, T, C); NaN where there is nothing to
        be found.
    """
    overlaps = matches.overlaps
    if image_weights is None:
        once = np.ones((1, overlaps.num_images), np.int32)
        return average_precision(matches, once)[0]
    weights = np.ascontiguousarray(image_weights, np.int32)
    events = _events(matches)
    out = np.empty(
        (len(weights), len(matches.truth_of), len(overlaps.classes)))
    parts = min(core_count(), len(weights))
    with ThreadPoolExecutor(max(parts, 1)) as pool:
        # The kernel holds no lock.
        jobs = [
            pool.submit(average_weighted, some, *events, _RECALLS, out[rows])
            for rows, some in _parts(weights, parts)
        ]
    for job in jobs:
        job.result()
    return out


def max_recall(matches: Matches) -> np.ndarray:
    """Recall of all detections, float64 (T, C), 0 to 1; NaN where there is
    nothing to be found. Its mean over thresholds is COCO's AR."""
    labels = matches.overlaps.truth.labels
    classes = len(matches.overlaps.classes)
    found = (matches.found_by >= 0) & ~matches.truth_ignored
    counts = [np.bincount(labels[row], minlength=classes) for row in found]
    return ratio(np.array(counts), matches.positives())


def summarize(precision: np.ndarray) -> np.ndarray:
    """mAP, mAP_50 and mAP_75, then the AP of each class.

    Args:
        precision: (..., T, C) of :func:`average_precision`.

    Returns:
        float64 (..., 3 + C), named by :func:`summary_names`. Classes without
        a box to be found are NaN and not in the means.
    """
    per_class = precision.mean(-2)
    means = (nan_mean(per_class), nan_mean(precision[..., 0, :]),
             nan_mean(precision[..., _AT_75, :]))
    return np.concatenate([np.stack(means, -1), per_class], -1)


def summary_names(classes: Sequence[str]) -> List[str]:
    """The names of what :func:`summarize` returns."""
    return [*SUMMARY, *classes]


def nan_mean(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis of what is not NaN; NaN where all is."""
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0).sum(-1), known.sum(-1))


def _events(matches: Matches) -> _Events:
    found, truth = matches.overlaps.detections, matches.overlaps.truth
    classes = len(matches.overlaps.classes)
    # Row by row, so by threshold, then in the order of the detections.
    thresholds, events = np.nonzero((matches.truth_of >= 0) | matches.ignored)
    is_true = ~matches.ignored[thresholds, events]
    groups = thresholds * classes + found.labels[events]
    wanted = np.flatnonzero(~matches.truth_ignored)
    wanted = wanted[np.argsort(truth.labels[wanted], kind='stable')]
    return _Events(found.images, begins_of(found.labels, classes),
                   events.astype(np.int32), is_true,
                   begins_of(groups,
                             len(matches.truth_of) * classes),
                   truth.images[wanted],
                   begins_of(truth.labels[wanted], classes))


def _parts(weights: np.ndarray,
           parts: int) -> Iterator[Tuple[slice, np.ndarray]]:
    """Consecutive rows of about equal number."""
    size = -(-len(weights) // max(parts, 1)) or 1
    for first in range(0, len(weights), size):
        rows = slice(first, first + size)
        yield rows, weights[rows]
