"""Probe images: drawings on which two versions of a detector are compared."""
from typing import List

import numpy as np

from custom.sample_data.scene import make_drawing


def probe_images() -> List[np.ndarray]:
    """Seven probe images of several shapes, two of them of one shape; uint8
    (height, width, 3), BGR."""
    rng = np.random.default_rng(0)
    drawn = [_grainy(make_drawing(rng).image, rng) for _ in range(3)]
    # Each of another shape too, and one that goes through with another.
    return [
        np.ascontiguousarray(image)
        for image in (*drawn, *(image.transpose(1, 0, 2)
                                for image in drawn), drawn[0][::-1])
    ]


def _grainy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A drawing, RGB or RGBA, in BGR. On paper without grain neighboring
    boxes score alike, and which of two equals stays is anyone's choice. Black
    and white become gray, or half of their grain would be lost."""
    pixels = 8 + image[..., 2::-1].astype(np.int16) * 239 // 255
    pixels += rng.integers(-8, 9, pixels.shape, np.int16)
    return pixels.astype(np.uint8)
