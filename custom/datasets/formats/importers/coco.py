"""COCO importer: COCO JSON of any maker into raw samples.

Format: https://cocodataset.org/#format-data
Paper: Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014.
"""
import contextlib
import math
import os
import re
from collections import Counter
from pathlib import Path
from typing import (Any, Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Set, Tuple)

from custom.classes import match_class
from custom.datasets.annotations.boolean_fields import is_set
from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.annotations.issues import validate_record
from custom.datasets.annotations.reader import CocoFile, open_coco
from custom.datasets.formats.importers.auto_split import split_of
from custom.datasets.formats.importers.coco_results import (annotations_beside,
                                                            read_results)
from custom.datasets.formats.importers.image_finder import (FoundImage,
                                                            ImageNotFound)
from custom.datasets.formats.importers.json_kind import (json_files,
                                                         kind_of_json,
                                                         require_kind,
                                                         sort_by_kind)
from custom.datasets.formats.importers.json_stream import require_shallow
from custom.datasets.formats.importers.mask_box import mask_box
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.shape_box import number
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError

# What stands beside instances_train2017.json and has other things than boxes,
# or has them too.
_OTHERS = re.compile('captions|panoptic|stuff|image_info')
_KEYPOINTS = re.compile('keypoints')
# What tools call the file of an image, where not "file_name".
_FILE_NAMES = ('file_name', 'filename', 'path', 'name', 'coco_url', 'url')
# Keys that RawBox and RawImage have as fields, or that only tell one from
# another.
_IMAGE_FIELDS = {'id', 'file_name', 'width', 'height'}
_CROWD = ('iscrowd', 'ignore')
_BOX_FIELDS = {'id', 'image_id', 'category_id', 'bbox', 'area', *_CROWD}


class _Source(NamedTuple):
    """One annotation file, where its images are, and how often each of their
    ids, as text, stands there; ``results`` is the file that holds its boxes,
    if another one does."""
    path: Path
    split: str
    file: CocoFile
    found: List[Optional[FoundImage]]
    ids: Counter
    results: Optional[Path] = None

    def boxes(self) -> Iterator[Tuple[str, Any]]:
        """The records of the boxes, each with the name of its place."""
        # Text, as a Path takes longer to write down than a record to read.
        path = str(self.results or self.path)
        records = (
            read_results(self.results)
            if self.results else self.file.records('annotations'))
        for position, record in enumerate(records):
            if isinstance(record, dict) and 'id' in record:
                yield f'{path}: annotation id {record["id"]!r:.60}', record
            else:
                kind = '' if self.results else 'annotations'
                yield f'{path}: {kind}[{position}]', record


def parse_coco(src: Path, raw: RawSamples) -> Sequence[str]:
    """Reads a COCO folder, or one COCO file.

    A folder has its JSON files in it or some folders deeper:
    ``annotations/instances_train2017.json``,
    ``train/_annotations.coco.json``, ``labels.json``. The split is told by
    "train", "val", "valid" or "test" in the name of the file or else of its
    folder.

    Category ids and their order mean nothing; classes go by name. An image
    without ``width`` and ``height`` is measured, an annotation without
    ``bbox`` gets the box around its ``segmentation``, and ids that are text
    in one list and numbers in another are the same. Boxes of width or height
    0, which COCO itself has, are left out. ``iscrowd`` is kept, ``ignore``
    means the same. Further keys, ``segmentation`` among them, are kept as
    they are.

    Args:
        src: The folder or the file; also one of results (detections), whose
            images and classes the COCO file beside it tells.
        raw: Gets images, boxes, notes and problems.

    Returns:
        All categories in the order of their ids.

    Raises:
        InputError: There is no file of annotations, or it isn't COCO.
    """
    if src.is_file() and kind_of_json(src) == 'results':
        file = annotations_beside(src)
        sources = [_source(file, '', raw)._replace(results=src)]
    else:
        sources = [
            _source(path, split, raw)
            for split, path in _annotation_files(src, raw).items()
        ]
    folders = [
        found.folder for source in sources for found in source.found if found
    ]
    if not folders:
        raw.problems.stop(src)
        raise InputError(f'{src}: no record of an image is whole. Export the '
                         'annotations again.')
    root = os.path.commonpath(folders)
    names = {source.split: _add(source, root, raw) for source in sources}
    classes = class_list(name for split in names.values() for name in split)
    raw.notes['classes that are not in every split\'s file'] = sum(
        any(name not in _meant(split, classes) for split in names.values())
        for name in classes)
    return classes


