"""COCO average precision (AP) of boxes, overall and per class.

The protocol is that of Lin et al. 2014, "Microsoft COCO: Common Objects in
Context", as pycocotools computes it: IoU 0.50 to 0.95, 100 boxes per image and
class.
"""
from os import PathLike
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.evaluation.average_precision import (average_precision, max_recall,
                                                 nan_mean, summarize)
from custom.evaluation.box_columns import Truth
from custom.evaluation.matching import (AREA_RANGES, Matches, find_overlaps,
                                        match_overlaps)

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
    overlaps = find_overlaps(annotations, predictions, classes, source)
    matches = match_overlaps(overlaps)
    precision = average_precision(matches)
    by_size = [
        average_precision(match_overlaps(overlaps, area_range))
        for area_range in AREA_RANGES.values()
    ]
    return BoxScores(
        _overall(precision, by_size), _per_class(matches, precision, classes))


def _overall(precision: np.ndarray,
             by_size: Sequence[np.ndarray]) -> Dict[str, float]:
    means = [
        *summarize(precision)[:3],
        *(nan_mean(values.ravel()) for values in by_size)
    ]
    return dict(zip(OVERALL, np.nan_to_num(means, nan=-1.).tolist()))


def _per_class(matches: Matches, precision: np.ndarray,
               classes: Sequence[str]) -> List[dict]:
    columns = dict(
        images=_images(matches.overlaps.truth, len(classes)),
        boxes=matches.positives(),
        AP=precision.mean(0),
        AP50=precision[0],
        AP75=precision[5],
        AR=max_recall(matches).mean(0))
    return [{
        'class': name,
        **{
            key: _plain(values[label])
            for key, values in columns.items()
        }
    } for label, name in enumerate(classes)]


def _images(truth: Truth, num_classes: int) -> np.ndarray:
    """int64 (C,): how many images have a box of a class."""
    kept = ~truth.crowd
    pairs = np.unique(
        np.stack([truth.images[kept], truth.labels[kept]]), axis=1)
    return np.bincount(pairs[1], minlength=num_classes)


def _plain(value: np.generic) -> Optional[float]:
    number = value.item()
    return None if number != number else number
