"""Plots of an evaluation report: curves, confusion matrix, errors,
reliability diagram."""
import io
from typing import Any, Callable, Dict, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_BLUE, _ORANGE, _GREEN, _GRAY = '#2171b5', '#d95f02', '#1b7837', '#8b94a3'
# From this share on the cell of a matrix is dark, and its text white.
_DARK = 0.55


def draw_report(report: Mapping[str, Any]) -> Dict[str, bytes]:
    """Draws the plots of a report.

    Args:
        report: Of :func:`custom.evaluation.report.figures.build_report`.

    Returns:
        PNG files: ``curves``, ``confusion``, ``errors`` and ``calibration``.
    """
    count = len(report['confusion']['names'])
    side = max(6.0, 0.42 * count + 2)
    return dict(
        curves=_png(lambda axes: _plot_curves(axes, report['curves']), 7, 4.5),
        confusion=_png(lambda axes: _plot_matrix(axes, **report['confusion']),
                       side, side * 0.9),
        errors=_png(lambda axes: _plot_errors(axes, report['errors']), 7, 3.6),
        calibration=_png(
            lambda axes: _plot_calibration(axes, report['calibration']), 5.5,
            5))


def _png(plot: Callable[[Axes], None], width: float, height: float) -> bytes:
    figure = Figure(figsize=(width, height), dpi=110, layout='constrained')
    plot(figure.subplots())
    data = io.BytesIO()
    FigureCanvasAgg(figure).print_png(data)
    return data.getvalue()


def _plot_curves(axes: Axes, curves: Mapping[str, Sequence]) -> None:
    for key, name, color in (('precision', 'precision', _BLUE),
                             ('recall', 'recall', _ORANGE), ('f1', 'F1',
                                                             _GREEN)):
        # None is where nothing is found any more.
        axes.plot(
            curves['score'],
            np.array(curves[key], float),
            label=name,
            color=color)
    axes.set(
        xlabel='score from which a detection counts',
        ylim=(0, 1.02),
        xlim=(0, 1),
        title='All classes together, at IoU 0.5')
    axes.grid(alpha=0.3)
    axes.legend()


def _plot_matrix(axes: Axes, names: Sequence[str],
                 counts: Sequence[Sequence[int]]) -> None:
    counts = np.array(counts)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
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
    axes.set(
        xlabel='what the detector said',
        ylabel='what it is',
        title='Counts; the colour is the share of the row')


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
