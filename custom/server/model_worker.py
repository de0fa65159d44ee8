"""Model worker: a detector in a process of its own."""
import os.path as osp
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from custom.structures.detection import DEFAULT_THRESHOLD, Detection
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.file_digest import model_version
from custom.utils.setup_env import setup_env


class ModelFile(NamedTuple):
    """Which model, where and how; as for
    :func:`custom.inference.load_predictor.load_predictor`."""
    path: str
    device: Optional[str] = None
    precision: str = 'auto'
    backend: str = 'auto'


class ModelInfo(NamedTuple):
    """What the service must know of a model: the name of its file, that with
    a digest, and the attributes of
    :class:`custom.structures.detection.Predictor`."""
    name: str
    version: str
    runtime: str
    classes: Tuple[str, ...]
    thresholds: Dict[str, float]
    fit: Optional[ResizeSpec]
    divisor: int

    def threshold(self, label: str) -> float:
        """The score from which an object of a class counts by default."""
        return self.thresholds.get(label, DEFAULT_THRESHOLD)


Detect = Callable[[Sequence[ResizedImage]], List[List[Detection]]]


def setup_model_worker(model: ModelFile, threads: int,
                       max_batch: int) -> Tuple[Detect, ModelInfo]:
    """Loads a model and warms it up, for a process of its own.

    Args:
        model: Which.
        threads: Threads of the CPU that one pass uses.
        max_batch: The first runs of each batch size are slow; they are done
            here, up to this.

    Raises:
        InputError: The model can't be loaded.
    """
    from custom.inference.load_predictor import load_predictor
    setup_env()
    predictor = load_predictor(**model._asdict(), threads=threads)
    width, height = predictor.fit.scale if predictor.fit else (256, 256)
    blank = ResizedImage(
        np.full((height, width, 3), 255, np.uint8), width, height)
    for size in (1, max_batch):
        predictor.batch_resized([blank] * size)
    info = ModelInfo(
        osp.basename(model.path), model_version(model.path), predictor.runtime,
        predictor.classes, predictor.thresholds, predictor.fit,
        predictor.divisor)
    return predictor.batch_resized, info
