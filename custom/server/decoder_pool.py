"""Decoder pool: worker processes that decode uploads, one upload each."""
import asyncio
from typing import List, Optional

from custom.server.decode_worker import setup_decode_worker
from custom.server.http_errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.settings import Settings
from custom.server.worker_process import (WorkerDied, WorkerProcess,
                                          WorkerTimeout)
from custom.structures.resize import ResizedImage, ResizeSpec

_START_S = 60.


class DecoderPool:
    """Decode workers; those that crash or hang are replaced.

    Args:
        settings: How many there are, and what a decoding may take.
        metrics: Where restarts are counted.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._workers: List[WorkerProcess] = []
        self._free: asyncio.Queue[WorkerProcess] = asyncio.Queue()

    async def start(self, resize_spec: Optional[ResizeSpec]) -> None:
        """Starts the processes; they resize images to ``resize_spec``."""
        for _ in range(self._settings.decoders):
            worker = WorkerProcess('decoder', setup_decode_worker,
                                   self._settings.max_megapixels * 1e6,
                                   resize_spec)
            self._workers.append(worker)
            await worker.start(_START_S)
            self._free.put_nowait(worker)

    async def drain(self) -> None:
        """Waits until none is at work, and none will be."""
        for _ in self._workers:
            await self._free.get()

    def stop(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            worker.close()

    async def decode(self, data: bytes) -> ResizedImage:
        """:func:`custom.server.decode_worker.decode_upload`, by the first
        worker that is free.

        Raises:
            ServiceError: The upload is refused.
        """
        worker = await self._free.get()
        work = asyncio.create_task(self._decode_by(worker, data))
        work.add_done_callback(asyncio.Task.exception)  # nobody may wait
        # Goes on without who asked: the process must answer or be killed.
        return await asyncio.shield(work)

    async def _decode_by(self, worker: WorkerProcess,
                         data: bytes) -> ResizedImage:
        try:
            if not worker.alive:  # killed from outside, not by this image
                await self._restart(worker)
            return await worker.call(data, self._settings.decode_s)
        except WorkerTimeout:
            await self._restart(worker)
            raise ServiceError(
                'slow_picture', 'The picture took longer than '
                f'{self._settings.decode_s:g} s to decode.') from None
        except WorkerDied:
            await self._restart(worker)
            raise ServiceError('bad_picture',
                               'The picture cannot be decoded.') from None
        finally:
            self._free.put_nowait(worker)

    async def _restart(self, worker: WorkerProcess) -> None:
        self._metrics.restarts.labels('decoder').inc()
        await worker.restart(_START_S)
