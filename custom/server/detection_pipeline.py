"""Detection pipeline of one model: decoder pool, queue and model pool."""
import asyncio
import contextlib
import time
from typing import Iterator, List, NamedTuple, Optional

from custom.server.batching import BatchRequest, DynamicBatcher
from custom.server.decoder_pool import DecoderPool
from custom.server.metrics import Metrics
from custom.server.model_pool import ModelPool
from custom.server.model_worker import ModelFile, ModelInfo
from custom.server.settings import Settings
from custom.structures.detection import Detection
from custom.structures.resize import ResizedImage


class TagResult(NamedTuple):
    """Tags of an image of (width, height) pixels, best first, and of which
    model; the milliseconds that it took to decode, to wait for the model, and
    to detect.
    """
    width: int
    height: int
    objects: List[Detection]
    info: ModelInfo
    decode_ms: float
    queue_ms: float
    inference_ms: float


class DetectionPipeline:
    """Detection pipeline of one version of the model, from upload to objects.

    An image stays in the pipeline that it has entered: it is resized for that
    model, detected by it, and answered with its classes and thresholds.

    Args:
        model: Loaded once for each worker.
        settings: How many workers and decoders there are.
        metrics: Where their work is counted.

    Attributes:
        info: Of the model, once it is loaded.
    """

    def __init__(self, model: ModelFile, settings: Settings,
                 metrics: Metrics) -> None:
        self.info: Optional[ModelInfo] = None
        self._batcher: DynamicBatcher[ResizedImage] = DynamicBatcher(
            settings.max_batch, settings.max_wait_ms / 1e3)
        self._decoders = DecoderPool(settings, metrics)
        self._models = ModelPool(model, settings, metrics, self._batcher)
        self._users = 0
        self._left = asyncio.Event()

    @property
    def workers_ready(self) -> int:
        """Models that are warm."""
        return self._models.ready

    @property
    def queued(self) -> int:
        """Images that wait for a model."""
        return len(self._batcher)

    async def start(self, workers: int) -> None:
        """Loads the model, and warms it up in so many workers; the others
        follow.

        Raises:
            InputError: It can't be loaded.
            WorkerDied, WorkerTimeout: A process did not come up. No process
                is left then, in either case.
        """
        try:
            info = await self._models.load(workers)
            await self._decoders.start(info.resize_spec)
        except BaseException:
            self.stop()
            raise
        self.info = info
        self._models.run()

    async def detect(self, data: bytes, deadline: float) -> TagResult:
        """Decodes an upload and finds what is in it.

        Args:
            data: The bytes of the file.
            deadline: In ``time.monotonic``; what is late is never done.

        Raises:
            ServiceError: The upload is refused.
        """
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
        return TagResult(image.width, image.height, detections, self.info,
                         1e3 * (request.arrived - start),
                         1e3 * (began - request.arrived),
                         1e3 * (ended - began))

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Around :meth:`detect`, from when the pipeline is chosen for it."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._left.set()

    async def drain(self) -> None:
        """Ends the processes when nobody uses them any more."""
        while self._users:
            self._left.clear()
            await self._left.wait()
        await self._decoders.drain()
        self.stop()

    def stop(self) -> None:
        """Ends all processes."""
        self._models.stop()
        self._decoders.stop()
