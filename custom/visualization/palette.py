"""Color palette of class names."""
import functools
from typing import Collection, Dict, Iterator, Sequence, Tuple

import cv2
import numpy as np

from custom.classes import CLASSES

Color = Tuple[int, int, int]

BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)


def class_colors(names: Sequence[str]) -> Dict[str, Color]:
    """Class colors: one RGB color, 0 to 255, for each class name.

    The 22 classes have their own. Any other gets, in the order of ``names``,
    the color that is farthest in CIELAB from those given so far and from
    black and white, the colors of outlines and paper.
    """
    return dict(_class_colors(tuple(names)))


def text_color(background: Color) -> Color:
    """Text color, black or white, of more contrast (WCAG 2.1) with RGB."""
    srgb = np.array(background) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92,
                      ((srgb + 0.055) / 1.055)**2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    # (1 + .05) / (L + .05) equals (L + .05) / (0 + .05) at L = 0.179.
    return BLACK if luminance > 0.179 else WHITE


@functools.lru_cache(maxsize=16)
def _class_colors(names: Tuple[str, ...]) -> Tuple[Tuple[str, Color], ...]:
    own = {c.name: c.color for c in CLASSES}
    colors = {name: own[name] for name in names if name in own}
    others = [name for name in dict.fromkeys(names) if name not in own]
    if others:
        colors.update(
            zip(others, _far_colors(len(others), [*colors.values()])))
    return tuple((name, colors[name]) for name in names)


def _far_colors(count: int, taken: Collection[Color]) -> Iterator[Color]:
    """Colors far from those taken. OpenCV's first color in CIELAB takes 0.1 s,
    for it makes tables."""
    candidates = _candidates()
    lab = _lab(candidates)
    taken_lab = _lab(np.array([BLACK, WHITE, *taken]))
    distance = np.linalg.norm(
        lab[:, None] - taken_lab[None], axis=2).min(axis=1)
    for _ in range(count):
        best = int(distance.argmax())
        yield tuple(int(v) for v in candidates[best])
        distance = np.minimum(distance,
                              np.linalg.norm(lab - lab[best], axis=1))


def _candidates() -> np.ndarray:
    """RGB uint8 colors (N, 3) that show on white paper."""
    hls = [(hue, lightness, saturation) for hue in range(0, 360, 6)
           for lightness in (0.28, 0.36, 0.44, 0.52)
           for saturation in (0.5, 0.75, 1.0)]
    rgb = cv2.cvtColor(np.float32([hls]), cv2.COLOR_HLS2RGB)[0]
    rgb = np.round(rgb * 255).astype(np.uint8)
    # Pure yellow or cyan is as light as paper, whatever its HLS lightness.
    return rgb[_lab(rgb)[:, 0] < 64]


def _lab(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.float32([rgb]) / 255, cv2.COLOR_RGB2LAB)[0]
