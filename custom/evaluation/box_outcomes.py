"""Outcome of each box at the score thresholds: right, wrong, or missed."""
from typing import NamedTuple

import numpy as np

from custom.evaluation.confusion_matrix import (ConfusionMatrix,
                                                confusion_matrix)
from custom.evaluation.matching import Overlaps
from custom.evaluation.tide_errors import (ERROR_TYPES, best_truth,
                                           find_error_types)

# What a box comes to. "crowd" is neither right nor wrong, and "unsure" a
# detection below the threshold of its class.
OUTCOMES = ('right', *ERROR_TYPES, 'crowd', 'unsure')
RIGHT, CLASS, CROWD, UNSURE = map(OUTCOMES.index,
                                  ('right', 'class', 'crowd', 'unsure'))
MISSED = OUTCOMES.index('missed')
# What can be wrong with a detection.
FALSE_POSITIVES = ERROR_TYPES[:-1]


class BoxOutcomes(NamedTuple):
    """Outcomes of N detections and G annotated boxes.

    The pairs are those of the confusion matrix, so that its cells hold the
    same boxes; the cause of a detection without a partner is TIDE's.

    Attributes:
        matrix: Of the same thresholds.
        detections: int8 (N,), positions in :data:`OUTCOMES`.
        truth: int8 (G,), likewise: right, class, missed or crowd.
        truth_of: int32 (N,), the truth that a detection found or is an error
            about, else what it overlaps most; -1 for none.
        iou: float64 (N,), the IoU with that; 0 for none.
        found_by: int32 (G,), the detection that found a truth, of whatever
            class; -1 for none.
        image_errors: int64 (I,), how many entries of the matrix are wrong.
        image_loss: float64 (I,), the scores of wrong detections, and 1 for
            each truth that was missed.
    """
    matrix: ConfusionMatrix
    detections: np.ndarray
    truth: np.ndarray
    truth_of: np.ndarray
    iou: np.ndarray
    found_by: np.ndarray
    image_errors: np.ndarray
    image_loss: np.ndarray

    def worst_first(self) -> np.ndarray:
        """int64 (I,): images by falling number of errors, then by loss."""
        return np.lexsort((-self.image_loss, -self.image_errors))


def box_outcomes(overlaps: Overlaps, thresholds: np.ndarray) -> BoxOutcomes:
    """Tells what each box comes to.

    Args:
        overlaps: Of C classes.
        thresholds: float64 (C,), score from which a detection counts.
    """
    matrix = confusion_matrix(overlaps, thresholds)
    labels, crowd = overlaps.detections.labels, overlaps.truth.crowd
    kept = overlaps.detections.scores >= thresholds[labels]
    paired = (matrix.detections >= 0) & (matrix.truths >= 0)
    found, truths = matrix.detections[paired], matrix.truths[paired]
    alike = matrix.true_labels[paired] == matrix.predicted_labels[paired]
    found_by = np.full(len(crowd), -1, np.int32)
    found_by[truths] = found
    is_right = np.zeros(len(labels), bool)
    is_right[found[alike]] = True
    errors = find_error_types(overlaps, kept, is_right, found_by >= 0)

    outcomes = np.where(kept, 1 + errors.types, UNSURE).astype(np.int8)
    # Neither paired nor alone: it lies in a crowd region.
    counted = np.zeros(len(labels), bool)
    counted[matrix.detections[matrix.detections >= 0]] = True
    outcomes[kept & ~counted] = CROWD
    outcomes[found] = np.where(alike, RIGHT, CLASS)
    truth = np.where(crowd, CROWD, MISSED).astype(np.int8)
    truth[truths] = np.where(alike, RIGHT, CLASS)

    partner, iou = _partners(overlaps, errors.truths, found, truths)
    wrong = matrix.true_labels != matrix.predicted_labels
    images = matrix.images[wrong]
    scores = np.append(overlaps.detections.scores, 1.)
    count = overlaps.num_images
    return BoxOutcomes(
        matrix, outcomes, truth, partner, iou, found_by,
        np.bincount(images, minlength=count),
        np.bincount(images, scores[matrix.detections[wrong]], minlength=count))


def _partners(overlaps: Overlaps, wanted: np.ndarray, found: np.ndarray,
              truths: np.ndarray) -> tuple:
    """Truth of each detection, and the IoU with it."""
    partner, _ = best_truth(overlaps,
                            ~overlaps.truth.crowd[overlaps.pair_truth])
    partner = np.where(wanted >= 0, wanted, partner)
    partner[found] = truths
    owner = overlaps.pair_detections()
    hit = overlaps.pair_truth == partner[owner]
    iou = np.zeros(len(partner))
    iou[owner[hit]] = overlaps.pair_iou[hit]
    return partner, iou
