"""Anchor plot: anchors and boxes as one PNG."""
from typing import Dict, List, Sequence, Tuple

import cv2
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from custom.utils.image_io import read_image
from custom.visualization.anchor_stats import (THRESHOLDS, AnchorFit,
                                               AnchorLevel, ResizedShape,
                                               hardest_image, recall_by_size,
                                               recall_of_all, root_areas)
from custom.visualization.fonts import as_written
from custom.visualization.png import png_bytes

# Where anchors are drawn, in parts of width and height: all of them in the
# middle, and elsewhere those that do not cover the others.
_MIDDLE = (0.5, 0.5)
_AROUND = ((0.16, 0.16), (0.84, 0.16), (0.16, 0.84), (0.84, 0.84))
_MOST_DOTS = 4000
_WEAK, _STRONG, _BOX = '#9ecae1', '#2171b5', '#111111'

Size = Tuple[int, int]


def draw_anchors(fit: AnchorFit, levels: Sequence[AnchorLevel],
                 title: str) -> bytes:
    """Draws the anchor plot, a PNG of four panels.

    The boxes of the image with most ill-fitting ones, each with its best
    anchor; all anchors of some positions over that image; the shapes of all
    boxes and anchors; and the shares of boxes with a fitting anchor by size.

    Args:
        fit: See :func:`custom.visualization.anchor_stats.fit_anchors`.
        levels: The anchors of each feature map.
        title: Stands above.
    """
    number = hardest_image(fit)
    image = _resize(read_image(fit.paths[number]), fit.resized[number])
    colors = _colors(levels)
    figure = Figure(figsize=(15, 12.5), dpi=100, layout='constrained')
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    recall = recall_of_all(fit)
    reached = ', '.join(f'{part:.1%} at {threshold}'
                        for threshold, part in zip(THRESHOLDS, recall.recalls))
    figure.suptitle(
        f'{title}\nboxes with an anchor of at least that IoU: {reached} '
        f'({recall.boxes} boxes)',
        fontsize=14)
    axes = figure.subplots(2, 2, height_ratios=(5, 4))
    _draw_positions(axes[0, 1], image, levels, colors)
    _plot_shapes(axes[1, 0], fit, levels, colors)
    _plot_recalls(axes[1, 1], fit)
    with as_written(fit.classes):
        _draw_boxes(axes[0, 0], image, fit, number, colors)
        return png_bytes(figure)


def anchors_near(level: AnchorLevel, shape: Tuple[int, int],
                 at: Tuple[float, float]) -> np.ndarray:
    """Anchors (A, 4) at the grid position that is nearest to a place.

    Args:
        level: Of which feature map.
        shape: (height, width) of the image.
        at: x and y in parts of width and height.
    """
    center = np.multiply(at, shape[::-1])
    first = level.anchors[0].reshape(2, 2).mean(axis=0)
    step = np.rint((center - first) / level.stride)
    return level.anchors + np.tile(step * level.stride, 2)


def _resize(image: np.ndarray, resized: ResizedShape) -> np.ndarray:
    """RGB, as large as the pipeline makes it; padding is left out."""
    height, width = image.shape[:2]
    size = (round(width * resized.scale[0]), round(height * resized.scale[1]))
    return cv2.resize(image[..., ::-1], size, interpolation=cv2.INTER_AREA)


def _sizes(level: AnchorLevel, number: int) -> List[Size]:
    return [(number, round(side)) for side in root_areas(level.anchors)]


def _colors(levels: Sequence[AnchorLevel]) -> Dict[Size, tuple]:
    """A color for each feature map and side, from small to large."""
    every = dict.fromkeys(
        sorted((size for number, level in enumerate(levels)
                for size in _sizes(level, number)),
               key=lambda size: size[::-1]))
    spread = np.linspace(0.05, 0.95, len(every)) if len(every) > 1 else [0.5]
    return dict(zip(every, colormaps['turbo'](spread)))


def _draw_boxes(axes: Axes, image: np.ndarray, fit: AnchorFit, number: int,
                colors: Dict[Size, tuple]) -> None:
    _show(axes, image)
    height, width = image.shape[:2]
    rows = np.flatnonzero(fit.images == number)
    for row in rows:
        anchor = fit.best.anchors[row]
        size = (fit.best.levels[row], round(root_areas(anchor[None])[0]))
        _outline(axes, fit.boxes[row], _BOX, width=2)
        _outline(axes, anchor, colors[size], width=2, style='--')
    for row in rows:
        x1, y1 = fit.boxes[row, :2]
        axes.text(
            x1,
            y1,
            f'{fit.classes[fit.labels[row]]} {fit.best.ious[row]:.2f}',
            fontsize=9,
            color='white',
            # Above its box, or inside where there is no room.
            verticalalignment='bottom' if y1 > height / 20 else 'top',
            bbox=dict(facecolor=_BOX, edgecolor='none', pad=1.5))
    axes.set_title(f'boxes, and the best anchor of each (dashed) with its IoU'
                   f'; {width} x {height} px')


