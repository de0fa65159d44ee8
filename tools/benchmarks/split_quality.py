"""Split quality benchmark: stratified splits against those of a shuffle."""
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, Iterator

import numpy as np

from custom.datasets.splitting.fractions import FRACTIONS
from custom.datasets.splitting.resplit import box_counts, load_all_splits
from custom.datasets.splitting.stratify import mean_deviation, stratified_split

COLUMNS = ('data', 'split', 'class shares off', 'worst seed',
           'boxes per image off', 'seconds')

# Counts (images, classes) and a seed to the split of each image.
_Split = Callable[[np.ndarray, int], np.ndarray]


def splitting(data: str, seeds: int) -> Iterator[Dict[str, Any]]:
    """Measures splits into 70, 15 and 15% of a data folder's images, and of
    as many as 2,000 with long-tailed classes that are made up.

    Args:
        data: The data folder; its splits are taken together.
        seeds: How many splits of each kind are made.

    Yields:
        One mapping for each set and kind, its keys :data:`COLUMNS`.
        Deviations are in percentage points: of class shares as
        :func:`custom.datasets.splitting.stratify.mean_deviation`, of boxes per
        image as :func:`box_count_gap`; both means over the seeds.
    """
    sets = {
        Path(data).name: box_counts(load_all_splits(Path(data))),
        'long-tailed': long_tailed(2000, 22)
    }
    kinds = dict(random=_shuffled, stratified=_stratified)
    for name, counts in sets.items():
        for kind, split in kinds.items():
            yield {
                'data': name,
                'split': kind,
                **_measure(split, counts, seeds)
            }


def long_tailed(images: int, classes: int, seed: int = 0) -> np.ndarray:
    """Boxes of classes after Zipf's law with exponent 1.5, three to an image
    on average and none in a quarter of them.

    Returns:
        Boxes of each class in each image, int (images, classes).
    """
    rng = np.random.default_rng(seed)
    parts = np.arange(1.0, classes + 1)**-1.5
    return rng.multinomial(
        rng.geometric(0.25, images) - 1, parts / parts.sum())


def box_count_gap(boxes: np.ndarray, splits: np.ndarray,
                  num_splits: int) -> float:
    """Fullness gap: how far the boxes per image of a split are from those of
    all.

    Args:
        boxes: Boxes in each image, int (images,).
        splits: The split of each image, int (images,).
        num_splits: How many splits there are.

    Returns:
        The largest difference between the cumulative distributions
        (Kolmogorov and Smirnov's distance), the mean over the splits, in
        percentage points.
    """

    def cumulative(members: np.ndarray) -> np.ndarray:
        return np.bincount(
            members, minlength=boxes.max() + 1).cumsum() / len(members)

    gaps = [
        np.abs(cumulative(boxes[splits == split]) - cumulative(boxes)).max()
        for split in range(num_splits)
    ]
    return 100 * float(np.mean(gaps))


def _measure(split: _Split, counts: np.ndarray, seeds: int) -> Dict[str, Any]:
    fractions = [*FRACTIONS.values()]
    start = perf_counter()
    made = [split(counts, seed) for seed in range(seeds)]
    seconds = (perf_counter() - start) / seeds
    off = [mean_deviation(counts, splits, fractions) for splits in made]
    boxes = counts.sum(axis=1)
    gaps = [box_count_gap(boxes, splits, len(fractions)) for splits in made]
    figures = float(np.mean(off)), max(off), float(np.mean(gaps)), seconds
    return dict(zip(COLUMNS[2:], figures))


def _shuffled(counts: np.ndarray, seed: int) -> np.ndarray:
    order = np.random.default_rng(seed).permutation(len(counts))
    sizes = np.cumsum([*FRACTIONS.values()]) * len(counts)
    return np.searchsorted(sizes.round(), order, side='right')


def _stratified(counts: np.ndarray, seed: int) -> np.ndarray:
    return stratified_split(counts, np.arange(len(counts)),
                            [*FRACTIONS.values()], seed)
