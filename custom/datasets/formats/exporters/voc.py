"""Pascal VOC exporter.

Format: Everingham et al., "The PASCAL VOC2012 Development Kit", section 4.
"""
import math
from pathlib import Path
from typing import Iterable, Iterator, List, Tuple
from xml.sax.saxutils import escape

from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)

_XML = '''\
<annotation>
  <folder>JPEGImages</folder>
  <filename>{name}</filename>
  <size>
    <width>{width}</width>
    <height>{height}</height>
    <depth>3</depth>
  </size>
  <segmented>0</segmented>
{objects}</annotation>
'''
_OBJECT = '''\
  <object>
    <name>{name}</name>
    <pose>{pose}</pose>
    <truncated>{truncated}</truncated>
    <occluded>{occluded}</occluded>
    <difficult>{difficult}</difficult>
    <bndbox>
      <xmin>{xmin}</xmin>
      <ymin>{ymin}</ymin>
      <xmax>{xmax}</xmax>
      <ymax>{ymax}</ymax>
    </bndbox>
  </object>
'''


def voc_layout(data: ImportResult) -> ExportPlan:
    """``JPEGImages``, ``Annotations`` and ``ImageSets/Main``.

    Corners are whole pixels, counted from 1 and the last included, for many
    readers take no others: a box of at least a pixel keeps its edges to half
    a pixel. A crowd becomes ``difficult``, which VOC's scoring leaves out as
    COCO's does a crowd.
    """
    images = {
        f'JPEGImages/{record.file_name}': record.image
        for records in data.splits.values()
        for record in records
    }
    notes = ImportWarnings(data.notes)
    notes['images are no .jpg, and some readers look for .jpg alone'] = sum(
        not name.lower().endswith('.jpg') for name in images)
    return ExportPlan(images, _texts(data, notes), notes)


def pixel_range(start: float, end: float, size: int) -> Tuple[int, int]:
    """Pixel range of a box on one axis, as VOC counts.

    Args:
        start: Its lower edge in pixels from 0.
        end: Its upper edge.
        size: Of the image.

    Returns:
        First and last pixel, 1 to ``size``.
    """
    first, last = math.floor(start + 0.5) + 1, math.floor(end + 0.5)
    if last < first:  # thinner than a pixel: the one that its middle is in
        first = last = min(math.floor((start + end) / 2) + 1, size)
    return first, last


def _texts(data: ImportResult,
           notes: ImportWarnings) -> Iterator[Tuple[str, Iterable[str]]]:
    lists = {}
    for split, records in data.splits.items():
        lists[split] = [Path(record.file_name).stem for record in records]
        for record, stem in zip(records, lists[split]):
            yield f'Annotations/{stem}.xml', [_xml(record, notes)]
    if 'val' in lists:
        lists['trainval'] = lists['train'] + lists['val']
    for split, stems in lists.items():
        yield f'ImageSets/Main/{split}.txt', (f'{stem}\n' for stem in stems)


def _xml(record: Sample, notes: ImportWarnings) -> str:
    objects: List[str] = [_object(box, record, notes) for box in record.boxes]
    return _XML.format(
        name=escape(record.file_name),
        width=record.width,
        height=record.height,
        objects=''.join(objects))


def _object(box: SampleBox, record: Sample, notes: ImportWarnings) -> str:
    x, y, w, h = box.xywh
    xmin, xmax = pixel_range(x, x + w, record.width)
    ymin, ymax = pixel_range(y, y + h, record.height)
    notes['boxes rounded to whole pixels'] += ((xmin - 1, ymin - 1, xmax, ymax)
                                               != (x, y, x + w, y + h))
    notes['boxes thinner than a pixel, widened to one'] += min(w, h) < 1
    notes['crowds written as difficult objects, on which a model trains if '
          'they are imported here again'] += box.crowd
    note_losses(box, ('difficult', 'truncated', 'occluded', 'pose'), notes)
    return _OBJECT.format(
        name=escape(box.name),
        pose=escape(str(box.extra.get('pose', 'Unspecified'))),
        truncated=int(bool(box.extra.get('truncated'))),
        occluded=int(bool(box.extra.get('occluded'))),
        difficult=int(bool(box.crowd or box.extra.get('difficult'))),
        xmin=xmin,
        ymin=ymin,
        xmax=xmax,
        ymax=ymax)
