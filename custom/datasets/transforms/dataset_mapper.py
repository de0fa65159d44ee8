"""Transform that runs a plain function, as Detectron2's dataset mappers."""
import importlib
from typing import Any, Callable, Tuple, Union

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmdet.registry import TRANSFORMS
from mmdet.structures.bbox import HorizontalBoxes

from custom.datasets.annotations.box_validation import (OVERHANG, find_faults,
                                                        overhangs)
from custom.utils.errors import InputError

_ARRAYS = ('image', 'boxes', 'labels', 'iscrowd')
# They would have to move with the boxes, and the function doesn't get them.
_OTHERS = ('gt_masks', 'gt_seg_map', 'gt_keypoints', 'proposals')


@TRANSFORMS.register_module()
class DatasetMapper(BaseTransform):
    """Dataset mapper: a plain function of image and boxes, its result checked.

    The function takes a record, one dict, and returns it or another:

    - ``image`` (np.uint8): shape (height, width, 3), BGR; may change its size
    - ``boxes`` (np.float32): shape (N, 4), xyxy in pixels of the image
    - ``labels`` (np.int64): shape (N, ), positions in the class list
    - ``iscrowd`` (bool): shape (N, ), neither object nor background
    - ``file_name`` (str) and ``image_id``: to know which image it is

    As in Detectron2's mappers, it may move, add and leave out boxes, each with
    its row of all three arrays, and the arrays are its own to change. Chance
    comes from ``numpy.random``, which MMEngine seeds for each worker.

    Stands after ``LoadAnnotations``, in a training pipeline: predictions of a
    test go back to the original image, which a function can't say.

    Required Keys:

    - img (np.uint8)
    - img_path (str)
    - img_id
    - gt_bboxes (HorizontalBoxes[torch.float32])
    - gt_bboxes_labels (np.int64)
    - gt_ignore_flags (bool)

    Modified Keys:

    - img
    - img_shape (tuple[int, int])
    - gt_bboxes
    - gt_bboxes_labels
    - gt_ignore_flags

    Args:
        function: ``'package.module.function'``, or the function itself.
            MMEngine stores the config of a run as text: there it must be the
            name, ``'__main__.function'`` for one of a script or notebook.

    Raises:
        InputError: There is no such function, or it returns something else;
            names the function and the image.
    """

    def __init__(self, function: Union[str, Callable[[dict], dict]]) -> None:
        if isinstance(function, str):
            function = _find(function)
        self.function = function
        self.name = (f'{getattr(function, "__module__", "")}.'
                     f'{getattr(function, "__qualname__", function)}')

    def transform(self, results: dict) -> dict:
        """Calls the function with copies of what ``results`` holds."""
        where = f'DatasetMapper {self.name}, image {results["img_path"]}'
        for key in _OTHERS:
            if key in results:
                raise InputError(
                    f'{where}: the record also has {key}, which a '
                    'DatasetMapper would leave where they are. Load boxes '
                    'alone, or write a transform of your own.')
        record = self.function(
            dict(
                image=results['img'].copy(),
                boxes=results['gt_bboxes'].numpy().copy(),
                labels=results['gt_bboxes_labels'].copy(),
                iscrowd=results['gt_ignore_flags'].copy(),
                file_name=results['img_path'],
                image_id=results['img_id']))
        try:
            image, boxes, labels, iscrowd = _checked(record)
        except ValueError as error:
            raise InputError(f'{where}: {error}') from None
        results['img'] = image
        results['img_shape'] = image.shape[:2]
        results['gt_bboxes'] = HorizontalBoxes(torch.from_numpy(boxes))
        results['gt_bboxes_labels'] = labels
        results['gt_ignore_flags'] = iscrowd
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(function={self.name})'


def _find(path: str) -> Callable[[dict], dict]:
    """The function of that dotted name."""
    module, _, name = path.rpartition('.')
    try:
        function = getattr(importlib.import_module(module), name, None)
    except (ImportError, ValueError) as error:
        raise InputError(
            f'DatasetMapper {path}: "{module}" cannot be imported ({error}). '
            "Write function='package.module.function'; a module in the "
            'working directory is found with PYTHONPATH=. before the command.'
        ) from None
    if not callable(function):
        raise InputError(f'DatasetMapper {path}: "{module}" has no function '
                         f'"{name}". Write the name as it is there.')
    return function


def _checked(
        record: Any) -> Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The four arrays of a record; ValueError says what is wrong with it."""
    if not isinstance(record, dict):
        raise ValueError(f'returned {type(record).__name__}, not the record. '
                         'End the function with "return record".')
    for key in _ARRAYS:
        if key not in record:
            raise ValueError(f'the returned record has no "{key}". It must '
                             f'have {", ".join(_ARRAYS)}.')
    image, labels, iscrowd = (
        np.asarray(record[key]) for key in ('image', 'labels', 'iscrowd'))
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or (
            image.size == 0):
        raise ValueError(
            f'image is {image.dtype} {image.shape}. It must be uint8 (height, '
            'width, 3), values 0 to 255.')
    boxes = _checked_boxes(np.asarray(record['boxes']), image.shape)
    _require_rows('labels', labels, 'iu', 'whole numbers', len(boxes))
    _require_rows('iscrowd', iscrowd, 'biu', 'bool', len(boxes))
    if (labels < 0).any():
        raise ValueError(f'labels are {labels.tolist()}. A label is a '
                         'position in the class list, 0 or more.')
    return (np.ascontiguousarray(image), boxes, labels.astype(np.int64),
            iscrowd.astype(bool))


def _require_rows(key: str, array: np.ndarray, kinds: str, words: str,
                  count: int) -> None:
    # numpy makes an empty list one of floats.
    if array.shape != (count, ) or count and array.dtype.kind not in kinds:
        raise ValueError(
            f'{key} are {array.dtype} {array.shape}. They must be {words} '
            f'({count}, ), one for each box: leave out rows of boxes, labels '
            'and iscrowd together.')


def _checked_boxes(boxes: np.ndarray, shape: Tuple[int, ...]) -> np.ndarray:
    """float32 (N, 4), inside the image; of no box, (0, 4)."""
    if boxes.size == 0:
        return np.zeros((0, 4), np.float32)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or boxes.dtype.kind not in 'iuf':
        raise ValueError(
            f'boxes are {boxes.dtype} {boxes.shape}. They must be '
            'float32 (N, 4), xyxy in pixels.')
    boxes = boxes.astype(np.float32)
    height, width = shape[:2]
    size = np.array([width, height])
    corners = boxes.astype(np.float64)
    with np.errstate(invalid='ignore'):
        xywh = np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
    faults = find_faults(xywh, size)
    for wrong, advice in (
        (faults.not_finite, 'has a corner that is no number.'),
        (faults.empty,
         'must have x2 above x1 and y2 above y1. After a flip swap them; '
         'leave out a box without area.'),
        (overhangs(xywh, size) > OVERHANG,
         f'is outside the image of {width} x {height} pixels. Move '
         'it with the image; clip it or leave it out.'),
        (faults.outside,
         f'has no area in the image of {width} x {height} pixels. Leave it '
         'out.')):
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(f'boxes[{row}] {boxes[row].tolist()} {advice}')
    return np.clip(boxes, 0, [*size, *size]).astype(np.float32)
