"""Model pool: worker processes that run queued images through the model."""
import asyncio
import logging
import time
from typing import Any, List, Optional

from custom.server.batching import BatchRequest, DynamicBatcher
from custom.server.http_errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.model_worker import ModelFile, ModelInfo, setup_model_worker
from custom.server.settings import Settings
from custom.server.worker_process import (WorkerDied, WorkerProcess,
                                          WorkerTimeout)
from custom.structures.resize import ResizedImage

_LOAD_S = 300.  # a large model from a slow disk
_INFERENCE_S = 60.
_LOOK_S = 1.  # from one look at an idle worker to the next

Requests = List[BatchRequest[ResizedImage]]

_log = logging.getLogger('uvicorn.error')


class ModelPool:
    """Model workers, each of which takes batches from one queue; those that
    crash or hang are replaced.

    The future of a request gets its detections, and when its batch began and
    ended, in ``time.monotonic``.

    Args:
        model: Loaded once for each worker.
        settings: How many there are.
        metrics: Where batches and restarts are counted.
        batcher: Queue of resized images.

    Attributes:
        ready: Models that are warm.
    """

    def __init__(self, model: ModelFile, settings: Settings, metrics: Metrics,
                 batcher: DynamicBatcher[ResizedImage]) -> None:
        self._metrics = metrics
        self._batcher = batcher
        self._workers = [
            WorkerProcess(
                'worker',
                setup_model_worker,
                model,
                settings.threads,
                settings.max_batch,
                forks=model.device in (None, 'cpu'))
            for _ in range(settings.workers)
        ]
        self._tasks: List[asyncio.Task] = []
        self.ready = 0

    async def load(self, count: int) -> ModelInfo:
        """Loads the first models, so many.

        Raises:
            InputError: One can't be loaded.
            WorkerDied, WorkerTimeout: Its process did not come up.
        """
        # All come to an end, or one would start after all has been stopped.
        loaded = await asyncio.gather(
            *(worker.start(_LOAD_S) for worker in self._workers[:count]),
            return_exceptions=True)
        for one in loaded:
            if isinstance(one, BaseException):
                raise one
        return loaded[0]

    def run(self) -> None:
        """Begins to take batches, and loads those models that are not yet."""
        for worker in self._workers:
            self._tasks.append(asyncio.create_task(self._work(worker)))

    def stop(self) -> None:
        """Ends the processes."""
        for task in self._tasks:
            task.cancel()
        for worker in self._workers:
            worker.close()

    async def _work(self, worker: WorkerProcess) -> None:
        """Feeds a model, until it is canceled."""
        if worker.pid is None:
            await worker.restart(_LOAD_S)
        self.ready += 1
        while True:
            if not worker.alive:
                await self._restart(worker, worker.pid, 'was killed')
            requests = await self._batcher.take(_LOOK_S)
            if requests:
                await self._run(worker, requests)

    async def _run(self, worker: WorkerProcess, requests: Requests) -> None:
        """Answers the requests; if the worker dies, others may."""
        began = time.monotonic()
        pid = worker.pid  # one that has died has none
        try:
            results = await worker.call([one.item for one in requests],
                                        _INFERENCE_S)
        except (WorkerDied, WorkerTimeout) as error:
            self._try_again(requests)
            await self._restart(worker, pid, error)
            return
        ended = time.monotonic()
        self._metrics.batch_size.observe(len(requests))
        self._metrics.inference.observe(ended - began)
        for request, detections in zip(requests, results):
            if not request.future.done():
                request.future.set_result((detections, began, ended))

    def _try_again(self, requests: Requests) -> None:
        """Retries requests, each for itself, and once: one of them may have
        killed it."""
        for request in requests:
            if request.retried and not request.future.done():
                request.future.set_exception(
                    ServiceError('worker_died',
                                 'The model did not survive this picture.'))
        again = [one for one in requests if not one.retried]
        for request in again:
            request.retried = True
        self._batcher.put_back(again)

    async def _restart(self, worker: WorkerProcess, pid: Optional[int],
                       why: Any) -> None:
        _log.error('worker %s: %s; it is started anew', pid, why)
        self._metrics.restarts.labels('worker').inc()
        self.ready -= 1
        await worker.restart(_LOAD_S)
        self.ready += 1
