"""Copy-paste of drawn objects: cut out by their ink, pasted elsewhere."""
import random
from typing import Dict, List, NamedTuple, Optional

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmdet.registry import TRANSFORMS
from mmdet.structures.bbox import HorizontalBoxes

_MARGIN = 2  # pixels of paper around a box, from which the paper is found
_LEAST_SIDE = 24  # pixels; of a smaller object little is left
# Shades that neighboring pixels of paper differ by: shadows pass, lines don't.
_SHADES = (4, 4, 4)
_SEEDS = 6  # pixels from one start of the flood to the next
# Parts of a box: less are scribbles, more has no paper around it.
_LEAST_INK, _MOST_INK = .12, .95
_SCALES = (.5, 1.5)
_LARGEST = .6  # of the height and width of the image
_LEAST_PASTED = 8  # pixels of the short side; smaller ones are specks
_KEPT_SIDE = 512  # pixels of the long side of an object that is remembered
_PLACES = 8  # tried for an object; the freest is taken
_MOST_COVERED = .3  # of a box, by another that is pasted on it or under it


class Cutout(NamedTuple):
    """An object without its paper: uint8 (h, w, 3) ``pixels``, ``ink``, uint8
    (h, w), 1 where it is, its ``label``, and its long side as ``share`` of
    that of its image."""
    pixels: np.ndarray
    ink: np.ndarray
    label: int
    share: float

    def resized(self, side: float) -> 'Cutout':
        """The same with a long side of so many pixels."""
        height, width = self.ink.shape
        factor = side / max(height, width)
        size = max(round(width * factor), 1), max(round(height * factor), 1)
        return self._replace(
            pixels=cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA),
            ink=cv2.resize(self.ink, size, interpolation=cv2.INTER_NEAREST))


def cut_out(image: np.ndarray, box: np.ndarray,
            label: int) -> Optional[Cutout]:
    """Cuts an object out by its ink: what a flood from the edges of its box
    doesn't reach.

    Args:
        image: uint8 (H, W, 3).
        box: (4, ), xyxy in pixels.
        label: Of the object.

    Returns:
        None if it is too small, or nearly nothing or all of its box is ink.
    """
    height, width = image.shape[:2]
    x1, y1, x2, y2 = box.round().astype(int) + [
        -_MARGIN, -_MARGIN, _MARGIN, _MARGIN
    ]
    crop = image[max(y1, 0):min(y2, height), max(x1, 0):min(x2, width)]
    if min(crop.shape[:2]) < _LEAST_SIDE:
        return None
    ink = 1 - _paper(crop)
    if not _LEAST_INK < ink.mean() < _MOST_INK:
        return None
    x, y, w, h = cv2.boundingRect(ink)
    found = Cutout(crop[y:y + h, x:x + w].copy(), ink[y:y + h, x:x + w], label,
                   max(h, w) / max(height, width))
    return found.resized(_KEPT_SIDE) if max(h, w) > _KEPT_SIDE else found


def _paper(crop: np.ndarray) -> np.ndarray:
    """uint8 (h, w): 1 where a flood from the edges comes."""
    height, width = crop.shape[:2]
    smooth = cv2.GaussianBlur(crop, (3, 3), 0)
    reached = np.zeros((height + 2, width + 2), np.uint8)
    rows, columns = range(0, height, _SEEDS), range(0, width, _SEEDS)
    edges = [(x, y) for x in columns for y in (0, height - 1)]
    edges += [(x, y) for y in rows for x in (0, width - 1)]
    for x, y in edges:
        if not reached[y + 1, x + 1]:
            cv2.floodFill(smooth, reached, (x, y), 0, _SHADES, _SHADES,
                          4 | 1 << 8 | cv2.FLOODFILL_MASK_ONLY)
    return reached[1:-1, 1:-1]


