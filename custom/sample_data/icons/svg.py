"""SVG rasterizer: icons to RGBA pixels, by resvg."""
import functools
import re

import cv2
import numpy as np

from custom.utils.errors import InputError

_SIDES = (128, 256, 512)


def require_resvg() -> None:
    """Refuses to go on without the package that reads SVG.

    Raises:
        InputError: It isn't installed.
    """
    try:
        import resvg_py  # noqa: F401
    except ImportError as error:
        raise InputError('icons need the package resvg-py: pip install -c '
                         'constraints.txt -e ".[icons]"') from error


def icon_pixels(svg: str, size: float) -> np.ndarray:
    """Pixels of an icon.

    Args:
        svg: Its text.
        size: Longer side of what it shows, pixels.

    Returns:
        uint8 array (H, W, 4), RGBA, color premultiplied by alpha, cropped to
        what can be seen.

    Raises:
        InputError: It isn't SVG, or shows nothing.
    """
    layer = _rasterize(svg, next((s for s in _SIDES if s >= size), _SIDES[-1]))
    height, width = layer.shape[:2]
    scale = size / max(height, width)
    return cv2.resize(
        layer, (max(1, round(width * scale)), max(1, round(height * scale))),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


@functools.lru_cache(maxsize=300)
def _rasterize(svg: str, side: int) -> np.ndarray:
    import resvg_py
    _, _, wide, high = re.search('viewBox="(.*?)"', svg).group(1).split()
    longer = 'width' if float(wide) >= float(high) else 'height'
    try:
        # No fonts of this machine: it would draw what no other one draws.
        coded = resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, **{longer: side})
    except ValueError as error:
        raise InputError(f'icon {svg[:200]}…: is not to be drawn ({error}). '
                         'Leave its set out') from error
    layer = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_UNCHANGED)
    left, top, width, height = cv2.boundingRect(layer[..., 3])
    if not width:
        raise InputError(f'icon {svg[:200]}…: shows nothing. '
                         'Leave its set out')
    layer = layer[top:top + height, left:left + width, [2, 1, 0, 3]]
    alpha = layer[..., 3:].astype(np.uint16)
    layer = np.dstack([(layer[..., :3] * alpha + 127) // 255, alpha])
    return layer.astype(np.uint8)
