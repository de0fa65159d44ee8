"""Label Studio exporter: tasks to import, and the labeling config.

Format: https://labelstud.io/guide/tasks
"""
import json
from typing import Iterable, Iterator, List, Tuple
from urllib.parse import quote

from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample)
from custom.label_studio.labeling_config import write_labeling_config
from custom.label_studio.regions import rectangle
from custom.visualization.palette import class_colors


def labelstudio_layout(data: ImportResult, prefix: str) -> ExportPlan:
    """``images``, ``tasks.json`` with an annotation for each image, and
    ``label_config.xml`` with the classes.

    The split is in the data of each task. Crowds are left out: there they
    would be objects.

    Args:
        data: The data set.
        prefix: What stands before the name of an image to make the address by
            which Label Studio gets it.
    """
    images = {
        f'images/{record.file_name}': record.image
        for records in data.splits.values()
        for record in records
    }
    notes = ImportWarnings(data.notes)
    return ExportPlan(images, _texts(data, prefix, notes), notes)


def _texts(data: ImportResult, prefix: str,
           notes: ImportWarnings) -> Iterator[Tuple[str, Iterable[str]]]:
    yield 'tasks.json', _tasks(data, prefix, notes)
    yield 'label_config.xml', [
        write_labeling_config(class_colors(data.classes))
    ]


def _tasks(data: ImportResult, prefix: str,
           notes: ImportWarnings) -> Iterator[str]:
    """Streams tasks as JSON: a million boxes as one text would be a GB."""
    records = ((split, record) for split, records in data.splits.items()
               for record in records)
    for position, (split, record) in enumerate(records):
        yield ',\n' if position else '[\n'
        task = dict(
            data=dict(image=_address(prefix, record.file_name), split=split),
            annotations=[dict(result=regions(record, notes))])
        yield json.dumps(task, ensure_ascii=False)
    yield '\n]\n'


def _address(prefix: str, name: str) -> str:
    # Buckets have keys, all others URLs.
    is_url = prefix.startswith(('/', 'http:', 'https:'))
    return prefix + (quote(name) if is_url else name)


def regions(record: Sample, notes: ImportWarnings) -> List[dict]:
    """The boxes of an image as results of an annotation; crowds are left out,
    and counted in ``notes`` as what else is lost."""
    results = []
    for position, box in enumerate(record.boxes, 1):
        if box.crowd:
            notes['crowds left out, which Label Studio does not know'] += 1
            continue
        note_losses(box, (), notes)
        results.append(
            rectangle(box.xywh, (record.width, record.height), box.name,
                      position))
    return results
