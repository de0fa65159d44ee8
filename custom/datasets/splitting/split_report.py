"""Report of a split: achieved shares against wanted ones."""
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np

from custom.datasets.splitting.stratify import box_count_bin, class_shares


def share_rows(counts: np.ndarray, splits: np.ndarray, parts: Mapping[str,
                                                                      float],
               classes: Sequence[str]) -> List[Dict[str, Any]]:
    """The lines of a table: the percentages of each class in each split.

    Args:
        counts: Boxes of each class in each image, int (images, classes).
        splits: The position in ``parts`` for each image, int (images,).
        parts: The wanted fraction of each split, by its name.
        classes: The names of the classes.

    Returns:
        One mapping for each class and, below, for all images and those with
        each number of boxes: ``''`` (the name), ``'number'``, a percentage
        under the name and wanted percentage of each split, and ``'off by'``,
        the largest difference in percentage points. The worst class is
        marked with ``*``.
    """
    boxes = counts.sum(axis=1)
    levels = np.unique(box_count_bin(boxes))
    images = np.ones((len(counts), 1), int)
    by_level = (box_count_bin(boxes)[:, None] == levels).astype(int)
    columns = np.concatenate([counts, images, by_level], axis=1)
    names = [*classes, 'images', *map(_level_name, levels)]
    fractions = np.array([*parts.values()])
    headings = [f'{name} {100 * part:.3g}%' for name, part in parts.items()]
    shares = 100 * class_shares(columns, splits, len(parts))
    off = np.abs(shares - 100 * fractions).max(axis=1)
    of_classes = np.nan_to_num(off[:len(classes)], nan=-1.0)
    worst = of_classes.argmax() if of_classes.max(initial=0) > 0 else None
    return [{
        '': name,
        'number': int(columns[:, i].sum()),
        **{
            heading: _percent(share)
            for heading, share in zip(headings, shares[i])
        },
        'off by': _percent(off[i], ' *' if i == worst else '  '),
    } for i, name in enumerate(names)]


def _level_name(level: int) -> str:
    if level <= 8:
        return f'  with {level} box{"" if level == 1 else "es"}'
    return f'  with {2 ** (level - 6) + 1} to {2 ** (level - 5)} boxes'


def _percent(value: float, mark: str = '') -> Any:
    return None if np.isnan(value) else f'{value:.1f}{mark}'
