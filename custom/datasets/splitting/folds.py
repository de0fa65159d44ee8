"""Folds of a cross-validation: every image is test once."""
from pathlib import Path
from typing import Callable, List, NamedTuple, Sequence

import numpy as np

from custom.datasets.splitting.fractions import (FRACTIONS,
                                                 resolve_split_fractions)
from custom.datasets.splitting.resplit import SamplePool, Track, write_folders
from custom.datasets.splitting.stratify import stratified_split

# The folder with all images as train, and how those of the folds are named.
ALL, FOLD = 'all', 'fold_{}'


class Fold(NamedTuple):
    """Rows of the images of each split, int (images of it,) in order."""
    train: np.ndarray
    val: np.ndarray
    test: np.ndarray


def choose_folds(counts: np.ndarray, groups: np.ndarray,
                 folds: int) -> List[Fold]:
    """Chooses the images of each fold: stratified, groups kept together.

    A fold is test; of the others 15 % are val, which chooses the checkpoint:
    test must not, or it would flatter. The same images give the same folds,
    so that two configs are measured on the same.

    Args:
        counts: Boxes of each class in each image, int (images, classes).
        groups: The group of each image, int (images,), as
            :func:`custom.datasets.splitting.stratify.stratified_split` takes
            them.
        folds: How many.

    Raises:
        InputError: There are too few groups, or folds.
    """
    parts = resolve_split_fractions({}, folds)
    chosen = stratified_split(counts, groups, [*parts.values()])
    return [
        _with_val(counts, groups, chosen == number) for number in range(folds)
    ]


def write_folds(out: Path,
                pool: SamplePool,
                folds: Sequence[Fold],
                track: Track = iter,
                finish: Callable[[Path], None] = lambda part: None) -> None:
    """Writes ``fold_1``, ``fold_2``, … and ``all``, a data set folder each.

    ``all`` has every image in train, and no other split.

    Args:
        out: As for
            :func:`custom.datasets.splitting.resplit.write_folders`, like
            ``track`` and ``finish``.
        pool: The records to write.
        folds: Rows of the pool.
    """
    folders = {
        FOLD.format(number): fold._asdict()
        for number, fold in enumerate(folds, 1)
    }
    folders[ALL] = dict(train=np.arange(len(pool.entries)))
    write_folders(out, pool, folders, track, finish)


def _with_val(counts: np.ndarray, groups: np.ndarray,
              held_out: np.ndarray) -> Fold:
    rest = np.flatnonzero(~held_out)
    _, own_groups = np.unique(groups[rest], return_inverse=True)
    val = FRACTIONS['val']
    is_val = stratified_split(counts[rest], own_groups, [1 - val, val]) == 1
    return Fold(rest[~is_val], rest[is_val], np.flatnonzero(held_out))
