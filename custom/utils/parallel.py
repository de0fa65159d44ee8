"""A map over all cores that keeps order, stays small and outlives a crash."""
import contextlib
import multiprocessing
import signal
from collections import deque
from multiprocessing.connection import Connection, wait
from typing import (Any, Callable, Collection, Deque, Dict, Iterator, List,
                    Optional, Sequence, Tuple, TypeVar)

import cv2

from custom.utils.cpu import core_count

Item = TypeVar('Item')
Result = TypeVar('Result')

_CHUNK = 16
# Chunks that a worker has at hand, so that it need not wait for the next.
_AHEAD = 2
# Chunks per worker that wait while an earlier one takes long.
_WAITING = 8


def parallel_map(work: Callable[[Item], Result], items: Sequence[Item],
                 died: Callable[[Item, str], Result]) -> Iterator[Result]:
    """``map(work, items)``, with one process per core.

    Some hundred results are held at a time, however many items there are.
    The processes end when the generator is closed or its reader fails, and
    when this process is killed.

    Args:
        work: A function of a module. Its result can be pickled.
        items: What to work on.
        died: The result for an item whose process crashed or was killed, made
            from the item and the reason in words.

    Raises:
        Exception: What ``work`` raised.
    """
    cores = core_count()
    size = max(1, min(_CHUNK, len(items) // (4 * cores)))
    jobs = [range(i, i + size) for i in range(0, len(items), size)]
    if jobs:
        jobs[-1] = range(jobs[-1].start, len(items))
    workers: List[_Worker] = []
    done: Dict[int, List[Result]] = {}
    sent = passed = 0
    try:
        for _ in jobs[:cores]:
            workers.append(_Worker(work, items, died))
        while passed < len(jobs):
            for worker in workers:
                while (len(worker.jobs) < _AHEAD and sent < min(
                        len(jobs), passed + _WAITING * len(workers))):
                    worker.send(jobs[sent])
                    sent += 1
            for worker in wait(workers):
                received = worker.receive()
                if received:
                    job, results = received
                    done[job.start] = results
            while passed < len(jobs) and jobs[passed].start in done:
                yield from done.pop(jobs[passed].start)
                passed += 1
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process and its jobs; a new process when it dies."""

    def __init__(self, work: Callable, items: Sequence,
                 died: Callable[[Any, str], Any]) -> None:
        self.jobs: Deque[range] = deque()
        self._work, self._items, self._died = work, items, died
        self._lost: Dict[int, Any] = {}
        self._start()

    def fileno(self) -> int:
        return self._connection.fileno()

    def send(self, job: range) -> None:
        self.jobs.append(job)
        # One that died is noticed, and replaced, in receive().
        with contextlib.suppress(OSError):
            self._connection.send(job)

    def receive(self) -> Optional[Tuple[range, list]]:
        """The oldest job and its results; None if the process died of it,
        and another one tries it again without the item that was fatal."""
        try:
            results = self._connection.recv()
        except (EOFError, OSError):
            self._replace()
            return None
        if isinstance(results, Exception):
            raise results
        job = self.jobs.popleft()
        return job, [
            self._lost.pop(index, result)
            for index, result in zip(job, results)
        ]

    def end(self) -> None:
        self._process.terminate()
        self._process.join()
        self._connection.close()

    def _start(self) -> None:
        # Forked workers have custom imported already; it's slow to import.
        fork = 'fork' in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context('fork' if fork else None)
        self._current = context.RawValue('q', -1)
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve,
            args=(self._work, self._items, [*self._lost], theirs,
                  self._connection, self._current),
            daemon=True)
        with _one_opencv_thread():
            self._process.start()
        theirs.close()

    def _replace(self) -> None:
        self.end()
        index, code = self._current.value, self._process.exitcode
        if index < 0:
            raise RuntimeError(f'a worker ended at its start, code {code}')
        if self.jobs and index in self.jobs[0]:
            how = signal.Signals(-code).name if code < 0 else f'code {code}'
            self._lost[index] = self._died(self._items[index], how)
        self._start()
        for job in self.jobs:
            self._connection.send(job)


@contextlib.contextmanager
def _one_opencv_thread() -> Iterator[None]:
    """OpenCV's threads don't survive a fork, and a worker would wait for
    them."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


def _serve(work: Callable, items: Sequence, lost: Collection[int],
           connection: Connection, other_end: Connection,
           current: Any) -> None:
    # As long as it is open here too, the end of the main process isn't seen.
    other_end.close()
    # The main process answers ^C and ends the workers, which must not do
    # whatever it has planned for its own end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    with contextlib.suppress(EOFError, OSError):  # the main process is gone
        while True:
            results: Any = []
            try:
                for index in connection.recv():
                    current.value = index
                    results.append(None if index in
                                   lost else work(items[index]))
            except (EOFError, OSError):
                raise
            except Exception as error:
                results = error
            connection.send(results)
