"""VGG Image Annotator importer: VIA 2 projects, annotations in JSON and CSV.

Format: https://www.robots.ox.ac.uk/~vgg/software/via/
Paper: Dutta and Zisserman, "The VIA Annotation Software for Images, Audio and
Video", ACM Multimedia 2019.
"""
import contextlib
import json
import math
from pathlib import Path
from typing import (Any, Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Tuple)

from custom.datasets.formats.importers.auto_split import splits_by_folder
from custom.datasets.formats.importers.csv_lines import csv_lines
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.json_kind import (files_of_kind,
                                                         json_files,
                                                         kind_of_json)
from custom.datasets.formats.importers.json_stream import (iter_pairs,
                                                           require_shallow)
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.shape_box import (ellipse_box,
                                                         flat_points, number,
                                                         polygon_box)
from custom.utils.errors import InputError
from custom.utils.paths import find_files

_COLUMNS = ('filename', 'region_shape_attributes', 'region_attributes')
# What the attribute that is the class is called, where there are several.
_CLASS = ('class', 'label', 'name', 'type', 'category', 'object')


class _Entry(NamedTuple):
    """An image, or one line of a CSV file. ``regions`` are what stands there,
    each with what names it in a message."""
    where: str
    name: Any
    regions: List[Tuple[str, Any]]


def parse_via(src: Path, raw: RawSamples) -> None:
    """Reads a VIA project, annotations that VIA saved, or a folder of them.

    Around a polygon, a polyline, a circle and an ellipse is a box, and the
    points are kept as COCO ``segmentation``. Points are left out, counted.

    The class is an attribute of the region: the only one, or that called
    class, label, name, type, category or object, or the one that the user
    names. Its value is text, or the only one that is ticked. Other attributes
    are kept as ``attributes``.

    The split is told by names of files and folders. A folder that has JSON of
    VIA is read by that alone, else by its CSV files.

    Args:
        src: The file, or a folder that holds some.
        raw: Gets images, boxes, notes and problems.

    Raises:
        InputError: There is no such file, or what the class is can't be told.
    """
    splits = splits_by_folder(_files(src, raw), src, by_name=True)
    attribute = _class_attribute(splits, raw.options.class_attribute, src)
    for path, split in splits.items():
        for entry in _entries(path):
            _add(entry, attribute, path, split, raw)


def _files(src: Path, raw: RawSamples) -> List[Path]:
    if src.is_file() and src.suffix.lower() == '.csv':
        if not _is_table(src):
            raise InputError(
                f'{src}: has not the columns {", ".join(_COLUMNS)} of VIA 2. '
                'Export the annotations with that as CSV or JSON.')
        return [src]
    if src.is_dir() and all(kind_of_json(p) != 'via' for p in json_files(src)):
        tables = []
        for path in find_files(src, ('.csv', )):
            # An unrelated file in another encoding does no harm.
            with contextlib.suppress(InputError):
                tables += [path] * _is_table(path)
        if tables:
            return tables
    paths = files_of_kind(src, 'via', raw.notes)
    for path in paths:
        require_shallow(path)
    return paths


def _is_table(path: Path) -> bool:
    return {*_COLUMNS}.issubset(_header(next(csv_lines(path), (0, []))[1]))


def _header(values: Sequence[str]) -> List[str]:
    return [value.strip().lstrip('#') for value in values]  # of VIA 1


def _entries(path: Path) -> Iterator[_Entry]:
    if path.suffix.lower() == '.csv':
        yield from _lines(path)
        return
    is_project = False
    for key, image in iter_pairs(path, '_via_img_metadata'):
        is_project = True
        yield _entry(path, key, image)
    if not is_project:
        for key, image in iter_pairs(path):
            if isinstance(image, dict) and 'regions' in image:
                yield _entry(path, key, image)


def _entry(path: Path, key: str, image: Any) -> _Entry:
    where = f'{path}: {key:.200}'
    image = image if isinstance(image, dict) else {}
    regions = image.get('regions') or []
    if isinstance(regions, dict):  # of VIA 1: {"0": {…}}
        regions = [*regions.values()]
    regions = regions if isinstance(regions, list) else [regions]
    return _Entry(where, image.get('filename'),
                  [(f'{where}, region {position}', region)
                   for position, region in enumerate(regions, 1)])


def _lines(path: Path) -> Iterator[_Entry]:
    lines = csv_lines(path)
    columns = _header(next(lines)[1])
    for number_, values in lines:
        where = f'{path}:{number_}'
        line = dict(zip(columns, values))
        name = line.get('filename')
        shape, attributes = (_cell(line.get(key)) for key in _COLUMNS[1:])
        region = dict(shape_attributes=shape, region_attributes=attributes)
        # An image without regions has one line, with {} in it.
        yield _Entry(f'{path}: {name}', name,
                     [(where, region)] if shape != {} else [])


