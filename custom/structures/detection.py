"""Detection types that all predictors share, torch-free."""
import operator
from typing import (TYPE_CHECKING, Dict, List, NamedTuple, Optional, Protocol,
                    Sequence, Tuple)

import numpy as np

from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.image_io import ImageLike

if TYPE_CHECKING:  # what needs no torch imports this module too
    from mmengine.structures import InstanceData


class Detection(NamedTuple):
    """Detection of one object. ``label`` is the class name, ``score`` is in 0
    to 1 and ``box`` is (x1, y1, x2, y2) in float pixels of the original
    image."""
    label: str
    score: float
    box: Tuple[float, float, float, float]


# From which an object counts where a checkpoint has no threshold for it.
DEFAULT_THRESHOLD = 0.5
# Images of a list in memory, and in a pass, at a time: it may be long.
MAX_BATCH = 8


def passes_threshold(detection: Detection, thresholds: Dict[str, float],
                     score_thr: Optional[float]) -> bool:
    """Whether a detection counts as an object: by ``score_thr``, or where
    that is None by its class's own threshold, or 0.5."""
    if score_thr is None:
        score_thr = thresholds.get(detection.label, DEFAULT_THRESHOLD)
    return detection.score >= score_thr


class Predictor(Protocol):
    """Predictor interface:
    :class:`custom.inference.torch_predictor.TorchPredictor`,
    :class:`custom.inference.onnx_predictor.OnnxPredictor`,
    :class:`custom.inference.opencv_predictor.OpenCVPredictor`, or
    :class:`custom.inference.sliced_predictor.SlicedPredictor` of one of them,
    which say more."""
    runtime: str
    classes: Tuple[str, ...]
    thresholds: Dict[str, float]
    resize_spec: Optional[ResizeSpec]
    divisor: int

    def __call__(self, image: ImageLike) -> List[Detection]:
        """The objects in an image, best first."""

    def batch(self, images: Sequence[ImageLike]) -> List[List[Detection]]:
        """Batch inference: as calling it with each image, in fewer passes."""

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """Detections of a batch that ``resize_spec`` has resized, as
        :meth:`batch`, if there is one; boxes are in pixels of the originals.
        """


def scale_back(found: Sequence[Detection],
               image: ResizedImage) -> List[Detection]:
    """Detections in pixels of a resized image as those in pixels of the
    original."""
    height, width = image.pixels.shape[:2]
    factors = [image.width / width, image.height / height] * 2
    return [
        one._replace(box=tuple(map(operator.mul, one.box, factors)))
        for one in found
    ]


def detections_of(boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray,
                  classes: Sequence[str]) -> List[Detection]:
    """Detections of arrays or tensors, in their order.

    Args:
        boxes: (N, 4) xyxy in pixels of the original image.
        scores, labels: (N, ).
        classes: Class names in the order of labels.
    """
    return [
        Detection(classes[label], score, tuple(box))
        for label, score, box in zip(labels.tolist(), scores.tolist(),
                                     boxes.tolist())
    ]


def to_detections(instances: 'InstanceData',
                  classes: Sequence[str]) -> List[Detection]:
    """Converts MMDetection's tensors to detections, best first.

    Args:
        instances: ``bboxes`` (N, 4) xyxy in pixels of the original image,
            ``scores`` (N, ) and ``labels`` (N, ).
        classes: Class names in the order of labels.
    """
    order = instances.scores.argsort(descending=True, stable=True)
    return detections_of(instances.bboxes[order], instances.scores[order],
                         instances.labels[order], classes)
