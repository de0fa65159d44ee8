"""CVAT importer, of its own XML, "CVAT for images 1.1".

Format: https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/
"""
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.formats.importers.auto_split import (split_of,
                                                          splits_by_folder)
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.shape_box import (Corners, ellipse_box,
                                                         flat_points, number,
                                                         polygon_box,
                                                         rotated_box,
                                                         told_size)
from custom.datasets.formats.importers.xml_reader import (iter_children,
                                                          root_tag)
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.paths import find_files

_SHAPES = ('box', 'polygon', 'ellipse', 'mask')


def parse_cvat(src: Path, raw: RawSamples) -> Optional[Sequence[str]]:
    """Reads "CVAT for images 1.1" XML, or a folder that holds some.

    Around a rotated box, a polygon, an ellipse and a mask is a box; the
    polygon is kept as COCO ``segmentation``. Polylines, points, tags, cuboids
    and skeletons are left out, counted. ``occluded`` and ``attributes`` are
    kept where they are set.

    The split of an image is its ``subset``, if each has one that is a split;
    or else it is told by names of files and folders.

    Args:
        src: The XML file, or a folder.
        raw: Gets images, boxes, notes and problems.

    Returns:
        The labels in CVAT's order, then others that boxes have; None where
        there are none.

    Raises:
        InputError: There is no such file, one is no XML, or it is of a video.
    """
    splits = splits_by_folder(_files(src, raw), src, by_name=True)
    by_image = all(
        split_of(node.get('subset', '')) for path in splits
        for node in iter_children(path) if node.tag == 'image')
    names: Dict[str, None] = {}
    for path, told in splits.items():
        for node in iter_children(path):
            if node.tag == 'track':
                raise InputError(
                    f'{path}: is "CVAT for video", with tracks. Export the '
                    'task as "CVAT for images 1.1".')
            names.update(dict.fromkeys(_labels(node)))
            if node.tag == 'image':
                split = split_of(node.get('subset', '')) if by_image else told
                names.update(dict.fromkeys(_add(node, path, split, raw)))
    return class_list(names) if names else None


def _files(src: Path, raw: RawSamples) -> List[Path]:
    found = [src] if src.is_file() else find_files(src, ('.xml', ))
    tags = {path: root_tag(path) for path in found}
    paths = [path for path in found if tags[path] == 'annotations']
    if paths:
        raw.notes['XML files that are not CVAT, passed over'] = (
            len(found) - len(paths))
        return paths
    if 'annotation' in tags.values():
        raise InputError(f'{src}: is Pascal VOC; import it with "voc".')
    raise InputError(
        f'{src}: no XML file of CVAT, which begins with <annotations>. Give '
        'the annotations.xml of an export "CVAT for images 1.1", or the '
        'folder that holds it.')


def _labels(meta: ET.Element) -> Iterator[str]:
    """The names of the labels of a task, job or project."""
    for labels in meta.iter('labels'):
        for label in labels.findall('label'):
            name = (label.findtext('name') or '').strip()
            # Parts of a skeleton have a parent.
            if name and label.find('parent') is None:
                yield name


def _add(node: ET.Element, path: Path, split: str,
         raw: RawSamples) -> Iterator[str]:
    """Adds an image and its boxes, and gives the names of these."""
    name = node.get('name', '').strip()
    where = f'{path}: image "{name or node.get("id", ""):.200}"'
    if not name:
        raw.problems.add(
            'record', f'{where} has no name. Add it, or remove '
            'the image.')
        return
    try:
        image = raw.finder.find(name, path, split).path
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{where}: {error}.')
        return
    size = told_size(node.get('width'), node.get('height'))
    row = raw.add_image(RawImage(where, image, split, size))
    for position, shape in enumerate(node if row is not None else (), 1):
        if shape.tag not in _SHAPES:
            raw.notes['polylines, points, tags, cuboids and skeletons, left '
                      'out'] += 1
            continue
        named = f'{where}, {shape.tag} {position}'
        try:
            box = _box(shape, named, raw.notes)
        except ValueError as error:
            raw.problems.add('record', f'{named} {error}')
            continue
        raw.add_box(row, box)
        yield box.name


def _box(shape: ET.Element, where: str, notes: ImportWarnings) -> RawBox:
    """The box of a shape.

    Raises:
        ValueError: It isn't whole.
    """
    name = shape.get('label', '').strip()
    if not name:
        raise ValueError('has no label. Give it one, or delete it.')
    points: List[float] = []
    try:
        if shape.tag == 'polygon':
            points = flat_points([
                point.split(',')
                for point in shape.get('points', '').split(';')
            ])
            corners = polygon_box(points)
        else:
            corners = _corners(shape, notes)
    except ValueError as error:
        raise ValueError(f'("{name}") {error}') from None
    return RawBox(
        where,
        name,
        corners,
        extra=_extra(shape),
        points=dict(segmentation=[points]) if points else {})


def _corners(shape: ET.Element, notes: ImportWarnings) -> Corners:
    degrees = number(shape.get('rotation', 0))
    notes['boxes around rotated boxes or ellipses'] += degrees != 0
    if shape.tag == 'mask':
        x, y, w, h = _numbers(shape, 'left', 'top', 'width', 'height')
        return x, y, x + w, y + h
    if shape.tag == 'ellipse':
        cx, cy, rx, ry = _numbers(shape, 'cx', 'cy', 'rx', 'ry')
        return ellipse_box((cx, cy), (rx, ry), degrees)
    x1, y1, x2, y2 = _numbers(shape, 'xtl', 'ytl', 'xbr', 'ybr')
    if not degrees:
        return x1, y1, x2, y2
    return rotated_box((x1, y1, x2, y2), degrees,
                       ((x1 + x2) / 2, (y1 + y2) / 2))


def _numbers(shape: ET.Element, *keys: str) -> List[float]:
    return [number(shape.get(key)) for key in keys]


def _extra(shape: ET.Element) -> dict:
    extra = {'occluded': 1} if shape.get('occluded') == '1' else {}
    attributes = {
        node.get('name', ''): node.text
        for node in shape.findall('attribute') if node.text
    }
    return {**extra, 'attributes': attributes} if attributes else extra
