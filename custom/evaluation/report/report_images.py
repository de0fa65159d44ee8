"""Images of an evaluation report: the boxes of each, worst first."""
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.layout import escapes_folder, image_folder
from custom.evaluation.box_columns import begins_of
from custom.evaluation.box_outcomes import UNSURE, BoxOutcomes
from custom.evaluation.label_errors import LabelError
from custom.evaluation.matching import Overlaps
from custom.visualization.page.html_page import short_figures

# With their thumbnails some 20 MB.
MAX_IMAGES = 5000
# Of the detections below the threshold of their class.
LEAST_SCORE = .05
MAX_UNSURE = 20


class BaselineDetector(NamedTuple):
    """Baseline detector of a comparison, on the same images."""
    name: str
    overlaps: Overlaps
    outcomes: BoxOutcomes


class ReportImages(NamedTuple):
    """Images and boxes that a page shows.

    Attributes:
        folder: Where the images are.
        annotations: The images and their truth.
        overlaps: Of the same images and C classes.
        outcomes: Of the same boxes.
        label_errors: Most suspicious first.
        images: int64 (K,), the rows of the images that are shown, worst
            first.
        earlier: The detector that this one is compared with, if any.
    """
    folder: Path
    annotations: AnnotationTable
    overlaps: Overlaps
    outcomes: BoxOutcomes
    label_errors: Sequence[LabelError]
    images: np.ndarray
    earlier: Optional[BaselineDetector] = None

    def path(self, image: int) -> Path:
        """The file of an image. What lies outside the folder is none of the
        data set, and must not get into a page that is handed on: there is
        nothing at the path then."""
        name = self.annotations.file_names[image]
        return self.folder / ('.outside' if escapes_folder(name) else name)


def make_report_images(
        annotations: AnnotationTable,
        overlaps: Overlaps,
        outcomes: BoxOutcomes,
        label_errors: Sequence[LabelError],
        earlier: Optional[BaselineDetector] = None) -> Optional[ReportImages]:
    """Chooses the :data:`MAX_IMAGES` worst images; None where the annotation
    file lies in no data set folder with images."""
    if not images_of(annotations).is_dir():
        return None
    return ReportImages(
        images_of(annotations), annotations, overlaps, outcomes, label_errors,
        outcomes.worst_first()[:MAX_IMAGES], earlier)


def images_of(annotations: AnnotationTable) -> Path:
    """Image folder of an annotation file in a data set folder."""
    return image_folder(annotations.path.parent.parent)


def image_records(shown: ReportImages, sizes: np.ndarray) -> Iterator[list]:
    """Records of the images, for the page's script.

    Args:
        sizes: float64 (K, 2), of the decoded images; NaN for those that the
            annotations must tell.

    Returns:
        File name, width, height; of each truth label, x, y, w, h, outcome and
        detection; of each detection label, score, x, y, w, h, outcome, IoU and
        truth, where detection and truth are positions in the lists of the
        same image, -1 for none. In a comparison also the number of errors of
        the earlier detector, and of each of its detections that counts label,
        score, x, y, w, h and outcome.
    """
    truth, found = shown.overlaps.truth, shown.overlaps.detections
    count = shown.overlaps.num_images
    truth_rows = _by_image(truth.images, np.arange(len(truth.images)), count)
    kept = _shown_detections(shown)
    found_rows = _by_image(found.images, kept, count)
    outcomes = shown.outcomes
    earlier = _earlier_rows(shown.earlier)
    for image, size in zip(shown.images, sizes):
        rows, detections = truth_rows[image], found_rows[image]
        place = {row: i for i, row in enumerate(detections)}
        truth_place = {row: i for i, row in enumerate(rows)}
        recorded = shown.annotations.sizes[image]
        width, height = np.where(np.isnan(size), recorded, size)
        boxes: list = []
        for row in rows:
            boxes += [
                int(truth.labels[row]), *short_figures(truth.boxes[row]),
                int(outcomes.truth[row]),
                place.get(outcomes.found_by[row], -1)
            ]
        objects: list = []
        for row in detections:
            objects += [
                int(found.labels[row]),
                round(float(found.scores[row]), 3),
                *short_figures(found.boxes[row]),
                int(outcomes.detections[row]),
                round(float(outcomes.iou[row]), 2),
                truth_place.get(outcomes.truth_of[row], -1)
            ]
        yield [
            shown.annotations.file_names[image],
            int(width),
            int(height), boxes, objects,
            *_earlier_record(shown.earlier, image, earlier)
        ]


def label_records(shown: ReportImages) -> Iterator[list]:
    """Kind, image, drawn label (-1 for none), suggested label, x, y, w, h and
    score of each label that looks wrong; images that aren't shown are left
    out."""
    place = {image: i for i, image in enumerate(shown.images.tolist())}
    for error in shown.label_errors:
        if error.image in place:
            yield [
                error.kind, place[error.image], error.drawn, error.suggested,
                *short_figures(error.box),
                round(error.score, 3)
            ]


def _earlier_rows(earlier: Optional[BaselineDetector]) -> List[List[int]]:
    if earlier is None:
        return []
    found = earlier.overlaps.detections
    rows = np.argsort(-found.scores, kind='stable')
    return _by_image(found.images,
                     rows[earlier.outcomes.detections[rows] != UNSURE],
                     earlier.overlaps.num_images)


def _earlier_record(earlier: Optional[BaselineDetector], image: int,
                    rows: List[List[int]]) -> list:
    if earlier is None:
        return []
    found = earlier.overlaps.detections
    objects: list = []
    for row in rows[image]:
        objects += [
            int(found.labels[row]),
            round(float(found.scores[row]), 3),
            *short_figures(found.boxes[row]),
            int(earlier.outcomes.detections[row])
        ]
    return [int(earlier.outcomes.image_errors[image]), objects]


def _by_image(images: np.ndarray, rows: np.ndarray,
              count: int) -> List[List[int]]:
    """Rows of each image, of those given."""
    rows = rows[np.argsort(images[rows], kind='stable')]
    begins = begins_of(images[rows], count + 1)
    return [rows[start:end].tolist() for start, end in zip(begins, begins[1:])]


def _shown_detections(shown: ReportImages) -> np.ndarray:
    """Rows, best score first: all that count, and the best of those that
    don't."""
    found, outcomes = shown.overlaps.detections, shown.outcomes.detections
    rows = np.argsort(-found.scores, kind='stable')
    unsure = rows[(outcomes[rows] == UNSURE)
                  & (found.scores[rows] >= LEAST_SCORE)]
    order = np.argsort(found.images[unsure], kind='stable')
    owners = found.images[unsure[order]]
    rank = np.arange(len(owners)) - np.searchsorted(owners, owners)
    kept = outcomes != UNSURE
    kept[unsure[order[rank < MAX_UNSURE]]] = True
    return rows[kept[rows]]
