"""Paper textures, and photo effects: light, blur, grain, rotation."""
from typing import Tuple

import cv2
import numpy as np

from .raster import noise_tile, noise_window
from .style import CRAYONS, Color, crayon


def sample_paper(rng: np.random.Generator, height: int,
                 width: int) -> Tuple[np.ndarray, Color]:
    """Samples a sheet of paper.

    Returns:
        The sheet, uint8 array (height, width, 3), RGB, and its color.
    """
    kind = rng.choice(['white', 'cream', 'lined', 'grid', 'colored', 'dark'],
                      p=[.50, .14, .12, .08, .11, .05])
    if kind == 'white':
        color = (255, 255, 255)
    elif kind == 'colored':
        name = rng.choice(['yellow', 'pink', 'sky', 'lime', 'tan', 'silver'])
        # Construction paper is paler than a crayon of that name.
        base = np.array(crayon(str(name), rng))
        color = tuple(
            int(c) for c in 255 - (255 - base) * rng.uniform(.25, .7))
    elif kind == 'dark':
        color = crayon(str(rng.choice(['black', 'navy', 'darkgreen'])), rng)
    else:
        shade = int(rng.integers(238, 254))
        color = (shade, shade - int(rng.integers(0, 6)),
                 shade - int(rng.integers(0, 16)))
    sheet = np.full((height, width, 3), color, np.uint8)
    if kind in ('lined', 'grid'):
        _rule(sheet, rng, both_ways=kind == 'grid')
    return sheet, color


def _rule(sheet: np.ndarray, rng: np.random.Generator,
          both_ways: bool) -> None:
    height, width = sheet.shape[:2]
    step = max(9, int(min(height, width) * rng.uniform(.03, .09)))
    shade = int(rng.integers(170, 225))
    color = (shade - int(rng.integers(0, 40)), shade, min(255, shade + 25))
    sheet[int(rng.integers(0, step))::step] = color
    if both_ways:
        sheet[:, int(rng.integers(0, step))::step] = color
    elif rng.random() < 0.5:
        sheet[:, int(width * .1)] = (235, 150, 150)


def photograph(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photo effects: uneven light, a color cast and sensor noise.

    Args:
        image: uint8 array (H, W, 3), RGB.
    """
    height, width = image.shape[:2]
    if rng.random() < 0.7:
        # Light from one side and dark corners, from a few samples.
        light = rng.uniform(.72, 1.04,
                            (3, 3, 1)) * rng.uniform(.94, 1.02, (1, 1, 3))
        light = cv2.resize(
            light.astype(np.float32), (width, height),
            interpolation=cv2.INTER_CUBIC)
        light = (np.clip(light, 0, 1) * 255).astype(np.uint8)
        image = cv2.multiply(image, light, scale=1 / 255)
    if rng.random() < 0.35:
        image = cv2.GaussianBlur(image, (3, 3), 0)
    if rng.random() < 0.7:
        strength = int(rng.integers(6, 26))
        grain = noise_window(noise_tile(1, 3), height, width, rng)
        grain = cv2.merge([grain // np.uint8(max(1, 255 // strength))] * 3)
        image = cv2.subtract(image, grain)
    return image


def turn_sheet(image: np.ndarray, owner: np.ndarray,
               rng: np.random.Generator) -> Tuple[np.ndarray, np.ndarray]:
    """Rotates the sheet a little on a desk.

    Args:
        image: uint8 array (H, W, 3), RGB.
        owner: int16 array (H, W), the object that owns each pixel.

    Returns:
        Both turned alike; -1 owns the desk.
    """
    height, width = owner.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2),
                                     rng.uniform(-5, 5), rng.uniform(.88, 1.))
    desk = crayon(str(rng.choice(['brown', 'tan', 'gray', 'black'])), rng)
    if rng.random() < 0.4:
        desk = CRAYONS['white']
    image = cv2.warpAffine(
        image,
        matrix, (width, height),
        flags=cv2.INTER_LINEAR,
        borderValue=desk)
    owner = cv2.warpAffine(
        owner,
        matrix, (width, height),
        flags=cv2.INTER_NEAREST,
        borderValue=-1)
    return image, owner
