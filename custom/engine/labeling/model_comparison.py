"""Comparison of the models before and after a labeling round, on val."""
from typing import Any, Callable, Dict, Optional, Sequence

from custom.engine.labeling.labeling_round import LabelingRound
from custom.evaluation.coco_eval import score_boxes
from custom.evaluation.report.comparison_report import (Detector,
                                                        report_comparison)
from custom.inference.load_predictor import load_predictor
from custom.inference.predict_split import predict_classes, read_split


def compare_on_val(one: LabelingRound, new: str, device: Optional[str],
                   track: Callable) -> Dict[str, Any]:
    """Compares two models on the same images, by the classes that both know.

    Boxes of other classes, drawn or found, count for nothing. A report goes to
    ``comparison`` in the folder of the round.

    Args:
        one: The round.
        new: Path of the checkpoint that it has trained.
        device: None for a GPU where there is one.
        track: As :func:`custom.utils.progress.track`.

    Returns:
        ``old_mAP`` and ``new_mAP`` from 0 to 1; their ``difference`` in points
        with its 95 % interval, see
        :func:`custom.evaluation.paired_comparison.compare`; all None where val
        has no box of a class that both know. And ``classes``: those that were
        ``compared``, the ``new`` ones, and the ``dropped``.

    Raises:
        InputError: There is no val, or an image can't be read.
    """
    predictors = {
        name: load_predictor(str(path), device)
        for name, path in (('old', one.old), ('new', new))
    }
    before, after = (one.classes for one in predictors.values())
    shared = [name for name in after if name in before]
    found = dict(
        old_mAP=None,
        new_mAP=None,
        difference=None,
        classes=dict(
            compared=shared,
            new=_without(after, before),
            dropped=_without(before, after)))
    annotations = read_split(one.data, 'val').of_classes(shared)
    if annotations.crowd.all():  # or there is none
        return found
    detectors = [
        Detector(
            name,
            predict_classes(
                predictor, one.data, annotations, shared,
                lambda rows: track(rows, f'{name} model', len(rows))),
            predictor.thresholds) for name, predictor in predictors.items()
    ]
    for name, predictions, _ in detectors:
        found[f'{name}_mAP'] = score_boxes(annotations, predictions, shared,
                                           annotations.path).overall['mAP']
    done = report_comparison(
        one.folder / 'comparison', annotations, detectors, shared,
        f'Round {one.number}, the new model against the old one on val')
    found['difference'] = {
        key: done.rows[0][key]
        for key in ('points', 'from', 'to')
    }
    return found


def _without(names: Sequence[str], others: Sequence[str]) -> list:
    return [name for name in names if name not in others]
