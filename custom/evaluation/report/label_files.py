"""Files of labels that look wrong: CSV to read, COCO JSON to mend them by."""
import csv
import io
import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.evaluation.label_errors import KINDS, LabelError
from custom.utils.atomic_write import write_text

_COLUMNS = ('file', 'kind', 'class', 'suggested class', 'x', 'y', 'width',
            'height', 'score')


def write_label_errors(folder: Path, annotations: AnnotationTable,
                       classes: Sequence[str],
                       errors: Sequence[LabelError]) -> None:
    """Writes ``label_errors.csv``, most suspicious first, and
    ``label_errors.json``, a COCO file of the suggested boxes.

    In the COCO file a box has the class that is suggested, or of those that
    were never found its own, and the keys ``kind`` and ``suspicion``.

    Raises:
        InputError: A file cannot be written.
    """
    table = io.StringIO()
    lines = csv.writer(table, lineterminator='\n')
    lines.writerow(_COLUMNS)
    lines.writerows(_row(annotations, classes, error) for error in errors)
    write_text(folder / 'label_errors.csv', table.getvalue().rstrip('\n'))
    write_text(
        folder / 'label_errors.json',
        json.dumps(_coco(annotations, classes, errors), ensure_ascii=False))


def _row(annotations: AnnotationTable, classes: Sequence[str],
         error: LabelError) -> List[Any]:
    names = [*classes, '']
    return [
        annotations.file_names[error.image], KINDS[error.kind],
        names[error.drawn], names[error.suggested],
        *(round(value, 2) for value in error.box),
        round(error.score, 4)
    ]


def _coco(annotations: AnnotationTable, classes: Sequence[str],
          errors: Sequence[LabelError]) -> Dict[str, List[dict]]:
    images = sorted({error.image for error in errors})
    return dict(
        images=[_image(annotations, image) for image in images],
        annotations=[*_boxes(annotations, errors)],
        categories=[
            dict(id=i, name=name) for i, name in enumerate(classes, 1)
        ])


def _image(annotations: AnnotationTable, image: int) -> Dict[str, Any]:
    width, height = annotations.image_size(image)
    return dict(
        id=annotations.image_ids[image],
        file_name=annotations.file_names[image],
        width=width,
        height=height)


def _boxes(annotations: AnnotationTable,
           errors: Sequence[LabelError]) -> Iterator[dict]:
    for number, error in enumerate(errors, 1):
        label = error.suggested if error.suggested >= 0 else error.drawn
        # Importers take no box that hangs over the edge.
        corners = np.array(error.box).reshape(2, 2)
        corners[1] += corners[0]
        low, high = corners.clip(0, annotations.sizes[error.image])
        box = [*low.tolist(), *(high - low).tolist()]
        yield dict(
            id=number,
            image_id=annotations.image_ids[error.image],
            category_id=label + 1,
            bbox=[round(value, 2) for value in box],
            area=round(box[2] * box[3], 2),
            iscrowd=0,
            kind=KINDS[error.kind],
            suspicion=round(error.score, 4))
