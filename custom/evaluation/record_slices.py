"""Slices of images by a value of their records: source, camera, time, ..."""
import json
import math
from collections import Counter
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

from custom.datasets.annotations.issues import is_number

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
    if all(is_number(item) for own in items for item in own):
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
        _add(slices, 'other', _mask(items, others.intersection))
    return _with_none(slices, items)


def _items(value: Any) -> List[Any]:
    """Numbers, or texts, that a value is made of."""
    if isinstance(value, list):
        return [item for one in value for item in _items(one)]
    if value is None or isinstance(value, float) and math.isnan(value):
        return []
    if is_number(value):
        return [value]
    text = value if isinstance(value, str) else json.dumps(
        value, ensure_ascii=False)
    return [text.strip()] if text.strip() else []


def _quartiles(items: List[List[float]]) -> Dict[str, np.ndarray]:
    every = np.concatenate([np.array(own, float) for own in items])
    ends = np.unique(np.quantile(every, np.arange(5) / 4))
    slices, words = {}, _told_apart(ends)
    for least, below, *name in zip(ends, ends[1:], words, words[1:]):
        last = below == ends[-1]
        slices[' to '.join(name)] = _mask(
            items,
            lambda own: any(least <= one < below or last and one == below
                            for one in own))
    return _with_none(slices, items)


def _told_apart(numbers: Sequence[float]) -> List[str]:
    """The numbers in as few digits, six at least, as tell them apart."""
    for digits in range(6, 18):
        words = [f'{number:.{digits}g}' for number in numbers]
        if len({*words}) == len(words):
            break
    return words


def _mask(items: List[list], is_in: Callable[[list], object]) -> np.ndarray:
    return np.array([bool(is_in(own)) for own in items])


def _with_none(slices: Dict[str, np.ndarray],
               items: List[list]) -> Dict[str, np.ndarray]:
    none = _mask(items, lambda own: not own)
    if none.any():
        _add(slices, 'none', none)
    return slices


def _add(slices: Dict[str, np.ndarray], name: str, mask: np.ndarray) -> None:
    """Adds images to a slice, which a value may have made that is spelled so.
    """
    slices[name] = slices.get(name, False) | mask
