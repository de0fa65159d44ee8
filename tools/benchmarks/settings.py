"""What the command line asks for."""
from typing import NamedTuple, Optional, Tuple

from benchmarks.interpreter import Baseline


class BenchmarkSettings(NamedTuple):
    """Of all suites.

    Attributes:
        stock: What to compare with, if anything.
        device: As torch names it.
        size: Height and width of the pictures of the large detector.
        data: A data folder.
        rounds: How often each side runs; None for the suite's own number.
    """
    stock: Optional[Baseline]
    device: str
    size: Tuple[int, int]
    data: str
    rounds: Optional[int] = None
