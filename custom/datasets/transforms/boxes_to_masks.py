"""Transform that makes masks of boxes, for Mask R-CNN."""
from typing import Any, List

from mmcv.transforms import BaseTransform
from mmdet.registry import TRANSFORMS

from custom.utils.errors import InputError


@TRANSFORMS.register_module()
class BoxesToMasks(BaseTransform):
    """Adds a rectangular mask to every object that has only a box.

    It stands before ``LoadAnnotations(with_mask=True)``, which makes bitmaps
    of what is there: polygons, compressed or plain RLE. Without it that fails
    on objects that have a box alone, and drops those whose polygons have
    fewer than three corners.

    Required Keys:

    - ori_shape (tuple[int, int]): height, width
    - img_path (str)
    - instances (list[dict]), each with

      - bbox (list[float]): xyxy
      - mask (list[list[float]] | dict, optional): polygons in pixels, or RLE

    Modified Keys:

    - instances

      - mask
    """

    def transform(self, results: dict) -> dict:
        """Fills in masks; InputError for an RLE of another size than the
        image."""
        height, width = results['ori_shape']
        for instance in results['instances']:
            mask = instance.get('mask')
            if not isinstance(mask, dict):
                instance['mask'] = _polygons(mask) or [
                    _rectangle(instance['bbox'])
                ]
            elif [*mask.get('size', ())] != [height, width]:
                raise InputError(
                    f'{results["img_path"]}: has a mask of size '
                    f'{mask.get("size")}, and is {[height, width]} (height, '
                    'width); correct its "segmentation", or delete it to '
                    'have the rectangle of the box.')
        return results


def _polygons(mask: Any) -> List[List[float]]:
    """Polygons of three corners or more; ``[]`` stands for no mask at all."""
    return [
        polygon for polygon in mask or ()
        if len(polygon) >= 6 and len(polygon) % 2 == 0
    ]


def _rectangle(bbox: List[float]) -> List[float]:
    x1, y1, x2, y2 = bbox
    return [x1, y1, x2, y1, x2, y2, x1, y2]
