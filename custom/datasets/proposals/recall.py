"""Recall of proposals: share of objects found, measured and plotted."""
import io
import os
from typing import Dict, List, NamedTuple, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from mmdet.evaluation.functional import bbox_overlaps

from custom.utils.atomic_write import write_bytes

IOUS = (0.5, 0.7)
_ROUND_COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class ProposalRecall(NamedTuple):
    """The recall of a set of images.

    Attributes:
        counts: int64 (M, ), 1 to M, the proposals taken of each image.
        by_iou: By IoU threshold, float64 (M, ): what share of the objects
            overlap one of the first 1 to M proposals of their image by that
            much; NaN without objects.
        objects: How many there are.
        mean_count: Proposals of an image, on average.
    """
    counts: np.ndarray
    by_iou: Dict[float, np.ndarray]
    objects: int
    mean_count: float


def proposal_recall(proposals: Sequence[np.ndarray],
                    objects: Sequence[np.ndarray]) -> ProposalRecall:
    """Measures proposals against the objects of the same images.

    Two objects may share a proposal, as in the paper.

    Args:
        proposals: One per image, float (N, 4), xyxy, best first.
        objects: One per image, float (K, 4), xyxy.
    """
    sizes = [len(p) for p in proposals]
    counts = np.arange(1, max(sizes, default=0) + 1)
    total = sum(len(o) for o in objects)
    by_iou = {}
    for threshold in IOUS:
        ranks: List[float] = []
        for found, wanted in zip(proposals, objects):
            ranks += _first_hits(found, wanted, threshold).tolist()
        hits = np.searchsorted(np.sort(ranks), counts)
        by_iou[threshold] = hits / total if total else hits * np.nan
    return ProposalRecall(counts, by_iou, total, float(np.mean(sizes or [0])))


def recall_rows(result: ProposalRecall) -> List[Dict[str, Union[str, float]]]:
    """The recall at round numbers of proposals and at all, as table rows with
    ``proposals``, ``IoU 0.5`` and ``IoU 0.7``."""
    last = len(result.counts)
    wanted = [n for n in _ROUND_COUNTS if n < last] + [last] * bool(last)
    return [{
        'proposals': str(n),
        **{
            f'IoU {iou}': values[n - 1]
            for iou, values in result.by_iou.items()
        }
    } for n in wanted]


def plot_recall(result: ProposalRecall, title: str,
                path: Union[str, os.PathLike]) -> None:
    """Draws the recall over the number of proposals, 800 x 600 pixels.

    Args:
        result: What :func:`proposal_recall` measured.
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
        axes.set_xticks([n for n in _ROUND_COUNTS if n <= len(result.counts)])
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter('{x:g}')
    axes.grid(color='0.9', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)
    axes.legend(loc='lower right', frameon=False)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    write_bytes(path, buffer.getvalue())


def _first_hits(proposals: np.ndarray, objects: np.ndarray,
                threshold: float) -> np.ndarray:
    """The rank, from 0, of the first proposal that overlaps each object by
    the threshold; infinity where none does."""
    if not len(proposals):
        return np.full(len(objects), np.inf)
    hit = bbox_overlaps(objects, proposals) >= threshold
    return np.where(hit.any(1), hit.argmax(1), np.inf)
