"""Plots of a search of settings: history of its trials, importance of keys."""
from typing import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from custom.visualization.png import png_bytes

_BLUE, _GRAY = '#2171b5', '#8b94a3'


def draw_history(numbers: Sequence[int], scores: Sequence[float],
                 pruned: Sequence[bool], metric: str, less: bool) -> bytes:
    """Draws the score of each trial and the best so far, as a PNG.

    Args:
        numbers: Of the trials, in any order.
        scores: One for each; of a pruned trial its last.
        pruned: Whether it was.
        metric: Name of the score.
        less: Whether less is better.
    """
    order = np.argsort(numbers)
    x, y = np.array(numbers)[order], np.array(scores, float)[order]
    ended = np.array(pruned, bool)[order]
    figure = Figure(figsize=(9, 5), dpi=110, layout='constrained')
    axes = figure.subplots()
    if not ended.all():
        so_far = (np.minimum if less else np.maximum).accumulate(y[~ended])
        axes.step([*x[~ended], x[-1]], [*so_far, so_far[-1]],
                  where='post',
                  color=_BLUE,
                  label=f'best so far, in the end {so_far[-1]:.3f}')
    axes.plot(
        x[~ended], y[~ended], 'o', color=_BLUE, label='trained to its '
        'end')
    if ended.any():
        axes.plot(x[ended], y[ended], 'x', color=_GRAY, label='pruned')
    axes.set(xlabel='trial', ylabel=metric)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc='best')
    return png_bytes(figure)


def draw_importances(importances: Mapping[str, float]) -> bytes:
    """Draws the share of each key in what makes trials good, as a PNG.

    Args:
        importances: By key, 1 in all.
    """
    names = sorted(importances, key=importances.get)
    shares = [importances[name] for name in names]
    figure = Figure(
        figsize=(9, 1.2 + 0.45 * len(names)), dpi=110, layout='constrained')
    axes = figure.subplots()
    bars = axes.barh(names, shares, color=_BLUE)
    axes.bar_label(bars, [f'{share:.0%}' for share in shares], padding=3)
    axes.set(
        xlabel='importance: share in what tells the best trials from all',
        xlim=(0, 1.1 * max(shares)))
    return png_bytes(figure)
