"""Label Studio exporter: tasks to import, and the labeling config.

Format: https://labelstud.io/guide/tasks
"""
import json
from typing import Iterable, Iterator, List, Tuple
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)

_CONFIG = '''\
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="label" toName="image">
{labels}  </RectangleLabels>
</View>
'''


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
    labels = ''.join(f'    <Label value={quoteattr(name)}/>\n'
                     for name in data.classes)
    yield 'label_config.xml', [_CONFIG.format(labels=labels)]


def _tasks(data: ImportResult, prefix: str,
           notes: ImportWarnings) -> Iterator[str]:
    """Task by task: a million boxes as one text would be a gigabyte."""
    records = ((split, record) for split, records in data.splits.items()
               for record in records)
    for position, (split, record) in enumerate(records):
        yield ',\n' if position else '[\n'
        task = dict(
            data=dict(image=_address(prefix, record.file_name), split=split),
            annotations=[dict(result=_results(record, notes))])
        yield json.dumps(task, ensure_ascii=False)
    yield '\n]\n'


def _address(prefix: str, name: str) -> str:
    # Buckets have keys, all others URLs.
    is_url = prefix.startswith(('/', 'http:', 'https:'))
    return prefix + (quote(name) if is_url else name)


def _results(record: Sample, notes: ImportWarnings) -> List[dict]:
    results = []
    for position, box in enumerate(record.boxes, 1):
        if box.crowd:
            notes['crowds left out, which Label Studio does not know'] += 1
            continue
        note_losses(box, (), notes)
        results.append(
            dict(
                id=f'{position}',
                type='rectanglelabels',
                from_name='label',
                to_name='image',
                original_width=record.width,
                original_height=record.height,
                image_rotation=0,
                value=_value(box, record)))
    return results


def _value(box: SampleBox, record: Sample) -> dict:
    x, y, w, h = box.xywh
    return dict(
        x=x * 100 / record.width,
        y=y * 100 / record.height,
        width=w * 100 / record.width,
        height=h * 100 / record.height,
        rotation=0,
        rectanglelabels=[box.name])