def _annotation_files(src: Path, raw: RawSamples) -> Dict[str, Path]:
    """The file of each split; '' for the split of a lone file that has none.
    """
    if src.is_file():
        require_kind(src, 'coco')
        return {'': src}
    kinds = sort_by_kind(json_files(src))
    if {*kinds} == {''}:  # who reads them as COCO tells what is wrong
        kinds = dict(coco=kinds[''])
    for path in kinds.get('', []):
        if _split_of(path, src):  # a file cut off would be a split less
            require_shallow(path)
    paths = _preferred(kinds.pop('coco', []), src)
    if not paths:
        others = [path for found in kinds.values() for path in found]
        if others:
            require_kind(others[0], 'coco')
        raise InputError(
            f'{src}: no JSON file. Give the folder that holds such as '
            'annotations/instances_train2017.json or '
            'train/_annotations.coco.json, or the file itself.')
    raw.notes['JSON files that are not COCO, passed over'] = sum(
        map(len, kinds.values()))
    files: Dict[str, Path] = {}
    for path in paths:
        split = _split_of(path, src)
        other = files.setdefault(split, path)
        if other != path:
            raise InputError(
                f'{path}: is of the same split as {other}. Give one file '
                'instead of the folder, or move one of them away.')
    if '' in files and len(files) > 1:
        raise InputError(
            f'{files[""]}: which split is it? Put train, val or test into '
            'its name, or move it away.')
    return {s: files[s] for s in ('', 'train', 'val', 'test') if s in files}


def _split_of(path: Path, src: Path) -> str:
    """The split that the name of a file tells, or else that of a folder."""
    words = path.stem, *reversed(path.relative_to(src).parts[:-1])
    return next(filter(None, map(split_of, words)), '')


def _preferred(paths: List[Path], src: Path) -> List[Path]:
    """Those of COCO's files that hold boxes: of each split the instances,
    else others, and keypoints where there is nothing else."""

    def without(pattern: re.Pattern, paths: List[Path]) -> List[Path]:
        return [
            path for path in paths if not pattern.search(path.stem.lower())
        ] or paths

    paths = without(_OTHERS, paths)
    splits: Dict[str, List[Path]] = {}
    for path in paths:
        splits.setdefault(_split_of(path, src), []).append(path)
    chosen: List[Path] = []
    for found in splits.values():
        plain = without(_KEYPOINTS, found)
        chosen += [p for p in plain if 'instances' in p.stem.lower()] or plain
    return chosen


def _source(path: Path, split: str, raw: RawSamples) -> _Source:
    file = open_coco(path)
    found: List[Optional[FoundImage]] = []
    ids: Counter = Counter()
    missing = []
    for position, image in enumerate(_images(file)):
        if isinstance(image, dict):
            ids[str(image.get('id'))] += 1
        where = _image_name(path, position, image)
        fault = next(validate_record('images', _with_size(image)), None)
        if fault:
            raw.problems.add('record', f'{where} {fault}')
            found.append(None)
            continue
        try:
            found.append(raw.finder.find(image['file_name'], path, split))
        except ImageNotFound as error:
            missing.append((error, where))
            found.append(None)
    if not any(found) and missing:
        raise InputError(f'{path}: none of its images is there; '
                         f'{missing[0][0]}.')
    for error, where in missing:
        raw.problems.add(f'image_{error.kind}', f'{where}: {error}.')
    return _Source(path, split, file, found, ids)


