"""Gain of score thresholds per class over a single one, in F1."""
from typing import NamedTuple, Tuple

import numpy as np

from custom.evaluation.average_precision import nan_mean
from custom.evaluation.bootstrap import (REPLICATES, Estimate, Statistic,
                                         estimate, point_estimate, replicate)
from custom.evaluation.matching import Matches
from custom.evaluation.ratio import ratio
from custom.evaluation.tag_scores import image_tags
from custom.structures.detection import DEFAULT_THRESHOLD

MEASURES = ('boxes, micro', 'boxes, macro', 'tags, micro', 'tags, macro')


class ThresholdGain(NamedTuple):
    """F1 (4,) of :data:`MEASURES` with 95 % intervals over images: of boxes at
    IoU 0.5 and of the tags of images; micro counts all of them together,
    macro is the mean of the classes that have a box.

    Attributes:
        single: At :data:`DEFAULT_THRESHOLD` for all classes.
        fitted: At the thresholds of the classes.
        difference: The second less the first, the same images drawn for both,
            so that how hard they are cancels out; -1 to 1.
    """
    single: Estimate
    fitted: Estimate
    difference: Estimate


def threshold_gain(matches: Matches,
                   thresholds: np.ndarray,
                   replicates: int = REPLICATES,
                   seed: int = 0) -> ThresholdGain:
    """Compares thresholds per class, float64 (C,), with a single one."""
    half = np.full(len(thresholds), DEFAULT_THRESHOLD)
    num_images = matches.overlaps.num_images
    values, drawn = [], []
    for counts in (_box_counts, _tag_counts):
        statistic = _f1(*counts(matches, half), *counts(matches, thresholds))
        values.append(point_estimate(statistic, num_images))
        drawn.append(replicate(statistic, num_images, replicates, seed))
    value, draws = np.hstack(values), np.concatenate(drawn, -1)
    single, fitted, difference = map(estimate, value, np.moveaxis(draws, 1, 0))
    return ThresholdGain(
        single.clipped(0, 1), fitted.clipped(0, 1), difference.clipped(-1, 1))


def _f1(*counts: np.ndarray) -> Statistic:
    """Micro and macro F1 as a statistic of images (R, 3, 2): at the single
    threshold, at those of the classes, and the difference.

    Args:
        counts: (I, C) each: what is right, and what is counted in all, found
            and to be found; at one threshold, then at the others.
    """
    columns = np.hstack(counts).astype(float)

    def statistic(weights: np.ndarray) -> np.ndarray:
        sums = np.split(weights @ columns, len(counts), axis=1)
        first, second = _averages(*sums[:3]), _averages(*sums[3:])
        return np.stack([first, second, second - first], 1)

    return statistic


def _averages(right: np.ndarray, found: np.ndarray,
              wanted: np.ndarray) -> np.ndarray:
    """Micro and macro F1 (R, 2) of counts (R, C)."""
    micro = ratio(2 * right.sum(1), (found + wanted).sum(1))
    per_class = ratio(2 * right, np.where(wanted > 0, found + wanted, 0))
    return np.stack([micro, nan_mean(per_class)], 1)


def _box_counts(
        matches: Matches,
        thresholds: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    found, truth = matches.overlaps.detections, matches.overlaps.truth
    kept = found.scores >= thresholds[found.labels]
    kept &= ~matches.ignored[0]
    shape = matches.overlaps.num_images, len(matches.overlaps.classes)

    def count(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        cells = images.astype(np.int64) * shape[1] + labels
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)

    right = kept & matches.true_positives()[0]
    wanted = ~matches.truth_ignored
    return (count(found.images[right], found.labels[right]),
            count(found.images[kept], found.labels[kept]),
            count(truth.images[wanted], truth.labels[wanted]))


def _tag_counts(
        matches: Matches,
        thresholds: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    tags = image_tags(matches.overlaps, thresholds)
    true, predicted = tags.true & tags.known, tags.predicted & tags.known
    return true & predicted, predicted, true
