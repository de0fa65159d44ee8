"""What a detector says, in plain Python."""
from typing import List, NamedTuple, Sequence, Tuple

from mmengine.structures import InstanceData


class Detection(NamedTuple):
    """One object. ``label`` is the class name, ``score`` is in 0 to 1 and
    ``box`` is (x1, y1, x2, y2) in float pixels of the original image."""
    label: str
    score: float
    box: Tuple[float, float, float, float]


def to_detections(instances: InstanceData,
                  classes: Sequence[str]) -> List[Detection]:
    """MMDetection's tensors as detections, best first.

    Args:
        instances: ``bboxes`` (N, 4) xyxy in pixels of the original image,
            ``scores`` (N, ) and ``labels`` (N, ).
        classes: Class names in the order of labels.
    """
    order = instances.scores.argsort(descending=True, stable=True)
    return [
        Detection(classes[label], score, tuple(box))
        for label, score, box in zip(instances.labels[order].tolist(
        ), instances.scores[order].tolist(), instances.bboxes[order].tolist())
    ]
