"""Comparison report: the report of one detector, with what another of the same
images does better or worse."""
from os import PathLike
from pathlib import Path
from typing import List, Mapping, NamedTuple, Sequence, Tuple, Union

from custom.datasets.annotations.columns import AnnotationTable
from custom.evaluation.box_outcomes import box_outcomes
from custom.evaluation.label_errors import find_label_errors
from custom.evaluation.matching import match_boxes
from custom.evaluation.paired_comparison import compare
from custom.evaluation.report.comparison_figures import (comparison_figures,
                                                         verdict)
from custom.evaluation.report.evaluation_report import track_many
from custom.evaluation.report.figures import build_report
from custom.evaluation.report.label_files import write_label_errors
from custom.evaluation.report.report_images import (BaselineDetector,
                                                    make_report_images)
from custom.evaluation.report.report_page import write_report
from custom.evaluation.score_thresholds import threshold_column


class Detector(NamedTuple):
    """Detector of a comparison, and what it found.

    Attributes:
        name: For the page.
        predictions: One dict per image, as
            :func:`custom.evaluation.matching.match_boxes` takes them.
        thresholds: Its own scores from which a detection of a class counts,
            see :func:`custom.evaluation.score_thresholds.threshold_column`.
    """
    name: str
    predictions: Sequence[dict]
    thresholds: Mapping[str, float]


class ComparisonResult(NamedTuple):
    """Result of a comparison; ``rows`` are those of
    :func:`custom.evaluation.paired_comparison.comparison_rows`."""
    page: Path
    rows: List[dict]
    verdict: str


def report_comparison(folder: Union[str, PathLike],
                      annotations: AnnotationTable, detectors: Tuple[Detector,
                                                                     Detector],
                      classes: Sequence[str], title: str) -> ComparisonResult:
    """Compares two detectors and writes the report of the second.

    Args:
        folder: Where to; made when it is not there.
        annotations: Of the split, valid. The page has images if its file
            lies in a data set folder.
        detectors: The one that is there, and the one that may be better.
        classes: Class names; the position is the label.
        title: What was compared on what.

    Raises:
        InputError: A file cannot be written, or as ``match_boxes``.
    """
    matches = [
        match_boxes(annotations, detector.predictions, classes,
                    annotations.path) for detector in detectors
    ]
    scores = [
        threshold_column(detector.thresholds, classes)
        for detector in detectors
    ]
    found = compare(*matches, scores)
    outcomes = [
        box_outcomes(one.overlaps, own) for one, own in zip(matches, scores)
    ]
    figures = build_report(matches[1], scores[1], annotations.sizes,
                           bool(detectors[1].thresholds))
    figures['comparison'] = comparison_figures(
        found, outcomes, classes, [detector.name for detector in detectors])
    errors = find_label_errors(matches[1].overlaps)
    write_label_errors(Path(folder), annotations, classes, errors)
    shown = make_report_images(
        annotations, matches[1].overlaps, outcomes[1], errors,
        BaselineDetector(detectors[0].name, matches[0].overlaps, outcomes[0]))
    page = write_report(folder, figures, title, shown, track_many)
    text, values = verdict(figures['comparison'])
    return ComparisonResult(page, figures['comparison']['rows'],
                            text.format(**values))
