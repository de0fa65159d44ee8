"""Restyling: an icon as it comes turned into one of many kinds of drawing."""
from typing import NamedTuple, Optional, Sequence

import cv2
import numpy as np

from custom.sample_data.raster import add_grain, blend, scribble, wash
from custom.sample_data.style import Color, Style, crayon, legible
from .recolor import (apply_table, crayon_table, gray_table, hue_table,
                      poster_table)

_COLORS = dict(own=.42, hue=.14, crayons=.14, poster=.08, gray=.07, none=.15)
_TEXTURES = dict(flat=.62, grain=.17, hatch=.12, wash=.09)
# Pixels as dark as this are ink in line art too: pupils, a black nose.
_DARK = 60
# Width of the line around what would fade into the paper, a share of its size.
_FAINT_RING = .01


class IconStyle(NamedTuple):
    """Restyling of icons.

    Attributes:
        color: ``own``, ``hue`` (all hues turned), ``crayons`` (the nearest of
            a few), ``poster`` (few shades), ``gray`` or ``none``: lines alone.
        table: uint8 array (32, 32, 32, 3), what each color becomes, or None.
        ring: Width of the line around the object, a share of its size.
        lines: Width of the lines between regions, a share of its size.
        texture: ``flat``, ``grain``, ``hatch`` or ``wash``.
        filled: Whether line art hides what lies under it.
        ink: RGB of all lines.
    """
    color: str
    table: Optional[np.ndarray]
    ring: float
    lines: float
    texture: str
    filled: bool
    ink: Color


def sample_icon_style(rng: np.random.Generator, style: Style) -> IconStyle:
    """Samples how the icons of an image, or one of them, are restyled.

    Args:
        rng: Source of chance.
        style: The image's style, for its paper.
    """
    color = str(rng.choice([*_COLORS], p=[*_COLORS.values()]))
    tables = dict(
        hue=hue_table,
        crayons=crayon_table,
        poster=poster_table,
        gray=gray_table)
    texture = str(rng.choice([*_TEXTURES], p=[*_TEXTURES.values()]))
    # Hatching alone loses what it fills.
    outlined = rng.random() < (.8 if texture == 'hatch' else .45)
    inner = color == 'none' or outlined and rng.random() < 0.5
    ink = crayon(
        str(
            rng.choice([
                'black', 'black', 'black', 'navy', 'brown', 'purple', 'white'
            ])), rng)
    width = float(np.exp(rng.uniform(np.log(.008), np.log(.045))))
    return IconStyle(
        color=color,
        table=tables[color](rng) if color in tables else None,
        ring=width if outlined or color == 'none' else 0,
        lines=min(width * rng.uniform(.5, 1), .025) if inner else 0,
        texture='grain' if color == 'none' and texture != 'flat' else texture,
        filled=bool(rng.random() < 0.6),
        ink=legible(ink, style.paper, 90))


def restyle(layer: np.ndarray, look: IconStyle, style: Style,
            rng: np.random.Generator) -> np.ndarray:
    """Restyles an icon.

    Args:
        layer: uint8 array (H, W, 4), RGBA, color premultiplied by alpha.
        look: How.
        style: The image's style, for its paper and its scribbles.
        rng: Source of chance.

    Returns:
        Another such array, larger by the line around it.
    """
    size = max(layer.shape[:2])
    margin = round(max(look.ring, _FAINT_RING) * size) + 2
    layer = cv2.copyMakeBorder(layer, *[margin] * 4, cv2.BORDER_CONSTANT)
    alpha = layer[..., 3]
    lines = _ink_lines(layer, look.lines * size) if look.lines else None
    layer = _painted(layer, look, style, rng)
    if look.ring or _fades(layer, alpha, style.paper):
        width = max(1, round((look.ring or _FAINT_RING) * size))
        layer = _ringed(layer, alpha, width, look.ink)
    if lines is not None:
        blend(layer, look.ink, lines)
    if look.texture == 'grain':
        add_grain(layer, rng.uniform(.15, .5), rng)
    left, top, width, height = cv2.boundingRect(layer[..., 3])
    return layer[top:top + height, left:left + width]


