"""COCO JSON, read with every record checked.

Format: https://cocodataset.org/#format-data, boxes only.
"""
import json
import sys
from os import PathLike
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Union

from custom.utils.errors import InputError

# Pixels a box may stick out of its image before it is an error: tools round
# outwards, and a 640 pixel wide image with x2 = 640.4 is not a mistake.
OVERHANG = 1.0
# Of one annotation file: 16 million boxes, ten times COCO's. Read whole, it
# would take some 20 GiB of memory.
MAX_BYTES = 2 * 2**30


def read_annotations(path: Union[str, PathLike]) -> dict:
    """Reads a COCO JSON file, checks it and fills in what may be left out.

    Args:
        path: The annotation file.

    Returns:
        ``images`` (``id``, ``file_name``, ``width``, ``height``),
        ``categories`` (``id``, ``name``) and ``annotations`` (``id``,
        ``image_id``, ``category_id``, ``bbox``, ``area``, ``iscrowd``), each
        a list of dict with the file's other keys kept. ``bbox`` is xywh in
        float pixels, clipped to its image, width and height above 0.
        ``iscrowd`` is 0 or 1; an annotation marked ``ignore`` gets 1, since
        both mean "neither object nor background".

    Raises:
        InputError: On the first problem, with a count of others like it.
    """
    path = Path(path)
    data = read_records(path)
    raise_first_error(path, _bad_boxes(data))
    images = {image['id']: image for image in data['images']}
    for ann in data['annotations']:
        ann['bbox'] = clip(ann['bbox'], images[ann['image_id']])
        area = ann.get('area')
        if not (_is_number(area) and area > 0):
            ann['area'] = ann['bbox'][2] * ann['bbox'][3]
        ann['iscrowd'] = int(bool(ann.get('iscrowd') or ann.get('ignore')))
    return data


def read_records(path: Path) -> dict:
    """Reads a COCO JSON file: every record whole and every id good, boxes
    four finite numbers whatever they are.

    Returns:
        ``images``, ``categories`` and ``annotations`` as they stand in the
        file, with at least the keys of :func:`read_annotations` but ``area``
        and ``iscrowd``.

    Raises:
        InputError: On the first problem, with a count of others like it.
    """
    data = _load(path)
    for problems in (_malformed(data), _repeated_ids(data),
                     _dangling_ids(data)):
        raise_first_error(path, problems)
    return data


def raise_first_error(source: Path, problems: Iterator[str]) -> None:
    """Raises InputError for the first problem, telling how many follow."""
    first = next(problems, None)
    if first is None:
        return
    others = sum(1 for _ in problems)
    more = f' ({others} more like this)' if others else ''
    raise InputError(f'{source}: {first}{more}')


def clip(bbox: List[float], image: dict) -> Optional[List[float]]:
    """The part of an xywh box inside its image, or None when nothing is."""
    x, y, w, h = bbox
    x1, y1 = max(x, 0.0), max(y, 0.0)
    x2, y2 = min(x + w, image['width']), min(y + h, image['height'])
    if x2 <= x1 or y2 <= y1:
        return None
    # A box inside keeps its very numbers: (x + w) - x is not always w.
    inside = (x1, y1, x2, y2) == (x, y, x + w, y + h)
    return list(bbox) if inside else [x1, y1, x2 - x1, y2 - y1]


def require_file(path: Path) -> None:
    """Refuses an annotation file that can't be opened or is of absurd size.

    Raises:
        InputError: Tells which.
    """
    try:
        with open(path, 'rb'):
            size = path.stat().st_size
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}). Check the path, or '
            'make the data set with tools/convert_dataset.py.') from None
    if size > MAX_BYTES:
        raise InputError(
            f'{path}: is {size / 2**30:.1f} GiB, more than the '
            f'{MAX_BYTES / 2**30:.0f} GiB that annotations may take. Leave '
            'masks out, or split the data set.')


def not_json(path: Path, reason: object) -> InputError:
    """What to raise for a file that is no JSON."""
    return InputError(f'{path}: not JSON ({reason}). Export the annotations '
                      'again as COCO JSON.')


def no_list(path: Path, key: str) -> InputError:
    """What to raise for a file without one of the three lists."""
    return InputError(
        f'{path}: has no list "{key}". A COCO file holds "images", '
        '"annotations" and "categories"; export it again as COCO '
        'object detection.')


