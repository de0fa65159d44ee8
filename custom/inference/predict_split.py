"""Predictions of a data set split, as the evaluation takes them."""
from os import PathLike
from typing import Callable, Iterable, List, Optional, Sequence, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.layout import annotation_file, image_folder
from custom.datasets.annotations.strict_reader import read_annotations
from custom.structures.detection import Detection, Predictor
from custom.utils.errors import InputError

# Images that go to the predictor at once.
_BATCH = 8


def predict_split(predictor: Predictor,
                  folder: Union[str, PathLike],
                  annotations: AnnotationTable,
                  track: Callable[[Iterable], Iterable] = iter,
                  classes: Optional[Sequence[str]] = None) -> List[dict]:
    """Finds the objects in all images of a split.

    Args:
        predictor: Of a checkpoint or an ONNX file.
        folder: The data set folder.
        annotations: Of the split, as :func:`read_split` gives them.
        track: Passes the positions of the images on while it shows progress.
        classes: Whose position is the label; by default the predictor's own,
            which they must be in any order.

    Returns:
        One dict per image with ``img_id``, ``bboxes`` float64 (N, 4) xyxy in
        pixels, ``scores`` float64 (N, ) and ``labels`` int64 (N, ); best
        first.

    Raises:
        InputError: An image is missing or can't be decoded, or the classes
            are others.
    """
    classes = predictor.classes if classes is None else classes
    if {*classes} != {*predictor.classes}:
        others = sorted({*classes} ^ {*predictor.classes})
        raise InputError(
            f'{folder}: its classes are not those of the detector: '
            f'{", ".join(others)} is in one of them alone. Give the data that '
            'it was trained for.')
    return predict_classes(predictor, folder, annotations, classes, track)


def predict_classes(
        predictor: Predictor,
        folder: Union[str, PathLike],
        annotations: AnnotationTable,
        classes: Sequence[str],
        track: Callable[[Iterable], Iterable] = iter) -> List[dict]:
    """Detections of some classes alone, else as :func:`predict_split`,
    whatever else the predictor knows."""
    names = annotations.file_names
    paths = [str(image_folder(folder) / name) for name in names]
    label_of = {name: label for label, name in enumerate(classes)}
    found: List[List[Detection]] = []
    for row in track(range(len(paths))):
        if row == len(found):
            found += predictor.batch(paths[row:row + _BATCH])
    return [
        _as_columns(key, detections, label_of)
        for key, detections in zip(annotations.image_ids, found)
    ]


def read_split(folder: Union[str, PathLike], split: str) -> AnnotationTable:
    """The annotations of a split, checked as for training.

    Raises:
        InputError: As
            :func:`custom.datasets.annotations.strict_reader.read_annotations`.
    """
    return read_annotations(annotation_file(folder, split))


def _as_columns(key: object, detections: List[Detection],
                label_of: dict) -> dict:
    detections = [d for d in detections if d.label in label_of]
    return dict(
        img_id=key,
        bboxes=np.array([d.box for d in detections], float).reshape(-1, 4),
        scores=np.array([d.score for d in detections], float),
        labels=np.array([label_of[d.label] for d in detections], np.int64))
