"""COCO average precision (AP) of boxes, overall and per class.

The protocol is that of Lin et al. 2014, "Microsoft COCO: Common Objects in
Context", as pycocotools computes it: IoU 0.50 to 0.95, 100 boxes per image.
faster-coco-eval gives the same numbers several times faster.
"""
from os import PathLike
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.columns import AnnotationTable
from custom.utils.errors import InputError

OVERALL = ('mAP', 'mAP_50', 'mAP_75', 'mAP_s', 'mAP_m', 'mAP_l')
# Those of the highest scores, of each image and class.
MAX_BOXES = 100


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


def score_boxes(annotations: AnnotationTable, predictions: Sequence[dict],
                classes: Sequence[str], source: Union[str,
                                                      PathLike]) -> BoxScores:
    """Scores predicted boxes against annotated ones, classes by name.

    Args:
        annotations: As
            :func:`custom.datasets.annotations.strict_reader.read_annotations`
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
    labels = match_categories(annotations.categories, classes, source)
    # The evaluation takes an annotation with id 0 for unmatched, sorts the
    # categories by id and knows integer ids only: positions as image ids,
    # labels as category ids and annotation ids from 1 leave it nothing to
    # stumble over.
    positions = {key: i for i, key in enumerate(annotations.image_ids)}
    label_of = [labels[key] for key in annotations.category_ids]
    truth = [{
        'image_id': image,
        'category_id': label_of[category],
        'bbox': bbox,
        'area': area,
        'iscrowd': int(crowd)
    } for image, category, bbox, area, crowd in zip(
        annotations.image_of.tolist(), annotations.category_of.tolist(),
        annotations.boxes.tolist(), annotations.areas.tolist(),
        annotations.crowd.tolist())]
    found = []
    for prediction in predictions:
        if prediction['img_id'] not in positions:
            raise InputError(
                f'{source}: has no image id {prediction["img_id"]!r}, but '
                'boxes were predicted for it. Let data loader and evaluator '
                'name the same annotation file.')
        found += _as_records(prediction, positions[prediction['img_id']])

    evaluation = COCOeval_faster(
        _coco(truth, len(positions), len(classes)),
        _coco(found, len(positions), len(classes)), 'bbox')
    evaluation.params.maxDets = [MAX_BOXES]
    evaluation.evaluate()
    evaluation.accumulate()
    # precision is (IoU, recall, class, area, 1), recall the same without its
    # second axis; area 0 is all of them, -1 means no box to find.
    precision = evaluation.eval['precision'][..., 0]
    recall = evaluation.eval['recall'][:, :, 0, 0]
    return BoxScores(
        _overall(precision),
        _per_class(precision[..., 0], recall, truth, classes))


def _as_records(prediction: dict, image_id: int) -> List[dict]:
    boxes = np.asarray(prediction['bboxes'], dtype=np.float64).reshape(-1, 4)
    sizes = boxes[:, 2:] - boxes[:, :2]
    return [{
        'image_id': image_id,
        'category_id': label,
        'bbox': bbox,
        'area': area,
        'iscrowd': 0,
        'score': score
    } for bbox, area, label, score in zip(
        np.hstack([boxes[:, :2], sizes]).tolist(),
        sizes.prod(axis=1).tolist(),
        np.asarray(prediction['labels']).tolist(),
        np.asarray(prediction['scores']).tolist())]


def _coco(boxes: List[dict], num_images: int, num_classes: int) -> COCO:
    for i, box in enumerate(boxes, 1):
        box['id'] = i
    return COCO({
        'images': [{
            'id': i
        } for i in range(num_images)],
        'categories': [{
            'id': i
        } for i in range(num_classes)],
        'annotations': boxes
    })


def _overall(precision: np.ndarray) -> Dict[str, float]:
    everything = precision[..., 0]
    parts = (everything, everything[0], everything[5],
             *np.moveaxis(precision[..., 1:], -1, 0))
    means = map(_mean, parts)
    return {
        name: -1. if mean is None else mean
        for name, mean in zip(OVERALL, means)
    }


def _per_class(precision: np.ndarray, recall: np.ndarray, truth: List[dict],
               classes: Sequence[str]) -> List[dict]:
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
    values = values[values > -1]
    return float(values.mean()) if values.size else None
