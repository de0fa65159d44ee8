"""Matching of detections with ground truth, once for all of the metrics.

The rules are those of pycocotools: for each image and class detections by
falling score, each with the free truth of the highest IoU at or above the
threshold. What matches a crowd region is ignored, and the IoU with one is the
intersection over the detection's area.
"""
from os import PathLike
from typing import NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.evaluation.box_columns import (Detections, Truth, begins_of,
                                           detection_columns, truth_columns)
from custom.evaluation.matching_kernels import (count_pairs, fill_pairs,
                                                match_greedily)

# np.arange is slightly off.
IOU_THRESHOLDS = np.linspace(.5, .95, 10)
# Square pixels, both ends included, as COCO does it.
AREA_RANGES = dict(
    small=(0., 32.**2), medium=(32.**2, 96.**2), large=(96.**2, 1e10))
# Below it a detection has nothing to do with a box: TIDE's background.
LEAST_IOU = .1


class Overlaps(NamedTuple):
    """Detections, truth and the IoU of those that overlap, of any classes.

    Attributes:
        num_images: I.
        classes: C names; the position is the label.
        detections: N boxes.
        truth: G boxes.
        best_iou: float64 (N,), the best IoU with truth of the same label that
            is no crowd; 0 if none.
        begins: int64 (N + 1,), where the pairs of each detection begin.
        pair_truth: int32 (P,), truth rows in rising order for a detection.
        pair_iou: float64 (P,), at least :data:`LEAST_IOU`; with a crowd
            region intersection over the detection's area.
    """
    num_images: int
    classes: Tuple[str, ...]
    detections: Detections
    truth: Truth
    best_iou: np.ndarray
    begins: np.ndarray
    pair_truth: np.ndarray
    pair_iou: np.ndarray

    def pair_detections(self) -> np.ndarray:
        """int32 (P,), the detection of every pair."""
        return np.repeat(
            np.arange(len(self.best_iou), dtype=np.int32),
            np.diff(self.begins))


class Matches(NamedTuple):
    """Matches of detections and truth, at each IoU threshold.

    Attributes:
        overlaps: What was matched.
        truth_of: int32 (T, N), row of the matched truth, -1 if none. T is
            that of :data:`IOU_THRESHOLDS`.
        ignored: bool (T, N), neither right nor wrong: matched with ignored
            truth, or unmatched and outside of the range asked for.
        found_by: int32 (T, G), the detection that matched, -1 if none.
        truth_ignored: bool (G,), not to be found: crowd, or outside of the
            range asked for.
    """
    overlaps: Overlaps
    truth_of: np.ndarray
    ignored: np.ndarray
    found_by: np.ndarray
    truth_ignored: np.ndarray

    def true_positives(self) -> np.ndarray:
        """bool (T, N)."""
        return (self.truth_of >= 0) & ~self.ignored

    def positives(self) -> np.ndarray:
        """int64 (C,), how many boxes of each class are to be found."""
        labels = self.overlaps.truth.labels[~self.truth_ignored]
        return np.bincount(labels, minlength=len(self.overlaps.classes))


def match_boxes(annotations: AnnotationTable, predictions: Sequence[dict],
                classes: Sequence[str], source: Union[str,
                                                      PathLike]) -> Matches:
    """Matches predicted boxes with annotated ones, over boxes of any size.

    The arguments and errors are those of
    :func:`custom.evaluation.coco_eval.score_boxes`; a label that is no class
    is an InputError too.
    """
    return match_overlaps(
        find_overlaps(annotations, predictions, classes, source))


def find_overlaps(annotations: AnnotationTable, predictions: Sequence[dict],
                  classes: Sequence[str], source: Union[str,
                                                        PathLike]) -> Overlaps:
    """The IoU of detections with the truth of their image, see
    :func:`match_boxes`."""
    truth = truth_columns(annotations, classes, source)
    num_images = len(annotations.image_ids)
    found = detection_columns(annotations.image_ids, predictions, len(classes),
                              source)
    rows = np.argsort(truth.images, kind='stable')
    by_image = begins_of(truth.images[rows], num_images), rows
    # An annotation table can't be written to, which is another type to numba.
    boxes, crowd = truth.boxes.copy(), truth.crowd.copy()
    counts = np.empty(len(found.labels), np.int64)
    count_pairs(found.images, found.boxes, *by_image, boxes, crowd, LEAST_IOU,
                counts)
    begins = np.concatenate([[0], np.cumsum(counts)])
    pair_truth = np.empty(begins[-1], np.int32)
    pair_iou = np.empty(begins[-1])
    best = np.empty(len(counts))
    fill_pairs(found.images, found.labels, found.boxes, *by_image,
               truth.labels, boxes, crowd, LEAST_IOU, begins, pair_truth,
               pair_iou, best)
    return Overlaps(num_images, tuple(classes), found, truth, best, begins,
                    pair_truth, pair_iou)


def match_overlaps(
        overlaps: Overlaps,
        area_range: Optional[Tuple[float, float]] = None,
        inside: Optional[Tuple[np.ndarray, np.ndarray]] = None) -> Matches:
    """Matches detections with truth, or with that of some kind alone.

    Args:
        overlaps: Of :func:`find_overlaps`; good for any range.
        area_range: Least and greatest area in square pixels, one of
            :data:`AREA_RANGES`.
        inside: Of another kind: bool (G,) which truth and bool (N,) which
            detections are of it. Other truth is ignored, and other
            detections are unless they match.
    """
    if area_range is not None:
        inside = _inside_area(overlaps, area_range)
    truth, found = overlaps.truth, overlaps.detections
    truth_ignored = truth.crowd.copy()
    if inside is not None:
        truth_ignored |= ~inside[0]
    shape = len(IOU_THRESHOLDS), len(found.labels)
    truth_of, ignored = np.full(shape, -1, np.int32), np.zeros(shape, bool)
    found_by = np.full((shape[0], len(truth.labels)), -1, np.int32)
    match_greedily(overlaps.begins, overlaps.pair_truth,
                   overlaps.pair_iou, found.labels, truth.labels,
                   truth.crowd.copy(), truth_ignored, IOU_THRESHOLDS, truth_of,
                   ignored, found_by)
    if inside is not None:
        ignored |= (truth_of < 0) & ~inside[1]
    return Matches(overlaps, truth_of, ignored, found_by, truth_ignored)


def _inside_area(
        overlaps: Overlaps,
        area_range: Tuple[float, float]) -> Tuple[np.ndarray, np.ndarray]:
    least, greatest = area_range
    areas = overlaps.truth.areas, overlaps.detections.boxes[:, 2:].prod(1)
    return tuple((least <= area) & (area <= greatest) for area in areas)
