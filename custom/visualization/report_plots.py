"""Plots of an evaluation report: curves, confusion matrix, errors,
reliability diagram."""
from typing import Any, Callable, Dict, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from custom.visualization.fonts import as_written
from custom.visualization.png import png_bytes

_BLUE, _ORANGE, _GRAY = '#2171b5', '#d95f02', '#8b94a3'
# From this share on the cell of a matrix is dark, and its text white.
_DARK = 0.55

# Of the classes with the most boxes, the rest are gray.
_COLORS = ('#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b',
           '#e377c2', '#17becf', '#bcbd22', '#08306b')


def draw_report(report: Mapping[str, Any]) -> Dict[str, bytes]:
    """Draws the plots of a report.

    Args:
        report: Of :func:`custom.evaluation.report.figures.build_report`.

    Returns:
        PNG files: ``curves``, ``pr_curves``, ``confusion``, ``errors`` and
        ``calibration``.
    """
    colors = _class_colors(report['classes'])
    with as_written([row['class'] for row in report['classes']]):
        return dict(
            curves=_png(
                lambda axes: _plot_curves(axes, report['curves'], colors), 13,
                4.4, 3),
            pr_curves=_png(
                lambda axes: _plot_pr_curves(axes[0], report['pr_curves'],
                                             colors), 7, 5),
            confusion=_draw_matrix(**report['confusion']),
            errors=_png(lambda axes: _plot_errors(axes[0], report['errors']),
                        7, 3.6),
            calibration=_png(
                lambda axes: _plot_calibration(axes[0], report['calibration']),
                5.5, 5))


def _png(plot: Callable[[np.ndarray], None],
         width: float,
         height: float,
         columns: int = 1) -> bytes:
    figure = Figure(figsize=(width, height), dpi=110, layout='constrained')
    plot(figure.subplots(1, columns, squeeze=False)[0])
    return png_bytes(figure)


def _class_colors(rows: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """Colors of the classes with the most boxes; the last row is of all."""
    common = sorted(rows[:-1], key=lambda row: -row['boxes'])
    return {
        row['class']: color
        for row, color in zip(common, _COLORS) if row['boxes']
    }


def _plot_curves(panels: Sequence[Axes], curves: Mapping[str, Any],
                 colors: Mapping[str, Any]) -> None:
    """Precision, recall and F1 over the score, a panel each."""
    for axes, (key, name) in zip(panels, (('precision', 'precision'),
                                          ('recall', 'recall'), ('f1', 'F1'))):
        _plot_classes(axes, curves['score'], curves['classes'], key, colors)
        axes.plot(
            curves['score'],
            np.array(curves[key], float),
            color='black',
            linewidth=2,
            label='all together')
        axes.set(xlabel='score from which a detection counts', title=name)
        _frame(axes)
    _legend(panels[-1])


def _plot_pr_curves(axes: Axes, curves: Mapping[str, Any],
                    colors: Mapping[str, Any]) -> None:
    _plot_classes(axes, curves['recall'], curves['classes'], 'precision',
                  colors)
    axes.plot(
        curves['recall'],
        np.array(curves['mean'], float),
        color='black',
        linewidth=2,
        label='mean of the classes')
    axes.set(xlabel='recall', ylabel='precision', title='At IoU 0.5')
    _frame(axes)
    _legend(axes)


def _plot_classes(axes: Axes, x: Sequence[float], rows: Sequence[Mapping[str,
                                                                         Any]],
                  key: str, colors: Mapping[str, Any]) -> None:
    """Lines of the classes; all gray ones are one object, so that a thousand
    are drawn as fast as ten."""
    # None is where nothing is found any more.
    lines = {row['class']: np.array(row[key], float) for row in rows}
    gray = [
        np.column_stack([x, y]) for name, y in lines.items()
        if name not in colors
    ]
    axes.add_collection(
        LineCollection(
            gray,
            colors=_GRAY,
            linewidths=0.7,
            alpha=max(0.1, min(0.6, 20 / max(1, len(gray))))))
    for name, color in colors.items():
        # A label that begins with "_" is in no legend.
        label = f'\u200b{name}' if name.startswith('_') else name
        axes.plot(x, lines[name], color=color, linewidth=1.2, label=label)
    if gray:
        axes.plot([], [], color=_GRAY, label=f'{len(gray)} other classes')


def _frame(axes: Axes) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)


def _legend(axes: Axes) -> None:
    # Beside the plot, where no curve is; the black line first.
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles[-1:] + handles[:-1],
        names[-1:] + names[:-1],
        loc='center left',
        bbox_to_anchor=(1, 0.5),
        frameon=False)


def _draw_matrix(names: Sequence[str], counts: Sequence[Sequence[int]],
                 shown: Sequence[int]) -> bytes:
    counts = np.array(counts)
    title = 'Counts; the color is the share of the row'
    if len(shown) < len(names):
        title = (f'The {len(shown) - 1} most confused of {len(names) - 1} '
                 f'classes. {title}')
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    cells = np.ix_(shown, shown)
    side = max(6.0, 0.42 * len(shown) + 2)
    return _png(
        lambda axes: _plot_matrix(axes[0], [names[row] for row in shown],
                                  counts[cells], shares[cells], title), side,
        side * 0.9)


def _plot_matrix(axes: Axes, names: Sequence[str], counts: np.ndarray,
                 shares: np.ndarray, title: str) -> None:
    axes.imshow(shares, cmap='Blues', vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts)):
        axes.text(
            column,
            row,
            counts[row, column],
            ha='center',
            va='center',
            fontsize=8,
            color='white' if shares[row, column] > _DARK else 'black')
    ticks = range(len(names))
    axes.set_xticks(ticks, names, rotation=90)
    axes.set_yticks(ticks, names)
    axes.set(xlabel='what the detector said', ylabel='what it is', title=title)


def _plot_errors(axes: Axes, errors: Mapping[str, Mapping[str, Any]]) -> None:
    names = [*errors][::-1]
    costs = [100 * (errors[name]['cost'] or 0) for name in names]
    bars = axes.barh(names, costs, color=_BLUE)
    axes.bar_label(bars, [f'{cost:.1f}' for cost in costs], padding=3)
    axes.set(
        xlabel='points of mAP50 that are won if it is mended alone',
        xlim=(0, max(1, 1.15 * max(costs))))


def _plot_calibration(axes: Axes, bins: Mapping[str, Any]) -> None:
    score = np.array(bins['score'], float)
    precision = np.array(bins['precision'], float)
    edges = np.array(bins['edges'])
    axes.bar(
        edges[:-1],
        np.nan_to_num(precision),
        np.diff(edges),
        align='edge',
        color=_BLUE,
        alpha=0.6,
        edgecolor='white',
        label='share that is right')
    axes.plot([0, 1], [0, 1], color=_GRAY, linestyle='--', label='as it says')
    axes.plot(score, precision, 'o', color=_ORANGE, label='mean score')
    axes.set(
        xlabel='score', ylabel='right at IoU 0.5', xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc='upper left')
