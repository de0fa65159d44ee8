"""Model worker: a detector in a process of its own."""
import os.path as osp
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from custom.structures.detection import DEFAULT_THRESHOLD, Detection
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256, model_title
from custom.utils.setup_env import setup_env


class ModelFile(NamedTuple):
    """Model file, and how it is run; as for
    :func:`custom.inference.load_predictor.load_predictor`. ``version`` is
    :func:`file_version` of the path; ``device`` names a GPU that is used."""
    path: str
    version: str
    device: Optional[str] = None
    precision: str = 'auto'
    backend: str = 'auto'


class ModelInfo(NamedTuple):
    """Model info for the service: name and version of its file,
    the attributes of :class:`custom.structures.detection.Predictor`, and the
    seconds that it took for a blank image."""
    name: str
    version: str
    runtime: str
    classes: Tuple[str, ...]
    thresholds: Dict[str, float]
    resize_spec: Optional[ResizeSpec]
    divisor: int
    seconds: float

    @property
    def title(self) -> str:
        """Name and version for people: ``best.onnx 1a2b3c4d``."""
        return model_title(self.name, self.version)

    def threshold(self, label: str) -> float:
        """The score from which an object of a class counts by default."""
        return self.thresholds.get(label, DEFAULT_THRESHOLD)


Detect = Callable[[Sequence[ResizedImage]], List[List[Detection]]]


def file_version(path: str) -> str:
    """Version of a file, which tells those of one path apart: the first 12
    hexadecimal digits of the SHA-256.

    Raises:
        InputError: It can't be read.
    """
    return file_sha256(path)[:12]


def setup_model_worker(model: ModelFile, threads: int,
                       max_batch: int) -> Tuple[Detect, ModelInfo]:
    """Loads a model and warms it up, for a process of its own.

    Args:
        model: Which.
        threads: Threads of the CPU that one pass uses.
        max_batch: The first runs of each batch size are slow; they are done
            here, up to this.

    Raises:
        InputError: The model can't be loaded, or the file has another version
            by now: workers of two versions would answer in turns.
    """
    from custom.inference.load_predictor import load_predictor
    setup_env()
    predictor = load_predictor(
        model.path,
        model.device,
        model.precision,
        threads,
        backend=model.backend)
    if file_version(model.path) != model.version:
        raise InputError(f'{model.path}: has changed since version '
                         f'{model.version} was to be loaded; when it is '
                         'whole, send the service SIGHUP')
    width, height = predictor.resize_spec.scale if predictor.resize_spec else (
        256, 256)
    blank = ResizedImage(
        np.full((height, width, 3), 255, np.uint8), width, height)
    for size in (max_batch, 1, 1):
        start = time.monotonic()
        predictor.batch_resized([blank] * size)
    seconds = time.monotonic() - start
    info = ModelInfo(
        osp.basename(model.path), model.version, predictor.runtime,
        predictor.classes, predictor.thresholds, predictor.resize_spec,
        predictor.divisor, seconds)
    return predictor.batch_resized, info
