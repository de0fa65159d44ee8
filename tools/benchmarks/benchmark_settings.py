"""Benchmark settings from the command line."""
from typing import NamedTuple, Optional, Sequence, Tuple

from benchmarks.interpreter import Baseline


class BenchmarkSettings(NamedTuple):
    """Settings that all suites share.

    Attributes:
        baseline: What to compare with, if anything.
        device: As torch names it.
        size: Height and width of the images of the large detector.
        data: A data folder.
        rounds: How often each variant runs; None for the suite's own number.
        checkpoint: Of the backends; None for the one of the project.
        configs: Of the backends, instead of a checkpoint.
    """
    baseline: Optional[Baseline]
    device: str
    size: Tuple[int, int]
    data: str
    rounds: Optional[int] = None
    checkpoint: Optional[str] = None
    configs: Sequence[str] = ()
