"""NMS in NumPy, with the results of :mod:`custom.ops.nms`, without torch."""
import numpy as np

from custom.utils.box_iou import box_iou


def grouped_nms(boxes: np.ndarray, scores: np.ndarray, groups: np.ndarray,
                iou_threshold: float) -> np.ndarray:
    """NMS in each group of boxes alone, such as a class or a level.

    IoUs are computed in float32 with MMCV's order of operations, because the
    last bit decides which side of the threshold they fall on.

    Args:
        boxes: float32 (N, 4) xyxy.
        scores: float32 (N, ).
        groups: int (N, ), the group of each box.
        iou_threshold: A box goes if its IoU with a better one is above it.

    Returns:
        int64 (K, ), indices of the kept boxes by descending score.
    """
    order = np.argsort(-scores, kind='stable')
    kept = np.zeros(len(order), bool)
    for group in np.unique(groups):
        rest = (groups[order] == group).nonzero()[0]
        while len(rest):
            best, rest = rest[0], rest[1:]
            kept[best] = True
            overlaps = box_iou(boxes[order[best]], boxes[order[rest]])
            # Of two empty boxes it is nan, and both stay.
            rest = rest[~(overlaps > np.float32(iou_threshold))]
    return order[kept]
