"""Tag service: from an upload to its objects, through decoder pool, batcher
and model pool."""
import asyncio
import logging
import time
from typing import Callable, ContextManager, List, NamedTuple, Optional

from custom.inference.load_predictor import is_onnx
from custom.server.admission import AdmissionController
from custom.server.batching import BatchRequest, DynamicBatcher
from custom.server.decoder_pool import DecoderPool
from custom.server.http_errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.model_pool import ModelPool
from custom.server.model_worker import ModelFile, ModelInfo
from custom.server.settings import Settings, resolved
from custom.server.worker_process import WorkerDied, WorkerTimeout
from custom.structures.detection import Detection
from custom.structures.resize import ResizedImage
from custom.utils.cpu import core_count
from custom.utils.errors import InputError

_log = logging.getLogger('uvicorn.error')

_SHORT_LINE = 2  # images for each worker: one at work and the next
_CALM_S = 0.5


class TagResult(NamedTuple):
    """What is in an image of (width, height) pixels, best first; the
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

    Attributes:
        info: Of the model, once it is loaded.
        admission: Who is let in; every image that is detected needs a place.
        failure: Why the model can't be loaded, if it can't.
        on_failure: Called when that is known.
    """

    def __init__(self, model: ModelFile, settings: Settings) -> None:
        settings = resolved(settings, is_onnx(model.path), core_count())
        self.settings = settings
        self.metrics = Metrics(settings)
        self.admission = AdmissionController(settings.queue,
                                             _SHORT_LINE * settings.workers,
                                             _CALM_S)
        self.info: Optional[ModelInfo] = None
        self.failure: Optional[Exception] = None
        self.on_failure: Callable[[], None] = lambda: None
        self._batcher: DynamicBatcher[ResizedImage] = DynamicBatcher(
            settings.max_batch, settings.max_wait_ms / 1e3)
        self._decoders = DecoderPool(settings, self.metrics)
        self._models = ModelPool(model, settings, self.metrics, self._batcher)
        self.metrics.queue.set_function(lambda: len(self._batcher))
        self.metrics.places.set_function(lambda: self.admission.admitted)
        self.metrics.workers.set_function(lambda: self.workers_ready)

    @property
    def workers_ready(self) -> int:
        """Models that are warm."""
        return self._models.ready

    async def load(self) -> None:
        """Loads the models; :attr:`workers_ready` tells how many are warm.

        One first: a model that can't be loaded is :attr:`failure` at once,
        and ``on_failure`` is called.
        """
        try:
            self.info = await self._models.load()
            _log.info('%s: runs by %s', self.info.name, self.info.runtime)
            await self._decoders.start(self.info.fit)
            self._models.run()
        except (InputError, WorkerDied, WorkerTimeout) as error:
            self.failure = error
            self.on_failure()

    def stop(self) -> None:
        """Ends all processes."""
        self._models.stop()
        self._decoders.stop()

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

        When it is cancelled, what has not begun is not done.

        Args:
            data: The bytes of the file.
            deadline: In ``time.monotonic``.

        Raises:
            ServiceError: The upload is refused, or it is too late.
        """
        with self.admission.in_flight():
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
        with self._batcher.expect():
            image = await self._decoders.decode(data)
        # Those that the model pads to one shape can go together.
        shape = tuple(-(-side // self.info.divisor)
                      for side in image.pixels.shape[:2])
        request = BatchRequest(image, shape, deadline)
        self._batcher.put(request)
        try:
            detections, began, ended = await request.future
        finally:
            request.future.cancel()
        return TagResult(image.width, image.height, detections,
                         1e3 * (request.arrived - start),
                         1e3 * (began - request.arrived),
                         1e3 * (ended - began))
