"""Iterative stratification: splits alike in classes and boxes per image.

Iterative stratification after Sechidis, Tsoumakas and Vlahavas, "On the
Stratification of Multi-label Data", ECML PKDD 2011, which hands out the
rarest label first, to the part that lacks it most. Here a group of images
stays together, boxes are counted rather than labels, what a part lacks is
measured on all that a group has, and moves and swaps follow as long as they
bring the shares nearer to those wanted.
"""
import itertools
from typing import Dict, Iterable, List, Sequence

import numpy as np

from custom.utils.errors import InputError

# Beyond it a change in the squared shares is rounding, not progress.
_PROGRESS = 1e-12
# What the search may cost: 800 steps for 5,000 groups, 40 for 100,000, whose
# shares are right without it.
_WORK = 4_000_000
_MAX_STEPS = 2_000
# Groups of each of two splits that are tried for a swap.
_CANDIDATES = 300


def stratified_split(counts: np.ndarray,
                     groups: np.ndarray,
                     fractions: Sequence[float],
                     seed: int = 0) -> np.ndarray:
    """Chooses a split for every image.

    Balanced are the number of images, the boxes of every class, and the
    images with 0, 1, …, 8, 9 to 16, 17 to 32, … boxes. A class too rare
    for its shares goes where it misses them least: with 0.7, 0.15 and 0.15
    its only box or two are in train, of three one is in val or test.

    Args:
        counts: Boxes of each class in each image, int (images, classes).
        groups: The group of each image, int (images,) from 0 without gaps.
            Images of one group get one split.
        fractions: Part of the images for each split, above 0, their sum 1.
        seed: Of the order in which equal groups are taken.

    Returns:
        The position in ``fractions`` for each image, int (images,).

    Raises:
        InputError: There are fewer groups than splits.
    """
    num_groups = int(groups.max(initial=-1)) + 1
    columns = strata(counts)
    amounts = np.zeros((num_groups, columns.shape[1]))
    np.add.at(amounts, groups, columns)
    return assign_splits(amounts, fractions, seed)[groups]


def strata(counts: np.ndarray) -> np.ndarray:
    """Strata: what is balanced, for every image.

    Args:
        counts: Boxes of each class in each image, int (images, classes).

    Returns:
        Float (images, columns): 1 for the image, its boxes of each class,
        and a 1 in the column for its number of boxes.
    """
    steps = box_count_bin(counts.sum(axis=1))
    one_hot = steps[:, None] == np.unique(steps)
    images = np.ones((len(counts), 1))
    return np.concatenate([images, counts, one_hot], axis=1)


def box_count_bin(boxes: np.ndarray) -> np.ndarray:
    """Bins of box counts: as they are up to 8, then in steps that double.

    Args:
        boxes: Boxes in each image, int (images,).

    Returns:
        Int (images,): 0 to 8 as they are, 9 for 9 to 16, 10 for 17 to 32, …
    """
    doublings = np.ceil(np.log2(np.maximum(boxes, 8) / 8)).astype(int)
    return np.minimum(boxes, 8) + doublings


def assign_splits(amounts: np.ndarray,
                  fractions: Sequence[float],
                  seed: int = 0) -> np.ndarray:
    """Shares groups out so that each split has its part of every column.

    Args:
        amounts: Non-negative (groups, columns); the first column is above 0.
        fractions: Wanted part for each split, above 0, their sum 1.
        seed: Of the order in which equal groups are taken.

    Returns:
        The position in ``fractions`` for each group, int (groups,). Every
        split has one group at least. The same input and seed, the same
        result.

    Raises:
        InputError: There are fewer groups than splits.
    """
    if len(amounts) < len(fractions):
        raise InputError(
            f'{len(amounts)} images or groups of images that must stay '
            f'together are too few for {len(fractions)} splits. Add some, or '
            'ask for fewer splits.')
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(amounts))
    totals = amounts.sum(axis=0)
    shares = amounts[shuffled][:, totals > 0] / totals[totals > 0]
    wanted = np.repeat(
        np.asarray(fractions, float)[:, None], shares.shape[1], axis=1)
    splits = _rarest_first(amounts[shuffled][:, totals > 0], shares, wanted)
    search = _Search(shares, wanted, splits)
    search.fill_empty()
    search.improve(rng)
    result = np.empty_like(splits)
    result[shuffled] = search.splits
    return result


def class_shares(counts: np.ndarray, splits: np.ndarray,
                 num_splits: int) -> np.ndarray:
    """Share of each class's boxes in each split.

    Args:
        counts: Boxes of each class in each image, int (images, classes).
        splits: The split of each image, int (images,).
        num_splits: How many splits there are.

    Returns:
        Float (classes, num_splits), rows of sum 1; NaN for a class without a
        box.
    """
    boxes = np.stack(
        [counts[splits == split].sum(axis=0) for split in range(num_splits)],
        axis=1)
    totals = boxes.sum(axis=1, keepdims=True)
    return np.where(totals > 0, boxes / np.maximum(totals, 1), np.nan)


def mean_deviation(counts: np.ndarray, splits: np.ndarray,
                   fractions: Sequence[float]) -> float:
    """Deviation of the class shares from the wanted ones: the mean of the
    absolute differences over classes and splits, in percentage points."""
    shares = class_shares(counts, splits, len(fractions))
    has_boxes = ~np.isnan(shares[:, 0])
    if not has_boxes.any():
        return 0.0
    return 100 * float(np.abs(shares[has_boxes] - fractions).mean())


