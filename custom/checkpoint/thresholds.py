"""Score thresholds of the classes, written into a checkpoint."""
import os.path as osp
from typing import Dict

from custom.checkpoint.dataset_meta import (checkpoint_classes,
                                            checkpoint_thresholds)
from custom.checkpoint.loading import load_whole, write_whole


def write_thresholds(filename: str, thresholds: Dict[str, float]) -> None:
    """Writes thresholds into a checkpoint, atomically; all else stays.

    From there they go into ONNX files, the service, ``tools/infer.py`` and
    predictors.

    Args:
        filename: A checkpoint of this project.
        thresholds: The score, 0 to 1, from which an object counts, by class
            name; a class without one keeps the default.

    Raises:
        InputError: It is no checkpoint or cannot be written, or the
            thresholds are no scores of its classes.
    """
    filename = osp.expanduser(filename)
    checkpoint = load_whole(filename)
    checkpoint_classes(checkpoint, filename)  # it has some
    meta = checkpoint['meta']['dataset_meta']
    meta['thresholds'] = {name: float(v) for name, v in thresholds.items()}
    checkpoint_thresholds(checkpoint, filename)  # refuses what are none
    write_whole(checkpoint, filename)
