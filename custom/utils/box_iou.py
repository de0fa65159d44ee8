"""IoU of boxes in NumPy."""
import numpy as np


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes x1, y1, x2, y2.

    Args:
        a, b: Float arrays (..., 4), broadcast against each other.

    Returns:
        Their IoU without the last dimension; nan of two boxes without area.
    """
    with np.errstate(divide='ignore', invalid='ignore'):
        sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(
            a[..., :2], b[..., :2])
        shared = sides.clip(0).prod(-1)
        areas = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] -
                                                      b[..., :2]).prod(-1)
        return shared / (areas - shared)
