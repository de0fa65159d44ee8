"""Rasterizer: marks of a pen to RGBA pixels."""
import functools
from typing import List, Sequence, Union

import cv2
import numpy as np

from .pen import Mark
from .style import Color, Style

# cv2 takes fixed-point coordinates: 4 fractional bits.
_SHIFT = 4
_TILE = 1024


def rasterize(marks: Sequence[Mark], style: Style, size: float,
              line_width: float, rng: np.random.Generator) -> np.ndarray:
    """Rasterizes the marks of one object.

    Args:
        marks: What a drawing function left on its pen.
        style: The image's style.
        size: Longer side of the object, pixels.
        line_width: Pixels of a line of width 1.
        rng: Source of chance.

    Returns:
        uint8 array (H, W, 4), RGBA, color premultiplied by alpha, cropped to
        the pixels that can be seen.
    """
    points = np.concatenate([mark.points for mark in marks])
    low, high = points.min(0), points.max(0)
    scale = size / max((high - low).max(), 1e-6)
    margin = int(line_width * 3 + size * 0.04) + 3
    width, height = np.ceil((high - low) * scale).astype(int) + 2 * margin
    layer = np.zeros((height, width, 4), np.uint8)
    slip = rng.uniform(-style.slip, style.slip, 2) * size
    placed = [
        mark._replace(points=(mark.points - low) * scale + margin)
        for mark in marks
    ]
    draw_marks(layer, placed, style, line_width, slip, rng)
    return _crop(layer)


def draw_marks(layer: np.ndarray, marks: Sequence[Mark], style: Style,
               line_width: float, slip: np.ndarray,
               rng: np.random.Generator) -> None:
    """Rasterizes marks whose points are pixels, in place.

    Args:
        layer: uint8 array (H, W, 4), RGBA, premultiplied, empty.
        marks: In the order of drawing.
        style: The image's style.
        line_width: Pixels of a line of width 1.
        slip: Offset (x, y) of fills from their outlines, pixels.
        rng: Source of chance.
    """
    for mark in marks:
        if mark.closed:
            _fill(layer, mark.points, mark, style, slip, line_width, rng)
        if mark.line is not None:
            thick = max(1, round(line_width * mark.width))
            _line(layer, mark.points, mark.closed, mark.line, thick, style,
                  rng)
    if style.grain:
        add_grain(layer, style.grain, rng)


def blend(target: np.ndarray, color: Union[Color, np.ndarray],
          cover: np.ndarray) -> None:
    """Alpha-blends a color over premultiplied RGBA, in place.

    Args:
        target: uint8 array (H, W, 4).
        color: RGB, or an array (H, 1, 3) of one for each row.
        cover: uint8 array (H, W), 255 where the color covers fully.
    """
    weight = cover.astype(np.uint16)[..., None]
    paint = np.insert(color, 3, 255, axis=-1).astype(np.uint16)
    mixed = target * (255 - weight) + paint * weight
    target[:] = (mixed + 127) // 255


