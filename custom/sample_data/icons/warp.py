"""Warp: an icon turned, mirrored, stretched, sheared and bent."""
from typing import NamedTuple

import cv2
import numpy as np


class Warp(NamedTuple):
    """Warp of one icon.

    Attributes:
        turn: Degrees, clockwise.
        flip: Mirrors it left to right.
        aspect: Stretch in x.
        lean: Shear, x gained per unit of y.
        bend: Amplitude of a wave in x and y, a share of the longer side.
        phase: Of the waves, radians (x, y).
    """
    turn: float = 0
    flip: bool = False
    aspect: float = 1
    lean: float = 0
    bend: float = 0
    phase: tuple = (0, 0)


def sample_warp(rng: np.random.Generator, tilt: float) -> Warp:
    """Samples a warp.

    Args:
        rng: Source of chance.
        tilt: Usual largest turn either way, degrees; rarely it is more.
    """
    turn = rng.uniform(-tilt, tilt)
    if rng.random() < 0.03:
        turn = rng.uniform(-100, 100)
    return Warp(turn, bool(rng.random() < 0.5), rng.uniform(.8, 1.25),
                rng.normal(0, .07),
                rng.uniform(0, .03) * (rng.random() < 0.6),
                tuple(rng.uniform(0, 2 * np.pi, 2)))


def apply_warp(layer: np.ndarray, warp: Warp) -> np.ndarray:
    """Warps a layer; its longer side stays about as long.

    Args:
        layer: uint8 array (H, W, 4), RGBA, color premultiplied by alpha.

    Returns:
        Another such array, cropped to what can be seen.
    """
    height, width = layer.shape[:2]
    matrix = _matrix(warp)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]
                        ]) * (width / 2, height / 2)
    reach = np.abs(corners @ matrix.T).max(0)
    matrix *= max(width, height) / 2 / reach.max()
    reach *= max(width, height) / 2 / reach.max()
    margin = 2 + warp.bend * max(width, height)
    out_width, out_height = np.ceil(2 * (reach + margin)).astype(int)
    xs, ys = np.meshgrid(
        np.arange(out_width, dtype=np.float32) - (out_width - 1) / 2,
        np.arange(out_height, dtype=np.float32) - (out_height - 1) / 2)
    back = np.linalg.inv(matrix).astype(np.float32)
    from_x = back[0, 0] * xs + back[0, 1] * ys
    from_y = back[1, 0] * xs + back[1, 1] * ys
    wave = 2 * np.pi / max(width, height)
    by = warp.bend * max(width, height)
    moved_x = from_x + by * np.sin(wave * from_y + warp.phase[0])
    moved_y = from_y + by * np.sin(wave * from_x + warp.phase[1])
    warped = cv2.remap(
        layer, (moved_x + (width - 1) / 2).astype(np.float32),
        (moved_y + (height - 1) / 2).astype(np.float32),
        cv2.INTER_LINEAR,
        borderValue=(0, 0, 0, 0))
    left, top, width, height = cv2.boundingRect(warped[..., 3])
    return warped[top:top + height, left:left + width]


def _matrix(warp: Warp) -> np.ndarray:
    """Linear map (2, 2) of points (x, y)."""
    c, s = np.cos(np.radians(warp.turn)), np.sin(np.radians(warp.turn))
    side = -1 if warp.flip else 1
    stretch = np.array([[side * warp.aspect, warp.lean], [0, 1]])
    return np.array([[c, -s], [s, c]]) @ stretch
