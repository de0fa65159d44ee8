"""Evaluation report of a data set split: figures, plots and page."""
from os import PathLike
from pathlib import Path
from typing import Mapping, NamedTuple, Sequence, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.evaluation.matching import match_boxes
from custom.evaluation.report.figures import build_report, weakest_point
from custom.evaluation.report.page import write_report
from custom.structures.detection import DEFAULT_THRESHOLD


class ReportResult(NamedTuple):
    """What was written. ``limit`` says in one sentence what costs most."""
    page: Path
    limit: str


def report_split(folder: Union[str, PathLike], annotations: AnnotationTable,
                 predictions: Sequence[dict], classes: Sequence[str],
                 thresholds: Mapping[str, float], title: str) -> ReportResult:
    """Evaluates predictions and writes the report.

    Args:
        folder: Where to; made when it is not there.
        annotations: Of the split, valid.
        predictions: One dict per image, as
            :func:`custom.evaluation.matching.match_boxes` takes them.
        classes: Class names; the position is the label.
        thresholds: Score from which a detection of a class counts;
            ``DEFAULT_THRESHOLD`` for a class without one.
        title: What was tested on what.

    Raises:
        InputError: A file cannot be written, or as ``match_boxes``.
    """
    matches = match_boxes(annotations, predictions, classes, annotations.path)
    scores = np.array(
        [thresholds.get(name, DEFAULT_THRESHOLD) for name in classes])
    figures = build_report(matches, scores, annotations.sizes,
                           bool(thresholds))
    page = write_report(folder, figures, title)
    return ReportResult(page, weakest_point(figures))
