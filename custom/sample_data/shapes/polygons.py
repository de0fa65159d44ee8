"""Polygons: points of shapes that drawing functions share."""
from typing import Sequence

import numpy as np

from custom.sample_data.pen import Point


def rounded(points: Sequence[Point], share: float = .3) -> np.ndarray:
    """Polygon with rounded corners, points (6 N, 2).

    Args:
        points: Corners (N, 2).
        share: Of each side that its two corners take, 0 to .5.
    """
    corner = np.asarray(points, float)
    before = corner + share * (np.roll(corner, 1, 0) - corner)
    after = corner + share * (np.roll(corner, -1, 0) - corner)
    t = np.linspace(0, 1, 6)[None, :, None]
    arcs = ((1 - t)**2 * before[:, None] + 2 * t * (1 - t) * corner[:, None] +
            t**2 * after[:, None])
    return arcs.reshape(-1, 2)


def mirrored(*right: Point) -> np.ndarray:
    """Symmetric outline (2 N, 2) of its right half's points, top to bottom."""
    half = np.array(right, float)
    return np.concatenate([half, half[::-1] * (-1, 1)])


def sparkle(x: float, y: float, radius: float, waist: float) -> np.ndarray:
    """Four-pointed star with hollow sides, points (N, 2).

    Args:
        x: Of the middle.
        y: Of the middle.
        radius: To the upper and lower tips.
        waist: How full it is, 0 (a cross of lines) to .5 (a diamond).
    """
    tips = np.array([(0, -1), (.8, 0), (0, 1), (-.8, 0)]) * radius
    inner = np.array([(1, -1), (1, 1), (-1, 1), (-1, -1)]) * radius * waist
    t = np.linspace(0, 1, 8, endpoint=False)[None, :, None]
    after = np.roll(tips, -1, 0)
    sides = ((1 - t)**2 * tips[:, None] + 2 * t * (1 - t) * inner[:, None] +
             t**2 * after[:, None])
    return sides.reshape(-1, 2) + (x, y)
