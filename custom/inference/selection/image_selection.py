"""Image selection, for active learning: what to label next."""
import heapq
from pathlib import Path
from typing import Callable, Iterator, List, NamedTuple, Sequence

import numpy as np

from custom.inference.selection.core_set import k_center_greedy
from custom.inference.selection.uncertainty import predictive_entropy
from custom.inference.selection.view_encoder import ViewEncoder

# Candidates for each image that is chosen: with more of them the choice is
# less uncertain, and more spread out.
_CANDIDATES = 4


class SelectedImage(NamedTuple):
    """An image to label: its ``uncertainty`` in bits, see
    :func:`custom.inference.selection.uncertainty.predictive_entropy`, and the
    ``distance`` of its features, 0 to 2, to the nearest of those that were
    chosen before or have labels; infinite where there was none."""
    path: Path
    uncertainty: float
    distance: float


def select_for_labeling(encoder: ViewEncoder, paths: Sequence[Path],
                        count: int, labeled: Sequence[Path],
                        track: Callable) -> List[SelectedImage]:
    """Selects images that the detector is unsure of and that differ.

    Of the most uncertain, four times as many as are to be chosen, those that
    cover the others and what is labeled.

    Args:
        encoder: Of the detector that is to learn.
        paths: Of images without labels, one or more, none of which looks
            like another.
        count: How many to select; all, of fewer.
        labeled: Of images that it learns from already.
        track: As :func:`custom.utils.progress.track`.

    Returns:
        Best first, so that whoever stops labeling early has labeled those
        that cover most.
    """
    seen = [
        encoder(path).features
        for path in track(labeled, 'looking at labeled ones', len(labeled))
    ]
    scored = _scored(encoder, track(paths, 'looking', len(paths)))
    best = heapq.nlargest(_CANDIDATES * count, scored, key=lambda one: one[0])
    rows, distances = k_center_greedy(
        np.array([features for _, _, features in best]), count, seen)
    return [
        SelectedImage(best[row][1], best[row][0], distance)
        for row, distance in zip(rows, distances)
    ]


def _scored(encoder: ViewEncoder, paths: Iterator[Path]) -> Iterator[tuple]:
    """Uncertainty, path and features of images."""
    for path in paths:
        seen = encoder(path)
        yield predictive_entropy(seen.tags), path, seen.features
