"""Box around a mask: COCO polygons, or run lengths (RLE)."""
import math
from typing import Any, List, Optional


def mask_box(mask: Any) -> Optional[List[float]]:
    """The box around a COCO ``segmentation``.

    Args:
        mask: Lists of x, y, x, y, … in pixels, or a dict of ``size`` and
            ``counts``, compressed or not.

    Returns:
        xywh in pixels; None where it is no mask, or an empty one.
    """
    if isinstance(mask, list):
        return _around([value for part in mask for value in _numbers(part)])
    if not isinstance(mask, dict):
        return None
    from pycocotools import mask as rle
    try:
        if isinstance(mask.get('counts'), list):
            mask = rle.frPyObjects(mask, *mask['size'])
        box = [float(value) for value in rle.toBbox(mask)]
    # Of damaged runs the decoder makes any exception whatever.
    except Exception:
        return None
    return box if min(box[2:]) > 0 else None


def _numbers(part: Any) -> List[float]:
    ok = (
        isinstance(part, list) and len(part) % 2 == 0 and all(
            isinstance(value, (int, float)) and math.isfinite(value)
            for value in part))
    return part if ok else []


def _around(points: List[float]) -> Optional[List[float]]:
    xs, ys = points[::2], points[1::2]
    if not xs:
        return None
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