def _images(file: CocoFile) -> Iterator[Any]:
    """The records of the images, with a whole id and a "file_name"."""
    for image in file.records('images'):
        if isinstance(image, dict):
            names = (image.get(key) for key in _FILE_NAMES)
            name = next((n for n in names if isinstance(n, str) and n), None)
            if name:
                image = dict(image, file_name=name)
            if 'id' in image:
                image = dict(image, id=_whole(image['id']))
        yield image


def _whole(key: Any) -> Any:
    """An id; pandas writes whole numbers as floats where one is missing."""
    is_whole = isinstance(key, float) and key.is_integer()
    return int(key) if is_whole else key


def _with_size(image: Any) -> Any:
    """An image record as if it had a size, which can be measured."""
    return dict(image, width=1, height=1) if isinstance(image, dict) else image


def _image_name(path: Path, position: int, image: Any) -> str:
    known = isinstance(image, dict) and 'id' in image
    return f'{path}: ' + (f'image id {image["id"]!r:.60}'
                          if known else f'images[{position}]')


def _add(source: _Source, root: str, raw: RawSamples) -> List[str]:
    """Adds the images and boxes of a file, and returns its classes."""
    rows, left_out = _add_images(source, root, raw)
    used = Counter()
    categories = source.file.categories()
    _require_one_name(source.path, categories)
    names = _Ids((c['id'], c['name']) for c in categories)
    for box, image in _boxes(source, rows, left_out, names, raw):
        used[box.name] += 1
        raw.add_box(image, box)
    return _class_names(categories, used, raw.notes)


def _require_one_name(path: Path, categories: List[dict]) -> None:
    names: Dict[Any, str] = {}
    for category in categories:
        other = names.setdefault(category['id'], category['name'])
        if other != category['name']:
            raise InputError(
                f'{path}: category id {category["id"]!r:.60} is of "{other}" '
                f'and of "{category["name"]}", so that the class of a box '
                'cannot be told. Give each its own id.')


def _add_images(source: _Source, root: str,
                raw: RawSamples) -> Tuple['_Ids', Set[Any]]:
    """Rows of the images by their ids, and the ids of those left out."""
    rows, left_out = [], set()
    for position, (image, found) in enumerate(
            zip(_images(source.file), source.found)):
        where = _image_name(source.path, position, image)
        if found and source.ids[str(image['id'])] > 1:
            raw.problems.add(
                'record', f'{where} stands twice in "images": whose the boxes '
                'are cannot be told. Give each image its own id.')
            found = None
        row = found and raw.add_image(
            RawImage(where, found.path, source.split, _size(image, raw.notes),
                     os.path.relpath(found.path, root).replace(os.sep, '/'),
                     _rest(image, _IMAGE_FIELDS)))
        if row is None:
            left_out.add(
                str(image.get('id', '')) if isinstance(image, dict) else '')
        else:
            rows.append((image['id'], row))
    return _Ids(rows), left_out


def _size(image: dict, notes: ImportWarnings) -> Optional[tuple]:
    if any(validate_record('images', image)):
        notes['images without width and height, measured'] += 1
        return None
    return image['width'], image['height']


class _Ids:
    """Values by id; an id that is text is the same as its number."""

    def __init__(self, pairs: Any) -> None:
        self._exact = dict(pairs)
        self._as_text = {str(key): self._exact[key] for key in self._exact}
        # Else 1 and "1" are two.
        self._is_loose = len(self._as_text) == len(self._exact)

    def get(self, key: Any) -> Any:
        if type(key) is int and key in self._exact:  # as nearly all are
            return self._exact[key]
        key = _whole(key)
        if isinstance(key, (int, str)) and key in self._exact:
            return self._exact[key]
        return self._as_text.get(str(key)) if self._is_loose else None


