"""LabelMe exporter.

Format: https://github.com/wkentaro/labelme
"""
import json
from pathlib import Path
from typing import Iterable, Iterator, List, Optional, Tuple

from custom.datasets.formats.exporters.base import ExportPlan, note_losses
from custom.datasets.formats.importers.mask_box import mask_box
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)

# LabelMe warns of a file whose first number is another than its own.
_VERSION = '5.5.0'
_HELD = ('group_id', 'description', 'score', 'difficult', 'flags')
# Pixels by which the box around a polygon may be another than the object's.
_NEAR = 0.5


def labelme_layout(data: ImportResult) -> ExportPlan:
    """A folder for each split, in it the images and a JSON file beside each.

    A box with one polygon that it is around becomes that, any other a
    rectangle. A crowd has the flag ``iscrowd``.
    """
    images = {
        f'{split}/{record.file_name}': record.image
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
            yield f'{split}/{stem}.json', [_json(record, notes)]


def _json(record: Sample, notes: ImportWarnings) -> str:
    file = dict(
        version=_VERSION,
        flags={},
        shapes=[_shape(box, notes) for box in record.boxes],
        imagePath=record.file_name,
        imageData=None,
        imageHeight=record.height,
        imageWidth=record.width)
    return json.dumps(file, ensure_ascii=False, indent=2)


def _shape(box: SampleBox, notes: ImportWarnings) -> dict:
    polygon = _polygon(box)
    note_losses(box, (*_HELD, 'segmentation') if polygon else _HELD, notes)
    x, y, w, h = box.xywh
    flags = box.extra.get('flags')
    flags = dict(flags) if isinstance(flags, dict) else {}
    return dict(
        label=box.name,
        points=polygon or [[x, y], [x + w, y + h]],
        group_id=box.extra.get('group_id'),
        description=box.extra.get('description', ''),
        shape_type='polygon' if polygon else 'rectangle',
        flags={
            **flags, 'iscrowd': True
        } if box.crowd else flags,
        mask=None,
        **_further(box))


def _further(box: SampleBox) -> dict:
    """Keys of X-AnyLabeling, which LabelMe keeps without knowing them."""
    found = {'difficult': True} if box.extra.get('difficult') else {}
    return {
        **found, 'score': box.extra['score']
    } if 'score' in box.extra else found


def _polygon(box: SampleBox) -> Optional[List[List[float]]]:
    """The points of the one polygon that a box is around."""
    parts = box.extra.get('segmentation')
    around = mask_box(parts)
    if around is None or isinstance(parts, dict) or len(parts) != 1 or len(
            parts[0]) < 6:
        return None
    if any(
            abs(one - other) > _NEAR
            for one, other in zip(_edges(around), _edges(box.xywh))):
        return None
    return [[*point] for point in zip(parts[0][::2], parts[0][1::2])]


def _edges(xywh: List[float]) -> List[float]:
    x, y, w, h = xywh
    return [x, y, x + w, y + h]
