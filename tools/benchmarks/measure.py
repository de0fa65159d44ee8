"""A job on several sides in turns: A B A B."""
import contextlib
import os.path as osp
import sys
import tempfile
from statistics import median
from typing import Any, Callable, List, NamedTuple, Optional, Sequence

import torch

from benchmarks.process import Variant, Worker
from benchmarks.statistics import Ratio, paired_ratio
from custom.evaluation.agreement import Agreement

Check = Callable[[Variant, Any, Any], Agreement]


class ResultRow(NamedTuple):
    """What is known of one side of this project on one job.

    Attributes:
        work: What was done.
        side: How this project did it.
        seconds: A round each; empty if the results differ.
        other_seconds: The other side's, of the same rounds; empty if none.
        peak: Bytes of the process.
        growth: Bytes of them that came while it worked.
        other_peak, other_growth: The other side's; None if there is none.
        agreement: With the other side's result; None if there is none.
        floor: Seconds that nothing can be faster than, if known.
        items: Pictures of a run, if it is about pictures.
    """
    work: str
    side: str
    seconds: List[float]
    other_seconds: List[float] = []
    peak: Optional[int] = None
    growth: Optional[int] = None
    other_peak: Optional[int] = None
    other_growth: Optional[int] = None
    agreement: Optional[Agreement] = None
    floor: Optional[float] = None
    items: Optional[int] = None

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
    """Runs a job on all sides in turns, if they agree.

    Each side's first run warms it up and gives the result that is compared;
    it is not timed.

    Args:
        work: What the job is, for table and progress.
        job: Tensors, numbers, strings, lists and dicts.
        ours: Ways in which this project does it.
        other: What it is compared with, if anything.
        check: Takes a side of ours, its result and the other's; None if
            there is no other.
        rounds: How often each side runs.
        seconds: How long, at least; more runs are averaged.
        items: Pictures of a run, if it is about pictures.

    Returns:
        A row for each side of ours. One that does not agree is not timed.

    Raises:
        InputError: A side fails.
    """
    sides = [*ours, other] if other else [*ours]
    with tempfile.TemporaryDirectory() as folder, \
            contextlib.ExitStack() as stack:
        torch.save(job, osp.join(folder, 'job.pt'))
        workers = []
        for side in sides:
            workers.append(Worker(side, folder))
            stack.callback(workers[-1].close)
        results = []
        for side, worker in zip(sides, workers):
            say(f'{work}: {side.name or "here"} starts')
            results.append(worker.prepare())
        agreements = [
            check(side, result, results[-1]) if other else None
            for side, result in zip(ours, results)
        ]
        timed = [a is None or a.same for a in agreements]
        timed += [any(timed)] * bool(other)
        times = [[] for _ in sides]
        for number in range(1, rounds + 1):
            say(f'{work}: round {number} of {rounds}')
            for i, worker in enumerate(workers):
                if timed[i]:
                    times[i].append(worker.run(seconds))
        memory = [worker.memory() for worker in workers]
    last = dict(
        other_peak=memory[-1]['peak'],
        other_growth=memory[-1]['growth']) if other else {}
    return [
        ResultRow(
            work,
            side.name,
            times[i],
            other_seconds=times[-1] if other and times[i] else [],
            agreement=agreements[i],
            items=items,
            **memory[i],
            **last) for i, side in enumerate(ours)
    ]


def ask_once(job: dict, side: Variant) -> Any:
    """The result of a job that is not timed.

    Raises:
        InputError: The side fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        torch.save(job, osp.join(folder, 'job.pt'))
        worker = Worker(side, folder)
        try:
            return worker.prepare()
        finally:
            worker.close()


def say(text: str) -> None:
    """Tells the progress."""
    print(text, file=sys.stderr, flush=True)
