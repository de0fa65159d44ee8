"""Folders of error images: ``FP/CLASS`` and ``FN/CLASS``, worst first."""
import functools
from os import PathLike
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from custom.evaluation.box_columns import Detections, Truth
from custom.evaluation.box_outcomes import CLASS, FALSE_POSITIVES, OUTCOMES
from custom.evaluation.report.report_images import ReportImages
from custom.structures.detection import Detection
from custom.utils.atomic_folder import replace_folder, require_own
from custom.utils.errors import InputError
from custom.utils.image_io import read_image, write_jpeg
from custom.utils.parallel import parallel_map
from custom.utils.paths import safe_name, safe_names
from custom.visualization.draw import (captioned, draw_detections, draw_faint,
                                       draw_truth, side_by_side)
from custom.visualization.page.html_page import Track

LIST = 'errors.json'


class ErrorImage(NamedTuple):
    """A drawing of the errors of one class in one image.

    Attributes:
        path: In the folder.
        image: Row of the image.
        label: The class.
        is_missed: Whether it shows truth that was not found as such; else
            detections that are wrong.
        truth: Rows of the truth to look at.
        detections: Rows of the detections to look at.
    """
    path: str
    image: int
    label: int
    is_missed: bool
    truth: List[int]
    detections: List[int]


def write_error_folders(out: Path, shown: ReportImages, track: Track) -> int:
    """Draws every error at the thresholds: the truth beside what was found.

    ``FP/CLASS/`` holds the images with wrong detections of a class, the
    surest first, ``FN/CLASS/`` those with objects of it that were missed or
    taken for another class, the largest first. What isn't of that class and
    wrong is drawn in thin gray. ``errors.json`` lists the images.

    Args:
        out: A folder that isn't there, is empty, or was written by this
            function, whose images go.
        shown: Images and boxes; all images count.
        track: Called with the images as they are made, a word and their
            number; passes them on.

    Returns:
        How many were drawn; images that can't be read are left out.

    Raises:
        InputError: The folder holds something else, or can't be written.
    """
    jobs = error_images(shown)
    with replace_folder(out, LIST) as (part, names):
        for kind in ('FP', 'FN'):
            (part / kind).mkdir()
        done = parallel_map(
            functools.partial(_write, shown, part), jobs,
            lambda job, reason: None)
        names += [path for path in track(done, 'errors', len(jobs)) if path]
    return len(names)


def require_errors_dir(out: Union[str, PathLike]) -> None:
    """Raises InputError for a folder that :func:`write_error_folders` doesn't
    take, before minutes are spent on what is to be drawn."""
    require_own(Path(out).resolve(), LIST)


def error_images(shown: ReportImages) -> List[ErrorImage]:
    """Drawings of all errors, to be made."""
    outcomes, found = shown.outcomes, shown.overlaps.detections
    truth = shown.overlaps.truth
    wrong = np.isin(outcomes.detections,
                    [*map(OUTCOMES.index, FALSE_POSITIVES)])
    missed = np.isin(outcomes.truth, [CLASS, OUTCOMES.index('missed')])
    return [
        *_jobs(shown, False, found.images, found.labels, found.scores,
               np.flatnonzero(wrong)),
        *_jobs(shown, True, truth.images, truth.labels,
               truth.boxes[:, 2:].prod(1), np.flatnonzero(missed))
    ]


def _jobs(shown: ReportImages, is_missed: bool, images: np.ndarray,
          labels: np.ndarray, weights: np.ndarray,
          rows: np.ndarray) -> Iterator[ErrorImage]:
    folders = safe_names(shown.overlaps.classes)
    outcomes = shown.outcomes
    partners = outcomes.found_by if is_missed else outcomes.truth_of
    by_class: List[Dict[int, List[int]]] = [{} for _ in folders]
    for row in rows[np.argsort(-weights[rows], kind='stable')].tolist():
        by_class[labels[row]].setdefault(int(images[row]), []).append(row)
    for label, of_images in enumerate(by_class):
        for place, (image, own) in enumerate(of_images.items(), 1):
            name = safe_name(Path(shown.annotations.file_names[image]).stem)
            others = [*dict.fromkeys(int(p) for p in partners[own] if p >= 0)]
            yield ErrorImage(
                f'{"FN" if is_missed else "FP"}/{folders[label]}/'
                f'{place:04d}_{name}.jpg', image, label, is_missed,
                *((own, others) if is_missed else (others, own)))


def _write(shown: ReportImages, folder: Path,
           job: ErrorImage) -> Optional[str]:
    try:
        image = read_image(str(shown.path(job.image)))
    except InputError:
        return None
    (folder / job.path).parent.mkdir(exist_ok=True)
    write_jpeg(str(folder / job.path), _draw(shown, job, image))
    return job.path


def _draw(shown: ReportImages, job: ErrorImage,
          image: np.ndarray) -> np.ndarray:
    overlaps, names = shown.overlaps, shown.overlaps.classes
    kept = shown.outcomes.detections != OUTCOMES.index('unsure')
    truth = _objects(overlaps.truth, names, job.image, job.truth,
                     ~overlaps.truth.crowd)
    found = _objects(overlaps.detections, names, job.image, job.detections,
                     kept)
    left = draw_truth(draw_faint(image, truth[1]), truth[0], names=names)
    right = draw_detections(draw_faint(image, found[1]), found[0], names=names)
    wrong, text = (truth, 'missed') if job.is_missed else (found, 'wrong')
    count = f'{names[job.label]}, {len(wrong[0])} {text}'
    return side_by_side(
        captioned(
            left,
            f'ground truth: {count}' if job.is_missed else 'ground truth'),
        captioned(right,
                  'prediction' if job.is_missed else f'prediction: {count}'))


def _objects(columns: Union[Truth, Detections], names: Sequence[str],
             image: int, chosen: List[int], kept: np.ndarray) -> tuple:
    """Objects to look at as Detection, and the corners of the other boxes."""
    others = np.setdiff1d(
        np.flatnonzero((columns.images == image) & kept), chosen)
    corners = {
        row: (*box[:2], *(box[:2] + box[2:]))
        for row, box in ((row, columns.boxes[row])
                         for row in (*chosen, *others))
    }
    scores = getattr(columns, 'scores', None)
    shown = [
        Detection(names[columns.labels[row]],
                  1. if scores is None else float(scores[row]), corners[row])
        for row in chosen
    ]
    return shown, [corners[row] for row in others]
