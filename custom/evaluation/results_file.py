"""Predictions in a COCO results file, of any detector: read and written."""
import json
from collections import defaultdict
from os import PathLike
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Union

import numpy as np

from custom.datasets.annotations.box_format import (BoxFormat,
                                                    explain_mismatch,
                                                    find_box_format_mismatch)
from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import is_number
from custom.datasets.formats.importers.coco_results import read_results
from custom.datasets.formats.importers.json_kind import (require_kind,
                                                         without_bom)
from custom.utils.atomic_write import atomic_write
from custom.utils.errors import InputError

_XYWH = BoxFormat('xywh')


def read_predictions(path: Path, annotations: AnnotationTable,
                     classes: Sequence[str]) -> List[dict]:
    """Reads a list of ``image_id``, ``category_id``, ``bbox`` (xywh) and
    ``score``, whose ids are those of the annotation file.

    Args:
        path: The file.
        annotations: Of the split that the results are of.
        classes: Class names; the position is the label.

    Returns:
        One dict per image, as :func:`custom.evaluation.coco_eval.score_boxes`
        takes them.

    Raises:
        InputError: It is no such file, an id is not in the annotations, or a
            score not from 0 to 1.
    """
    _require_list(path)
    labels = match_categories(annotations.categories, classes,
                              annotations.path)
    rows: Dict[Any, list] = defaultdict(list)
    known = {*annotations.image_ids}
    for position, record in enumerate(read_results(path)):
        where = f'{path}: [{position}]'
        try:
            image, x, y, w, h = record['image_id'], *_box(record['bbox'])
            row = (x, y, _number(x + w), _number(y + h),
                   _number(record['score']), labels[record['category_id']])
            is_known = image in known
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f'{where} is {str(record):.80}, not an image_id, a '
                'category_id of the annotations, a bbox of four numbers and a '
                'score. Write it again.') from None
        if not is_known:
            raise InputError(f'{where} has image_id {image!r:.60}, which is '
                             f'not in {annotations.path}. Give the results of '
                             'that split.')
        if not 0 <= row[4] <= 1:
            raise InputError(f'{where} has the score {row[4]:g}; scores are '
                             'from 0 to 1. Write them so.')
        rows[image].append(row)
    found = [
        np.array(rows[key], float).reshape(-1, 6)
        for key in annotations.image_ids
    ]
    _require_xywh(path, found, annotations)
    return [*map(_as_columns, annotations.image_ids, found)]


def _require_xywh(path: Path, found: Sequence[np.ndarray],
                  annotations: AnnotationTable) -> None:
    """Refuses boxes that are meant as corners or as fractions."""
    boxes = np.concatenate(
        [np.zeros((0, 4)), *(rows[:, :4] for rows in found)])
    boxes[:, 2:] -= boxes[:, :2]
    sizes = np.repeat(annotations.sizes, [*map(len, found)], axis=0)
    mismatch = find_box_format_mismatch(boxes, sizes, _XYWH)
    if mismatch:
        shown = ', '.join(f'{value:g}' for value in boxes[mismatch.example])
        raise InputError(
            f'{path}: {"; ".join(explain_mismatch(mismatch, _XYWH))}. For '
            f'example {shown}. Write each bbox as x, y, width and height '
            'in pixels.')


def _box(value: Any) -> List[float]:
    """Four numbers, with a width and a height that are no less than 0."""
    if not isinstance(value, list) or min(map(_number, value[2:])) < 0:
        raise ValueError
    return [_number(each) for each in value]


def _number(value: Any) -> float:
    if not is_number(value):
        raise ValueError
    return float(value)


def _require_list(path: Path) -> None:
    if not path.is_file():
        raise InputError(f'{path}: no such file of results; give the JSON '
                         'that a detector wrote for these images')
    require_kind(path, 'results')
    with open(path, 'rb') as file:
        if not without_bom(file).read(1024).lstrip().startswith(b'['):
            raise InputError(
                f'{path}: holds no list of results, each with image_id, '
                'category_id, bbox and score. Write it again.')


def write_predictions(path: Union[str, PathLike], predictions: Sequence[dict],
                      annotations: AnnotationTable,
                      classes: Sequence[str]) -> None:
    """Writes what :func:`read_predictions` reads back, scores to the last bit
    and boxes as well where they were float32, in the same order.

    Args:
        path: Written whole or not at all.
        predictions: One dict per image, as
            :func:`custom.evaluation.coco_eval.score_boxes` takes them.
        annotations: Of the split that the predictions are of; ids of images
            and categories are those of its file.
        classes: Class names; the position is the label.

    Raises:
        InputError: The file cannot be written, or a class has no category in
            the annotations.
    """
    categories = category_ids(annotations, classes)
    with atomic_write(path) as part, open(part, 'w', encoding='utf-8') as file:
        file.write('[')
        for i, record in enumerate(_records(predictions, categories)):
            file.write(',\n' if i else '\n')
            file.write(json.dumps(record))
        file.write('\n]\n')


def category_ids(annotations: AnnotationTable,
                 classes: Sequence[str]) -> Dict[int, Any]:
    """Category ids of results, by label.

    Raises:
        InputError: A class has no category in the annotations.
    """
    categories: Dict[int, Any] = {}
    for key, label in match_categories(annotations.categories, classes,
                                       annotations.path).items():
        categories.setdefault(label, key)
    for label, name in enumerate(classes):
        if label not in categories:
            raise InputError(f'{annotations.path}: has no category "{name}", '
                             'which results may be of. Add it; it may have no '
                             'boxes.')
    return categories


def _records(predictions: Sequence[dict],
             categories: Dict[int, Any]) -> Iterator[dict]:
    for prediction in predictions:
        boxes = np.array(prediction['bboxes'], float).reshape(-1, 4)
        boxes[:, 2:] -= boxes[:, :2]
        labels = np.asarray(prediction['labels']).tolist()
        scores = np.asarray(prediction['scores'], float).tolist()
        for label, bbox, score in zip(labels, boxes.tolist(), scores):
            yield dict(
                image_id=prediction['img_id'],
                category_id=categories[label],
                bbox=bbox,
                score=score)


def _as_columns(key: Any, table: np.ndarray) -> dict:
    return dict(
        img_id=key,
        bboxes=table[:, :4],
        scores=table[:, 4],
        labels=table[:, 5].astype(np.int64))
