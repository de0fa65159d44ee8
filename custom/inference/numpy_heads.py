"""Detection heads in NumPy: raw maps of a network decoded to boxes.

RPN, RetinaNet, YOLOv3 and the box head of Faster R-CNN, as MMDetection's
``predict`` without torch. Maps are float32 (channels, H, W), those of a
pyramid in the order of its levels.
"""
from typing import Iterator, NamedTuple, Sequence, Tuple, Union

import numpy as np

from custom.inference.numpy_boxes import (Anchors, Boxes, DeltaCoder,
                                          Selection, concatenate,
                                          flatten_anchors, sigmoid,
                                          to_original)
from custom.ops.numpy_roi_align import roi_align
from custom.structures.resize import ResizedImage

Maps = Sequence[np.ndarray]


class RetinaHead(NamedTuple):
    """RetinaNet's head: maps of class logits, then of deltas."""
    anchors: Anchors
    coder: DeltaCoder
    selection: Selection

    def detect(self, maps: Maps, image: ResizedImage) -> Boxes:
        """The objects in an image, in pixels of the original, best first."""
        found = concatenate([*_decoded(self, maps, image)])
        return self.selection.suppressed(
            found._replace(boxes=to_original(found.boxes, image)))


class RPN(NamedTuple):
    """Region proposal network: maps of logits, then of deltas."""
    anchors: Anchors
    coder: DeltaCoder
    selection: Selection

    def propose(self, maps: Maps, image: ResizedImage) -> np.ndarray:
        """Proposals float32 (P, 4), in pixels of the resized image."""
        # One NMS for each level: a level takes the place of a class.
        found = concatenate([
            boxes._replace(labels=np.full_like(boxes.labels, level))
            for level, boxes in enumerate(_decoded(self, maps, image))
        ])
        return self.selection.suppressed(found).boxes


class YOLOHead(NamedTuple):
    """YOLOv3's head: maps of box, objectness and class logits.

    Attributes:
        conf_thr: Candidates have at least this objectness.
    """
    anchors: Anchors
    selection: Selection
    conf_thr: float

    def detect(self, maps: Maps, image: ResizedImage) -> Boxes:
        """The objects in an image, in pixels of the original, best first."""
        rows, anchors, strides = map(
            np.concatenate, zip(*map(self._level, range(len(maps)), maps)))
        objectness = sigmoid(rows[:, 4])
        sure = objectness >= self.conf_thr
        scores, kept, labels = self.selection.candidates(
            sigmoid(rows[sure, 5:]))
        boxes = _yolo_boxes(rows[sure][kept], anchors[sure][kept],
                            strides[sure][kept])
        return self.selection.suppressed(
            Boxes(
                to_original(boxes, image), scores * objectness[sure][kept],
                labels))

    def _level(self, level: int,
               feature_map: np.ndarray) -> Tuple[np.ndarray, ...]:
        """Rows (N, 5 + C), anchors (N, 4) and strides (N, 2) of a map."""
        base = self.anchors.base[level]
        rows = flatten_anchors(feature_map, len(feature_map) // len(base))
        strides = np.float32(self.anchors.strides[level])
        return (rows, self.anchors.grid(level, *feature_map.shape[1:]),
                np.broadcast_to(strides, (len(rows), 2)))


class BoxHead(NamedTuple):
    """Box head of Faster R-CNN, and the RoIAlign before it.

    Attributes:
        scales: Per level the size of its map over the size of the image.
        finest_scale: RoIs of twice this side go to the second level.
        pooled: Rows and columns of bins.
        sampling_ratio: Samples per bin and axis, 0 for one per pixel.
    """
    coder: DeltaCoder
    selection: Selection
    scales: Sequence[float]
    finest_scale: float
    pooled: Tuple[int, int]
    sampling_ratio: int

    def pool(self, maps: Maps, proposals: np.ndarray) -> np.ndarray:
        """Features (P, C, *pooled) of proposals, each from its level."""
        features = np.empty((len(proposals), len(maps[0]), *self.pooled),
                            np.float32)
        levels = self._levels(proposals)
        for level, (feature_map, scale) in enumerate(zip(maps, self.scales)):
            mine = levels == level
            features[mine] = roi_align(feature_map, proposals[mine], scale,
                                       self.pooled, self.sampling_ratio)
        return features

    def detect(self, logits: np.ndarray, deltas: np.ndarray,
               proposals: np.ndarray, image: ResizedImage) -> Boxes:
        """The objects in an image, in pixels of the original, best first.

        Args:
            logits: (P, C + 1), the last is background.
            deltas: (P, 4) or, with boxes of each class, (P, C * 4).
            proposals: (P, 4), in pixels of the resized image.
        """
        scores, rows, labels = self.selection.candidates(
            _softmax(logits)[:, :-1])
        deltas = deltas.reshape(len(deltas), -1, 4)
        own = labels if deltas.shape[1] > 1 else 0
        boxes = self.coder.decode(proposals[rows], deltas[rows, own],
                                  image.pixels.shape[:2])
        return self.selection.suppressed(
            Boxes(to_original(boxes, image), scores, labels))

    def _levels(self, boxes: np.ndarray) -> np.ndarray:
        """Level of each box by its size, see MultiLevelRoIExtractor."""
        side = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
        level = np.floor(
            np.log2(side / np.float32(self.finest_scale) + np.float32(1e-6)))
        return level.clip(0, len(self.scales) - 1)


def _decoded(head: Union[RetinaHead, RPN], maps: Maps,
             image: ResizedImage) -> Iterator[Boxes]:
    """The candidates of each level, in pixels of the resized image."""
    num_levels = len(head.anchors.base)
    for level, (logits, deltas) in enumerate(
            zip(maps[:num_levels], maps[num_levels:])):
        num_classes = len(logits) // len(head.anchors.base[level])
        scores, rows, labels = head.selection.candidates(
            sigmoid(flatten_anchors(logits, num_classes)))
        boxes = head.coder.decode(
            head.anchors.grid(level, *logits.shape[1:])[rows],
            flatten_anchors(deltas, 4)[rows], image.pixels.shape[:2])
        yield Boxes(boxes, scores, labels)


def _yolo_boxes(rows: np.ndarray, anchors: np.ndarray,
                strides: np.ndarray) -> np.ndarray:
    half = np.float32(.5)
    centers = ((anchors[:, :2] + anchors[:, 2:]) * half +
               (sigmoid(rows[:, :2]) - half) * strides)
    with np.errstate(over='ignore'):  # inf, which is clipped like any other
        sides = (anchors[:, 2:] - anchors[:, :2]) * half * np.exp(rows[:, 2:4])
    return np.concatenate([centers - sides, centers + sides], 1)


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
