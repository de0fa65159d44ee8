"""Anchor statistics: how well anchors of a config fit a data set.

All boxes here are xyxy in float pixels, and all sizes are those of the image
as the network gets it: resized by the test pipeline, then padded. The train
pipeline's random steps are left out.
"""
import functools
from collections import defaultdict
from typing import Callable, Dict, Iterable, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from mmdet.models.task_modules import AnchorGenerator
from mmdet.registry import DATASETS, MODELS, TASK_UTILS, TRANSFORMS
from mmdet.structures.bbox import HorizontalBoxes
from mmengine.config import Config
from mmengine.registry import init_default_scope

from custom.utils.box_iou import box_iou
from custom.utils.errors import InputError

Shape = Tuple[int, int]
# MMDetection's usual thresholds for a positive, of RetinaNet and of an RPN.
THRESHOLDS = (0.5, 0.7)


class AnchorLevel(NamedTuple):
    """Anchors of one feature map.

    Attributes:
        anchors: float64 (A, 4), those of the first position.
        stride: Pixels from one position to the next, along x and y.
    """
    anchors: np.ndarray
    stride: Tuple[int, int]


class ResizedShape(NamedTuple):
    """Resized shape of an image: its (height, width) after the pipeline, and
    the scale, what x and y are multiplied by."""
    shape: Shape
    scale: Tuple[float, float]


class BestAnchors(NamedTuple):
    """Best anchor of each box, by IoU.

    Attributes:
        ious: float64 (N,).
        levels: int64 (N,), its feature map.
        anchors: float64 (N, 4), where it is.
    """
    ious: np.ndarray
    levels: np.ndarray
    anchors: np.ndarray


class AnchorFit(NamedTuple):
    """The boxes of a data set and their best anchors.

    Attributes:
        boxes: float64 (N, 4), resized.
        labels: int64 (N,), positions in ``classes``.
        images: int64 (N,), positions in ``paths``.
        best: Of each box.
        classes: Class names.
        paths: Image files.
        resized: One an image.
    """
    boxes: np.ndarray
    labels: np.ndarray
    images: np.ndarray
    best: BestAnchors
    classes: Sequence[str]
    paths: List[str]
    resized: List[ResizedShape]


class AnchorRecall(NamedTuple):
    """Anchor recall of some boxes: what share of them, 0 to 1, has an anchor
    with an IoU of at least each of :data:`THRESHOLDS`."""
    name: str
    boxes: int
    recalls: Tuple[float, ...]


def anchor_levels(cfg: Config) -> List[AnchorLevel]:
    """The anchors of a config's RPN or dense head.

    Raises:
        InputError: The model has none.
    """
    init_default_scope('mmdet')
    for head in ('rpn_head', 'bbox_head'):
        for key in ('anchor_generator', 'prior_generator'):
            part = cfg.model.get(head, {}).get(key)
            generator = part and TASK_UTILS.build(part)
            # Points, as those of FCOS, have no size to compare with a box.
            if isinstance(generator, AnchorGenerator):
                return [
                    AnchorLevel(anchors.double().numpy(),
                                stride) for anchors, stride in zip(
                                    generator.base_anchors, generator.strides)
                ]
    raise InputError(
        f'{cfg.filename}: its model {cfg.model.type} has no anchors: neither '
        'rpn_head nor bbox_head has an anchor_generator. Give a config of a '
        'model with anchors, such as Faster R-CNN, RetinaNet or YOLOv3.')


def resizer(cfg: Config) -> Callable[[Shape], ResizedShape]:
    """Resizer of shapes: the test pipeline of a config on (height, width).

    The pipeline's own steps run on a blank image, once for each size.
    """
    init_default_scope('mmdet')
    steps = [
        TRANSFORMS.build(step) for step in cfg.test_dataloader.dataset.pipeline
        if not step.type.startswith(('Load', 'Pack'))
    ]

    @functools.lru_cache(maxsize=None)
    def resize(shape: Shape) -> ResizedShape:
        height, width = shape
        results = dict(
            img=np.zeros((*shape, 3), np.uint8),
            img_shape=shape,
            ori_shape=shape,
            gt_bboxes=HorizontalBoxes([[0., 0., width, height]]),
            gt_bboxes_labels=np.zeros(1, np.int64),
            gt_ignore_flags=np.zeros(1, bool))
        for step in steps:
            results = step(results)
        _, _, x, y = results['gt_bboxes'].tensor[0].tolist()
        return ResizedShape(results['img'].shape[:2], (x / width, y / height))

    return resize


