"""Pascal VOC XML parser, for one annotation file.

Format: Everingham et al., "The PASCAL VOC2012 Development Kit", section 4.
"""
import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from custom.datasets.formats.importers.error_collector import ErrorCollector
from custom.datasets.formats.importers.xml_reader import read_xml
from custom.utils.errors import InputError

_FLAGS = ('difficult', 'truncated', 'occluded')


class VocObject(NamedTuple):
    """``corners`` are xmin, ymin, xmax, ymax in pixels as they stand in the
    file: counted from 1, the last one included.

    ``extra`` holds what else the file tells of ``difficult``, ``truncated``
    and ``occluded`` (0 or 1) and ``pose`` (a word such as "Left").
    """
    name: str
    corners: Tuple[float, float, float, float]
    extra: Dict[str, Union[int, str]]


class VocAnnotation(NamedTuple):
    """``filename`` may be empty or stale; ``size`` is (width, height) in
    pixels, or None where the file doesn't say."""
    filename: str
    size: Optional[Tuple[int, int]]
    objects: List[VocObject]


def read_voc_xml(path: Path, problems: ErrorCollector) -> VocAnnotation:
    """Reads an annotation file.

    VOC counts pixels from 1 and includes the last one, so that a box over a
    whole image 60 wide has xmin 1 and xmax 60. Its edges are 0 and 60: xmin
    and ymin lose 1, xmax and ymax stay. (MMDetection's XMLDataset takes 1
    from all four and so cuts a pixel off.)

    Args:
        path: The file.
        problems: Gets objects without a name or a box.

    Raises:
        InputError: It isn't VOC XML, or has a document type (which can blow
            up a parser).
    """
    root = read_xml(path)
    if root.tag == 'annotations':
        raise InputError(f'{path}: is CVAT XML; import it with "cvat".')
    if root.tag != 'annotation':
        raise InputError(
            f'{path}: starts with <{root.tag:.40}>, Pascal VOC with '
            '<annotation>. Move it away or export it as Pascal VOC.')
    size = (_number(root.find('size/width')),
            _number(root.find('size/height')))
    objects = []
    for position, node in enumerate(root.findall('object'), 1):
        try:
            objects.append(_object(node, f'{path}: object {position}'))
        except InputError as error:
            problems.add('record', f'{error}')
    return VocAnnotation(
        filename=(root.findtext('filename') or '').strip(),
        # Some tools write 0 x 0 when they don't know.
        size=tuple(map(int, size)) if all(size) else None,
        objects=objects)


def _object(node: ET.Element, where: str) -> VocObject:
    name = (node.findtext('name') or '').strip()
    if not name:
        raise InputError(f'{where} has no <name>. Name its class or delete '
                         'it.')
    corners = [
        _number(node.find(f'bndbox/{key}'))
        for key in ('xmin', 'ymin', 'xmax', 'ymax')
    ]
    if None in corners:
        raise InputError(
            f'{where} ("{name}") lacks a <bndbox> with the numbers <xmin>, '
            '<ymin>, <xmax>, <ymax>. Draw its box again or delete it.')
    return VocObject(name, tuple(corners), _extra(node))


def _extra(node: ET.Element) -> Dict[str, Union[int, str]]:
    values = {key: _number(node.find(key)) for key in _FLAGS}
    extra = {k: int(v != 0) for k, v in values.items() if v is not None}
    pose = (node.findtext('pose') or '').strip()
    if pose and pose != 'Unspecified':
        extra['pose'] = pose
    return extra


def _number(node: Optional[ET.Element]) -> Optional[float]:
    try:
        value = float(node.text)
    except (AttributeError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None
