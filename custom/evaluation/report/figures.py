"""Evaluation report: how good a detector is, how sure that is, and why."""
from typing import Any, Dict, List, Mapping, Optional

import numpy as np

from custom.evaluation.average_precision import summary_names
from custom.evaluation.bootstrap import Estimate, bootstrap_average_precision
from custom.evaluation.calibration import calibration
from custom.evaluation.confusion_matrix import confusion_matrix, most_confused
from custom.evaluation.matching import Matches, Overlaps
from custom.evaluation.report.curve_figures import (calibration_figures,
                                                    curves_by_recall,
                                                    curves_by_score)
from custom.evaluation.score_curves import score_curves
from custom.evaluation.score_thresholds import Thresholds
from custom.evaluation.size_precision import size_precision
from custom.evaluation.slices import (aspect_slices, box_slice_precision,
                                      image_size_slices, image_slice_precision,
                                      object_count_slices, place_slices,
                                      size_slices)
from custom.evaluation.tag_scores import image_tags, tag_scores
from custom.evaluation.threshold_gain import MEASURES, threshold_gain
from custom.evaluation.threshold_rows import threshold_rows
from custom.evaluation.tide_errors import ERROR_TYPES, tide_errors

# What to do about each of TIDE's errors.
CURES = {
    'class':
    'Found, and called something else: label more of the classes that '
    'the confusion matrix shows mixed up, and look whether their labels are '
    'right.',
    'location':
    'Found, but the box is off: look whether boxes are drawn alike, and '
    'whether anchors have their shapes (tools/plot_anchors.py).',
    'both':
    'Another class and a box that is off: mostly things between two '
    'classes; more pictures of both.',
    'duplicate':
    'One thing found twice: a lower IoU threshold of the NMS '
    '(model.test_cfg.rcnn.nms.iou_threshold).',
    'background':
    'Something found where nothing is labeled: look first '
    'whether a label is missing there; then more pictures without objects.',
    'missed':
    'Not found at all: more pictures of such things, larger images '
    '(--imgsz), or a lower threshold.'
}

# As many classes as can be read in a plot of the confusion matrix.
MOST_CONFUSED = 40


def build_report(
        matches: Matches,
        thresholds: np.ndarray,
        sizes: np.ndarray,
        fitted: bool = False,
        groups: Optional[Mapping[str, Mapping[str,
                                              np.ndarray]]] = None) -> dict:
    """Computes all that a report says.

    Args:
        matches: Of I images and C classes.
        thresholds: float64 (C,), score from which a detection counts.
        sizes: float64 (I, 2), width and height of the images in pixels.
        fitted: Whether the thresholds are the detector's own.
        groups: More slices of images: by title and part, bool (I,).

    Returns:
        What JSON holds: ``images``, ``boxes``, ``scores``, ``sizes``,
        ``classes``, ``tags``, ``thresholds``, ``curves``, ``pr_curves``,
        ``confusion``, ``errors``, ``calibration``, ``slices`` and ``limit``,
        the sentence of :func:`weakest_point`. A value with an interval is
        ``{value, low, high}``; what has no value is None.
    """
    precision = bootstrap_average_precision(matches)
    names = matches.overlaps.classes
    matrix = confusion_matrix(matches.overlaps, thresholds)
    report = _plain(
        dict(
            images=matches.overlaps.num_images,
            boxes=int(matches.positives().sum()),
            scores=_scores(precision),
            sizes=_sizes(matches.overlaps),
            classes=_classes(matches, precision, thresholds),
            tags=_tags(matches, thresholds),
            thresholds=_gain(matches, thresholds) if fitted else None,
            curves=curves_by_score(matches),
            pr_curves=curves_by_recall(matches),
            confusion=dict(
                names=[*names, 'background'],
                counts=matrix.counts,
                shown=most_confused(matrix.counts, MOST_CONFUSED)),
            errors=_errors(matches),
            calibration=calibration_figures(matches),
            slices=_slices(matches, sizes, groups or {})))
    return dict(report, limit=weakest_point(report))


def costliest_error(report: Dict[str, Any]) -> str:
    """The type of error that costs most."""
    errors = report['errors']
    return max(errors, key=lambda name: errors[name]['cost'] or 0)


def all_missed(report: Dict[str, Any]) -> int:
    """Number of the boxes that are missed where nothing is found, which has no
    cost: mended, it leaves no box that an AP could be taken of."""
    if report['scores']['mAP_50']['value']:
        return 0
    return report['errors']['missed']['count']


