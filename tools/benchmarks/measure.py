"""Paired benchmark runs: a job in several variants in turns, A B A B."""
import contextlib
import os.path as osp
import sys
import tempfile
from statistics import median
from typing import Any, Callable, List, NamedTuple, Optional, Sequence

import torch

from benchmarks.process import Variant, Worker
from custom.evaluation.agreement import Agreement

Check = Callable[[Variant, Any, Any], Agreement]


class Ratio(NamedTuple):
    """Speed-up ratio: its median over the rounds, and the extremes."""
    median: float
    low: float
    high: float


def paired_ratio(ours: Sequence[float], other: Sequence[float]) -> Ratio:
    """The speed-up ratio of times that were taken in turns.

    A ratio is taken round by round, so that what slows the machine for a
    while slows both of its parts.

    Args:
        ours: Seconds, one a round, at least one.
        other: As many, of what it is compared with.
    """
    ratios = [theirs / own for own, theirs in zip(ours, other, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))


class ResultRow(NamedTuple):
    """Benchmark result of one variant of this project on one job.

    Attributes:
        work: What was done.
        variant: How this project did it.
        seconds: A round each; empty if the results differ.
        other_seconds: The baseline's, of the same rounds; empty if none.
        peak: Bytes of the process.
        growth: Bytes of them that came while it worked.
        other_peak, other_growth: The baseline's; None if there is none.
        agreement: With the baseline's result; None if there is none.
        against: The baseline's name; empty if there is none.
        roofline: Seconds that nothing can be faster than, if known.
        items: Images of a run, if it is about images.
    """
    work: str
    variant: str
    seconds: List[float]
    other_seconds: List[float] = []
    peak: Optional[int] = None
    growth: Optional[int] = None
    other_peak: Optional[int] = None
    other_growth: Optional[int] = None
    agreement: Optional[Agreement] = None
    against: str = ''
    roofline: Optional[float] = None
    items: Optional[int] = None

    @property
    def best(self) -> Optional[float]:
        return min(self.seconds, default=None)

    @property
    def time(self) -> Optional[float]:
        return median(self.seconds) if self.seconds else None

    @property
    def other_time(self) -> Optional[float]:
        return median(self.other_seconds) if self.other_seconds else None

    @property
    def ratio(self) -> Optional[Ratio]:
        if not self.seconds or not self.other_seconds:
            return None
        return paired_ratio(self.seconds, self.other_seconds)


def measure(work: str,
            job: dict,
            ours: Sequence[Variant],
            other: Optional[Variant],
            check: Optional[Check],
            rounds: int,
            seconds: float = 0.,
            items: Optional[int] = None) -> List[ResultRow]:
    """Runs a job in all variants in turns, if their results agree.

    Each variant's first run warms it up and gives the result that is compared;
    it is not timed.

    Args:
        work: What the job is, for table and progress.
        job: Tensors, numbers, strings, lists and dicts.
        ours: Ways in which this project does it.
        other: What it is compared with, if anything.
        check: Takes a variant of ours, its result and the other's; None if
            there is no other.
        rounds: How often each variant runs.
        seconds: How long, at least; more runs are averaged.
        items: Images of a run, if it is about images.

    Returns:
        A row for each variant of ours. One that does not agree is not timed.

    Raises:
        InputError: A variant fails.
    """
    variants = [*ours, other] if other else [*ours]
    with tempfile.TemporaryDirectory() as folder, \
            contextlib.ExitStack() as stack:
        torch.save(job, osp.join(folder, 'job.pt'))
        workers = []
        for variant in variants:
            workers.append(Worker(variant, folder))
            stack.callback(workers[-1].close)
        results = []
        for variant, worker in zip(variants, workers):
            say(f'{work}: {variant.name or "here"} starts')
            results.append(worker.prepare())
        agreements = [
            check(variant, result, results[-1]) if other else None
            for variant, result in zip(ours, results)
        ]
        timed = [a is None or a.same for a in agreements]
        timed += [any(timed)] * bool(other)
        times = [[] for _ in variants]
        for number in range(1, rounds + 1):
            say(f'{work}: round {number} of {rounds}')
            for i, worker in enumerate(workers):
                if timed[i]:
                    times[i].append(worker.run(seconds))
        memory = [worker.memory() for worker in workers]
    last = dict(
        against=other.name,
        other_peak=memory[-1]['peak'],
        other_growth=memory[-1]['growth']) if other else {}
    return [
        ResultRow(
            work,
            variant.name,
            times[i],
            other_seconds=times[-1] if other and times[i] else [],
            agreement=agreements[i],
            items=items,
            **memory[i],
            **last) for i, variant in enumerate(ours)
    ]


def ask_once(job: dict, variant: Variant) -> Any:
    """Runs a job once, untimed, and gives its result.

    Raises:
        InputError: The variant fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        torch.save(job, osp.join(folder, 'job.pt'))
        worker = Worker(variant, folder)
        try:
            return worker.prepare()
        finally:
            worker.close()


def say(text: str) -> None:
    """Prints a line of progress to stderr."""
    print(text, file=sys.stderr, flush=True)
