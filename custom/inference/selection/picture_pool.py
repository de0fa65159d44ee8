"""Picture pool: what may be selected, and what has labels or waits for them.
"""
from pathlib import Path
from typing import Container, List, Mapping, NamedTuple, Sequence

from custom.datasets.labeling.labeling_images import Picture


class PicturePool(NamedTuple):
    """Paths of the pictures that are ``free`` to select; of those that are
    ``known``, since they have labels or a task; and of those of them that a
    detector has ``learned`` from, or will."""
    free: List[Path]
    known: List[Path]
    learned: List[Path]


def picture_pool(pictures: Sequence[Picture], labeled: Mapping[str,
                                                               List[Path]],
                 tasks: Container[str]) -> PicturePool:
    """The pool of a folder.

    Args:
        pictures: Of the folder.
        labeled: Of a data set, by split; none without one.
        tasks: Names of the pictures that have a task.
    """
    free = [one.path for one in pictures if one.name not in tasks]
    waiting = [one.path for one in pictures if one.name in tasks]
    known = [path for paths in labeled.values() for path in paths]
    return PicturePool(free, known + waiting,
                       [*labeled.get('train', ()), *waiting])
