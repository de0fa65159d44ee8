"""Dynamic batcher: queues requests for the model and groups them."""
import asyncio
import contextlib
import time
from typing import Any, Generic, Hashable, Iterator, List, Sequence, TypeVar

Item = TypeVar('Item')


class BatchRequest(Generic[Item]):
    """Request to be answered until ``deadline``, in ``time.monotonic``.

    Those with the same ``key`` can be done together. ``future`` gets the
    result, and is canceled by who doesn't need it any more. ``retried`` are
    those whose worker died once.
    """

    def __init__(self, item: Item, key: Hashable, deadline: float) -> None:
        self.item = item
        self.key = key
        self.deadline = deadline
        self.arrived = time.monotonic()
        self.retried = False
        self.future: asyncio.Future[Any] = asyncio.Future()


class DynamicBatcher(Generic[Item]):
    """Queue that is left in batches, first come first served.

    Args:
        max_batch: Requests of a batch, at most.
        max_wait: Seconds that the first of a batch waits for more, while
            some are expected (:meth:`expect`). With none expected it does
            not wait at all.
    """

    def __init__(self, max_batch: int, max_wait: float) -> None:
        self._max_batch = max_batch
        self._max_wait = max_wait
        self._requests: List[BatchRequest[Item]] = []
        self._expected = 0
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._requests)

    def put(self, request: BatchRequest[Item]) -> None:
        self._requests.append(request)
        self._changed.set()

    def put_back(self, requests: Sequence[BatchRequest[Item]]) -> None:
        """Requeues unfinished requests at the front, each in a batch of its
        own."""
        for request in requests:
            request.key = object()
        self._requests[:0] = requests
        self._changed.set()

    @contextlib.contextmanager
    def expect(self) -> Iterator[None]:
        """Announces a request that is about to be put in."""
        self._expected += 1
        try:
            yield
        finally:
            self._expected -= 1
            self._changed.set()

    async def take(self, timeout: float) -> List[BatchRequest[Item]]:
        """The first request and those that can be done with it; none if there
        is none within ``timeout`` seconds.

        Requests that are late or canceled are dropped.
        """
        end = time.monotonic() + timeout
        while True:
            now = time.monotonic()
            self._requests = [
                request for request in self._requests
                if not request.future.done() and request.deadline > now
            ]
            patience = end - now
            if self._requests:
                first = self._requests[0]
                batch = [one for one in self._requests if one.key == first.key]
                batch = batch[:self._max_batch]
                patience = first.arrived + self._max_wait - now
                if (len(batch) == self._max_batch or patience <= 0
                        or not self._expected):
                    for request in batch:
                        self._requests.remove(request)
                    return batch
            elif patience <= 0:
                return []
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), patience)