def feature_shapes(cfg: Config) -> Callable[[Shape], List[Shape]]:
    """Feature map shapes: (height, width) of each level for an image's.

    Backbone and neck run on tensors without data, once for each padded size:
    how they round is their own affair.
    """
    init_default_scope('mmdet')
    divisor = cfg.model.get('data_preprocessor', {}).get('pad_size_divisor', 1)
    parts = [
        MODELS.build(cfg.model[part]).to('meta')
        for part in ('backbone', 'neck') if cfg.model.get(part)
    ]
    for part in parts:
        part.eval()  # a batch of one is too few to train a norm

    @functools.lru_cache(maxsize=None)
    def run(height: int, width: int) -> List[Shape]:
        features = torch.empty(1, 3, height, width, device='meta')
        with torch.no_grad():
            for part in parts:
                features = part(features)
        return [tuple(feature.shape[2:]) for feature in features]

    return lambda shape: run(*(-(-side // divisor) * divisor
                               for side in shape))


def best_anchors(boxes: np.ndarray, levels: Sequence[AnchorLevel],
                 shapes: Sequence[Shape]) -> BestAnchors:
    """Best anchor for each box, without trying all.

    An anchor keeps its size wherever it stands, so that its IoU with a box
    grows with their overlap; and that is largest along each axis where their
    centers are closest. One position for each shape of anchor is enough.

    Args:
        boxes: float (N, 4) with areas above 0.
        levels: Anchors of each feature map.
        shapes: (height, width) of each feature map.
    """
    boxes = np.asarray(boxes, float).reshape(-1, 4)
    best = BestAnchors(
        np.zeros(len(boxes)), np.zeros(len(boxes), np.int64),
        np.zeros((len(boxes), 4)))
    for number, (level, (height, width)) in enumerate(zip(levels, shapes)):
        offsets = _centers(boxes)[:, None] - _centers(level.anchors)
        steps = np.clip(
            np.rint(offsets / level.stride), 0, (width - 1, height - 1))
        anchors = level.anchors + np.tile(steps * level.stride, 2)
        ious = box_iou(boxes[:, None], anchors)
        rows, columns = np.arange(len(boxes)), ious.argmax(axis=1)
        better = ious[rows, columns] > best.ious
        best.ious[better] = ious[rows, columns][better]
        best.levels[better] = number
        best.anchors[better] = anchors[rows, columns][better]
    return best


def fit_anchors(cfg: Config, track: Callable[[Iterable, str, int],
                                             Iterable]) -> AnchorFit:
    """Anchor fit: the best anchor of every box that a config trains on.

    Boxes that are ignored (``iscrowd``, ``ignore``) are left out.

    Args:
        cfg: Its train data are read, but for the images.
        track: As :func:`custom.utils.progress.track`.

    Raises:
        InputError: The model has no anchors, or the data no boxes.
    """
    levels = anchor_levels(cfg)
    resize, shapes_of = resizer(cfg), feature_shapes(cfg)
    dataset = DATASETS.build(dict(cfg.train_dataloader.dataset, pipeline=[]))
    boxes, labels, images, paths, resized = [], [], [], [], []
    by_shape: Dict[Shape, List[int]] = defaultdict(list)
    for number in range(len(dataset)):
        info = dataset.get_data_info(number)
        paths.append(info['img_path'])
        resized.append(resize((info['height'], info['width'])))
        for instance in info['instances']:
            if not instance['ignore_flag']:
                by_shape[resized[-1].shape].append(len(boxes))
                boxes.append(instance['bbox'] * np.tile(resized[-1].scale, 2))
                labels.append(instance['bbox_label'])
                images.append(number)
    if not boxes:
        raise InputError(f'{dataset.ann_file}: has no boxes to fit anchors '
                         'to; give a data set with some')
    boxes = np.array(boxes)
    best = BestAnchors(
        np.zeros(len(boxes)), np.zeros(len(boxes), np.int64),
        np.zeros((len(boxes), 4)))
    for shape, rows in track(by_shape.items(), 'image sizes', len(by_shape)):
        found = best_anchors(boxes[rows], levels, shapes_of(shape))
        for whole, part in zip(best, found):
            whole[rows] = part
    return AnchorFit(boxes, np.array(labels), np.array(images), best,
                     dataset.metainfo['classes'], paths, resized)


def recall_of_all(fit: AnchorFit) -> AnchorRecall:
    """Anchor recall of all boxes at each threshold."""
    return _recall('all', fit.best.ious)


def recall_by_class(fit: AnchorFit) -> List[AnchorRecall]:
    """Anchor recall of each class that has boxes, the worst first."""
    return sorted(
        (_recall(fit.classes[label], fit.best.ious[fit.labels == label])
         for label in np.unique(fit.labels)),
        key=lambda recall: recall.recalls)


def recall_by_size(fit: AnchorFit) -> List[AnchorRecall]:
    """Anchor recall of each size of box, small to large.

    The size is the root of the area in pixels, from one power of 2 to the
    next.
    """
    octaves = np.floor(np.log2(root_areas(fit.boxes))).astype(int)
    return [
        _recall(f'{2.**octave:g} to {2.**(octave + 1):g} px',
                fit.best.ious[octaves == octave])
        for octave in np.unique(octaves)
    ]


def hardest_image(fit: AnchorFit) -> int:
    """The hardest image, with most boxes without an anchor above the last
    threshold, by its position in ``fit.paths``."""
    missed = fit.images[fit.best.ious < THRESHOLDS[-1]]
    return int(np.bincount(missed, minlength=len(fit.paths)).argmax())


def root_areas(boxes: np.ndarray) -> np.ndarray:
    """Root areas (N,) of boxes (N, 4): sides of squares of the same area."""
    return np.sqrt(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))


def _recall(name: str, ious: np.ndarray) -> AnchorRecall:
    return AnchorRecall(name, len(ious),
                        tuple(float((ious >= t).mean()) for t in THRESHOLDS))


def _centers(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, :2] + boxes[:, 2:]) / 2
