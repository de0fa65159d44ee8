"""TIDE error types: what a detector's wrong and missing boxes cost in AP.

Bolya et al. 2020, "TIDE: A General Toolbox for Identifying Object Detection
Errors": each false positive is of one type, each type is repaired by itself,
and the AP that is gained is what the type costs. The numbers are those of
tidecv 1.0.1, as fractions, where all classes have a box. A class without one
that is found somewhere counts there, with an AP of 0; here the mean is COCO's,
over the classes with a box.
"""
from typing import Dict, Iterator, NamedTuple, Tuple

import numpy as np

from custom.evaluation.box_columns import best_of_images
from custom.evaluation.matching import LEAST_IOU, Matches, Overlaps
from custom.evaluation.matching_kernels import interpolate

# Wrong class; box too far off; both; a second one of the same object; where
# nothing is; and truth that no detection comes near.
ERROR_TYPES = ('class', 'location', 'both', 'duplicate', 'background',
               'missed')
_CLASS, _LOCATION, _BOTH, _DUPLICATE, _BACKGROUND, _MISSED = range(6)
FOREGROUND_IOU = .5
BACKGROUND_IOU = LEAST_IOU
# Of each image, all classes together.
MAX_BOXES = 100
# In the last digits not those of COCO, which decides whether 7 of 100 boxes
# reach the recall 0.07.
_RECALLS = np.arange(101) / 100


class TideErrors(NamedTuple):
    """Error types of detections and what they cost, at IoU 0.5.

    Attributes:
        average_precision: mAP at IoU 0.5, 0 to 1, over the classes with a
            box. NaN without any.
        cost: mAP that is gained if one of :data:`ERROR_TYPES` is repaired.
        false_positives: mAP that is gained if all wrong detections score 0.
        false_negatives: mAP that is gained if what is missing doesn't count.
        counts: How many there are of each type.
        detection_types: int8 (N,), position in :data:`ERROR_TYPES`; -1 for
            what is right or is none of the 100 best of its image. What
            matches a crowd region counts for nothing in AP, but has a type,
            and is right once its error is repaired.
        detection_truths: int32 (N,), row of the truth that the detection
            would have found: of location, of class, of duplicate; else -1.
        missed: bool (G,), truth of type ``missed``.
    """
    average_precision: float
    cost: Dict[str, float]
    false_positives: float
    false_negatives: float
    counts: Dict[str, int]
    detection_types: np.ndarray
    detection_truths: np.ndarray
    missed: np.ndarray


class _Points(NamedTuple):
    """Points that AP is taken from: scores, whether they are right, their
    classes, how many there are to be found of each class (C,), and the
    classes that count (C,)."""
    scores: np.ndarray
    is_true: np.ndarray
    labels: np.ndarray
    positives: np.ndarray
    counted: np.ndarray

    def average_precision(self) -> float:
        """mAP over those classes that have anything left to them."""
        classes = len(self.positives)
        seen = np.bincount(self.labels, minlength=classes) > 0
        counted = np.flatnonzero(self.counted & (seen | (self.positives > 0)))
        if not counted.size:
            return np.nan
        return float(np.mean([self._of_class(label) for label in counted]))

    def _of_class(self, label: int) -> float:
        if not self.positives[label]:
            return 0.
        own = np.flatnonzero(self.labels == label)
        own = own[np.argsort(-self.scores[own], kind='stable')]
        found = np.cumsum(self.is_true[own], dtype=np.float64)
        wrong = np.arange(1, len(own) + 1) - found
        return interpolate(found, wrong, float(self.positives[label]),
                           _RECALLS)


class ErrorTypes(NamedTuple):
    """Error type and truth of each detection and what was missed: see
    ``detection_types``, ``detection_truths`` and ``missed`` of
    :class:`TideErrors`."""
    types: np.ndarray
    truths: np.ndarray
    missed: np.ndarray


def tide_errors(matches: Matches) -> TideErrors:
    """Finds the error types of detections and repairs them one by one.

    Args:
        matches: With boxes of any size.
    """
    found = matches.overlaps.detections
    kept = best_of_images(found.images, found.scores, found.positions,
                          MAX_BOXES)
    is_true = kept & matches.true_positives()[0]
    is_found = np.zeros(len(matches.overlaps.truth.labels), bool)
    is_found[matches.truth_of[0, is_true]] = True
    errors = find_error_types(matches.overlaps, kept, is_true, is_found)
    before = _as_it_is(matches, kept, is_true).average_precision()
    gains = [
        repaired.average_precision() - before
        for repaired in _repairs(matches, errors, is_true)
    ]
    counts = np.bincount(errors.types[errors.types >= 0], minlength=6)
    counts[_MISSED] = errors.missed.sum()
    return TideErrors(
        before,
        # Below 0 by the steps of interpolation alone.
        {
            name: max(gain, 0.)
            for name, gain in zip(ERROR_TYPES, gains)
        },
        *gains[len(ERROR_TYPES):],
        dict(zip(ERROR_TYPES, counts.tolist())),
        *errors)


