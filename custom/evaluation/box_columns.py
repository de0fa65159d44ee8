"""Columnar detections and ground truth of one evaluation, sorted for AP."""
from os import PathLike
from typing import Dict, NamedTuple, Sequence, Tuple, Union

import numpy as np

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.columns import AnnotationTable
from custom.utils.errors import InputError

# Those of the highest scores, of each image and class.
MAX_BOXES = 100


class Detections(NamedTuple):
    """Predicted boxes, the best :data:`MAX_BOXES` of each image and class.

    They are sorted by label, then by falling score; where scores are equal by
    the id of the image, then as they were given. This is the order of COCO's
    AP.

    Attributes:
        images: int32 (N,), row of the image.
        labels: int32 (N,).
        scores: float64 (N,), 0 to 1.
        boxes: float64 (N, 4), xywh, pixels: to the last bit what COCO's
            reference computes its IoU from.
        positions: int32 (N,), which of all predicted boxes it is, counted
            through the predictions as they were given.
    """
    images: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    boxes: np.ndarray
    positions: np.ndarray


class Truth(NamedTuple):
    """Annotated boxes; rows are those of the annotation table.

    Attributes:
        images: int32 (G,), row of the image.
        labels: int32 (G,).
        boxes: float64 (G, 4), xywh, pixels.
        areas: float64 (G,), ``area`` as in the file, square pixels.
        crowd: bool (G,), neither object nor background.
    """
    images: np.ndarray
    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray
    crowd: np.ndarray


def truth_columns(annotations: AnnotationTable, classes: Sequence[str],
                  source: Union[str, PathLike]) -> Truth:
    """The columns of a valid table, classes matched by name.

    Raises:
        InputError: A category is no class.
    """
    labels = match_categories(annotations.categories, classes, source)
    label_of = np.array([labels[key] for key in annotations.category_ids],
                        np.int32)
    return Truth(
        annotations.image_of.astype(np.int32),
        label_of[annotations.category_of], annotations.boxes,
        annotations.areas, annotations.crowd)


def detection_columns(image_ids: Sequence[object], predictions: Sequence[dict],
                      num_classes: int, source: Union[str,
                                                      PathLike]) -> Detections:
    """The columns of predictions, sorted and cut as COCO does it.

    Args:
        image_ids: One per image; the position is the row.
        predictions: As :func:`custom.evaluation.coco_eval.score_boxes` takes
            them.
        num_classes: How many labels there are.
        source: The annotation file, for messages.

    Raises:
        InputError: An image is unknown, or a label is no class.
    """
    images, labels, scores, corners = _joined(image_ids, predictions, source)
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise InputError(
            f'{source}: boxes were predicted with labels {labels.min()} to '
            f'{labels.max()}, but there are {num_classes} classes, counted '
            'from 0. Let model and evaluation have the same classes.')
    # Stable: where all is equal, as they were given.
    order = np.lexsort((_places(image_ids)[images], -scores, labels))
    groups = images[order] + labels[order].astype(np.int64) * len(image_ids)
    order = order[_rank_in_group(groups) < MAX_BOXES]
    boxes = corners[order]
    boxes[:, 2:] -= boxes[:, :2]
    return Detections(images[order], labels[order], scores[order], boxes,
                      order.astype(np.int32))


def best_of_images(images: np.ndarray, scores: np.ndarray,
                   positions: np.ndarray, count: int) -> np.ndarray:
    """bool (N,), the ``count`` best of every image, whatever the class."""
    order = np.lexsort((positions, -scores))
    best = np.zeros(len(images), bool)
    best[order] = _rank_in_group(images[order]) < count
    return best


def _places(image_ids: Sequence[object]) -> np.ndarray:
    """int64 (I,): the place of each image in the order of ids."""
    places = np.empty(len(image_ids), np.int64)
    places[np.argsort(np.array(image_ids),
                      kind='stable')] = np.arange(len(image_ids))
    return places


def begins_of(groups: np.ndarray, count: int) -> np.ndarray:
    """int64 (count + 1,): where each group begins in a sorted column."""
    return np.searchsorted(groups, np.arange(count + 1))


def _joined(image_ids: Sequence[object], predictions: Sequence[dict],
            source: Union[str, PathLike]) -> Tuple[np.ndarray, ...]:
    """Row of the image, label, score and corners of all predicted boxes."""
    rows: Dict[object, int] = {key: i for i, key in enumerate(image_ids)}
    images = [np.empty(0, np.int32)]
    labels = [np.empty(0, np.int32)]
    scores = [np.empty(0)]
    corners = [np.empty((0, 4))]
    for prediction in predictions:
        if prediction['img_id'] not in rows:
            raise InputError(
                f'{source}: has no image id {prediction["img_id"]!r}, but '
                'boxes were predicted for it. Let predictions and evaluation '
                'name the same annotation file.')
        labels.append(np.asarray(prediction['labels'], np.int32))
        scores.append(np.asarray(prediction['scores'], np.float64))
        corners.append(
            np.asarray(prediction['bboxes'], np.float64).reshape(-1, 4))
        images.append(
            np.full(len(labels[-1]), rows[prediction['img_id']], np.int32))
    return tuple(map(np.concatenate, (images, labels, scores, corners)))


def _rank_in_group(groups: np.ndarray) -> np.ndarray:
    """int64 (N,): how many of the same group stand before."""
    order = np.argsort(groups, kind='stable')
    ordered = groups[order]
    first = np.searchsorted(ordered, ordered)
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - first
    return ranks
