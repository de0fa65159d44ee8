"""Batched NMS, per class or level, in the place of MMCV's ``batched_nms``.

MMCV moves the boxes of each class far apart and runs one NMS over all of
them. That compares boxes which cannot overlap, and after a move of 30,000
pixels float32 knows a coordinate to 0.002 pixels and an IoU to about 1e-5.
"""
from typing import Optional, Tuple

import torch
from mmcv.ops.nms import batched_nms as mmcv_batched_nms
from mmcv.ops.nms import nms as mmcv_nms
from mmengine.utils import deprecated_api_warning
from torch import Tensor

from custom.ops.nms import grouped_nms


def batched_nms(boxes: Tensor,
                scores: Tensor,
                idxs: Tensor,
                nms_cfg: Optional[dict],
                class_agnostic: bool = False) -> Tuple[Tensor, Tensor]:
    """Batched NMS as ``mmcv.ops.batched_nms``, without moving the boxes.

    The results are the same, order of equal scores included, but for IoUs
    that its moves push over the threshold. With soft-NMS equal scores may
    come in another order. On CUDA it is MMCV's own.

    Args:
        boxes: (N, 4) xyxy, or (N, 5) rotated.
        scores: (N, ).
        idxs: (N, ) integers, the class or level of each box; only boxes of
            the same one suppress each other.
        nms_cfg: ``type`` ('nms' by default, or another operator of
            ``mmcv.ops.nms``) and that operator's arguments; None to only
            sort.
        class_agnostic: whether to ignore ``idxs``; ``nms_cfg`` may have it
            too, and counts then.

    Returns:
        (K, 5) boxes with scores by descending score, and (K, ) int64, their
        indices in ``boxes``.
    """
    if (nms_cfg is None or nms_cfg.get('class_agnostic', class_agnostic)
            or boxes.device.type != 'cpu'):
        return mmcv_batched_nms(boxes, scores, idxs, nms_cfg, class_agnostic)
    options = {**nms_cfg}
    options.pop('class_agnostic', None)
    if options.get('type', 'nms') in ('nms', mmcv_nms):
        options.pop('type', None)
        options.pop('split_thr', None)
        return _grouped_nms(boxes, scores, idxs, **options)
    # From split_thr boxes on MMCV takes one class after the other; told to be
    # class agnostic it moves none of them.
    options['split_thr'] = 0
    return mmcv_batched_nms(boxes, scores, idxs, options, class_agnostic=True)


@deprecated_api_warning({'iou_thr': 'iou_threshold'})
def _grouped_nms(boxes: Tensor,
                 scores: Tensor,
                 idxs: Tensor,
                 iou_threshold: float,
                 offset: int = 0,
                 score_threshold: float = 0,
                 max_num: int = -1) -> Tuple[Tensor, Tensor]:
    if score_threshold > 0:
        above = (scores > score_threshold).nonzero()[:, 0]
        keep = above[grouped_nms(boxes[above], scores[above], idxs[above],
                                 iou_threshold, offset)]
    else:
        keep = grouped_nms(boxes, scores, idxs, iou_threshold, offset)
    if max_num > 0:
        keep = keep[:max_num]
    return torch.cat([boxes[keep], scores[keep, None]], -1), keep
