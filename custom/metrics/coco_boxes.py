"""COCO average precision of boxes, overall and per class.

The protocol is that of Lin et al. 2014, "Microsoft COCO: Common Objects in
Context", as pycocotools computes it: IoU 0.50 to 0.95, 100 boxes per image.
"""
import contextlib
import io
from os import PathLike
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from custom.datasets.class_map import match_categories
from custom.errors import InputError

OVERALL = ('mAP', 'mAP_50', 'mAP_75', 'mAP_s', 'mAP_m', 'mAP_l')


class BoxScores(NamedTuple):
    """The result of :func:`score_boxes`.

    Attributes:
        overall: ``mAP``, ``mAP_50``, ``mAP_75`` and, by box area (below
            32 x 32 pixels, up to 96 x 96, above), ``mAP_s``, ``mAP_m``,
            ``mAP_l``: 0 to 1, or -1 where there is no such box to find.
        per_class: One dict per class, in class order: ``class`` (name),
            ``images`` and ``boxes`` (how many to find), ``AP``, ``AP50``,
            ``AP75`` and ``AR`` (0 to 1, None where there is no box to find).
    """
    overall: Dict[str, float]
    per_class: List[dict]


def score_boxes(annotations: dict, predictions: Sequence[dict],
                classes: Sequence[str], source: Union[str,
                                                      PathLike]) -> BoxScores:
    """Scores predicted boxes against annotated ones, classes by name.

    Args:
        annotations: As :func:`custom.datasets.annotations.read_annotations`
            returns them; its categories may stand in any order.
        predictions: One dict per image with ``img_id``, ``bboxes`` (N, 4)
            xyxy float pixels, ``scores`` (N, ) 0 to 1, ``labels`` (N, ) int.
            An image without one counts as an image without boxes found.
        classes: Class names; the position is the label.
        source: The annotation file, for messages.

    Returns:
        The scores. No boxes predicted at all gives 0, not an error.

    Raises:
        InputError: A category is no class, or an image is unknown.
    """
    labels = match_categories(annotations['categories'], classes, source)
    # pycocotools takes an annotation with id 0 for unmatched and sorts the
    # categories by id: positions as image ids, labels as category ids and
    # annotation ids from 1 leave it nothing to stumble over.
    positions = {
        image['id']: i
        for i, image in enumerate(annotations['images'])
    }
    truth = [
        dict(
            image_id=positions[ann['image_id']],
            category_id=labels[ann['category_id']],
            bbox=ann['bbox'],
            area=ann['area'],
            iscrowd=ann['iscrowd']) for ann in annotations['annotations']
    ]
    found = []
    for prediction in predictions:
        if prediction['img_id'] not in positions:
            raise InputError(
                f'{source}: has no image id {prediction["img_id"]!r}, but '
                'boxes were predicted for it. Let data loader and evaluator '
                'name the same annotation file.')
        found += _as_records(prediction, positions[prediction['img_id']])

    evaluation = _evaluate(
        _coco(truth, len(positions), len(classes)),
        _coco(found, len(positions), len(classes)))
    overall = dict(zip(OVERALL, map(float, evaluation.stats)))
    return BoxScores(overall, _per_class(evaluation, truth, classes))


def _as_records(prediction: dict, image_id: int) -> List[dict]:
    boxes = np.asarray(prediction['bboxes'], dtype=np.float64).reshape(-1, 4)
    sizes = boxes[:, 2:] - boxes[:, :2]
    return [
        dict(
            image_id=image_id,
            category_id=int(label),
            bbox=[*map(float, (*box[:2], *size))],
            area=float(size.prod()),
            iscrowd=0,
            score=float(score)) for box, size, label, score in zip(
                boxes, sizes, prediction['labels'], prediction['scores'])
    ]


def _coco(boxes: List[dict], num_images: int, num_classes: int) -> COCO:
    coco = COCO()
    coco.dataset = dict(
        images=[dict(id=i) for i in range(num_images)],
        categories=[dict(id=i) for i in range(num_classes)],
        annotations=[dict(box, id=i) for i, box in enumerate(boxes, 1)])
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco


def _evaluate(truth: COCO, found: COCO) -> COCOeval:
    evaluation = COCOeval(truth, found, 'bbox')
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def _per_class(evaluation: COCOeval, truth: List[dict],
               classes: Sequence[str]) -> List[dict]:
    # precision is (IoU, recall, class, area, most boxes), recall the same
    # without its second axis; area 0 is all of them, -1 means no box to find.
    precision = evaluation.eval['precision'][:, :, :, 0, -1]
    recall = evaluation.eval['recall'][:, :, 0, -1]
    images = [set() for _ in classes]
    boxes = [0] * len(classes)
    for ann in truth:
        if not ann['iscrowd']:
            images[ann['category_id']].add(ann['image_id'])
            boxes[ann['category_id']] += 1
    return [{
        'class': name,
        'images': len(images[k]),
        'boxes': boxes[k],
        'AP': _mean(precision[:, :, k]),
        'AP50': _mean(precision[0, :, k]),
        'AP75': _mean(precision[5, :, k]),
        'AR': _mean(recall[:, k]),
    } for k, name in enumerate(classes)]


def _mean(values: np.ndarray) -> Optional[float]:
    return float(values.mean()) if (values > -1).all() else None
