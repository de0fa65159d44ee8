"""Process pool: a parallel map that keeps order, is bounded, outlives a crash.

A ``ProcessPoolExecutor`` breaks as a whole when one of its processes dies.
What was in work is then tried again, each item in a process of its own, which
tells the fatal one, and a new executor goes on with the others.
"""
import functools
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, Callable, Dict, Iterator, Optional, Sequence, TypeVar

import cv2

from custom.utils.cpu import core_count

Item = TypeVar('Item')
Result = TypeVar('Result')

_CHUNK = 16
# Chunks per process that wait while an earlier one takes long.
_AHEAD = 8
_PATIENCE = 1  # seconds between two looks at the processes
# How often processes may end before they work: what kills them for their
# memory may do so once.
_STARTS = 3

# Forked processes have custom imported already; it's slow to import.
_START_METHOD = ('fork' if 'fork' in multiprocessing.get_all_start_methods()
                 else 'spawn')


def parallel_map(work: Callable[[Item], Result],
                 items: Sequence[Item],
                 on_crash: Callable[[Item, str], Result],
                 processes: Optional[int] = None,
                 start_method: Optional[str] = None) -> Iterator[Result]:
    """``map(work, items)`` over a pool of processes.

    Some hundred results are held at a time, however many items there are.
    The processes end when the generator is closed or its reader fails, and
    when this process is killed.

    Args:
        work: A function of a module. Its result can be pickled.
        items: What to work on.
        on_crash: The result for an item whose process crashed or was killed,
            made from the item and the reason in words.
        processes: How many; one per core by default.
        start_method: Of :mod:`multiprocessing`; by default a fork where there
            is one. ``'spawn'`` for what doesn't survive that, such as CUDA;
            ``work`` and ``items`` are then pickled.

    Raises:
        Exception: What ``work`` raised.
    """
    if not items:
        return
    count = min(len(items), processes or core_count())
    size = max(1, min(_CHUNK, len(items) // (4 * count)))
    chunks = (
        range(start, min(start + size, len(items)))
        for start in range(0, len(items), size))
    # What is on its way, in order; None for what is still to be submitted.
    jobs: Dict[range, Optional[Future]]
    jobs = dict.fromkeys(islice(chunks, _AHEAD * count))
    in_work = multiprocessing.RawArray('b', len(items))
    start = functools.partial(_Executor, start_method or _START_METHOD, work)
    executor = start(items, in_work, count)
    starts_left = _STARTS
    try:
        while jobs:
            first = next(iter(jobs))
            try:
                for chunk in [c for c, job in jobs.items() if not job]:
                    jobs[chunk] = executor.submit(chunk)
                results = executor.result(jobs[first])
            except BrokenProcessPool:
                executor.end()
                starts_left -= not any(in_work)  # they end before they work
                if not starts_left:
                    raise
                jobs = _retry_in_work(jobs, start, items, in_work, on_crash)
                executor = start(items, in_work, count)
                continue
            yield from results
            del jobs[first]
            jobs.update(dict.fromkeys(islice(chunks, 1)))
    finally:
        executor.end()


def end_with_parent() -> None:
    """Ends this process when the one that started it has ended, however."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _is_lost(job: Optional[Future]) -> bool:
    return not job or isinstance(job.exception(), BrokenProcessPool)


def _retry_in_work(jobs: Dict[range, Optional[Future]], start: Callable,
                   items: Sequence, in_work: Any,
                   on_crash: Callable) -> Dict[range, Optional[Future]]:
    """Tries alone what was in work; what is left of its chunks and the others
    that were lost is to be submitted again."""
    again: Dict[range, Optional[Future]] = {}
    for chunk, job in jobs.items():
        if not _is_lost(job):
            again[chunk] = job
            continue
        left = chunk.start
        for index in [i for i in chunk if in_work[i]]:
            if left < index:
                again[range(left, index)] = None
            left = index + 1
            again[range(index, left)] = done = Future()
            done.set_result([_try_alone(start, items[index], on_crash)])
        if left < chunk.stop:
            again[range(left, chunk.stop)] = None
    return again


def _try_alone(start: Callable, item: Any, on_crash: Callable) -> Any:
    """Retries an item in a process of its own, where no other is to blame;
    twice, since what kills processes for their memory may hit any of them."""
    for _ in range(2):
        executor = start([item], [0], 1)
        try:
            return executor.result(executor.submit(range(1)))[0]
        except BrokenProcessPool:
            executor.end()
            code = executor.processes[0].exitcode
        finally:
            executor.end()
    how = signal.Signals(-code).name if code < 0 else f'code {code}'
    return on_crash(item, how)


class _Recording:
    """Context of multiprocessing that remembers what an executor makes,
    which has no public names for it."""

    def __init__(self) -> None:
        self.processes: list = []

    def Process(self, *args: Any, **kwargs: Any) -> Any:
        self.processes.append(super().Process(*args, **kwargs))
        return self.processes[-1]

    def SimpleQueue(self) -> Any:
        self.results = super().SimpleQueue()
        return self.results


def _recording_context(start_method: str) -> Any:
    context = multiprocessing.get_context(start_method)
    return type('_Context', (_Recording, type(context)), {})()


class _Executor:
    """``ProcessPoolExecutor`` that ends at once, in whatever state it is."""

    def __init__(self, start_method: str, work: Callable, items: Sequence,
                 in_work: Any, count: int) -> None:
        self._context = _recording_context(start_method)
        self.processes = self._context.processes
        self._executor = ProcessPoolExecutor(count, self._context, _start,
                                             (work, items, in_work))

    def submit(self, chunk: range) -> Future:
        # The first starts the processes. OpenCV's threads don't survive a
        # fork, and a worker would wait for them.
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)
        try:
            return self._executor.submit(_run, chunk)
        finally:
            cv2.setNumThreads(threads)

    def result(self, job: Future) -> list:
        # Of one that was killed while it sent, the executor waits for more.
        while not wait([job], _PATIENCE).done:
            if not all(process.is_alive() for process in self.processes):
                self._kill()
        return job.result()

    def end(self) -> None:
        self._kill()
        self._executor.shutdown()

    def _kill(self) -> None:
        for process in self.processes:
            if process.is_alive():
                process.kill()
        # The last one: who waits for more of a result is told of its end.
        self._context.results._writer.close()


def _start(*task: Any) -> None:
    """Sets a worker process up: the work, the items, which are in work."""
    global _task
    _task = task
    # The main process answers ^C and ends the workers, which must not do
    # whatever it has planned for its own end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    threading.Thread(target=end_with_parent, daemon=True).start()


def _run(chunk: range) -> list:
    work, items, in_work = _task
    results = []
    for index in chunk:
        in_work[index] = 1
        results.append(work(items[index]))
        # Of the last one it may still die, when that is sent.
        in_work[index] = index == chunk[-1]
    return results
