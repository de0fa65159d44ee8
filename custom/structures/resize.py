"""Test-time resize of images, as MMDetection's Resize and without it."""
from typing import NamedTuple, Optional, Tuple

import cv2
import numpy as np


class ResizedImage(NamedTuple):
    """An image in the size that a detector wants.

    Attributes:
        pixels: uint8 (h, w, 3), BGR.
        width, height: Those of the original, to which boxes are scaled back.
    """
    pixels: np.ndarray
    width: int
    height: int


class ResizeSpec(NamedTuple):
    """Resize specification: how large a detector wants its images.

    Attributes:
        scale: Two sides in pixels. With ``keep_ratio`` the longer one bounds
            the long side of an image and the shorter its short side, else
            they are width and height.
        keep_ratio: Whether shapes stay as they are.
    """
    scale: Tuple[int, int]
    keep_ratio: bool

    def size(self, width: int, height: int) -> Tuple[int, int]:
        """Width and height that an image gets."""
        if not self.keep_ratio:
            return self.scale
        factor = min(
            max(self.scale) / max(width, height),
            min(self.scale) / min(width, height))
        # As mmcv.rescale_size rounds; a strip keeps a pixel.
        return (max(int(width * factor + 0.5),
                    1), max(int(height * factor + 0.5), 1))

    def __call__(self,
                 image: np.ndarray,
                 original: Optional[Tuple[int, int]] = None) -> ResizedImage:
        """A uint8 (height, width, 3) BGR image, resized.

        Args:
            image: Its pixels.
            original: Width and height of the original, if the image was made
                smaller already.
        """
        width, height = original or image.shape[1::-1]
        return ResizedImage(
            cv2.resize(
                image,
                self.size(width, height),
                interpolation=cv2.INTER_LINEAR), width, height)
