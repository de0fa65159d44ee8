"""Transform that loads an image upright and on white."""
from mmcv.transforms import BaseTransform
from mmdet.registry import TRANSFORMS

from custom.utils.image_io import read_image


# Checkpoints trained before it had this name carry the other.
@TRANSFORMS.register_module(name=['LoadImageOnWhite', 'LoadDrawing'])
class LoadImageOnWhite(BaseTransform):
    """Loads an image as a person sees it: upright, and on white paper.

    MMCV's ``LoadImageFromFile`` drops the alpha channel, so that a drawing
    on transparency is learned on black.

    Required Keys:

    - img_path (str)

    Added Keys:

    - img (np.uint8): shape (height, width, 3), BGR
    - img_shape (tuple[int, int]): height, width
    - ori_shape (tuple[int, int]): height, width
    """

    def transform(self, results: dict) -> dict:
        """Reads ``results['img_path']``; InputError names a bad file."""
        results['img'] = read_image(results['img_path'])
        results['img_shape'] = results['img'].shape[:2]
        results['ori_shape'] = results['img'].shape[:2]
        return results
