"""Agreement of two results: detections, losses, tensors within tolerances."""
import math
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import torch
from mmdet.structures.bbox import bbox_overlaps
from torch import Tensor

# In float32 sums in another order differ in the last digits, and a pair of
# boxes at the threshold of an NMS may then fall out differently.
MAX_SCORE_DIFFERENCE = 1e-3
MIN_MATCHED = .98
# In bfloat16, which has 8 bits.
MAX_RANKED_DIFFERENCE = .2
MATCHING_IOU = .9


class Agreement(NamedTuple):
    """``same`` says whether to go on and measure, ``words`` tell how close
    the two results are."""
    same: bool
    words: str


def same_detections(ours: List[Dict[str, Tensor]],
                    other: List[Dict[str, Tensor]]) -> Agreement:
    """Compares the boxes that two sides found in float32 in the same images.

    Args:
        ours, other: One dict an image with ``bboxes`` (N, 4) xyxy, ``scores``
            (N, ), best first, and ``labels`` (N, ).

    Returns:
        How many boxes have one of the same label and an IoU above 0.9 on the
        other side, and by how much their scores differ at most.
    """
    matched, total, difference = _matched(ours, other)
    share = matched / total if total else 1.
    return Agreement(
        share >= MIN_MATCHED and difference <= MAX_SCORE_DIFFERENCE,
        f'{matched}/{total} boxes, scores to {difference:.1e}')


def near_detections(ours: List[Dict[str, Tensor]],
                    other: List[Dict[str, Tensor]]) -> Agreement:
    """Agreement with a side in half precision, else as
    :func:`same_detections`: what differs is told, and refused only where it
    can be no rounding.

    Weights that nobody trained give neighboring RoIs unlike scores, so that
    a rounding error decides which of them NMS keeps. What does compare are
    the scores by rank, the best with the best; the judge is the mAP of a
    trained detector.
    """
    matched, total, _ = _matched(ours, other)
    difference = 0.
    for mine, theirs in zip(ours, other, strict=True):
        count = min(len(mine['scores']), len(theirs['scores']))
        apart = (mine['scores'][:count] - theirs['scores'][:count]).abs()
        difference = max([difference, *apart.nan_to_num(math.inf).tolist()])
    return Agreement(
        difference <= MAX_RANKED_DIFFERENCE and (matched > 0 or not total),
        f'{matched}/{total} boxes, ranked scores to {difference:.1e}')


def same_numbers(ours: Any, other: Any, tolerance: float) -> Agreement:
    """Compares tensors and numbers in nested dicts and lists.

    Args:
        ours, other: Of the same structure.
        tolerance: The largest difference, as a share of the other side's
            largest number in that tensor, or of 1 if that is smaller.
    """
    difference = 0.
    for mine, theirs in _pairs(ours, other):
        mine, theirs = torch.as_tensor(mine), torch.as_tensor(theirs)
        if mine.shape != theirs.shape:
            return Agreement(
                False, f'shapes {tuple(mine.shape)}, {tuple(theirs.shape)}')
        if mine.numel():
            scale = max(1., float(theirs.abs().max()))
            apart = float((mine.double() - theirs.double()).abs().max())
            # nan on one side alone must not pass for agreement.
            apart = math.inf if math.isnan(apart) else apart
            difference = max(difference, apart / scale)
    return Agreement(difference <= tolerance, f'to {difference:.1e}')


def finite_losses(ours: Dict[str, float], other: Dict[str,
                                                      float]) -> Agreement:
    """Agreement of sides whose losses follow different conventions."""
    finite = all(map(math.isfinite, (*ours.values(), *other.values())))
    return Agreement(finite,
                     'losses finite' if finite else 'losses not finite')


def _matched(ours: List[Dict[str, Tensor]],
             other: List[Dict[str, Tensor]]) -> Tuple[int, int, float]:
    """How many boxes match, of how many, and their scores' largest
    difference."""
    matched, total, difference = 0, 0, 0.
    for mine, theirs in zip(ours, other, strict=True):
        pairs = _match(mine, theirs)
        matched += len(pairs)
        total += max(len(mine['scores']), len(theirs['scores']))
        for i, j in pairs:
            difference = max(
                difference,
                abs(float(mine['scores'][i]) - float(theirs['scores'][j])))
    return matched, total, difference


def _match(mine: Dict[str, Tensor],
           theirs: Dict[str, Tensor]) -> List[Tuple[int, int]]:
    """Pairs of indices: each of mine, best first, takes what it overlaps
    most of the same label and is still free."""
    if not len(mine['scores']) or not len(theirs['scores']):
        return []
    overlaps = bbox_overlaps(mine['bboxes'], theirs['bboxes'])
    overlaps *= mine['labels'][:, None] == theirs['labels']
    pairs = []
    for i in range(len(overlaps)):
        best = int(overlaps[i].argmax())
        if overlaps[i, best] > MATCHING_IOU:
            pairs.append((i, best))
            overlaps[:, best] = 0.
    return pairs


def _pairs(ours: Any, other: Any) -> Iterator[Tuple[Any, Any]]:
    if isinstance(other, dict):
        for key in other:
            yield from _pairs(ours[key], other[key])
    elif isinstance(other, (list, tuple)):
        for mine, theirs in zip(ours, other, strict=True):
            yield from _pairs(mine, theirs)
    else:
        yield ours, other
