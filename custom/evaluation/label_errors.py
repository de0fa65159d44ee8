"""Label errors: annotated boxes that a detector makes look wrong.

The first three kinds are those of ObjectLab (Tkachenko, Thyagarajan and
Mueller 2023, "ObjectLab: Automated Diagnosis of Mislabeled Images in Object
Detection Data"; cleanlab's ``object_detection.rank``), with IoU alone for
their similarity, and weighted by how sure the detector is. A score of 0 is no
suspicion, 1 the greatest.
"""
from typing import Iterator, List, NamedTuple, Tuple

import numpy as np

from custom.evaluation.matching import Overlaps
from custom.evaluation.tide_errors import best_truth
from custom.utils.box_iou import box_iou

KINDS = ('overlooked', 'swapped', 'badly located', 'never found')
OVERLOOKED, SWAPPED, BADLY_LOCATED, NEVER_FOUND = range(4)
# From this score on the detector is taken at its word.
SURE = .5
# Two boxes are of the same thing.
SAME_IOU = .5
# Below it a sure detection says that the drawn box is off.
LOCATED_IOU = .6


class LabelError(NamedTuple):
    """A label that looks wrong.

    Attributes:
        kind: Position in :data:`KINDS`.
        image: Row of the image.
        drawn: Label of the annotated box; -1 if none is drawn.
        suggested: Label of the detection; -1 if there is none.
        box: xywh in pixels: the detection's where it says that a box is
            missing or off, else the drawn one.
        score: How suspicious, 0 to 1.
    """
    kind: int
    image: int
    drawn: int
    suggested: int
    box: Tuple[float, float, float, float]
    score: float


def find_label_errors(overlaps: Overlaps) -> List[LabelError]:
    """Finds labels that look wrong, most suspicious first.

    Of a detection with score p and the IoU with a drawn box:

    - ``overlooked``: p >= 0.5, and no box of any class is drawn there (IoU
      below 0.1). Score p.
    - ``swapped``: p >= 0.5 for another class than the drawn one, at an IoU of
      0.5 or more. Score IoU times what p is above the best one for the drawn
      class.
    - ``badly located``: p >= 0.5 for the drawn class, and no such detection
      has an IoU of 0.6. Score p (1 - IoU).
    - ``never found``: no detection of any class and score has an IoU of 0.5.
      Score, ours, half of the share of the class's boxes that are found at
      any score, times 1 - the best IoU: nothing speaks for another answer.

    Args:
        overlaps: Of detections that are not cut off by a high score; those of
            a detector that was not trained on these images tell most.
    """
    errors = [
        *_overlooked(overlaps), *_swapped(overlaps), *_badly_located(overlaps),
        *_never_found(overlaps)
    ]
    # A drawn box has one error, the most suspicious.
    best, seen = [], set()
    for truth, error in sorted(errors, key=lambda item: -item[1].score):
        if truth not in seen:
            best.append(error)
        if truth >= 0:
            seen.add(truth)
    return best


def _overlooked(overlaps: Overlaps) -> Iterator[Tuple[int, LabelError]]:
    found = overlaps.detections
    alone = (np.diff(overlaps.begins) == 0) & (found.scores >= SURE)
    rows = np.flatnonzero(alone)
    rows = rows[np.lexsort((-found.scores[rows], found.images[rows]))]
    low = found.boxes[rows, :2]
    corners = np.hstack([low, low + found.boxes[rows, 2:]])
    image, kept = -1, []
    for row, box in zip(rows, corners):
        if found.images[row] != image:
            image, kept = found.images[row], []
        # Two classes or boxes for one thing.
        if any(box_iou(box, other) >= SAME_IOU for other in kept):
            continue
        kept.append(box)
        yield -1, _error(overlaps, OVERLOOKED, -1, row, found.scores[row])


def _swapped(overlaps: Overlaps) -> Iterator[Tuple[int, LabelError]]:
    found, truth = overlaps.detections, overlaps.truth
    owner, of = overlaps.pair_detections(), overlaps.pair_truth
    near = (overlaps.pair_iou >= SAME_IOU) & ~truth.crowd[of]
    alike = found.labels[owner] == truth.labels[of]
    own_score = np.zeros(len(truth.labels))
    own = near & alike
    np.maximum.at(own_score, of[own], found.scores[owner[own]])
    # A detection that finds a box of its class tells nothing about others.
    other = (
        near & ~alike & (found.scores[owner] >= SURE)
        & (overlaps.best_iou[owner] < SAME_IOU))
    score = (found.scores[owner] - own_score[of]) * overlaps.pair_iou
    for pair in np.flatnonzero(other & (score > 0)):
        yield int(of[pair]), _error(overlaps, SWAPPED, of[pair], owner[pair],
                                    score[pair])


def _badly_located(overlaps: Overlaps) -> Iterator[Tuple[int, LabelError]]:
    found, truth = overlaps.detections, overlaps.truth
    owner, of = overlaps.pair_detections(), overlaps.pair_truth
    alike = ((found.labels[owner] == truth.labels[of]) & ~truth.crowd[of]
             & (found.scores[owner] >= SURE))
    best = np.zeros(len(truth.labels))
    np.maximum.at(best, of[alike], overlaps.pair_iou[alike])
    nearest, _ = best_truth(overlaps, alike)
    off = alike & (best[of] < LOCATED_IOU) & (nearest[owner] == of)
    score = found.scores[owner] * (1 - overlaps.pair_iou)
    # Of several detections the nearest one says where the box should be.
    for pair in np.flatnonzero(off & (overlaps.pair_iou == best[of])):
        yield int(of[pair]), _error(overlaps, BADLY_LOCATED, of[pair],
                                    owner[pair], score[pair])


def _never_found(overlaps: Overlaps) -> Iterator[Tuple[int, LabelError]]:
    found, truth = overlaps.detections, overlaps.truth
    owner, of = overlaps.pair_detections(), overlaps.pair_truth
    best, best_own = np.zeros((2, len(truth.labels)))
    np.maximum.at(best, of, overlaps.pair_iou)
    alike = found.labels[owner] == truth.labels[of]
    np.maximum.at(best_own, of[alike], overlaps.pair_iou[alike])
    real = ~truth.crowd
    count = len(overlaps.classes)
    drawn = np.bincount(truth.labels[real], minlength=count)
    hit = np.bincount(
        truth.labels[real & (best_own >= SAME_IOU)], minlength=count)
    score = .5 * (hit / np.maximum(drawn, 1))[truth.labels] * (1 - best)
    for row in np.flatnonzero(real & (best < SAME_IOU)):
        yield int(row), _error(overlaps, NEVER_FOUND, row, -1, score[row])


def _error(overlaps: Overlaps, kind: int, truth: int, detection: int,
           score: float) -> LabelError:
    image, drawn, suggested = -1, -1, -1
    if detection >= 0:
        image = overlaps.detections.images[detection]
        suggested = overlaps.detections.labels[detection]
        box = overlaps.detections.boxes[detection]
    if truth >= 0:
        image, drawn = overlaps.truth.images[truth], overlaps.truth.labels[
            truth]
    if kind in (SWAPPED, NEVER_FOUND):
        box = overlaps.truth.boxes[truth]
    return LabelError(kind, int(image), int(drawn), int(suggested),
                      tuple(box.tolist()), float(score))
