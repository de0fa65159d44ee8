"""LabelMe importer, which reads X-AnyLabeling's files as well.

Format: https://github.com/wkentaro/labelme
"""
import contextlib
import json
import math
from pathlib import Path
from typing import Any, List, Optional

from custom.datasets.formats.importers.auto_split import splits_by_folder
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.json_kind import (require_kind,
                                                         sort_by_kind)
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.shape_box import (Corners, ellipse_box,
                                                         flat_points, number,
                                                         polygon_box,
                                                         told_size)
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.paths import find_files

_NO_AREA = ('line', 'linestrip', 'point', 'points')


def parse_labelme(src: Path, raw: RawSamples) -> None:
    """Reads a folder of LabelMe files, one for each image, or one file.

    A rectangle has two corners in any order. Around a polygon, a circle and a
    mask, and around any shape of three or more points, is a box; the polygon
    is kept as COCO ``segmentation``. Lines and points are left out, counted.
    ``group_id``, ``description``, ``flags``, and X-AnyLabeling's
    ``difficult`` and ``score`` are kept where they are set; the flag
    ``iscrowd`` makes a crowd.

    The image is the one of ``imagePath``, or else that of the file's own
    name. Folders called train, val or test tell the splits if each file is in
    one.

    Args:
        src: The folder, or one file.
        raw: Gets images, boxes, notes and problems.

    Raises:
        InputError: There is no file of LabelMe.
    """
    paths = _annotation_files(src, raw)
    for path, split in splits_by_folder(paths, src).items():
        _add(path, split, raw)


def _annotation_files(src: Path, raw: RawSamples) -> List[Path]:
    if src.is_file():
        require_kind(src, 'labelme')
        return [src]
    found = find_files(src, ('.json', ))
    kinds = sort_by_kind(found)
    # What is cut off before its shapes is told with the others.
    broken = [path for path in kinds.get('', []) if _load(path) is None]
    paths = sorted(kinds.get('labelme', []) + broken)
    others = sorted({*found}.difference(paths))
    if not paths:
        for path in others:
            require_kind(path, 'labelme')
        raise InputError(
            f'{src}: no JSON file of LabelMe. Give the folder that holds one '
            'for each image, with its "shapes".')
    raw.notes['JSON files that are not LabelMe, passed over'] = len(others)
    return paths


def _load(path: Path) -> Any:
    """Content of a file; None where it is no JSON."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _add(path: Path, split: str, raw: RawSamples) -> None:
    data = _load(path)
    if not isinstance(data, dict) or not isinstance(data.get('shapes'), list):
        raw.problems.add(
            'file', f'{path}: not LabelMe JSON with a list "shapes", or cut '
            'off. Save it again.')
        return
    try:
        image = _image_of(path, data, split, raw)
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{path}: {error}.')
        return
    size = told_size(data.get('imageWidth'), data.get('imageHeight'))
    row = raw.add_image(RawImage(f'{path}', image, split, size))
    if row is None:
        return
    for position, shape in enumerate(data['shapes'], 1):
        where = f'{path}: shape {position}'
        try:
            box = _box(shape, where, raw.notes)
        except ValueError as error:
            raw.problems.add('record', f'{where} {error}')
            continue
        if box:
            raw.add_box(row, box)


def _image_of(path: Path, data: dict, split: str, raw: RawSamples) -> Path:
    name = data.get('imagePath')
    if not isinstance(name, str) or not name.strip():
        return raw.finder.find(path.stem, path, split).path
    try:
        return raw.finder.find(name, path, split).path
    except ImageNotFound as error:
        if error.kind != 'missing':
            raise
        missing = error
    try:  # image and annotation were renamed, and imagePath is stale
        return raw.finder.find(path.stem, path, split).path
    except ImageNotFound:
        inside = (
            '. The file has its picture inside ("imageData"): LabelMe\'s '
            'labelme_export_json writes it out'
            if data.get('imageData') else '')
        raise ImageNotFound(f'{missing}{inside}', missing.kind) from None


def _box(shape: Any, where: str, notes: ImportWarnings) -> Optional[RawBox]:
    """The box of a shape; None where it has no area.

    Raises:
        ValueError: It isn't whole.
    """
    if not isinstance(shape, dict):
        raise ValueError(f'is {shape!r:.60}, not an object {{…}}.')
    name = shape.get('label')
    if not isinstance(name, str) or not name.strip():
        raise ValueError('has no "label". Name its class or delete it.')
    kind = shape.get('shape_type') or 'polygon'
    if kind in _NO_AREA:
        notes['lines and points, which have no area, left out'] += 1
        return None
    try:
        points = flat_points(shape.get('points'))
        corners = _corners(kind, points)
    except ValueError as error:
        raise ValueError(f'("{name}", {kind}) {error}') from None
    is_polygon = kind not in ('rectangle', 'circle', 'mask')
    flags = shape.get('flags')
    flags = flags if isinstance(flags, dict) else {}
    return RawBox(
        where,
        name.strip(),
        corners,
        crowd=bool(flags.get('iscrowd')),
        extra=_extra(shape, flags),
        points=dict(segmentation=[points]) if is_polygon else {})


def _corners(kind: str, points: List[float]) -> Corners:
    x1, y1, x2, y2 = polygon_box(points)
    if kind == 'rectangle':
        return x1, y1, x2, y2
    if kind == 'circle':  # its center, and a point on it
        radius = math.dist(points[:2], points[2:4])
        return ellipse_box(points[:2], (radius, radius))
    if kind == 'mask':  # the last pixel is included
        return x1, y1, x2 + 1, y2 + 1
    if len(points) < 6:
        raise ValueError('has 2 points, and needs 3 or more. Draw it again or '
                         'delete it.')
    return x1, y1, x2, y2


def _extra(shape: dict, flags: dict) -> dict:
    extra = {
        key: shape[key]
        for key in ('group_id', 'description')
        if shape.get(key) not in (None, '')
    }
    with contextlib.suppress(ValueError):  # null where there is none
        extra['score'] = number(shape.get('score'))
    if shape.get('difficult'):
        extra['difficult'] = 1
    set_flags = {k: v for k, v in flags.items() if v and k != 'iscrowd'}
    return {**extra, 'flags': set_flags} if set_flags else extra
