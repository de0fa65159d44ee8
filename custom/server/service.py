"""Tag service: admission of requests, and replacement of the model."""
import asyncio
import logging
import time
from typing import Callable, ContextManager, Optional

from custom.inference.load_predictor import needs_torch
from custom.server.access_log import note_image
from custom.server.admission import AdmissionController
from custom.server.detection_pipeline import DetectionPipeline, TagResult
from custom.server.http_errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.model_worker import ModelFile, ModelInfo
from custom.server.settings import Settings, resolved
from custom.server.worker_process import WorkerDied, WorkerTimeout
from custom.utils.cpu import core_count
from custom.utils.errors import InputError

_log = logging.getLogger('uvicorn.error')

_SHORT_LINE = 2  # images for each worker: one at work and the next
_CALM_S = 0.25
_LOAD_ERRORS = (InputError, WorkerDied, WorkerTimeout)


class TagService:
    """Finds objects in uploads; all methods run in one event loop.

    Args:
        model: Loaded once for each worker.
        settings: How much is done at once.

    Attributes:
        admission: Who is let in; every image that is detected needs a place.
        failure: Why the model can't be loaded, if it can't.
        on_failure: Called when that is known.
        find_model: Gives the model to load when it is to be replaced; called
            in a thread, may take long and may raise an InputError.
    """

    def __init__(self, model: ModelFile, settings: Settings) -> None:
        settings = resolved(settings, not needs_torch(model.path),
                            core_count())
        self.settings = settings
        self.metrics = Metrics(settings)
        self.admission = AdmissionController(settings.queue,
                                             _SHORT_LINE * settings.workers,
                                             _CALM_S)
        self.failure: Optional[Exception] = None
        self.on_failure: Callable[[], None] = lambda: None
        self.find_model: Callable[[], ModelFile] = lambda: model
        self._pipeline = DetectionPipeline(model, settings, self.metrics)
        self._to_replace = asyncio.Event()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self.metrics.queue.set_function(lambda: self._pipeline.queued)
        self.metrics.places.set_function(lambda: self.admission.admitted)
        self.metrics.workers.set_function(lambda: self.workers_ready)

    @property
    def info(self) -> Optional[ModelInfo]:
        """Info of the model that the next image is detected by, once it is
        loaded."""
        return self._pipeline.info

    @property
    def workers_ready(self) -> int:
        """Models that are warm."""
        return self._pipeline.workers_ready

    async def run(self) -> None:
        """Loads the model, and another whenever :meth:`replace_model` says
        so; :attr:`workers_ready` tells how many are warm.

        One first: a model that can't be loaded is :attr:`failure` at once,
        and ``on_failure`` is called.
        """
        self._loop = asyncio.get_running_loop()
        try:
            await self._pipeline.start(1)
        except _LOAD_ERRORS as error:
            self.failure = error
            self.on_failure()
            return
        self._announce()
        while True:
            await self._to_replace.wait()
            self._to_replace.clear()
            await self._replace()

    def replace_model(self) -> None:
        """Tells :meth:`run` to load the model anew; a handler of a signal may
        call it."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._to_replace.set)

    def stop(self) -> None:
        """Ends all processes."""
        self._pipeline.stop()

    def admit(self) -> ContextManager[None]:
        """Holds a place for a request.

        Raises:
            ServiceError: ``queue_full`` or ``not_ready``.
        """
        if not self.workers_ready and not self.admission.admitted:
            raise ServiceError('not_ready', 'The model is being loaded.')
        return self.admission.admit()

    async def detect(self, data: bytes, deadline: float) -> TagResult:
        """Decodes an upload and finds what is in it.

        When it is canceled, what has not begun is not done.

        Args:
            data: The bytes of the file.
            deadline: In ``time.monotonic``.

        Raises:
            ServiceError: The upload is refused, or it is too late.
        """
        pipeline = self._pipeline
        with self.admission.in_flight(), pipeline.in_use():
            try:
                result = await asyncio.wait_for(
                    pipeline.detect(data, deadline),
                    max(deadline - time.monotonic(), 0))
            except asyncio.TimeoutError:
                raise ServiceError(
                    'deadline', 'The picture could not be looked at within '
                    f'{self.settings.deadline_s:g} s.') from None
        note_image(
            bytes=len(data),
            version=result.info.version,
            decode_ms=round(result.decode_ms, 2),
            queue_ms=round(result.queue_ms, 2),
            inference_ms=round(result.inference_ms, 2))
        return result

    async def _replace(self) -> None:
        """Loads a model beside the one that answers, and puts it in its place
        when all workers are warm; one that can't be loaded leaves it there.
        """
        try:
            model = await asyncio.to_thread(self.find_model)
            pipeline = DetectionPipeline(model, self.settings, self.metrics)
            await pipeline.start(self.settings.workers)
        except Exception as error:  # whatever it is, the old one answers
            self.metrics.replacements.labels('failed').inc()
            _log.error('%s; version %s goes on', error, self.info.version)
            return
        old, self._pipeline = self._pipeline, pipeline
        self.metrics.replacements.labels('done').inc()
        self._announce()
        await old.drain()

    def _announce(self) -> None:
        info = self.info
        _log.info('%s, version %s: runs by %s', info.name, info.version,
                  info.runtime)
        self.admission.expect_rate(info.seconds / self.settings.workers)
        self.metrics.model.clear()
        self.metrics.model.labels(info.name, info.version, info.runtime).set(1)
