"""Exact duplicates: equal values of a long list, grouped."""
from typing import Callable, Dict, Hashable, List, Optional, Sequence

import numpy as np


def group_duplicates(
        values: Sequence,
        key: Optional[Callable[..., Hashable]] = None) -> List[List[int]]:
    """Groups of rows whose values, or what ``key`` makes of each, are equal.

    Each is in rising order, and they are in the order of their first row.
    What is None or empty, or stands alone, makes no group.
    """
    # Numbers: a set of a million values would take 100 MB.
    hashes = np.fromiter(
        map(hash,
            map(key, values) if key else values), np.int64, len(values))
    ordered = np.sort(hashes)
    several = ordered[1:][ordered[1:] == ordered[:-1]]
    if not several.size:
        return []
    groups: Dict[Hashable, List[int]] = {}
    for row in np.flatnonzero(np.isin(hashes, several)).tolist():
        value = key(values[row]) if key else values[row]
        if value not in (None, '', b''):
            groups.setdefault(value, []).append(row)
    # Two values may have one hash.
    return [group for group in groups.values() if len(group) > 1]