def merge_groups(size: int,
                 groupings: Iterable[Iterable[Sequence[int]]]) -> np.ndarray:
    """Puts together what any grouping puts together.

    Args:
        size: Number of items.
        groupings: Each some groups of positions of items; what it doesn't
            name is alone.

    Returns:
        The group of each item, int (size,), numbered by first appearance.
    """
    leader = list(range(size))

    def find(item: int) -> int:
        while leader[item] != item:
            leader[item] = item = leader[leader[item]]
        return item

    for group in itertools.chain.from_iterable(groupings):
        for item in group[1:]:
            leader[find(item)] = find(group[0])
    numbers: Dict[int, int] = {}
    merged: List[int] = [
        numbers.setdefault(find(item), len(numbers)) for item in range(size)
    ]
    return np.array(merged, int)


def _rarest_first(amounts: np.ndarray, shares: np.ndarray,
                  wanted: np.ndarray) -> np.ndarray:
    """Iterative stratification: largest groups of the rarest column first,
    each to the split that lacks most of what the group has.

    Lacks of its part of what is handed out so far, this group included. Of
    its part of the whole, train would lack most for long and get all that is
    large, with the small rest for val and test.
    """
    splits = np.full(len(amounts), -1)
    achieved = np.zeros_like(wanted)
    rest = np.arange(len(amounts))
    while len(rest):
        left = amounts[rest].sum(axis=0)
        rarest = np.where(left > 0, left, np.inf).argmin()
        chosen = amounts[rest, rarest] > 0
        members = rest[chosen]
        sizes = amounts[members, rarest]
        for group in members[np.argsort(-sizes, kind='stable')]:
            due = wanted * (achieved.sum(axis=0) + shares[group])
            # Rounded, so that equal splits are taken in order.
            lacking = np.round((due - achieved) @ shares[group], 12)
            splits[group] = lacking.argmax()
            achieved[splits[group]] += shares[group]
        rest = rest[~chosen]
    return splits


class _Search:
    """Local search for a smaller sum of squares of achieved minus wanted.

    With ``gap`` this difference, moving a group with the shares v from split
    s to t changes half of the sum by v . (gap[t] - gap[s]) + v . v.
    """

    def __init__(self, shares: np.ndarray, wanted: np.ndarray,
                 splits: np.ndarray) -> None:
        self.shares = shares
        self.splits = splits
        self.num_splits = len(wanted)
        self.sizes = np.bincount(splits, minlength=self.num_splits)
        self.squares = np.einsum('gc,gc->g', shares, shares)
        gap = -wanted
        np.add.at(gap, splits, shares)
        self.dots = shares @ gap.T

    def fill_empty(self) -> None:
        """Gives each split without a group the one that it costs least."""
        for split in np.flatnonzero(self.sizes == 0):
            self._move(self._move_costs()[:, split].argmin(), split)

    def improve(self, rng: np.random.Generator) -> None:
        """Moves and swaps groups while that helps."""
        pairs = [*itertools.combinations(range(self.num_splits), 2)]
        steps = min(_MAX_STEPS, _WORK // len(self.shares))
        for _ in range(steps):
            if self._best_move():
                continue
            # A list: all of the pairs, not until one of them swaps.
            if not any([self._best_swap(*pair, rng) for pair in pairs]):
                break

    def _best_move(self) -> bool:
        costs = self._move_costs()
        group, split = np.unravel_index(costs.argmin(), costs.shape)
        if costs[group, split] > -_PROGRESS:
            return False
        self._move(group, split)
        return True

    def _best_swap(self, one: int, other: int,
                   rng: np.random.Generator) -> bool:
        ours, theirs = (self._candidates(split, rng) for split in (one, other))
        costs = (
            self._costs(ours, one, other)[:, None] +
            self._costs(theirs, other, one) -
            2 * self.shares[ours] @ self.shares[theirs].T)
        our, their = np.unravel_index(costs.argmin(), costs.shape)
        if costs[our, their] > -_PROGRESS:
            return False
        self._move(ours[our], other)
        self._move(theirs[their], one)
        return True

    def _candidates(self, split: int, rng: np.random.Generator) -> np.ndarray:
        members = np.flatnonzero(self.splits == split)
        if len(members) <= _CANDIDATES:
            return members
        return rng.choice(members, _CANDIDATES, replace=False)

    def _costs(self, groups: np.ndarray, source: int,
               target: int) -> np.ndarray:
        return (self.dots[groups, target] - self.dots[groups, source] +
                self.squares[groups])

    def _move_costs(self) -> np.ndarray:
        """Costs of moving each group to each split, (groups, splits)."""
        own = self.dots[np.arange(len(self.splits)), self.splits]
        costs = self.dots - own[:, None] + self.squares[:, None]
        costs[np.arange(len(self.splits)), self.splits] = np.inf
        costs[self.sizes[self.splits] == 1] = np.inf
        return costs

    def _move(self, group: int, target: int) -> None:
        source = self.splits[group]
        change = self.shares @ self.shares[group]
        self.dots[:, source] -= change
        self.dots[:, target] += change
        self.sizes[source] -= 1
        self.sizes[target] += 1
        self.splits[group] = target
