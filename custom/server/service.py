"""From an upload to what is in it: decode, wait, detect; under load."""
import asyncio
import logging
import os.path as osp
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, ContextManager, List, NamedTuple, Optional

from custom.inference.load_predictor import is_onnx
from custom.server.admission import AdmissionController
from custom.server.batching import BatchRequest, DynamicBatcher
from custom.server.decode_worker import DecodedImage, setup_decode_worker
from custom.server.errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.model_worker import ModelInfo, setup_model_worker
from custom.server.settings import Settings, resolved
from custom.server.worker_process import (WorkerDied, WorkerProcess,
                                          WorkerTimeout)
from custom.structures.detection import Detection
from custom.utils.cpu import core_count
from custom.utils.errors import InputError

_LOAD_S = 300.  # a large model from a slow disk
_START_S = 60.
_INFERENCE_S = 60.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.
_SHORT_LINE = 2  # pictures for each worker: one at work and the next
_CALM_S = 0.5
_LOOK_S = 1.  # from one look at an idle worker to the next

_log = logging.getLogger('uvicorn.error')


class ModelFile(NamedTuple):
    """Which model, where and how; as for
    :func:`custom.inference.load_predictor. load_predictor`."""
    path: str
    device: Optional[str] = None
    precision: str = 'auto'


class TagResult(NamedTuple):
    """What is in a picture of (width, height) pixels, best first; the
    milliseconds that it took to decode, to wait for a model, and to detect.
    """
    width: int
    height: int
    objects: List[Detection]
    decode_ms: float
    queue_ms: float
    inference_ms: float


