"""YOLO exporter.

Format: https://docs.ultralytics.com/datasets/detect/
"""
from pathlib import Path
from typing import Iterable, Iterator, Tuple

import yaml

from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample)


def yolo_layout(data: ImportResult) -> ExportPlan:
    """``data.yaml``, ``images/{split}`` and ``labels/{split}``.

    ``data.yaml`` has no ``path``, so that the folder may be moved. Crowds are
    left out: YOLO would learn each as one object.
    """
    images = {
        f'images/{split}/{record.file_name}': record.image
        for split, records in data.splits.items()
        for record in records
    }
    notes = ImportWarnings(data.notes)
    return ExportPlan(images, _texts(data, notes), notes)


def _texts(data: ImportResult,
           notes: ImportWarnings) -> Iterator[Tuple[str, Iterable[str]]]:
    for split, records in data.splits.items():
        for record in records:
            stem = Path(record.file_name).stem
            yield (f'labels/{split}/{stem}.txt',
                   _labels(record, data.classes, notes))
    folders = {split: f'images/{split}' for split in data.splits}
    text = yaml.safe_dump(
        dict(
            **folders,
            nc=len(data.classes),
            names=dict(enumerate(data.classes))),
        allow_unicode=True,
        sort_keys=False)
    yield 'data.yaml', [text]


def _labels(record: Sample, classes: Tuple[str, ...],
            notes: ImportWarnings) -> Iterator[str]:
    for box in record.boxes:
        if box.crowd:
            notes['crowds left out, which YOLO does not know'] += 1
            continue
        note_losses(box, (), notes)
        x, y, w, h = box.xywh
        values = ((x + w / 2) / record.width, (y + h / 2) / record.height,
                  w / record.width, h / record.height)
        numbers = ' '.join(f'{value:.8f}' for value in values)
        yield f'{classes.index(box.name)} {numbers}\n'
