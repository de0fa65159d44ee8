"""Color tables: what each color of an icon becomes."""
import functools

import cv2
import numpy as np

from custom.sample_data.style import CRAYONS

_SIDE = 32


def apply_table(layer: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Looks up every color of a layer in a table.

    Args:
        layer: uint8 array (H, W, 4), RGBA, color premultiplied by alpha.
        table: uint8 array (32, 32, 32, 3), RGB by red, green and blue.
    """
    alpha = layer[..., 3:].astype(np.uint16)
    color = layer[..., :3].astype(np.uint16) * 255 // np.maximum(alpha, 1)
    red, green, blue = np.moveaxis(np.minimum(color, 255) >> 3, 2, 0)
    color = table[red, green, blue] * alpha // 255
    return np.dstack([color, alpha]).astype(np.uint8)


def hue_table(rng: np.random.Generator) -> np.ndarray:
    """All hues turned by the same angle, colors paler or stronger."""
    hsv = cv2.cvtColor(_grid()[None], cv2.COLOR_RGB2HSV)
    turn = int(rng.integers(10, 170))
    hsv[..., 0] = (hsv[..., 0].astype(np.uint16) + turn) % 180
    factor = rng.uniform(.5, 1.3)
    hsv[..., 1] = np.clip(hsv[..., 1] * factor, 0, 255).astype(np.uint8)
    return _shaped(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))


def crayon_table(rng: np.random.Generator) -> np.ndarray:
    """The nearest of 8 to 14 crayons, black and white among them."""
    names = [name for name in CRAYONS if name not in ('black', 'white')]
    chosen = rng.choice(names, int(rng.integers(6, 13)), replace=False)
    palette = np.array([CRAYONS[n] for n in ('black', 'white', *chosen)])
    palette = np.clip(palette + rng.integers(-15, 16, palette.shape), 0, 255)
    grid = _grid().astype(np.float32)
    apart = ((grid[:, None] - palette.astype(np.float32))**2).sum(2)
    return _shaped(palette[apart.argmin(1)].astype(np.uint8))


def poster_table(rng: np.random.Generator) -> np.ndarray:
    """Three or four shades of red, green and blue each."""
    step = 255 / int(rng.integers(2, 4))
    return _shaped((np.round(_grid() / step) * step).astype(np.uint8))


def gray_table(rng: np.random.Generator) -> np.ndarray:
    """Gray of the same luminance, in more or less contrast."""
    gray = cv2.cvtColor(_grid()[None], cv2.COLOR_RGB2GRAY)[0]
    low = rng.uniform(0, 90)
    gray = (low + gray * (255 - low) / 255).astype(np.uint8)
    return _shaped(np.repeat(gray[:, None], 3, 1))


@functools.lru_cache(maxsize=1)
def _grid() -> np.ndarray:
    """All colors of a table, uint8 array (32768, 3)."""
    steps = np.linspace(0, 255, _SIDE).round().astype(np.uint8)
    grid = np.meshgrid(steps, steps, steps, indexing='ij')
    return np.stack(grid, -1).reshape(-1, 3)


def _shaped(colors: np.ndarray) -> np.ndarray:
    return colors.reshape(_SIDE, _SIDE, _SIDE, 3)
