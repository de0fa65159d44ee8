"""NMS and soft-NMS with the results of MMCV's compiled ones, ties included.

Every IoU is computed in float32 with MMCV's order of operations, because the
last bit decides which side of the threshold it falls on.
"""
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

# Boxes settled at a time: their IoUs with thousands of others still fit the
# cache of a CPU.
BLOCK = 64


class _Boxes(NamedTuple):
    """Columns of boxes, float32, all of one shape."""
    x1: np.ndarray
    y1: np.ndarray
    x2: np.ndarray
    y2: np.ndarray
    area: np.ndarray

    def take(self, index) -> '_Boxes':
        return _Boxes(*(column[index] for column in self))


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float,
        offset: int) -> Tensor:
    """Greedy non-maximum suppression.

    Args:
        boxes: (N, 4) xyxy.
        scores: (N, ).
        iou_threshold: a box goes if its IoU with a better one is above it.
        offset: 0, or 1 if x2 and y2 are the last pixel inside.

    Returns:
        (K, ) int64, indices of the kept boxes by descending score, on the
        device of ``boxes``.
    """
    order = scores.sort(0, descending=True)[1]
    columns = _to_columns(boxes[order], offset)
    threshold = np.float32(iou_threshold)
    kept = []
    undecided = np.arange(len(order))
    while len(undecided):
        block, undecided = undecided[:BLOCK], undecided[BLOCK:]
        overlaps = _iou(
            columns.take(block[:, None]), columns.take(block), offset)
        block = block[_keep_greedily(overlaps > threshold)]
        kept.append(block)
        overlaps = _iou(
            columns.take(block[:, None]), columns.take(undecided), offset)
        undecided = undecided[~(overlaps > threshold).any(0)]
    if not kept:
        return order
    return order[torch.from_numpy(np.concatenate(kept)).to(order.device)]


def _to_columns(boxes: Tensor, offset: int) -> _Boxes:
    # NumPy, because torch would start threads for every small matrix.
    x1, y1, x2, y2 = boxes.detach().float().cpu().t().contiguous().numpy()
    return _Boxes(x1, y1, x2, y2, (x2 - x1 + offset) * (y2 - y1 + offset))


def _iou(boxes1: _Boxes, boxes2: _Boxes, offset: int) -> np.ndarray:
    """IoUs in the common shape of the two; nan for two boxes of no area."""
    width = np.minimum(boxes1.x2, boxes2.x2)
    width -= np.maximum(boxes1.x1, boxes2.x1)
    height = np.minimum(boxes1.y2, boxes2.y2)
    height -= np.maximum(boxes1.y1, boxes2.y1)
    if offset:
        width += offset
        height += offset
    inter = np.maximum(width, 0, out=width)
    inter *= np.maximum(height, 0, out=height)
    union = np.add(boxes1.area, boxes2.area, out=height)
    union -= inter
    with np.errstate(invalid='ignore'):
        return np.divide(inter, union, out=inter)


def _keep_greedily(overlaps: np.ndarray) -> np.ndarray:
    """(N, ) bool: which of N boxes, best first, no kept better one overlaps.

    Args:
        overlaps: (N, N) bool.
    """
    kept = np.ones(len(overlaps), bool)
    for i in np.triu(overlaps, 1).any(1).nonzero()[0]:
        if kept[i]:
            kept[i + 1:] &= ~overlaps[i, i + 1:]
    return kept


def softnms(boxes: Tensor, scores: Tensor, dets: Tensor, iou_threshold: float,
            sigma: float, min_score: float, method: int,
            offset: int) -> Tensor:
    """`Soft-NMS <https://arxiv.org/abs/1704.04503>`_: scores decay by overlap.

    Args:
        boxes: (N, 4) xyxy, on the CPU.
        scores: (N, ), on the CPU.
        dets: (N, 5), on the CPU; the first K rows are overwritten with the
            kept boxes and their decayed scores.
        iou_threshold: from this IoU on methods 0 and 1 decay.
        sigma: width of the Gaussian of method 2.
        min_score: a box goes when its score falls below.
        method: 0 naive (to zero), 1 linear (by 1 - IoU), 2 Gaussian.
        offset: 0, or 1 if x2 and y2 are the last pixel inside.

    Returns:
        (K, ) int64, indices of the kept boxes in the order of selection.
    """
    candidates = np.stack(
        [*_to_columns(boxes, offset),
         scores.detach().float().numpy()])
    score = candidates[5]
    inds = np.arange(len(boxes))
    num = len(boxes)
    threshold, sigma, min_score = np.float32([iou_threshold, sigma, min_score])

    i = 0
    while i < num:
        best = i + score[i:num].argmax()
        candidates[:, [i, best]] = candidates[:, [best, i]]
        inds[[i, best]] = inds[[best, i]]
        rest = slice(i + 1, num)
        iou = _iou(
            _Boxes(*candidates[:5, i]), _Boxes(*candidates[:5, rest]), offset)
        score[rest] *= _decay(iou, threshold, sigma, method)
        num = i + 1 + _drop_low_scores(candidates[:, rest], inds[rest],
                                       min_score)
        i += 1
    dets[:num] = torch.from_numpy(candidates[[0, 1, 2, 3, 5], :num].T)
    return torch.from_numpy(inds[:num])


def _decay(iou: np.ndarray, threshold: np.float32, sigma: np.float32,
           method: int) -> np.ndarray:
    if method == 2:
        # Rounded once from float64, as the C library's expf is; NumPy's
        # float32 exp differs from it in the last bit.
        return np.exp(np.float64(-(iou * iou) / sigma)).astype(np.float32)
    weight = np.zeros_like(iou) if method == 0 else 1 - iou
    return np.where(iou >= threshold, weight, np.float32(1))


def _drop_low_scores(candidates: np.ndarray, inds: np.ndarray,
                     min_score: np.float32) -> int:
    """Moves boxes from the end into the places of those that go, in place.

    Which box lands where is MMCV's, since it decides between equal scores.

    Args:
        candidates: (6, M), the last row are the scores.
        inds: (M, ).

    Returns:
        The number of boxes that stay; they come first.
    """
    stays = ~(candidates[5] < min_score)
    num = np.count_nonzero(stays)
    holes = (~stays[:num]).nonzero()[0]
    fillers = num + stays[num:].nonzero()[0][::-1]
    candidates[:, holes] = candidates[:, fillers]
    inds[holes] = inds[fillers]
    return num