@functools.lru_cache(maxsize=None)
def noise_tile(cell: int, seed: int) -> np.ndarray:
    """Tile of smooth noise, uint8 array (1024, 1024) spread over 0 to 255.

    Args:
        cell: Pixels from one random value to the next.
        seed: Which noise.
    """
    rng = np.random.default_rng(seed)
    side = _TILE // cell
    noise = rng.random((side, side)).astype(np.float32)
    # Wrapped, so that repeats show no seam.
    noise = np.pad(noise, 2, mode='wrap')
    noise = cv2.resize(
        noise, None, fx=cell, fy=cell,
        interpolation=cv2.INTER_CUBIC)[2 * cell:-2 * cell, 2 * cell:-2 * cell]
    low, high = np.percentile(noise, (2, 98))
    return (np.clip((noise - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def noise_window(noise: np.ndarray, height: int, width: int,
                 rng: np.random.Generator) -> np.ndarray:
    """A random window of a noise tile, which repeats where it's too small."""
    y, x = rng.integers(0, _TILE, 2)
    rows = np.arange(y, y + height) % _TILE
    columns = np.arange(x, x + width) % _TILE
    return noise[rows[:, None], columns]


def _fixed(path: np.ndarray) -> List[np.ndarray]:
    return [np.round(path * (1 << _SHIFT)).astype(np.int32)]


def _line(layer: np.ndarray, path: np.ndarray, closed: bool, color: Color,
          thick: int, style: Style, rng: np.random.Generator) -> None:
    if closed:
        path = _seam(path, style.gap)
    for repeat in range(style.passes):
        if repeat:
            reach = 0.35 * thick + 0.006 * max(layer.shape)
            start, stop = rng.normal(0, 0.5 * reach, (2, 2))
            drift = np.linspace(0, 1, len(path))[:, None]
            path = path + start * (1 - drift) + stop * drift
        cv2.polylines(
            layer,
            _fixed(path),
            False, (*color, 255),
            thick,
            cv2.LINE_AA,
            shift=_SHIFT)


def _seam(path: np.ndarray, gap: float) -> np.ndarray:
    """Opens a closed path at its start, by a gap or by an overlap."""
    count = len(path)
    missing = round(gap * count)
    if missing > 0 and count > 12:
        return path[:count - missing + 1]
    return np.concatenate([path, path[:1 - missing]])


def _fill(layer: np.ndarray, path: np.ndarray, mark: Mark, style: Style,
          slip: np.ndarray, line_width: float,
          rng: np.random.Generator) -> None:
    hollow = mark.fill is None
    if mark.hides and not mark.plain and (hollow or style.fill != 'solid'):
        cv2.fillPoly(
            layer, _fixed(path), (0, 0, 0, 0), cv2.LINE_AA, shift=_SHIFT)
    if hollow:
        return
    if not mark.plain:
        path = path + slip
    if mark.plain or style.fill == 'solid' and not style.shade:
        cv2.fillPoly(
            layer, _fixed(path), (*mark.fill, 255), cv2.LINE_AA, shift=_SHIFT)
        return
    left, top = np.maximum(np.floor(path.min(0)).astype(int) - 2, 0)
    right, bottom = np.ceil(path.max(0)).astype(int) + 3
    window = layer[top:bottom, left:right]
    if not window.size:
        return  # all of it lies outside
    cover = np.zeros(window.shape[:2], np.uint8)
    cv2.fillPoly(
        cover, _fixed(path - (left, top)), 255, cv2.LINE_AA, shift=_SHIFT)
    color = mark.fill
    if style.fill == 'solid':
        color = _shaded(color, style.shade, len(window))
    elif style.fill == 'wash':
        cover = wash(cover, rng)
    else:
        cover = scribble(cover, style, line_width, rng)
    blend(window, color, cover)


def _shaded(color: Color, shade: float, height: int) -> np.ndarray:
    """A soft light from above: float array (height, 1, 3), RGB."""
    light = np.linspace(1 + shade / 2, 1 - shade / 2, height)
    return np.clip(light[:, None, None] * color, 0, 255)


def wash(cover: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Watercolor: uneven inside, darker where it dried at the rim."""
    height, width = cover.shape
    flow = noise_window(noise_tile(64, 1), height, width, rng)
    reach = 3 + 2 * (min(height, width) // 60)
    rim = cv2.subtract(cover, cv2.blur(cover, (reach, reach)))
    wet = cv2.addWeighted(cover, 0.42, flow, 0.35, 0)
    wet = cv2.addWeighted(wet, 1, rim, 0.5, 0)
    return cv2.min(wet, cover)


def scribble(cover: np.ndarray, style: Style, line_width: float,
             rng: np.random.Generator) -> np.ndarray:
    """Crayon hatching: one zigzag back and forth across the shape."""
    height, width = cover.shape
    stroke = max(1.2, line_width * 1.1)
    step = max(1.6, stroke * style.spacing * rng.uniform(0.8, 1.2))
    reach = 0.5 * np.hypot(height, width)
    count = max(2, int(2 * reach / step))
    across = np.linspace(-reach, reach, 2 * count)
    across += rng.normal(0, 0.25 * step, 2 * count)
    along = np.where(np.arange(2 * count) % 2, reach, -reach)
    slant = style.slant + rng.normal(0, 0.12)
    c, s = np.cos(slant), np.sin(slant)
    path = np.column_stack([along * c - across * s, along * s + across * c])
    path += (width / 2, height / 2)
    lines = np.zeros_like(cover)
    cv2.polylines(
        lines,
        _fixed(path),
        False,
        255,
        max(1, round(stroke)),
        cv2.LINE_AA,
        shift=_SHIFT)
    return cv2.min(lines, cover)


def add_grain(layer: np.ndarray, strength: float,
              rng: np.random.Generator) -> None:
    """Takes color away where a rough paper's valleys are."""
    height, width = layer.shape[:2]
    rough = noise_window(noise_tile(2, 2), height, width, rng)
    keep = 255 - cv2.subtract(rough, 110) * min(1.7 * strength, 1)
    keep = cv2.merge([keep.astype(np.uint8)] * 4)
    cv2.multiply(layer, keep, dst=layer, scale=1 / 255)


def _crop(layer: np.ndarray) -> np.ndarray:
    left, top, width, height = cv2.boundingRect(layer[..., 3])
    return layer[top:top + height, left:left + width]