def silhouette(layer: np.ndarray, color: Color,
               backs: Sequence[Color]) -> np.ndarray:
    """An icon of one color, in another; what it encloses filled if wanted.

    Args:
        layer: uint8 array (H, W, 4), RGBA, color premultiplied by alpha.
        color: RGB of the icon.
        backs: RGB of the fillings, each area's one of them; none: unfilled.
    """
    painted = np.zeros_like(layer)
    if backs:
        outlines, _ = cv2.findContours(layer[..., 3] // 128, cv2.RETR_CCOMP,
                                       cv2.CHAIN_APPROX_NONE)
        outlines = sorted(outlines, key=cv2.contourArea, reverse=True)
        for i, outline in enumerate(outlines):
            cv2.drawContours(painted, [outline], 0,
                             (*backs[i % len(backs)], 255), cv2.FILLED)
    blend(painted, color, layer[..., 3])
    return painted


def _painted(layer: np.ndarray, look: IconStyle, style: Style,
             rng: np.random.Generator) -> np.ndarray:
    """The icon's areas, without any lines."""
    if look.color == 'none':
        return _blank(layer, style.paper, look.filled)
    if look.table is not None:
        layer = apply_table(layer, look.table)
    return _textured(layer, look.texture, style, rng)


def _blank(layer: np.ndarray, paper: Color, filled: bool) -> np.ndarray:
    blank = np.zeros_like(layer)
    if filled:
        blend(blank, paper, layer[..., 3])
    return blank


def _textured(layer: np.ndarray, texture: str, style: Style,
              rng: np.random.Generator) -> np.ndarray:
    alpha = layer[..., 3]
    if texture == 'hatch':
        line = max(1.2, max(layer.shape) * rng.uniform(.012, .03))
        left = scribble(alpha, style, line, rng)
    elif texture == 'wash':
        left = cv2.add(wash(alpha, rng), alpha // np.uint8(4))
    else:
        return layer
    return cv2.multiply(layer, cv2.merge([left] * 4), scale=1 / 255)


def _fades(layer: np.ndarray, alpha: np.ndarray, paper: Color) -> bool:
    """Whether a quarter of an icon's rim can't be told from the paper."""
    rim = (alpha > 128) & (cv2.erode(alpha, _disc(2)) <= 128)
    apart = np.abs(layer[rim][:, :3].astype(np.int16) - paper)
    return bool((apart.max(1) < 30).sum() > .25 * len(apart))


def _ink_lines(layer: np.ndarray, width: float) -> np.ndarray:
    """Edges between an icon's regions, and its dark ones: uint8 (H, W)."""
    alpha = layer[..., 3]
    # On neither black nor white, so that both have an edge.
    color = layer[..., :3] + (255 - alpha[..., None]) // np.uint8(2)
    smooth = cv2.GaussianBlur(color, (3, 3), 0)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    edge = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, cross).max(2)
    edge = cv2.min(_steep(edge), alpha)
    if width > 2.5:
        round_pen = _disc(int(width / 2))
        edge = cv2.GaussianBlur(cv2.dilate(edge, round_pen), (3, 3), 0)
    dark = (color.max(2) < _DARK) & (alpha > 200)
    return cv2.max(edge, dark.astype(np.uint8) * 255)


def _steep(edge: np.ndarray) -> np.ndarray:
    """Gradients to ink: shading is none, a step of a third is all ink."""
    ramp = (edge.astype(np.int16) - 20) * 5
    return np.clip(ramp, 0, 255).astype(np.uint8)


def _disc(radius: int) -> np.ndarray:
    side = 2 * radius + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def _ringed(layer: np.ndarray, alpha: np.ndarray, ring: int,
            ink: Color) -> np.ndarray:
    """The layer with a line around what ``alpha`` covers."""
    outside = cv2.multiply(
        cv2.dilate(alpha, _disc(ring)), 255 - alpha, scale=1 / 255)
    around = np.zeros_like(layer)
    blend(around, ink, outside)
    return cv2.add(layer, around)