class TagService:
    """Finds objects in uploads; all methods run in one event loop.

    Args:
        model: Loaded once for each worker.
        settings: How much is done at once.
    """

    def __init__(self, model: ModelFile, settings: Settings) -> None:
        self.name = osp.basename(model.path)
        settings = resolved(settings, is_onnx(model.path), core_count())
        self.settings = settings
        self.metrics = Metrics(settings)
        self.info: Optional[ModelInfo] = None
        self._workers = [
            WorkerProcess(setup_model_worker, *model, settings.threads,
                          settings.max_batch) for _ in range(settings.workers)
        ]
        self.failure: Optional[Exception] = None
        self.on_failure: Callable[[], None] = lambda: None
        self._ready = 0
        self._places = AdmissionController(settings.queue,
                                           _SHORT_LINE * settings.workers,
                                           _CALM_S)
        self._children = [*self._workers]
        self._tasks: List[asyncio.Task] = []

    @property
    def ready(self) -> bool:
        """Whether a model is warm."""
        return self._ready > 0

    @property
    def workers_ready(self) -> int:
        """Models that are warm."""
        return self._ready

    async def load(self) -> None:
        """Loads the models; :attr:`ready` tells when one is warm. One that
        can't be loaded is :attr:`failure`, and ``on_failure`` is called."""
        try:
            await self._start()
        except (InputError, WorkerDied, WorkerTimeout) as error:
            self.failure = error
            self.on_failure()

    async def _start(self) -> None:
        settings = self.settings
        self._batches: DynamicBatcher[DecodedImage] = DynamicBatcher(
            settings.max_batch, settings.max_wait_ms / 1e3)
        # Each process is waited for by a thread of its own.
        self._threads = ThreadPoolExecutor(settings.workers +
                                           settings.decoders)
        self.metrics.queue.set_function(lambda: len(self._batches))
        self.metrics.places.set_function(lambda: self._places.taken)
        self.metrics.workers.set_function(lambda: self._ready)
        # One first: a model that can't be loaded ends the service at once.
        self.info = await self._in_thread(self._workers[0].start, _LOAD_S)
        self._decoders: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        for _ in range(settings.decoders):
            child = WorkerProcess(setup_decode_worker,
                                  settings.max_megapixels * 1e6, self.info.fit)
            self._children.append(child)
            await self._in_thread(child.start, _START_S)
            self._decoders.put_nowait(child)
        for number, worker in enumerate(self._workers):
            self._tasks.append(
                asyncio.create_task(self._work(worker, loaded=number == 0)))

    async def stop(self) -> None:
        """Ends all processes."""
        for task in self._tasks:
            task.cancel()
        for child in self._children:
            child.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def place(self) -> ContextManager[None]:
        """Holds a place for a request.

        Raises:
            ServiceError: ``queue_full`` or ``not_ready``.
        """
        if not self.ready and not self._places.taken:
            raise ServiceError('not_ready', 'The model is being loaded.')
        return self._places.take()

    def more_places(self, count: int) -> ContextManager[None]:
        """Holds places for further pictures of a request that has one.

        Raises:
            ServiceError: ``queue_full``.
        """
        return self._places.take_more(count)

    async def detect(self, data: bytes, deadline: float) -> TagResult:
        """Decodes an upload and finds what is in it.

        When it is cancelled, what has not begun is not done.

        Args:
            data: The bytes of the file.
            deadline: In ``time.monotonic``.

        Raises:
            ServiceError: The upload is refused, or it is too late.
        """
        with self._places.received():
            try:
                return await asyncio.wait_for(
                    self._detect(data, deadline),
                    max(deadline - time.monotonic(), 0))
            except asyncio.TimeoutError:
                raise ServiceError(
                    'deadline', 'The picture could not be looked at within '
                    f'{self.settings.deadline_s:g} s.') from None

    async def _detect(self, data: bytes, deadline: float) -> TagResult:
        start = time.monotonic()
        with self._batches.coming():
            picture = await self._decode(data)
        # Those that the model pads to one shape can go together.
        shape = [
            -(-side // self.info.divisor) for side in picture.pixels.shape[:2]
        ]
        job = BatchRequest(picture, tuple(shape), deadline)
        self._batches.put(job)
        try:
            detections, began, ended = await job.answer
        finally:
            job.answer.cancel()
        fitted_height, fitted_width = picture.pixels.shape[:2]
        x, y = picture.width / fitted_width, picture.height / fitted_height
        objects = [
            Detection(label, score, (x1 * x, y1 * y, x2 * x, y2 * y))
            for label, score, (x1, y1, x2, y2) in detections
        ]
        return TagResult(picture.width, picture.height, objects,
                         1e3 * (job.arrived - start),
                         1e3 * (began - job.arrived), 1e3 * (ended - began))

    async def _decode(self, data: bytes) -> DecodedImage:
        child = await self._decoders.get()
        work = asyncio.create_task(self._decode_by(child, data))
        work.add_done_callback(asyncio.Task.exception)  # nobody may wait
        # Goes on without who asked: the process must answer or be killed.
        return await asyncio.shield(work)

    async def _decode_by(self, child: WorkerProcess,
                         data: bytes) -> DecodedImage:
        try:
            if not child.alive:  # killed from outside, not by this picture
                await self._revive(child, 'decoder', _START_S)
            return await self._in_thread(child.ask, data,
                                         self.settings.decode_s)
        except WorkerTimeout:
            await self._revive(child, 'decoder', _START_S)
            raise ServiceError(
                'slow_picture', 'The picture took longer than '
                f'{self.settings.decode_s:g} s to decode.') from None
        except WorkerDied:
            await self._revive(child, 'decoder', _START_S)
            raise ServiceError('bad_picture',
                               'The picture cannot be decoded.') from None
        finally:
            self._decoders.put_nowait(child)

    async def _work(self, worker: WorkerProcess, loaded: bool) -> None:
        """Feeds a model, until it is cancelled."""
        if not loaded:
            await self._revive(worker, 'worker', _LOAD_S, first=True)
        self._ready += 1
        while True:
            jobs = await self._next_jobs(worker)
            if not await self._run(worker, jobs):
                # One of them may have killed it: each for itself.
                for job in jobs:
                    if not job.answer.done() and not await self._run(
                            worker, [job]) and not job.answer.done():
                        job.answer.set_exception(
                            ServiceError(
                                'worker_died', 'The model did not '
                                'survive this picture.'))

    async def _next_jobs(
            self, worker: WorkerProcess) -> List[BatchRequest[DecodedImage]]:
        """A batch for a worker, that is seen to be alive meanwhile."""
        taking = asyncio.ensure_future(self._batches.take())
        try:
            while not (await asyncio.wait({taking}, timeout=_LOOK_S))[0]:
                if not worker.alive:
                    await self._restart(worker, worker.pid, 'was killed')
            return taking.result()
        finally:
            taking.cancel()

    async def _run(self, worker: WorkerProcess,
                   jobs: List[BatchRequest[DecodedImage]]) -> bool:
        """Answers the jobs; False if the worker died, and lives again."""
        began = time.monotonic()
        pid = worker.pid  # one that has died has none
        try:
            results = await self._in_thread(worker.ask,
                                            [job.item.pixels for job in jobs],
                                            _INFERENCE_S)
        except (WorkerDied, WorkerTimeout) as error:
            await self._restart(worker, pid, error)
            return False
        ended = time.monotonic()
        self.metrics.batch_size.observe(len(jobs))
        self.metrics.inference.observe(ended - began)
        for job, result in zip(jobs, results):
            if not job.answer.done():
                job.answer.set_result((result, began, ended))
        return True

    async def _restart(self, worker: WorkerProcess, pid: Optional[int],
                       why: Any) -> None:
        _log.error('worker %s: %s; it is started anew', pid, why)
        self._ready -= 1
        await self._revive(worker, 'worker', _LOAD_S)
        self._ready += 1

    async def _revive(self,
                      child: WorkerProcess,
                      kind: str,
                      timeout: float,
                      first: bool = False) -> None:
        """Starts a process until it lives, with pauses that grow."""
        pause = _FIRST_PAUSE_S
        if not first:
            self.metrics.restarts.labels(kind).inc()
        while True:
            try:
                await self._in_thread(child.start, timeout)
                return
            except Exception as error:  # e.g. the checkpoint is gone
                _log.error('%s does not start: %s', kind, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _in_thread(self, function: Callable, *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *args)