def _boxes(source: _Source, rows: _Ids, left_out: Set[str], names: _Ids,
           raw: RawSamples) -> Iterator[Tuple[RawBox, int]]:
    for where, record in source.boxes():
        if not isinstance(record, dict):
            raw.problems.add(
                'record', f'{where} is {record!r:.60}, not an '
                'object {…}.')
            continue
        row = rows.get(record.get('image_id'))
        name = names.get(record.get('category_id'))
        if row is None:
            if str(_whole(record.get('image_id'))) not in left_out:
                raw.problems.add('record', _dangling(where, record, 'image'))
        elif name is None:
            raw.problems.add('record', _dangling(where, record, 'category'))
        else:
            box = _box(record, where, name, raw)
            if box:
                yield box, row


def _dangling(where: str, record: dict, kind: str) -> str:
    key = f'{kind}_id'
    things = dict(image='images', category='categories')[kind]
    return (f'{where} has {key} {record.get(key)!r:.60}, which is not in '
            f'"{things}". Add that record or delete the annotation.')


def _box(record: dict, where: str, name: str,
         raw: RawSamples) -> Optional[RawBox]:
    bbox = record.get('bbox')
    mask = record.get('segmentation')
    if isinstance(bbox, list) and str in map(type, bbox):
        bbox = [*map(_as_number, bbox)]
    if not bbox or not any(bbox) if isinstance(bbox, list) else bbox is None:
        made = mask_box(mask)
        if made:
            bbox = made
            raw.notes['boxes made of their polygon or mask'] += 1
    fault = _fault(bbox)
    if fault:
        raw.problems.add('record', f'{where} ("{name}") {fault}')
        return None
    if raw.options.boxes is None and 0 in bbox[2:]:
        raw.notes['boxes without area, left out'] += 1
        return None
    try:
        crowd = any([is_set(record[key]) for key in _CROWD if record.get(key)])
    except ValueError as error:
        raw.problems.add(
            'record', f'{where} ("{name}") has {error} for a flag '
            f'({", ".join(_CROWD)}), which must be 0 or 1. Correct it.')
        return None
    if crowd:
        raw.notes['boxes marked iscrowd or ignore, neither object nor '
                  'background'] += 1
    extra = _rest(record, _BOX_FIELDS)
    area = record.get('area')
    if isinstance(area, (int, float)) and area > 0:
        extra['area'] = area
    points = {}
    if mask and isinstance(mask, list) and all(map(_is_polygon, mask)):
        points['segmentation'] = extra.pop('segmentation')
    return RawBox(where, name, bbox, crowd, extra, points)


def _as_number(value: Any) -> Any:
    """A number for the text of one; else the value itself."""
    with contextlib.suppress(ValueError):
        return number(value)
    return value


def _fault(bbox: Any) -> Optional[str]:
    """Fault of the numbers of a box, if any."""
    # To ask about every record takes as long as to read it.
    if (isinstance(bbox, list) and len(bbox) == 4
            and {*map(type, bbox)} <= {int, float}
            and all(map(math.isfinite, bbox))):
        return None
    record = dict(id=0, image_id=0, category_id=0, bbox=bbox)
    return next(validate_record('annotations', record), None)


def _is_polygon(points: Any) -> bool:
    return (isinstance(points, list) and len(points) % 2 == 0
            and {*map(type, points)} <= {int, float})


def _class_names(categories: List[dict], used: Counter,
                 notes: ImportWarnings) -> List[str]:
    ordered = sorted(
        categories, key=lambda c: (isinstance(c['id'], str), c['id']))
    names = [category['name'] for category in ordered]
    parents = {category.get('supercategory') for category in ordered[1:]}
    # Roboflow writes the name of the project as the parent of all classes.
    root = ordered[0]
    if (root.get('supercategory') == 'none' and parents == {root['name']}
            and not used[root['name']]):
        notes[f'category without a box, the parent of all others, left out: '
              f'{root["name"]}'] += 1
        return names[1:]
    return names


def _meant(names: List[str], classes: Sequence[str]) -> Set[Optional[str]]:
    return {match_class(name, classes) for name in names}


def _rest(record: dict, fields: set) -> dict:
    return {key: record[key] for key in record if key not in fields}