def _draw_positions(axes: Axes, image: np.ndarray,
                    levels: Sequence[AnchorLevel],
                    colors: Dict[Size, tuple]) -> None:
    shape = image.shape[:2]
    _show(axes, 255 - (255 - image) // 3)
    for at in (_MIDDLE, *_AROUND):
        for number, level in enumerate(levels):
            for size, anchor in zip(
                    _sizes(level, number), anchors_near(level, shape, at)):
                if at == _MIDDLE or size[1] < min(shape) / 4:
                    _outline(axes, anchor, colors[size], width=1.4)
    handles = [
        Line2D([], [],
               color=color,
               label=f'{side} px, every {max(levels[number].stride)} px')
        for (number, side), color in colors.items()
    ]
    axes.legend(
        handles=handles,
        loc='upper center',
        bbox_to_anchor=(0.5, -0.01),
        ncols=3,
        fontsize=9,
        frameon=False)
    axes.set_title('all anchors of the middle, the small ones elsewhere too')
    # Large anchors reach out of the image.
    margin = 0.15 * max(shape)
    axes.set_xlim(-margin, shape[1] + margin)
    axes.set_ylim(shape[0] + margin, -margin)


def _plot_shapes(axes: Axes, fit: AnchorFit, levels: Sequence[AnchorLevel],
                 colors: Dict[Size, tuple]) -> None:
    boxes = fit.boxes[::len(fit.boxes) // _MOST_DOTS + 1]
    axes.scatter(*(boxes[:, 2:] - boxes[:, :2]).T, s=8, color='0.7', zorder=1)
    for number, level in enumerate(levels):
        for size, anchor in zip(_sizes(level, number), level.anchors):
            axes.scatter(
                *(anchor[2:] - anchor[:2]),
                s=70,
                color=colors[size],
                edgecolor='black',
                zorder=3)
    axes.set_xscale('log', base=2)
    axes.set_yscale('log', base=2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))
    axes.set_aspect('equal', adjustable='datalim')
    axes.set(xlabel='width, px', ylabel='height, px')
    axes.set_title('shapes of the boxes (gray) and of the anchors')
    _plain(axes)


def _plot_recalls(axes: Axes, fit: AnchorFit) -> None:
    recalls = recall_by_size(fit)
    places = np.arange(len(recalls))
    for i, (threshold, color) in enumerate(zip(THRESHOLDS, (_WEAK, _STRONG))):
        bars = axes.bar(
            places + 0.4 * i - 0.2, [recall.recalls[i] for recall in recalls],
            0.38,
            color=color,
            label=f'IoU of at least {threshold}')
        axes.bar_label(bars, fmt=lambda part: f'{part:.0%}', fontsize=9)
    axes.set_xticks(
        places, [f'{recall.name}\n{recall.boxes} boxes' for recall in recalls],
        fontsize=9)
    axes.set_ylim(0, 1.08)
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda part, _: f'{part:.0%}'))
    axes.set_title('boxes with a fitting anchor, by the root of their area')
    axes.legend(
        loc='upper center',
        bbox_to_anchor=(0.5, -0.12),
        ncols=2,
        frameon=False)
    _plain(axes)
    axes.grid(visible=False, axis='x')


def _show(axes: Axes, image: np.ndarray) -> None:
    axes.imshow(image)
    axes.axis('off')
    height, width = image.shape[:2]
    # At the very edge, where half of the line would be cut off.
    axes.add_patch(
        Rectangle((0, 0),
                  width - 1,
                  height - 1,
                  fill=False,
                  edgecolor='0.7',
                  clip_on=False))


def _outline(axes: Axes,
             box: Sequence[float],
             color: object,
             width: float,
             style: str = '-') -> None:
    x1, y1, x2, y2 = box
    axes.add_patch(
        Rectangle((x1, y1),
                  x2 - x1,
                  y2 - y1,
                  fill=False,
                  edgecolor=color,
                  linewidth=width,
                  linestyle=style))


def _plain(axes: Axes) -> None:
    axes.grid(color='0.9', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)
