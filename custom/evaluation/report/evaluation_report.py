"""Evaluation report of a data set split: figures, plots, images and page."""
from os import PathLike
from pathlib import Path
from typing import Iterable, Mapping, NamedTuple, Optional, Sequence, Union

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.image_values import image_values
from custom.evaluation.box_outcomes import box_outcomes
from custom.evaluation.label_errors import find_label_errors
from custom.evaluation.matching import match_boxes
from custom.evaluation.record_slices import record_slices
from custom.evaluation.report.error_folders import write_error_folders
from custom.evaluation.report.figures import build_report, weakest_point
from custom.evaluation.report.label_files import write_label_errors
from custom.evaluation.report.report_images import (images_of,
                                                    make_report_images)
from custom.evaluation.report.report_page import write_report
from custom.evaluation.score_thresholds import threshold_column
from custom.utils.errors import InputError
from custom.utils.progress import track

_MANY = 1000


class ReportResult(NamedTuple):
    """Result of a report. ``limit`` says in one sentence what costs most."""
    page: Path
    limit: str


def report_split(
    folder: Union[str, PathLike],
    annotations: AnnotationTable,
    predictions: Sequence[dict],
    classes: Sequence[str],
    thresholds: Mapping[str, float],
    title: str,
    errors_dir: Optional[str] = None,
    slice_by: Sequence[str] = ()
) -> ReportResult:
    """Evaluates predictions and writes the report.

    Args:
        folder: Where to; made when it is not there.
        annotations: Of the split, valid. The page has images if its file
            lies in a data set folder.
        predictions: One dict per image, as
            :func:`custom.evaluation.matching.match_boxes` takes them.
        classes: Class names; the position is the label.
        thresholds: Score from which a detection of a class counts, see
            :func:`custom.evaluation.score_thresholds.threshold_column`.
        title: What was tested on what.
        errors_dir: Folder for an image of each error, see
            :func:`custom.evaluation.report.error_folders.write_error_folders`.
        slice_by: Keys of the image records, by whose values images are
            sliced, see
            :func:`custom.evaluation.record_slices.record_slices`.

    Raises:
        InputError: A file cannot be written, there are no images for
            ``errors_dir``, no image has a key, or as ``match_boxes``.
    """
    folder = Path(folder)
    matches = match_boxes(annotations, predictions, classes, annotations.path)
    scores = threshold_column(thresholds, classes)
    groups = {
        key: record_slices(values)
        for key, values in image_values(annotations.path, slice_by).items()
    }
    figures = build_report(matches, scores, annotations.sizes,
                           bool(thresholds), groups)
    errors = find_label_errors(matches.overlaps)
    write_label_errors(folder, annotations, classes, errors)
    shown = make_report_images(annotations, matches.overlaps,
                               box_outcomes(matches.overlaps, scores), errors)
    if errors_dir:
        if shown is None:
            raise InputError(f'{images_of(annotations)}: no such folder, so '
                             'that there is no picture to draw errors on. Put '
                             'the images there.')
        write_error_folders(Path(errors_dir), shown, track)
    page = write_report(folder, figures, title, shown, track_many)
    return ReportResult(page, weakest_point(figures))


def track_many(items: Iterable, label: str, total: int) -> Iterable:
    """Shows the progress of what takes more than some seconds."""
    return track(items, label, total) if total >= _MANY else items