def find_error_types(overlaps: Overlaps, kept: np.ndarray, is_true: np.ndarray,
                     is_found: np.ndarray) -> ErrorTypes:
    """Finds the error types of detections, however they were matched.

    Args:
        kept: bool (N,), the detections that count.
        is_true: bool (N,), those of them that are right.
        is_found: bool (G,), truth that a detection has found.
    """
    truth, labels = overlaps.truth, overlaps.detections.labels
    owner = overlaps.pair_detections()
    alike = truth.labels[overlaps.pair_truth] == labels[owner]
    real = ~truth.crowd[overlaps.pair_truth]

    same, same_iou = best_truth(overlaps, real & alike)
    other, other_iou = best_truth(overlaps, real & ~alike)
    used, used_iou = best_truth(overlaps,
                                real & alike & is_found[overlaps.pair_truth])
    # The first that applies. A pair below 0.1 is none, so that its IoU is 0.
    rules = (
        (_LOCATION, (BACKGROUND_IOU <= same_iou)
         & (same_iou <= FOREGROUND_IOU), same),
        (_CLASS, other_iou >= FOREGROUND_IOU, other),
        (_DUPLICATE, used_iou >= FOREGROUND_IOU, used),
        (_BACKGROUND, np.maximum(same_iou, other_iou) <= BACKGROUND_IOU, -1),
        (_BOTH, True, -1),
    )
    types = np.full(len(labels), -1, np.int8)
    truths = np.full(len(labels), -1, np.int32)
    for kind, applies, partner in rules:
        new = kept & ~is_true & (types < 0) & applies
        types[new] = kind
        truths[new] = np.broadcast_to(partner, len(new))[new]
    near = np.isin(types, (_LOCATION, _CLASS))
    missed = ~is_found & ~truth.crowd
    missed[truths[near]] = False
    return ErrorTypes(types, truths, missed)


def best_truth(overlaps: Overlaps,
               which: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Row and IoU of the truth that each detection overlaps most, of some of
    the pairs; the first of equal ones, -1 and 0 without any."""
    owner = overlaps.pair_detections()[which]
    truth, iou = overlaps.pair_truth[which], overlaps.pair_iou[which]
    order = np.lexsort((truth, -iou, owner))
    rows, first = np.unique(owner[order], return_index=True)
    best = np.full(len(overlaps.best_iou), -1, np.int32)
    best_iou = np.zeros(len(best))
    best[rows] = truth[order[first]]
    best_iou[rows] = iou[order[first]]
    return best, best_iou


def _as_it_is(matches: Matches, kept: np.ndarray,
              is_true: np.ndarray) -> _Points:
    found = matches.overlaps.detections
    rows = np.flatnonzero(kept & ~matches.ignored[0])
    return _points(matches, found.scores[rows], is_true[rows],
                   found.labels[rows])


def _points(matches: Matches, scores: np.ndarray, is_true: np.ndarray,
            labels: np.ndarray) -> _Points:
    positives = matches.positives()
    return _Points(scores, is_true, labels, positives, positives > 0)


def _repairs(matches: Matches, errors: ErrorTypes,
             is_true: np.ndarray) -> Iterator[_Points]:
    """Points once each type of error is repaired, then once
    what is wrong scores 0, and once what was not found doesn't count."""
    labels = matches.overlaps.truth.labels
    positives = matches.positives()
    hopes = _best_hopes(matches, errors, is_true)
    for kind in range(_MISSED):
        repaired = errors.types == kind
        yield _changed(matches, errors, is_true, repaired, repaired & hopes)
    nothing = np.zeros(len(is_true), bool)
    unrepaired = _changed(matches, errors, is_true, nothing, nothing)
    yield unrepaired._replace(
        positives=positives -
        np.bincount(labels[errors.missed], minlength=len(positives)))
    yield unrepaired._replace(scores=unrepaired.is_true.astype(float))
    yield unrepaired._replace(
        positives=np.bincount(
            unrepaired.labels[unrepaired.is_true], minlength=len(positives)))


def _changed(matches: Matches, errors: ErrorTypes, is_true: np.ndarray,
             gone: np.ndarray, right: np.ndarray) -> _Points:
    """Repairs errors: some become right, others are removed.

    Args:
        gone: bool (N,), those that go, unless they are in ``right``.
        right: bool (N,), those that become right, with the class of truth.
    """
    found, truth = matches.overlaps.detections, matches.overlaps.truth
    wrong = (errors.types >= 0) & ~gone & ~matches.ignored[0]
    labels = found.labels.copy()
    labels[right] = truth.labels[errors.truths[right]]
    # Among equal scores tidecv has errors before what is right from the start.
    rows = np.concatenate([
        _as_given(matches, np.flatnonzero(right | wrong)),
        np.flatnonzero(is_true)
    ])
    return _points(matches, found.scores[rows], (right | is_true)[rows],
                   labels[rows])


def _best_hopes(matches: Matches, errors: ErrorTypes,
                is_true: np.ndarray) -> np.ndarray:
    """bool (N,): of the errors of class and location that are about truth
    which nothing found, the one of the highest score."""
    found = matches.overlaps.detections
    is_found = np.zeros(len(matches.overlaps.truth.labels), bool)
    is_found[matches.truth_of[0, is_true]] = True
    hopes = np.flatnonzero(np.isin(errors.types, (_LOCATION, _CLASS)))
    hopes = hopes[~is_found[errors.truths[hopes]]]
    hopes = hopes[np.lexsort((found.positions[hopes], -found.scores[hopes]))]
    _, first = np.unique(errors.truths[hopes], return_index=True)
    best = np.zeros(len(is_true), bool)
    best[hopes[first]] = True
    return best


def _as_given(matches: Matches, rows: np.ndarray) -> np.ndarray:
    """Rows in order of images, then by falling score."""
    found = matches.overlaps.detections
    return rows[np.lexsort(
        (found.positions[rows], -found.scores[rows], found.images[rows]))]
