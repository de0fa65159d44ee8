"""Plot of the recall of proposals."""
import io
import os
from typing import Union

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from custom.datasets.proposals.recall import ROUND_COUNTS, ProposalRecall
from custom.utils.atomic_write import write_bytes


def plot_recall(result: ProposalRecall, title: str,
                path: Union[str, os.PathLike]) -> None:
    """Draws the recall over the number of proposals, 800 x 600 pixels.

    Args:
        result: What :func:`recall` measured.
        title: The line above.
        path: PNG file, written whole or not at all.

    Raises:
        InputError: It can't be written.
    """
    figure = Figure(figsize=(8, 6), dpi=100, layout='constrained')
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    axes = figure.add_subplot(
        xlabel='proposals per image, at most',
        ylabel='objects found',
        ylim=(0, 1))
    axes.set_title(title, loc='left')
    for iou, values in result.by_iou.items():
        label = f'IoU {iou}'
        if len(values):
            label += f': {values[-1]:.3f} with all'
        axes.plot(result.counts, values, label=label, drawstyle='steps-post')
    if len(result.counts) > 1:
        axes.set_xscale('log')
        axes.set_xlim(1, len(result.counts))
        axes.set_xticks([n for n in ROUND_COUNTS if n <= len(result.counts)])
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter('{x:g}')
    axes.grid(color='0.9', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)
    axes.legend(loc='lower right', frameon=False)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    write_bytes(path, buffer.getvalue())
