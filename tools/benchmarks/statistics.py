"""Medians and their spread."""
from statistics import median
from typing import NamedTuple, Sequence


class Ratio(NamedTuple):
    """How many times faster; the median over the rounds, and the extremes."""
    median: float
    low: float
    high: float


def paired_ratio(ours: Sequence[float], other: Sequence[float]) -> Ratio:
    """The ratio of times that were taken in turns.

    A ratio is taken round by round, so that what slows the machine for a
    while slows both of its parts.

    Args:
        ours: Seconds, one a round, at least one.
        other: As many, of the other side.
    """
    ratios = [theirs / own for own, theirs in zip(ours, other, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))
