"""Sliced inference: small objects in large images, tile by tile.

Paper: Akyon et al. 2022, "Slicing aided hyper inference and fine-tuning for
small object detection" (https://arxiv.org/abs/2202.06934).
"""
import math
import numbers
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

import cv2
import numpy as np

from custom.structures.detection import Detection, Predictor, scale_back
from custom.structures.resize import ResizedImage
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike, as_images, as_pixels

# Tiles that are in a pass at a time.
_BATCH = 8
# Of the side of a tile: what is smaller is whole in one tile at least.
_OVERLAP = 0.25
# Of the side of a tile: a box that ends nearer to a border is taken for cut.
_MARGIN = 0.01
# IoU from which on two boxes of a class are one object, as in most detectors;
# and the share of a cut box that a whole one must cover to stand for it.
_SAME = 0.5
_MIN_SIZE = 32


class Tile(NamedTuple):
    """Rectangle of an image, in pixels; right and bottom lie outside."""
    left: int
    top: int
    right: int
    bottom: int


class SlicedPredictor:
    """Predictor that finds objects in overlapping tiles of an image, and in
    the whole.

    A detector shrinks an image to its own size. Objects that are too small
    then are seen in tiles, large ones in the whole. An image no larger than a
    tile is looked at once. Of a large one, eight tiles are resized at a time:
    memory is that of the image and of one pass.

    A box that ends where its tile does is mostly part of an object, which
    another tile or the whole image shows whole: it stays only where no whole
    box covers half of it.

    Args:
        predictor: Finds the objects in a tile.
        size: Side of a tile in pixels, best that of an image like those of
            the training. Tiles overlap by a quarter: objects up to that size
            are whole in one at least.

    Attributes:
        runtime, classes, thresholds, divisor: Those of ``predictor``.

    Raises:
        InputError: ``size`` is no int, or less than 32.
    """

    resize_spec = None

    def __init__(self, predictor: Predictor, size: int) -> None:
        if not isinstance(size, numbers.Integral) or size < _MIN_SIZE:
            raise InputError(f'slices of {size!r} pixels: give the side of a '
                             f'tile as an int, at least {_MIN_SIZE}')
        self.predictor = predictor
        self.size = size
        self.runtime = predictor.runtime
        self.classes: Tuple[str, ...] = predictor.classes
        self.thresholds: Dict[str, float] = predictor.thresholds
        self.divisor: int = predictor.divisor

    def __call__(self, image: ImageLike) -> List[Detection]:
        """The objects in an image, best first, as those of ``predictor``.

        Args:
            image: As for
                :class:`custom.inference.torch_predictor.TorchPredictor`.

        Raises:
            InputError: The image is missing or can't be decoded, or is none.
        """
        pixels = as_pixels(image)
        whole = Tile(0, 0, pixels.shape[1], pixels.shape[0])
        found = self.predictor(pixels)
        tiles = make_tiles(whole.right, whole.bottom, self.size)
        if len(tiles) == 1:
            return found
        cut: List[Detection] = []
        for tile, detection in self._in_tiles(pixels, tiles):
            of_part = _is_cut(detection.box, tile, whole, self.size * _MARGIN)
            (cut if of_part else found).append(detection)
        return merge_detections(found, cut, self.classes)

    def batch(self, images: Sequence[ImageLike]) -> List[List[Detection]]:
        """Detections of a batch, as calling it with each image; one is in
        memory at a time.

        Raises:
            InputError: As calling it.
        """
        return [self(image) for image in as_images(images)]

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """Detections of a resized batch, as :meth:`batch`; boxes are in pixels
        of the originals."""
        return [scale_back(self(image.pixels), image) for image in images]

    def _in_tiles(self, pixels: np.ndarray,
                  tiles: Sequence[Tile]) -> Iterator[Tuple[Tile, Detection]]:
        """Detections, in pixels of the image, with the tile of each."""
        for start in range(0, len(tiles), _BATCH):
            batch = tiles[start:start + _BATCH]
            found = self.predictor.batch([
                pixels[tile.top:tile.bottom, tile.left:tile.right]
                for tile in batch
            ])
            for tile, detections in zip(batch, found):
                for one in detections:
                    yield tile, _shifted(one, tile)


def make_tiles(width: int, height: int, size: int) -> List[Tile]:
    """Tiles that cover an image, in reading order: as many as an overlap of a
    quarter takes, spread evenly."""
    return [
        Tile(left, top, min(left + size, width), min(top + size, height))
        for top in _starts(height, size) for left in _starts(width, size)
    ]


def merge_detections(whole: Sequence[Detection], cut: Sequence[Detection],
                     classes: Sequence[str]) -> List[Detection]:
    """Merges what was found in overlapping tiles: NMS for each class.

    Args:
        whole: Detections of whole objects.
        cut: Detections that end at the border of a tile. Those that one of
            the others covers by half, whatever its class, are left out.
        classes: All class names.

    Returns:
        Detections, best first.
    """
    kept = _nms(whole, classes)
    boxes = np.array([one.box for one in kept]).reshape(-1, 4)
    kept += [one for one in _nms(cut, classes) if not _covered(one.box, boxes)]
    return sorted(kept, key=lambda one: -one.score)


def _starts(side: int, size: int) -> List[int]:
    overlap = _OVERLAP * size
    count = max(math.ceil((side - overlap) / (size - overlap)), 1)
    return [round(i * (side - size) / max(count - 1, 1)) for i in range(count)]


def _shifted(detection: Detection, tile: Tile) -> Detection:
    x1, y1, x2, y2 = detection.box
    left, top = tile[:2]
    return detection._replace(box=(x1 + left, y1 + top, x2 + left, y2 + top))


def _is_cut(box: Sequence[float], tile: Tile, image: Tile,
            margin: float) -> bool:
    """Whether a box reaches a border of its tile that isn't the image's."""
    return any(side != end and abs(edge - side) < margin
               for edge, side, end in zip(box, tile, image))


def _covered(box: Sequence[float], boxes: np.ndarray) -> bool:
    """Whether one of (N, 4) boxes covers half of a box."""
    corners = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(
        boxes[:, :2], box[:2])
    shared = corners.clip(0).prod(1)
    area = (box[2] - box[0]) * (box[3] - box[1])
    return bool((shared >= _SAME * area).any())


def _nms(detections: Sequence[Detection],
         classes: Sequence[str]) -> List[Detection]:
    """OpenCV's: this works without torch."""
    label = {name: i for i, name in enumerate(classes)}
    corners = [one.box for one in detections]
    kept = cv2.dnn.NMSBoxesBatched([(x1, y1, x2 - x1, y2 - y1)
                                    for x1, y1, x2, y2 in corners],
                                   [one.score for one in detections],
                                   [label[one.label]
                                    for one in detections], 0, _SAME)
    return [detections[i] for i in kept]
