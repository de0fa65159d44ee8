"""Random flip of images and boxes that takes strips, too."""
from mmdet.datasets.transforms import RandomFlip as MMDetRandomFlip
from mmdet.registry import TRANSFORMS


# In MMDetection's place: configs, and checkpoints that carry one, name it.
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
