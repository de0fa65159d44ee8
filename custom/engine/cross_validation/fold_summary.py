"""Summary of a cross-validation: scores by fold, and pooled predictions."""
import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

import numpy as np

from custom.datasets.annotations.layout import annotation_file, class_names
from custom.datasets.annotations.strict_reader import read_annotations
from custom.engine.cross_validation.fold_run import FoldRun, all_data
from custom.evaluation.coco_eval import BoxScores, score_boxes
from custom.evaluation.fold_scores import MeanStd, spread
from custom.evaluation.matching import match_boxes
from custom.evaluation.report.evaluation_report import (ReportResult,
                                                        report_split)
from custom.evaluation.results_file import write_predictions
from custom.evaluation.score_curves import score_curves
from custom.evaluation.score_thresholds import fit_thresholds
from custom.evaluation.threshold_rows import threshold_rows
from custom.utils.atomic_write import write_text

# Columns of the table of folds, by the name of the score.
COLUMNS = dict(
    mAP='coco/bbox_mAP', mAP50='coco/bbox_mAP_50', mAP75='coco/bbox_mAP_75')


class PooledPredictions(NamedTuple):
    """Pooled result of all images, each found by a model that had not seen it.

    Attributes:
        scores: Of all images together.
        thresholds: The score of the best F1, by class name.
        threshold_rows: What they bring, see
            :func:`custom.evaluation.threshold_rows.threshold_rows`.
        report: What was written of it.
    """
    scores: BoxScores
    thresholds: Dict[str, float]
    threshold_rows: List[Dict[str, Any]]
    report: ReportResult


def pool_folds(root: Path, runs: Sequence[FoldRun],
               title: str) -> PooledPredictions:
    """Pools the predictions of one run of each fold.

    Writes them as ``out_of_fold.json``, with the ids of
    ``data/all/annotations/train.json``, and the report.

    Args:
        root: The work dir of the cross-validation.
        runs: One of each fold, with its result.
        title: Of the report.
    """
    annotations = read_annotations(annotation_file(all_data(root), 'train'))
    classes = class_names(all_data(root))
    predictions = [
        found for run in runs for found in run.read_predictions(classes)
    ]
    write_predictions(root / 'out_of_fold.json', predictions, annotations,
                      classes)
    curves = score_curves(
        match_boxes(annotations, predictions, classes, annotations.path))
    fitted = fit_thresholds(curves, 'f1')
    thresholds = fitted.by_name(classes)
    return PooledPredictions(
        score_boxes(annotations, predictions, classes, annotations.path),
        thresholds, threshold_rows(classes, curves, fitted),
        report_split(root / 'report', annotations, predictions, classes,
                     thresholds, title))


def fold_rows(runs: Sequence[FoldRun]) -> List[Dict[str, Any]]:
    """Table rows, one per run: ``run``, ``images``, ``checkpoint`` (the epoch
    of it) and the scores; below them mean and standard deviations."""
    rows: List[Dict[str, Any]] = []
    for run in runs:
        result = run.result()
        scores = {
            column: result['scores'][name]
            for column, name in COLUMNS.items()
        }
        rows.append({
            'run': run.name,
            'images': result['images'],
            'epoch': result['epoch'],
            **{
                column: None if score < 0 else score
                for column, score in scores.items()
            }
        })
    spreads = fold_spreads(runs)
    words = dict(
        mean='mean',
        over_folds='standard deviation over folds',
        over_seeds='standard deviation over seeds')
    return rows + [{
        'run': words[part],
        **{
            column: getattr(spreads[column], part)
            for column in COLUMNS
        }
    } for part in MeanStd._fields if any(
        getattr(spreads[column], part) is not None for column in COLUMNS)]


def fold_spreads(runs: Sequence[FoldRun]) -> Dict[str, MeanStd]:
    """Mean and standard deviations, by column of the table.

    Args:
        runs: Of each fold with each seed, all with their results.
    """
    folds, seeds = (
        sorted({*numbers})
        for numbers in zip(*((run.fold, run.seed) for run in runs)))
    scores = np.zeros((len(COLUMNS), len(folds), len(seeds)))
    for run in runs:
        scores[:, folds.index(run.fold),
               seeds.index(run.seed)] = [
                   run.result()['scores'][name] for name in COLUMNS.values()
               ]
    return dict(zip(COLUMNS, map(spread, scores)))


def write_summary(root: Path, runs: Sequence[FoldRun],
                  pooled: PooledPredictions) -> Path:
    """Writes ``cross_validation.json``: all figures, and the thresholds."""
    path = root / 'cross_validation.json'
    write_text(
        path,
        json.dumps(
            dict(
                runs=[
                    dict(fold=run.fold, seed=run.seed, **run.result())
                    for run in runs
                ],
                spread={
                    column: values._asdict()
                    for column, values in fold_spreads(runs).items()
                },
                pooled=dict(
                    seed=runs[0].seed,
                    scores=pooled.scores.overall,
                    per_class=pooled.scores.per_class),
                thresholds=pooled.thresholds),
            indent=1,
            ensure_ascii=False))
    return path
