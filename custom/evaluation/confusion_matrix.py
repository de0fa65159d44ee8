"""Confusion matrix of a detector, with background as one more class."""
from typing import NamedTuple, Tuple

import numpy as np

from custom.evaluation.matching import Overlaps

IOU_THRESHOLD = .5


class ConfusionMatrix(NamedTuple):
    """Confusion matrix: what each annotated box was taken for.

    One entry stands for a pair of detection and truth, for a detection of
    background, or for truth that was missed.

    Attributes:
        counts: int64 (C + 1, C + 1): row is the true class, column the
            predicted one; the last of each is background. The last row holds
            what was detected where nothing is, the last column what was
            missed; their common cell is 0.
        images: int32 (K,), row of the image of each entry.
        detections: int32 (K,), row of the detection; -1 if none.
        truths: int32 (K,), row of the truth; -1 if none.
        true_labels: int32 (K,), row of ``counts``.
        predicted_labels: int32 (K,), column of ``counts``.
    """
    counts: np.ndarray
    images: np.ndarray
    detections: np.ndarray
    truths: np.ndarray
    true_labels: np.ndarray
    predicted_labels: np.ndarray

    def cell(self, true_label: int, predicted_label: int) -> np.ndarray:
        """int64 (k,): the entries of a cell, those of the best scores first;
        what was missed in order of the annotations."""
        return np.flatnonzero((self.true_labels == true_label)
                              & (self.predicted_labels == predicted_label))


def confusion_matrix(overlaps: Overlaps,
                     thresholds: np.ndarray) -> ConfusionMatrix:
    """Counts confusions at IoU 0.5.

    Matching knows no classes and is that of Ultralytics' ``ConfusionMatrix``
    (after github.com/kaanakan/object_detection_confusion_matrix): each
    detection takes the truth that it overlaps most, of any class, and each
    truth keeps the one of these that overlaps it most. The others are
    detections of background. Other than there an IoU of exactly 0.5 and a
    score at the threshold count.

    Crowd regions are neither missed nor found: a detection without a match
    that lies in one by half, of whatever class, is left out.

    Args:
        overlaps: Of C classes.
        thresholds: float64 (C,): detections of a class count from this score
            up.
    """
    found, truth = overlaps.detections, overlaps.truth
    classes = len(overlaps.classes)
    kept = found.scores >= thresholds[found.labels]
    detections, truths, is_left_out = _match(overlaps, kept)

    alone = kept & ~is_left_out
    alone[detections] = False
    missed = ~truth.crowd
    missed[truths] = False
    alone, missed = np.flatnonzero(alone), np.flatnonzero(missed)

    none = -np.ones(len(alone)), -np.ones(len(missed))
    detections = np.concatenate([detections, alone, none[1]]).astype(np.int32)
    truths = np.concatenate([truths, none[0], missed]).astype(np.int32)
    # Row -1 is background, or no image.
    predicted = np.append(found.labels, np.int32(classes))[detections]
    true = np.append(truth.labels, np.int32(classes))[truths]
    images = np.maximum(
        np.append(found.images, np.int32(-1))[detections],
        np.append(truth.images, np.int32(-1))[truths])
    counts = np.bincount(
        true * (classes + 1) + predicted, minlength=(classes + 1)**2)
    return ConfusionMatrix(
        counts.reshape(classes + 1, classes + 1), images, detections, truths,
        true, predicted)


def most_confused(counts: np.ndarray, limit: int) -> np.ndarray:
    """The classes to show of a confusion matrix that is too large.

    Args:
        counts: int64 (C + 1, C + 1), background last.
        limit: How many classes at most.

    Returns:
        int64 (k,), in order, the classes with most entries off the diagonal,
        and background.
    """
    background = len(counts) - 1
    wrong = counts.sum(0) + counts.sum(1) - 2 * counts.diagonal()
    classes = np.argsort(-wrong[:background], kind='stable')[:limit]
    return np.append(np.sort(classes), background)


def _match(overlaps: Overlaps,
           kept: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Matched rows of detections, of truth, and bool (N,) in a crowd."""
    detections, truths = overlaps.pair_detections(), overlaps.pair_truth
    near = kept[detections] & (overlaps.pair_iou >= IOU_THRESHOLD)
    in_crowd = near & overlaps.truth.crowd[truths]
    is_left_out = np.zeros(len(kept), bool)
    is_left_out[detections[in_crowd]] = True

    pairs = np.flatnonzero(near & ~in_crowd)
    # The highest IoU first; of equal ones the best score.
    pairs = pairs[np.lexsort((-overlaps.detections.scores[detections[pairs]],
                              -overlaps.pair_iou[pairs]))]
    for side in (detections, truths):
        _, first = np.unique(side[pairs], return_index=True)
        pairs = pairs[np.sort(first)]
    # By class and falling score, as detections stand.
    pairs.sort()
    return detections[pairs], truths[pairs], is_left_out