@TRANSFORMS.register_module()
class InkCopyPaste(BaseTransform):
    """Copy-paste of objects on plain paper, from images that came before.

    As Ghiasi et al. 2021, "Simple Copy-Paste is a Strong Data Augmentation
    Method for Instance Segmentation" (arXiv:2012.07177), but for boxes alone:
    the mask of a drawing is its ink. It is not for photos, out of which the
    flood cuts ragged pieces.

    Required and Modified Keys:

    - img (np.uint8)
    - gt_bboxes (HorizontalBoxes[torch.float32])
    - gt_bboxes_labels (np.int64)
    - gt_ignore_flags (bool)

    Args:
        prob: Part of the images that get objects.
        most: Objects that one gets at most.
        max_cached: Objects that are remembered, others by and by.
    """

    def __init__(self,
                 prob: float = .5,
                 most: int = 4,
                 max_cached: int = 400) -> None:
        self.prob = prob
        self.most = most
        self.max_cached = max_cached
        # The name tells custom.engine.seeding what to fill anew on resume.
        self.results_cache: List[Cutout] = []

    def transform(self, results: dict) -> dict:
        """Remembers the objects of an image, and pastes others into it."""
        found = self._cutouts(results)
        if self.results_cache and random.random() < self.prob:
            results = self._with_others(results)
        self.results_cache += found
        while len(self.results_cache) > self.max_cached:
            self.results_cache.pop(random.randrange(len(self.results_cache)))
        return results

    def _cutouts(self, results: dict) -> List[Cutout]:
        """Cutouts of the objects that no other touches."""
        boxes = results['gt_bboxes'].tensor.numpy()
        found = [
            cut_out(results['img'], box, label)
            for i, (box, label, ignored) in enumerate(
                zip(boxes, results['gt_bboxes_labels'].tolist(),
                    results['gt_ignore_flags']))
            if not ignored and not _shared(box, np.delete(boxes, i, 0)).any()
        ]
        return [one for one in found if one]

    def _with_others(self, results: dict) -> dict:
        image = results['img'].copy()
        boxes = results['gt_bboxes'].tensor.numpy()
        labels: List[int] = []
        for _ in range(random.randint(1, self.most)):
            one = _fitted(random.choice(self.results_cache), image)
            if min(one.ink.shape) < _LEAST_PASTED or not one.ink.any():
                continue
            box = _free_place(one.ink.shape, image.shape, boxes)
            if box is not None:
                _paste(image, one, box)
                boxes = np.vstack([boxes, box])
                labels.append(one.label)
        return dict(results, img=image, **_annotations(results, boxes, labels))


def _annotations(results: dict, boxes: np.ndarray,
                 labels: List[int]) -> Dict[str, object]:
    return dict(
        gt_bboxes=HorizontalBoxes(torch.from_numpy(boxes)),
        gt_bboxes_labels=np.append(results['gt_bboxes_labels'],
                                   np.array(labels, np.int64)),
        gt_ignore_flags=np.append(results['gt_ignore_flags'],
                                  np.zeros(len(labels), bool)))


def _fitted(one: Cutout, image: np.ndarray) -> Cutout:
    """The object as large in the image as in its own, or by chance larger or
    smaller."""
    height, width = image.shape[:2]
    rows, columns = one.ink.shape
    most = _LARGEST * min(height / rows, width / columns) * max(rows, columns)
    wanted = one.share * max(height, width) * random.uniform(*_SCALES)
    return one.resized(min(wanted, most))


def _free_place(shape: tuple, image: tuple,
                boxes: np.ndarray) -> Optional[np.ndarray]:
    """Box (4, ) of ``shape`` in an image; None where none is free enough."""
    best, least = None, _MOST_COVERED
    for _ in range(_PLACES):
        x = random.randint(0, image[1] - shape[1])
        y = random.randint(0, image[0] - shape[0])
        box = np.array([x, y, x + shape[1], y + shape[0]], np.float32)
        covered = _shared(box, boxes).max(initial=0)
        if covered < least or not covered:
            best, least = box, covered
    return best


def _shared(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(N, ): intersection of a box with others, as part of the smaller."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(
        box[:2], boxes[:, :2])
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    smaller = np.minimum(areas, (box[2:] - box[:2]).prod())
    return sides.clip(0).prod(1) / np.maximum(smaller, 1e-6)


def _paste(image: np.ndarray, one: Cutout, box: np.ndarray) -> None:
    """Draws the object into the image, its rim softened."""
    x1, y1, x2, y2 = box.astype(int)
    ink = cv2.GaussianBlur(one.ink.astype(np.float32), (3, 3), 0)[..., None]
    under = image[y1:y2, x1:x2]
    under[:] = ink * one.pixels + (1 - ink) * under + .5
