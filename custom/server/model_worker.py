"""A model in a process of its own."""
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from custom.structures.detection import Detection
from custom.structures.resize import ResizeSpec
from custom.utils.setup_env import setup_env


class ModelInfo(NamedTuple):
    """What the service must know of a model; as the attributes of
    :class:`custom.inference.torch_predictor.TorchPredictor`."""
    classes: Tuple[str, ...]
    thresholds: Dict[str, float]
    fit: Optional[ResizeSpec]
    divisor: int


Detect = Callable[[Sequence[np.ndarray]], List[List[Detection]]]


def setup_model_worker(path: str, device: Optional[str], precision: str,
                       threads: int,
                       max_batch: int) -> Tuple[Detect, ModelInfo]:
    """Loads a model and warms it up, for a process of its own.

    Args:
        path, device, precision, threads: As for
            :func:`custom.inference.load_predictor.load_predictor`.
        max_batch: The first runs of each batch size are slow; they are done
            here, up to this.

    Raises:
        InputError: The model can't be loaded.
    """
    from custom.inference.load_predictor import load_predictor
    setup_env()
    predictor = load_predictor(path, device, precision, threads)
    width, height = predictor.fit.scale if predictor.fit else (256, 256)
    blank = np.full((height, width, 3), 255, np.uint8)
    for size in (1, max_batch):
        predictor.batch([blank] * size)
    info = ModelInfo(predictor.classes, predictor.thresholds, predictor.fit,
                     predictor.divisor)
    return predictor.batch, info
