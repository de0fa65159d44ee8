"""Core-set: points that cover others, by k-center greedy.

Paper: Sener and Savarese 2018, "Active Learning for Convolutional Neural
Networks: A Core-Set Approach" (https://arxiv.org/abs/1708.00489), algorithm 1.
"""
from typing import List, Sequence, Tuple

import numpy as np


def k_center_greedy(
        features: np.ndarray, count: int,
        centers: Sequence[np.ndarray]) -> Tuple[List[int], List[float]]:
    """Chooses, one by one, the point that is farthest from its nearest center,
    which makes it a center, too.

    The first k of what is chosen are what would be chosen of k.

    Args:
        features: Points to choose from, float (N, D).
        count: How many to choose; all, of fewer.
        centers: Points that are there already, float (D, ) each. Without one
            the first point is chosen first, at an infinite distance.

    Returns:
        Rows of ``features`` in the order in which they are chosen, and the
        Euclidean distance of each to its nearest center by then.
    """
    nearest = np.full(len(features), np.inf)
    for center in centers:
        np.minimum(nearest, _distances(features, center), out=nearest)
    rows: List[int] = []
    distances: List[float] = []
    for _ in range(min(count, len(features))):
        row = int(nearest.argmax())
        rows.append(row)
        distances.append(float(nearest[row]))
        np.minimum(nearest, _distances(features, features[row]), out=nearest)
        nearest[row] = -1  # so that others of the same features come before
    return rows, distances


def _distances(points: np.ndarray, center: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points - center, axis=1)