def weakest_point(report: Dict[str, Any]) -> str:
    """The error that costs most, in one sentence."""
    kind = costliest_error(report)
    error = report['errors'][kind]
    if not error['cost']:
        missed = all_missed(report)
        if missed:
            return (f'Nothing is found: {missed} boxes are missed. '
                    f'{CURES["missed"]}')
        return 'No error costs anything in mAP50.'
    return (f'Most is lost by the error "{kind}": {error["count"]} cases cost '
            f'{100 * error["cost"]:.1f} points of mAP50. {CURES[kind]}')


def _scores(precision: Estimate) -> Dict[str, dict]:
    return {
        name:
        dict(
            _with_interval(precision, row),
            smallest_difference=precision.smallest_difference[row])
        for row, name in enumerate(summary_names(()))
    }


def _sizes(overlaps: Overlaps) -> List[dict]:
    parts = size_slices(overlaps)
    return [
        dict(
            size=name,
            boxes=_boxes(overlaps, parts[name].truth),
            mAP=_with_interval(estimate, ()),
            AP50=_mean(box_slice_precision(overlaps, parts[name])[0]))
        for name, estimate in size_precision(overlaps).items()
    ]


def _boxes(overlaps: Overlaps, truth: np.ndarray) -> int:
    """Number of boxes of some of the truth that are to be found."""
    return int((truth & ~overlaps.truth.crowd).sum())


def _classes(matches: Matches, precision: Estimate,
             thresholds: np.ndarray) -> List[dict]:
    names = matches.overlaps.classes
    first = len(summary_names(()))
    rows = threshold_rows(names, score_curves(matches),
                          Thresholds(np.nan, thresholds))
    bins = calibration(matches)
    for label, row in enumerate(rows[:-1]):
        row['AP'] = _with_interval(precision, first + label)
        row['ECE'] = bins.expected_error()[label]
    rows[-1]['ECE'] = bins.overall().expected_error()
    return rows


def _gain(matches: Matches, thresholds: np.ndarray) -> List[dict]:
    gain = threshold_gain(matches, thresholds)
    return [{
        'F1 of': name,
        **{
            key: _with_interval(estimate, row)
            for key, estimate in gain._asdict().items()
        }
    } for row, name in enumerate(MEASURES)]


def _tags(matches: Matches, thresholds: np.ndarray) -> Dict[str, Any]:
    scores = tag_scores(image_tags(matches.overlaps, thresholds))
    parts = ('precision', 'recall', 'F1')
    return dict(
        exact_match=_with_interval(scores.exact_match, ()),
        micro={
            name: _with_interval(scores.micro, row)
            for row, name in enumerate(parts)
        },
        macro={
            name: _with_interval(scores.macro, row)
            for row, name in enumerate(parts)
        },
        classes=[{
            'tag': tag,
            'precision': _with_interval(scores.precision, label),
            'recall': _with_interval(scores.recall, label),
            'F1': _with_interval(scores.f1, label)
        } for label, tag in enumerate(matches.overlaps.classes)])


def _errors(matches: Matches) -> Dict[str, dict]:
    errors = tide_errors(matches)
    return {
        name: dict(count=errors.counts[name], cost=errors.cost[name])
        for name in ERROR_TYPES
    }


def _slices(
        matches: Matches, sizes: np.ndarray,
        groups: Mapping[str, Mapping[str,
                                     np.ndarray]]) -> Dict[str, List[dict]]:
    """AP50 of each part, and how many boxes or images it has."""
    overlaps = matches.overlaps
    found: Dict[str, List[dict]] = {}
    for title, parts in (('shape of the object', aspect_slices(overlaps)),
                         ('place in the image', place_slices(overlaps,
                                                             sizes))):
        found[title] = [
            dict(
                part=name,
                boxes=_boxes(overlaps, part.truth),
                AP50=_mean(box_slice_precision(overlaps, part)[0]))
            for name, part in parts.items()
        ]
    for title, masks in (('objects in the image',
                          object_count_slices(overlaps)),
                         ('size of the image',
                          image_size_slices(sizes)), *groups.items()):
        found[title] = [
            dict(
                part=name,
                images=int(mask.sum()),
                AP50=_mean(image_slice_precision(matches, mask)[0]))
            for name, mask in masks.items() if mask.any()
        ]
    return found


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan


def _with_interval(estimate: Estimate, row: Any) -> Dict[str, float]:
    return dict(
        value=estimate.value[row],
        low=estimate.low[row],
        high=estimate.high[row])


def _plain(value: Any) -> Any:
    """Plain value, as JSON holds it: no arrays, and None for NaN."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [*map(_plain, value)]
    if isinstance(value, np.ndarray) and value.ndim:
        # A thousand classes have a million cells.
        known = value.dtype.kind != 'f' or not np.isnan(value).any()
        return value.tolist() if known else _plain(value.tolist())
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
