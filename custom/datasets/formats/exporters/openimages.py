"""Open Images exporter.

Format: https://storage.googleapis.com/openimages/web/download_v7.html
"""
import csv
from itertools import chain
from pathlib import Path
from typing import Any, Iterable, Iterator, List, Sequence, Tuple

from custom.datasets.annotations.issues import is_number
from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.importers.openimages import CLICKS, FLAGS
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)

_WORDS = dict(train='train', val='validation', test='test')
_COLUMNS = ('ImageID', 'Source', 'LabelName', 'Confidence', 'XMin', 'XMax',
            'YMin', 'YMax', 'IsOccluded', 'IsTruncated', 'IsGroupOf',
            'IsDepiction', 'IsInside')
_CLICK_COLUMNS = [x for x, _ in CLICKS] + [y for _, y in CLICKS]


def openimages_layout(data: ImportResult) -> ExportPlan:
    """The images in ``train``, ``validation`` and ``test``, and for each a
    CSV file of its boxes and one of its images, so that images without a box
    are not lost.

    A LabelName is the name of the class itself. Flags that are not known are
    -1, as in Open Images.
    """
    images = {
        f'{_WORDS[split]}/{record.file_name}': record.image
        for split, records in data.splits.items()
        for record in records
    }
    notes = ImportWarnings(data.notes)
    notes['images are no .jpg, and some readers look for .jpg alone'] = sum(
        not name.lower().endswith('.jpg') for name in images)
    return ExportPlan(images, _texts(data, notes), notes)


def _texts(data: ImportResult,
           notes: ImportWarnings) -> Iterator[Tuple[str, Iterable[str]]]:
    clicks = any(
        _are_clicks(box.extra.get('clicks'))
        for records in data.splits.values() for record in records
        for box in record.boxes)
    columns = [*_COLUMNS, *(_CLICK_COLUMNS if clicks else ())]
    for split, records in data.splits.items():
        word = _WORDS[split]
        boxes = (
            _row(record, box, clicks, notes) for record in records
            for box in record.boxes)
        yield f'{word}-annotations-bbox.csv', _csv([columns], boxes)
        ids = ((_image_id(record), word, 0) for record in records)
        yield (f'{word}-images-with-rotation.csv',
               _csv([('ImageID', 'Subset', 'Rotation')], ids))
    # Without a header, as Open Images' own file of this name is.
    yield 'class-descriptions-boxable.csv', _csv(
        (name, name) for name in data.classes)


class _Echo:
    """Pseudo-file for csv.writer, whose ``write`` returns the line."""

    def write(self, text: str) -> str:
        return text


def _csv(*tables: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator='\n')
    return map(writer.writerow, chain(*tables))


def _image_id(record: Sample) -> str:
    return Path(record.file_name).stem


def _row(record: Sample, box: SampleBox, clicks: bool,
         notes: ImportWarnings) -> List[object]:
    x, y, w, h = box.xywh
    edges = (x / record.width, (x + w) / record.width, y / record.height,
             (y + h) / record.height)
    known = {
        column: int(bool(box.extra[key])) if key in box.extra else -1
        for column, key in FLAGS.items()
    }
    confidence = box.extra.get('confidence', 1)
    if not is_number(confidence):
        notes['boxes whose confidence is no number, written as 1'] += 1
        confidence = 1
    points = box.extra.get('clicks')
    if points and not _are_clicks(points):
        notes['boxes whose clicks are not four points, written without'] += 1
        points = None
    note_losses(box, ('source', 'confidence', 'clicks', *FLAGS.values()),
                notes)
    row = [
        _image_id(record),
        box.extra.get('source', ''), box.name, f'{confidence:g}',
        *(f'{value:.8f}' for value in edges), known['IsOccluded'],
        known['IsTruncated'],
        int(box.crowd), known['IsDepiction'], known['IsInside']
    ]
    if clicks:
        row += _fractions(points, record) if points else [-1] * 8
    return row


def _fractions(points: Sequence[Sequence[float]], record: Sample) -> List[str]:
    return [f'{x / record.width:.8f}' for x, _ in points
            ] + [f'{y / record.height:.8f}' for _, y in points]


def _are_clicks(points: Any) -> bool:
    """Whether these are the four points that CSV has columns for."""
    return (isinstance(points, list) and len(points) == len(CLICKS) and all(
        isinstance(point, list) and len(point) == 2
        and all(map(is_number, point)) for point in points))
