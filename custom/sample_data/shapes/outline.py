"""Outline of several parts fused into one, as clip art is drawn."""
from typing import Callable, List, Sequence

import cv2
import numpy as np

from custom.sample_data.pen import Pen
from custom.sample_data.style import Color

# Pixels per object unit of the mask that parts are united on.
_SCALE = 400


def unite(paths: Sequence[np.ndarray]) -> List[np.ndarray]:
    """Outer contours of the union of closed paths.

    Args:
        paths: Arrays (N, 2) in object units.

    Returns:
        One array (N, 2) for each connected piece; holes are filled.
    """
    low = np.min([path.min(0) for path in paths], 0) - .02
    high = np.max([path.max(0) for path in paths], 0) + .02
    width, height = np.ceil((high - low) * _SCALE).astype(int)
    mask = np.zeros((height, width), np.uint8)
    for path in paths:
        pixels = np.round((path - low) * _SCALE * 16).astype(np.int32)
        cv2.fillPoly(mask, [pixels], 255, shift=4)
    # Rounds off the sharp nooks where two parts meet.
    mask = cv2.threshold(cv2.blur(mask, (7, 7)), 127, 255, 0)[1]
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL,
                                   cv2.CHAIN_APPROX_NONE)
    simple = (cv2.approxPolyDP(c, .8, True)[:, 0] for c in contours)
    return [points / _SCALE + low for points in simple if len(points) > 2]


def fused(pen: Pen, fill: Color, draw: Callable[[Pen], None]) -> None:
    """Draws the closed shapes of ``draw`` as one shape without inner lines."""
    loose = Pen(pen.rng, pen.style._replace(wobble=0))
    draw(loose)
    for path in unite([mark.points for mark in loose.marks if mark.closed]):
        pen.shape(*path, fill=fill)


def build(pen: Pen, fill: Color, draw: Callable[[Pen], None]) -> None:
    """Draws parts either fused, as clip art, or one by one, as a child."""
    if pen.maybe(.7):
        fused(pen, fill, draw)
    else:
        draw(pen)
