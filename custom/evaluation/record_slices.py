"""Slices of images by a value of their records: source, camera, time, ..."""
import json
import math
from collections import Counter
from numbers import Real
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

# So many values have a slice each; beyond it numbers are in quartiles, and of
# anything else the rarer ones are in one slice.
MOST_VALUES = 12


def record_slices(values: Sequence[Any]) -> Dict[str, np.ndarray]:
    """bool (I,): images by what their records say.

    Args:
        values: One per image, as JSON has it. An image with a list is in the
            slice of each of its items; one without a value, with an empty one
            or NaN, is in ``none``.

    Returns:
        By value, the most common first; numbers in rising order, in quartiles
        if there are more than :data:`MOST_VALUES`, upper ends excluded. Then
        ``other`` and ``none``, if there are such.
    """
    items = [*map(_items, values)]
    if all(isinstance(item, Real) for own in items for item in own):
        counts = Counter(item for own in items for item in own)
        if len(counts) > MOST_VALUES:
            return _quartiles(items)
        common = sorted(counts)
    else:
        items = [[*map(str, own)] for own in items]
        counts = Counter(item for own in items for item in own)
        common = [item for item, _ in counts.most_common(MOST_VALUES)]
    slices = {str(one): _mask(items, lambda own: one in own) for one in common}
    others = {*counts}.difference(common)
    if others:
        slices['other'] = _mask(items, lambda own: others.intersection(own))
    return _with_none(slices, items)


def _items(value: Any) -> List[Any]:
    """Numbers, or texts, that a value is made of."""
    if isinstance(value, list):
        return [item for one in value for item in _items(one)]
    if value is None or isinstance(value, float) and math.isnan(value):
        return []
    if isinstance(value, Real) and not isinstance(value, bool):
        return [value]
    text = value if isinstance(value, str) else json.dumps(
        value, ensure_ascii=False)
    return [text.strip()] if text.strip() else []


def _quartiles(items: List[List[float]]) -> Dict[str, np.ndarray]:
    every = np.concatenate([np.array(own, float) for own in items])
    ends = np.unique(np.quantile(every, np.arange(5) / 4))
    slices = {}
    for least, below in zip(ends, ends[1:]):
        last = below == ends[-1]
        slices[f'{least:g} to {below:g}'] = _mask(
            items,
            lambda own: any(least <= one < below or last and one == below
                            for one in own))
    return _with_none(slices, items)


def _mask(items: List[list], is_in: Callable[[list], object]) -> np.ndarray:
    return np.array([bool(is_in(own)) for own in items])


def _with_none(slices: Dict[str, np.ndarray],
               items: List[list]) -> Dict[str, np.ndarray]:
    none = _mask(items, lambda own: not own)
    return {**slices, 'none': none} if none.any() else slices
