"""Image-level tag metrics: precision, recall and F1 of "what is in it"."""
from typing import NamedTuple, Tuple

import numpy as np

from custom.evaluation.average_precision import nan_mean
from custom.evaluation.bootstrap import (REPLICATES, Estimate, Statistic,
                                         bootstrap)
from custom.evaluation.matching import Overlaps
from custom.evaluation.ratio import ratio


class ImageTags(NamedTuple):
    """Tags of images, true and predicted.

    Attributes:
        true: bool (I, C): the image has a box of the class.
        predicted: bool (I, C): a detection of the class reaches its threshold.
        known: bool (I, C): False where the only boxes of the class are crowd
            regions, which say neither yes nor no.
    """
    true: np.ndarray
    predicted: np.ndarray
    known: np.ndarray


class TagScores(NamedTuple):
    """Scores of tags with their 95 % intervals over images, 0 to 1.

    Attributes:
        precision, recall, f1: (C,), of each tag. NaN where a tag is never
            predicted, never there, neither of both.
        micro: (3,): precision, recall and F1 of all tags of all images.
        macro: (3,): the mean of those of the tags that some image has; a tag
            that is never predicted has precision 0.
        exact_match: (): the share of images whose tags are all right.
    """
    precision: Estimate
    recall: Estimate
    f1: Estimate
    micro: Estimate
    macro: Estimate
    exact_match: Estimate


def image_tags(overlaps: Overlaps, thresholds: np.ndarray) -> ImageTags:
    """The tags that boxes and detections give their images.

    Args:
        overlaps: Of I images and C classes.
        thresholds: float64 (C,), score from which a detection counts.
    """
    found, truth = overlaps.detections, overlaps.truth
    shape = overlaps.num_images, len(overlaps.classes)
    kept = found.scores >= thresholds[found.labels]
    true = _mark(shape, truth.images, truth.labels, ~truth.crowd)
    in_crowd = _mark(shape, truth.images, truth.labels, truth.crowd)
    return ImageTags(true, _mark(shape, found.images, found.labels, kept),
                     true | ~in_crowd)


def tag_scores(tags: ImageTags,
               replicates: int = REPLICATES,
               seed: int = 0) -> TagScores:
    """The scores of tags, and a bootstrap over images for their intervals."""
    true, predicted = tags.true & tags.known, tags.predicted & tags.known
    # Their sums are whole numbers, exact in float64.
    right = (true & predicted).astype(float)
    counted = np.hstack([right, predicted, true])
    all_right = (true == predicted).all(1).astype(float)

    def statistic(weights: np.ndarray) -> np.ndarray:
        counts = np.split(weights @ counted, 3, axis=1)
        exact = weights @ all_right / weights.sum(1)
        return np.column_stack([*_scores(*counts), exact])

    together = bootstrap(statistic, len(true), replicates, seed)
    ends = np.cumsum([true.shape[1]] * 3 + [3, 3])
    *parts, exact = zip(*(np.split(values, ends) for values in together))
    return TagScores(*(Estimate(*part) for part in parts),
                     Estimate(*(values[0] for values in exact)))


def micro_f1(tags: ImageTags) -> Statistic:
    """F1 of all tags of all images as a statistic of images, (R, )."""
    true, predicted = tags.true & tags.known, tags.predicted & tags.known
    right = (true & predicted).sum(1)
    both = true.sum(1) + predicted.sum(1)
    return lambda weights: ratio(2 * (weights @ right), weights @ both)


def _mark(shape: Tuple[int, int], images: np.ndarray, labels: np.ndarray,
          which: np.ndarray) -> np.ndarray:
    marked = np.zeros(shape, bool)
    marked[images[which], labels[which]] = True
    return marked


def _scores(right: np.ndarray, predicted: np.ndarray,
            true: np.ndarray) -> Tuple[np.ndarray, ...]:
    """Precision, recall and F1 (R, C) of counts (R, C), then micro and macro
    averages (R, 3)."""
    per_tag = _precision_recall_f1(right, predicted, true)
    micro = _precision_recall_f1(*(counts.sum(1)
                                   for counts in (right, predicted, true)))
    there = true > 0
    macro = [
        nan_mean(np.where(there, np.nan_to_num(values), np.nan))
        for values in per_tag
    ]
    return (*per_tag, np.stack(micro, 1), np.stack(macro, 1))


def _precision_recall_f1(right: np.ndarray, predicted: np.ndarray,
                         true: np.ndarray) -> Tuple[np.ndarray, ...]:
    return (ratio(right,
                  predicted), ratio(right,
                                    true), ratio(2 * right, predicted + true))
