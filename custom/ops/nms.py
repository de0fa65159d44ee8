"""NMS and soft-NMS with the results of MMCV's compiled ones, ties included.

Every IoU is computed in float32 with MMCV's order of operations, because the
last bit decides which side of the threshold it falls on. The half types are
read as float32.
"""
import numpy as np
import torch
from torch import Tensor


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float,
        offset: int) -> Tensor:
    """Greedy non-maximum suppression.

    Args:
        boxes: (N, 4) xyxy, of any floating dtype.
        scores: (N, ), of any floating dtype.
        iou_threshold: a box goes if its IoU with a better one is above it.
        offset: 0, or 1 if x2 and y2 are the last pixel inside.

    Returns:
        (K, ) int64, indices of the kept boxes by descending score, on the
        device of ``boxes``.
    """
    order = scores.sort(0, descending=True)[1]
    begins = np.array([0, len(order)])
    kept = _suppress(boxes[order], begins, iou_threshold, offset)
    return order[kept.to(order.device)]


def grouped_nms(boxes: Tensor, scores: Tensor, groups: Tensor,
                iou_threshold: float, offset: int) -> Tensor:
    """NMS in each group of boxes alone, such as a class or a level.

    Args:
        groups: (N, ) int64, the group of each box.

    The other arguments and the result are those of :func:`nms`.
    """
    order = scores.sort(0, descending=True)[1]
    group, by_group = groups[order].sort(stable=True)
    sizes = group.unique_consecutive(return_counts=True)[1]
    begins = np.concatenate([[0], sizes.cumsum(0).cpu().numpy()])
    kept = torch.empty(len(order), dtype=torch.bool)
    kept[by_group.cpu()] = _suppress(boxes[order[by_group]], begins,
                                     iou_threshold, offset)
    return order[kept.to(order.device)]


def _suppress(boxes: Tensor, begins: np.ndarray, iou_threshold: float,
              offset: int) -> Tensor:
    """(N, ) bool on the CPU: which boxes stay; see nms_kernels.suppress."""
    # numba is slow to import, and most commands need no NMS.
    from custom.ops.nms_kernels import suppress
    gone = np.zeros(len(boxes), np.uint8)
    suppress(
        _columns(boxes, offset), begins, np.float32(iou_threshold),
        np.float32(offset), gone)
    return torch.from_numpy(gone == 0)


def _columns(boxes: Tensor, offset: int) -> np.ndarray:
    """(5, N) float32, contiguous: x1, y1, x2, y2 and area, a copy."""
    x1, y1, x2, y2 = boxes.detach().float().cpu().numpy().T
    area = (x2 - x1 + offset) * (y2 - y1 + offset)
    return np.stack([x1, y1, x2, y2, area])


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
    from custom.ops.nms_kernels import decay
    columns = np.stack(
        [*_columns(boxes, offset),
         scores.detach().float().numpy()])
    inds = np.arange(len(boxes))
    num = decay(columns, inds, np.float32(iou_threshold), np.float32(sigma),
                np.float32(min_score), method, np.float32(offset))
    dets[:num] = torch.from_numpy(columns[[0, 1, 2, 3, 5], :num].T)
    return torch.from_numpy(inds[:num])
