"""Resize and RandomFlip that take strips, images of one pixel in a side."""
import mmcv
from mmdet.datasets.transforms import RandomFlip as MMDetRandomFlip
from mmdet.datasets.transforms import Resize as MMDetResize
from mmdet.registry import TRANSFORMS

from custom.structures.resize import ResizeSpec


# Both in MMDetection's place: configs, and checkpoints that carry one, name
# them.
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


@TRANSFORMS.register_module(force=True)
class RandomFlip(MMDetRandomFlip):
    """MMDetection's ``RandomFlip``, but for strips of one pixel: NumPy calls
    them contiguous when flipped, and torch refuses their negative stride.

    Required, modified and added keys, and arguments, are the same.
    """

    def _flip(self, results: dict) -> None:
        super()._flip(results)
        if 1 in results['img'].shape[:2]:
            results['img'] = results['img'].copy()
