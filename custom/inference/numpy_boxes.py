"""Anchors, box coder and box selection of detection heads, in NumPy.

As MMDetection's, in float32 and with its order of operations, without torch.
"""
from typing import NamedTuple, Sequence, Tuple

import numpy as np

from custom.ops.numpy_nms import grouped_nms
from custom.structures.resize import ResizedImage

# exp of more is no size of a box, as in MMDetection.
_MAX_LOG_RATIO = np.float32(abs(np.log(16 / 1000)))


class Boxes(NamedTuple):
    """Boxes, float32 (N, 4) xyxy, ``scores`` float32 (N, ) and ``labels``
    int64 (N, )."""
    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray

    def __getitem__(self, index: np.ndarray) -> 'Boxes':
        return Boxes(*(field[index] for field in self))


class Anchors(NamedTuple):
    """Anchor grid.

    Attributes:
        base: Per level the anchors of the first cell, xyxy.
        strides: Per level the sides of a cell, x and y.
    """
    base: Sequence[Sequence[Sequence[float]]]
    strides: Sequence[Tuple[int, int]]

    def grid(self, level: int, height: int, width: int) -> np.ndarray:
        """Anchors of a map, float32 (height * width * A, 4), row by row."""
        step_x, step_y = self.strides[level]
        y, x = np.mgrid[:height, :width].astype(np.float32)
        shifts = np.stack([x * step_x, y * step_y] * 2, -1).reshape(-1, 1, 4)
        return (shifts + np.float32(self.base[level])).reshape(-1, 4)


class DeltaCoder(NamedTuple):
    """Box coder of R-CNN: shift and log-ratio of sides, normalized by
    ``means`` and ``stds``."""
    means: Sequence[float]
    stds: Sequence[float]

    def decode(self, boxes: np.ndarray, deltas: np.ndarray,
               shape: Tuple[int, int]) -> np.ndarray:
        """Boxes moved by deltas, both (N, 4), and clipped to an image of
        ``shape``, height and width."""
        deltas = deltas * np.float32(self.stds) + np.float32(self.means)
        sides = boxes[:, 2:] - boxes[:, :2]
        centers = ((boxes[:, :2] + boxes[:, 2:]) * np.float32(.5) +
                   sides * deltas[:, :2])
        half = sides * np.exp(deltas[:, 2:].clip(
            -_MAX_LOG_RATIO, _MAX_LOG_RATIO)) * np.float32(.5)
        moved = np.concatenate([centers - half, centers + half], 1)
        return moved.clip(0, np.float32(shape[::-1] * 2))


class Selection(NamedTuple):
    """Selection of the boxes of a head.

    Attributes:
        score_thr: A candidate scores more.
        nms_pre: The most candidates, of a level or of all, as the head counts.
        min_size: A box has larger sides; below 0 for any.
        iou_threshold: Of two boxes of a class that overlap more, the one with
            the lower score goes.
        max_per_img: The most boxes of an image.
    """
    score_thr: float
    nms_pre: int
    min_size: float
    iou_threshold: float
    max_per_img: int

    def candidates(
            self,
            scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The best of (N, C) scores: them, their rows and their classes."""
        rows, labels = (scores > self.score_thr).nonzero()
        scores = scores[rows, labels]
        best = np.argsort(-scores, kind='stable')[:self.nms_pre]
        return scores[best], rows[best], labels[best]

    def suppressed(self, found: Boxes) -> Boxes:
        """Without small boxes, and after an NMS for each label; best first."""
        if self.min_size >= 0:
            sides = found.boxes[:, 2:] - found.boxes[:, :2]
            found = found[(sides > self.min_size).all(1)]
        return found[grouped_nms(*found,
                                 self.iou_threshold)[:self.max_per_img]]


def concatenate(parts: Sequence[Boxes]) -> Boxes:
    """Concatenates boxes of several levels."""
    return Boxes(*map(np.concatenate, zip(*parts)))


def flatten_anchors(feature_map: np.ndarray, width: int) -> np.ndarray:
    """Flattens (A * width, H, W) to (H * W * A, width), anchor order."""
    return feature_map.transpose(1, 2, 0).reshape(-1, width)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Logistic function."""
    with np.errstate(over='ignore'):  # inf, and so 0
        return 1 / (1 + np.exp(-logits))


def to_original(boxes: np.ndarray, image: ResizedImage) -> np.ndarray:
    """Boxes (N, 4) from pixels of the resized image to the original's."""
    height, width = image.pixels.shape[:2]
    # The inverse of MMDetection's scale factor, rounded as there.
    factors = 1 / (width / image.width), 1 / (height / image.height)
    return boxes * np.float32(factors * 2)