def empty_list(path: Path, key: str) -> InputError:
    """What to raise for a file without images or categories."""
    return InputError(f'{path}: "{key}" is empty. Add some, or export the '
                      'annotations again.')


def _load(path: Path) -> dict:
    require_file(path)
    try:
        # utf-8-sig: some Windows editors put a byte order mark first.
        data = json.loads(path.read_text(encoding='utf-8-sig'))
    except (ValueError, RecursionError) as error:
        raise not_json(path, error) from None
    for key in _FIELDS:
        if not isinstance(data, dict) or not isinstance(data.get(key), list):
            raise no_list(path, key)
    for key in ('images', 'categories'):
        if not data[key]:
            raise empty_list(path, key)
    return data


def _is_number(value: Any) -> bool:
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and abs(value) <= sys.float_info.max)


def _is_id(value: Any) -> bool:
    return isinstance(value, (int, str))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ''


def _is_size(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_box(value: Any) -> bool:
    return (isinstance(value, list) and len(value) == 4
            and all(map(_is_number, value)))


_ID = (_is_id, 'a whole number')
_SIZE = (_is_size, 'a number of pixels above 0')
_FIELDS: Dict[str, Dict[str, tuple]] = {
    'images': {
        'id': _ID,
        'file_name': (_is_text, 'a file name'),
        'width': _SIZE,
        'height': _SIZE,
    },
    'annotations': {
        'id': _ID,
        'image_id': _ID,
        'category_id': _ID,
        'bbox': (_is_box, 'four numbers [x, y, width, height]'),
    },
    'categories': {
        'id': _ID,
        'name': (_is_text, 'a class name'),
    },
}


def validate_record(kind: str, record: Any) -> Iterator[str]:
    """What is wrong with a record by itself, and how to mend it.

    Args:
        kind: ``'images'``, ``'annotations'`` or ``'categories'``.
        record: Anything that stood in that list.
    """
    if not isinstance(record, dict):
        yield f'is {record!r:.60}, not an object {{…}}.'
        return
    for key, (is_right, words) in _FIELDS[kind].items():
        if key not in record:
            yield f'has no "{key}". Add it: {words}.'
        elif not is_right(record[key]):
            yield f'has "{key}" {record[key]!r:.60}. It must be {words}.'


def _malformed(data: dict) -> Iterator[str]:
    for kind in _FIELDS:
        for position, record in enumerate(data[kind]):
            for fault in validate_record(kind, record):
                identified = isinstance(record, dict) and 'id' in record
                name = f' (id {record["id"]!r})' if identified else ''
                yield f'{kind}[{position}]{name} {fault}'


def _repeated_ids(data: dict) -> Iterator[str]:
    for kind in _FIELDS:
        seen = set()
        for record in data[kind]:
            if record['id'] in seen:
                yield (f'id {record["id"]!r} stands twice in "{kind}". Give '
                       'each record its own id.')
            seen.add(record['id'])


def _dangling_ids(data: dict) -> Iterator[str]:
    for key, kind in (('image_id', 'images'), ('category_id', 'categories')):
        known = {record['id'] for record in data[kind]}
        for ann in data['annotations']:
            if ann[key] not in known:
                yield (f'annotation id {ann["id"]!r} has {key} {ann[key]!r}, '
                       f'which is not in "{kind}". Add that record or delete '
                       'the annotation.')


def _bad_boxes(data: dict) -> Iterator[str]:
    images = {image['id']: image for image in data['images']}
    for ann in data['annotations']:
        image = images[ann['image_id']]
        x, y, w, h = ann['bbox']
        overhang = max(-x, -y, x + w - image['width'], y + h - image['height'])
        if w > 0 and h > 0 and overhang <= OVERHANG and clip(
                ann['bbox'], image) is not None:
            continue
        where = (f'annotation id {ann["id"]!r} on image '
                 f'"{image["file_name"]}" has box {ann["bbox"]}')
        if w <= 0 or h <= 0:
            yield (f'{where}, which has no area. Boxes are [x, y, width, '
                   'height]; correct or delete this one.')
        else:
            yield (f'{where}, which is outside the image of '
                   f'{image["width"]} x {image["height"]} pixels. Boxes are '
                   '[x, y, width, height] of the image as shown (rotated as '
                   'its EXIF says); correct or delete this one.')
