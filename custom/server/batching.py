"""Pictures that wait for the model, and which of them go in together."""
import asyncio
import contextlib
import time
from typing import Any, Generic, Hashable, Iterator, List, TypeVar

Item = TypeVar('Item')


class BatchRequest(Generic[Item]):
    """Something to be done until ``deadline``, in ``time.monotonic``.

    Those with the same ``key`` can be done together. ``answer`` is given by
    who does it, and cancelled by who doesn't need it any more.
    """

    def __init__(self, item: Item, key: Hashable, deadline: float) -> None:
        self.item = item
        self.key = key
        self.deadline = deadline
        self.arrived = time.monotonic()
        self.answer: asyncio.Future[Any] = asyncio.Future()


class DynamicBatcher(Generic[Item]):
    """A queue that is left in batches, first come first served.

    Args:
        max_batch: Jobs of a batch, at most.
        max_wait: Seconds that the first of a batch waits for more, while
            there are some :meth:`coming`. With nothing coming it does not
            wait at all.
    """

    def __init__(self, max_batch: int, max_wait: float) -> None:
        self._max_batch = max_batch
        self._max_wait = max_wait
        self._jobs: List[BatchRequest[Item]] = []
        self._coming = 0
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: BatchRequest[Item]) -> None:
        self._jobs.append(job)
        self._news.set()

    @contextlib.contextmanager
    def coming(self) -> Iterator[None]:
        """Announces a job that is about to be put in."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._news.set()

    async def take(self) -> List[BatchRequest[Item]]:
        """The first job and those that can be done with it; waits for one.

        Jobs that nobody waits for any more are dropped.
        """
        while True:
            now = time.monotonic()
            self._jobs = [
                job for job in self._jobs
                if not job.answer.done() and job.deadline > now
            ]
            patience = None
            if self._jobs:
                first = self._jobs[0]
                batch = [job for job in self._jobs if job.key == first.key]
                batch = batch[:self._max_batch]
                patience = first.arrived + self._max_wait - now
                if (len(batch) == self._max_batch or patience <= 0
                        or not self._coming):
                    for job in batch:
                        self._jobs.remove(job)
                    return batch
            self._news.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), patience)