def _cell(text: Optional[str]) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return text


def _class_attribute(paths: Sequence[Path], given: Optional[str],
                     src: Path) -> str:
    """The attribute of a region that is its class."""
    names: Dict[str, None] = {}
    count = 0
    for path in paths:
        for entry in _entries(path):
            for _, region in entry.regions:
                names.update(dict.fromkeys(_attributes(region)))
                count += 1
    listed = ', '.join(f'"{name:.40}"' for name in names) or 'none'
    if given is not None and given not in names:
        raise InputError(f'--class-attribute: regions have no attribute '
                         f'"{given}"; theirs are {listed}.')
    named = [
        name for word in _CLASS for name in names
        if name.strip().lower() == word
    ]
    if given or not count or len(names) == 1 or named:
        return given or next(iter(named or names), '')
    raise InputError(
        f'{src}: which attribute of a region is its class? Theirs are '
        f'{listed}. Give --class-attribute NAME.' if names else
        f'{src}: no region has an attribute, and one must tell its class. '
        'Name the classes in VIA by a region attribute "class".')


def _attributes(region: Any) -> dict:
    found = region.get('region_attributes') if isinstance(region,
                                                          dict) else None
    return found if isinstance(found, dict) else {}


def _add(entry: _Entry, attribute: str, path: Path, split: str,
         raw: RawSamples) -> None:
    if not isinstance(entry.name, str) or not entry.name.strip():
        raw.problems.add(
            'record', f'{entry.where} has no "filename". Add it, or remove '
            'the record.')
        return
    try:
        image = raw.finder.find(entry.name, path, split).path
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{entry.where}: {error}.')
        return
    row = raw.add_image(RawImage(entry.where, image, split))
    for where, region in entry.regions if row is not None else ():
        try:
            box = _box(region, attribute, where)
        except ValueError as error:
            raw.problems.add('record', f'{where}: {error}')
            continue
        raw.notes['points, which have no area, left out'] += box is None
        if box:
            raw.add_box(row, box)


def _box(region: Any, attribute: str, where: str) -> Optional[RawBox]:
    """The box of a region; None where it has no area.

    Raises:
        ValueError: It isn't whole.
    """
    shape = region.get('shape_attributes') if isinstance(region,
                                                         dict) else None
    if not isinstance(shape, dict):
        raise ValueError('has no "shape_attributes" that are an object {…}. '
                         'Draw it again or delete it.')
    kind = shape.get('name')
    if kind == 'point':
        return None
    attributes = dict(_attributes(region))
    name = _name(attributes.pop(attribute, None), attribute)
    numbers, points = _geometry(kind, shape)
    rest = {key: value for key, value in attributes.items() if value}
    return RawBox(
        where,
        name,
        numbers,
        extra=dict(attributes=rest) if rest else {},
        points=dict(segmentation=[points]) if points else {})


def _name(value: Any, attribute: str) -> str:
    if isinstance(value, dict):  # boxes to tick
        ticked = [key for key in value if value[key]]
        if len(ticked) > 1:
            raise ValueError(f'has several values of "{attribute}": '
                             f'{", ".join(ticked)}. Leave one.')
        value = next(iter(ticked), '')
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f'{value:g}'
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'has no "{attribute}", which tells its class. Give '
                         'it one, or delete it.')
    return value.strip()


def _geometry(kind: Any, shape: dict) -> Tuple[List[float], List[float]]:
    """x, y, width and height, and the points of a polygon."""
    points: List[float] = []
    if kind == 'rect':
        return [number(shape.get(k))
                for k in ('x', 'y', 'width', 'height')], points
    if kind in ('polygon', 'polyline'):
        columns = shape.get('all_points_x'), shape.get('all_points_y')
        if not all(isinstance(c, list)
                   for c in columns) or len(columns[0]) != len(columns[1]):
            raise ValueError('has no lists "all_points_x" and "all_points_y" '
                             'of one length. Draw it again or delete it.')
        points = flat_points([*zip(*columns)])
        x1, y1, x2, y2 = polygon_box(points)
    elif kind in ('circle', 'ellipse'):
        keys = ('r', 'r') if kind == 'circle' else ('rx', 'ry')
        center, radii = ((number(shape.get(x)), number(shape.get(y)))
                         for x, y in (('cx', 'cy'), keys))
        theta = number(shape.get('theta') or 0)  # radians
        x1, y1, x2, y2 = ellipse_box(center, radii, math.degrees(theta))
    else:
        raise ValueError(f'is a shape {kind!r:.40}, of which no box is known. '
                         'Draw a rectangle.')
    return [x1, y1, x2 - x1, y2 - y1], points
