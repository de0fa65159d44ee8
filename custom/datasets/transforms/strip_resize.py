"""Resize of images and boxes that keeps a pixel of a strip."""
import mmcv
from mmdet.datasets.transforms import Resize as MMDetResize
from mmdet.registry import TRANSFORMS

from custom.structures.resize import ResizeSpec


# In MMDetection's place: configs, and checkpoints that carry one, name it.
@TRANSFORMS.register_module(force=True)
class Resize(MMDetResize):
    """MMDetection's ``Resize``, but for strips, whose short side it would
    round to 0 pixels: of 800 x 1 pixels it makes 256 x 0, and OpenCV fails.

    Required, modified and added keys, and arguments, are the same.
    """

    def _resize_img(self, results: dict) -> None:
        image = results['img']
        height, width = image.shape[:2]
        fit = ResizeSpec(results['scale'], self.keep_ratio)
        size = tuple(max(side, 1) for side in fit.size(width, height))
        results['img'] = mmcv.imresize(
            image,
            size,
            interpolation=self.interpolation,
            backend=self.backend)
        results['img_shape'] = results['img'].shape[:2]
        results['scale_factor'] = (size[0] / width, size[1] / height)
        results['keep_ratio'] = self.keep_ratio
