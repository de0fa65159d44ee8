"""COCO importer: COCO JSON of any maker into samples.

Format: https://cocodataset.org/#format-data
Paper: Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014.
"""
import contextlib
import os
import re
from pathlib import Path, PurePosixPath
from typing import (Any, Callable, Dict, Iterator, List, NamedTuple, Optional,
                    Sequence, Set, Union)

from custom.classes import match_class
from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.annotations.reader import CocoFile, open_coco
from custom.datasets.annotations.strict_reader import require_valid_records
from custom.datasets.formats.disk_list import DiskList, LazyBoxes
from custom.datasets.formats.importers.auto_split import (SPLIT_WORDS,
                                                          complete_splits,
                                                          split_of)
from custom.datasets.formats.importers.coco_file import group_by_image
from custom.datasets.formats.importers.exif_boxes import (clip_to_image,
                                                          is_outside,
                                                          needs_exif_transpose)
from custom.datasets.formats.samples import (ErrorCollector, ImportResult,
                                             ImportWarnings, Sample, SampleBox)
from custom.datasets.images.exif import (exif_transpose_box,
                                         exif_transpose_points)
from custom.datasets.images.headers import ImageInfo, read_image_infos
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import Spellings, iter_files, of_macos

# What stands beside instances_train2017.json and has other things than boxes.
_OTHERS = re.compile('captions|keypoints|panoptic|stuff|image_info')
# Keys that Box and Record have as fields, or that only tell one from another.
_IMAGE_FIELDS = {'id', 'file_name', 'width', 'height'}
_BOX_FIELDS = {
    'id', 'image_id', 'category_id', 'bbox', 'iscrowd', 'ignore', 'area'
}
# Records looked up to tell which folder holds the images of a file.
_SAMPLE = 50


class _Source(NamedTuple):
    """One annotation file with what it says, and the images it is about."""
    path: Path
    split: str
    file: CocoFile
    folder: Path


def read_coco(src: Union[str, Path],
              val_fraction: Optional[float] = None,
              test_fraction: Optional[float] = None,
              images: Optional[Union[str, Path]] = None,
              track: Optional[Callable] = None) -> ImportResult:
    """Reads a COCO folder, or one COCO file.

    A folder has its JSON files in it or one folder deeper:
    ``annotations/instances_train2017.json``,
    ``train/_annotations.coco.json``, ``annotations/train.json``. The split is
    told by "train", "val", "valid" or "test" in the name of the file or else
    of its folder. The images are looked for beside the file and in such
    folders as ``images``, ``train2017`` and ``train``, there and one level
    up; sub-folders in ``file_name`` are kept.

    Category ids and their order mean nothing; classes go by name. Boxes end
    up on the image as decoded: where ``width`` and ``height`` are those of a
    photo before its EXIF rotation, boxes and polygons are rotated along.
    Boxes are clipped to their image, and those of width or height 0, which
    COCO itself has, are left out. ``iscrowd`` is kept, ``ignore`` means the
    same. Further keys, ``segmentation`` among them, are kept as they are.

    Args:
        src: The folder or the file.
        val_fraction: Split anew, this part for val; 0.15 if only the
            other fraction is given. With neither given, the splits of the
            file names are followed, and what they lack is made with 0.15.
        test_fraction: Likewise for test.
        images: The folder of the images, where it isn't found by itself.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.utils.progress.track`.

    Returns:
        The records of each split, all categories in the order of their ids,
        and notes.

    Raises:
        InputError: On the first problem, with a count of others.
    """
    src = Path(src)
    disk = Spellings()
    sources = [
        _source(path, split, src, images, disk)
        for split, path in _annotation_files(src).items()
    ]
    notes, problems = ImportWarnings(), ErrorCollector()
    root = os.path.commonpath([source.folder for source in sources])
    found = {
        source.split: _records(source, root, disk, notes, problems)
        for source in sources
    }
    problems.stop()
    every = [record for records in found.values() for record in records]
    if not any(record.boxes for record in every):
        raise InputError(f'{src}: no image has an annotation. Draw boxes '
                         'first.')
    _count_unrecorded(sources, every, notes)
    names = {source.split: _categories(source) for source in sources}
    classes = class_list(name for split in names.values() for name in split)
    notes['classes that are not in every split\'s file'] = sum(
        any(name not in _meant(split, classes) for split in names.values())
        for name in classes)
    splits = complete_splits(found, val_fraction, test_fraction, notes, track)
    return ImportResult(splits, classes, notes)


def _annotation_files(src: Path) -> Dict[str, Path]:
    """The file of each split; '' for the split of a lone file that has none.
    """
    if src.is_file():
        return {'': src}
    if not src.is_dir():
        raise InputError(f'{src}: no such file or folder. Check the path.')
    paths = [
        path for path in sorted([*src.glob('*.json'), *src.glob('*/*.json')])
        if not of_macos(path.name) and not of_macos(path.parent.name)
    ]
    paths = ([p for p in paths if 'instances' in p.stem.lower()]
             or [p for p in paths if not _OTHERS.search(p.stem.lower())])
    if not paths:
        raise InputError(
            f'{src}: no JSON file. Give the folder that holds such as '
            'annotations/instances_train2017.json or '
            'train/_annotations.coco.json, or the file itself.')
    files: Dict[str, Path] = {}
    for path in paths:
        split = split_of(path.stem)
        if not split and path.parent != src:
            split = split_of(path.parent.name)
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


def _source(path: Path, split: str, src: Path,
            images: Optional[Union[str, Path]], disk: Spellings) -> _Source:
    file = open_coco(path)
    require_valid_records(file)
    names = file.table.file_names
    sample = [*map(_relative, names[::len(names) // _SAMPLE + 1])]
    folders = list(dict.fromkeys(_image_folders(path, split, src, images)))
    hits = [
        sum(os.path.isfile(disk.on_disk(folder / name)) for name in sample)
        for folder in folders
    ]
    if not any(hits):
        raise InputError(
            f'{path}: none of its images is there, such as '
            f'"{sample[0]}". Looked in {", ".join(map(str, folders))}. Put '
            'them there, or give --images FOLDER.')
    return _Source(path, split, file, folders[hits.index(max(hits))])


def _image_folders(path: Path, split: str, src: Path,
                   images: Optional[Union[str, Path]]) -> Iterator[Path]:
    """Where the images of a file may be, the likeliest first."""
    parents = [path.parent, path.parent.parent, src]
    if images is not None:
        parents = [Path(images)]
    # train2017 of instances_train2017
    own = re.findall('(?:train|val|test)[a-z]*[0-9]*', path.stem.lower())
    words = own + [w for w, meant in SPLIT_WORDS.items() if meant == split]
    for parent in filter(Path.is_dir, parents):
        for folder in (parent, *_named(parent, ['images'])):
            yield folder
            yield from _named(folder, words)


def _named(folder: Path, words: Sequence[str]) -> List[Path]:
    """The folders in a folder that are called so, in any case: images/Train
    is what CVAT writes."""
    with contextlib.suppress(OSError):  # one that nobody may list
        return [
            folder / name for name in sorted(os.listdir(folder))
            if name.lower() in words and os.path.isdir(folder / name)
        ]
    return []


def _relative(file_name: str) -> PurePosixPath:
    """A file name with its sub-folders, unless they lead elsewhere."""
    # Windows tools write whole paths with backslashes.
    path = PurePosixPath(file_name.replace('\\', '/'))
    elsewhere = (
        path.is_absolute() or '..' in path.parts or file_name[1:2] == ':')
    return PurePosixPath(path.name) if elsewhere else path


def _categories(source: _Source) -> List[str]:
    categories = sorted(
        source.file.table.categories,
        key=lambda c: (isinstance(c['id'], str), c['id']))
    return [category['name'] for category in categories]


def _meant(names: List[str], classes: Sequence[str]) -> Set[Optional[str]]:
    return {match_class(name, classes) for name in names}


def _records(source: _Source, root: str, disk: Spellings,
             notes: ImportWarnings, problems: ErrorCollector) -> List[Sample]:
    file = source.file
    names = {c['id']: c['name'] for c in file.table.categories}
    paths = [
        disk.on_disk(source.folder / _relative(name))
        for name in file.table.file_names
    ]
    missing = [path for path in paths if not os.path.isfile(path)]
    if missing:
        more = f' and {len(missing) - 1} more' if missing[1:] else ''
        problems.add(f'{source.path}: the images {missing[0]}{more} are not '
                     'there. Put them there, or remove their records.')
        return []
    records, spool = [], DiskList()
    found = group_by_image(file, file.records('annotations'))
    for row, (path, image, photo) in enumerate(
            zip(paths, file.records('images'), read_image_infos(paths))):
        where = f'{source.path}: image id {image["id"]!r}'
        if isinstance(photo, InputError):
            problems.add(f'{where}: {photo}.')
            continue
        size = (image['width'], image['height'])
        turn = needs_exif_transpose(size, photo, notes)
        if turn is None:
            problems.add(
                f'{where}, "{image["file_name"]}", is said to have '
                f'{size[0]} x {size[1]} pixels, but has {photo.width} x '
                f'{photo.height}. The boxes would be elsewhere; find the '
                'image that was annotated, or correct width and height.')
            continue
        annotations = found[row]
        if turn:
            annotations = [
                _turned(annotation, size, photo, notes)
                for annotation in annotations
            ]
        boxes = _boxes(annotations, names, photo, source.path, notes, problems)
        notes['images without a box, kept as background'] += not boxes
        records.append(
            Sample(path, photo.width, photo.height, LazyBoxes(spool, boxes),
                   Path(os.path.relpath(path, root)).as_posix(),
                   _rest(image, _IMAGE_FIELDS)))
    return records


def _turned(annotation: dict, size: tuple, photo: ImageInfo,
            notes: ImportWarnings) -> dict:
    """An annotation of a photo as stored for the photo as shown."""
    turned = dict(
        annotation,
        bbox=exif_transpose_box(annotation['bbox'], *size, photo.orientation))
    polygons = annotation.get('segmentation') or []
    if isinstance(polygons, list) and all(map(_is_polygon, polygons)):
        if polygons:
            turned['segmentation'] = [
                exif_transpose_points(polygon, *size, photo.orientation)
                for polygon in polygons
            ]
    else:
        del turned['segmentation']
        notes['masks of rotated photos, left out'] += 1
    if turned.pop('keypoints', None):
        turned.pop('num_keypoints', None)
        notes['keypoints of rotated photos, left out'] += 1
    return turned


def _is_polygon(points: Any) -> bool:
    return (isinstance(points, list) and len(points) % 2 == 0
            and all(isinstance(value, (int, float)) for value in points))


def _boxes(annotations: List[dict], names: Dict[Any, str], photo: ImageInfo,
           path: Path, notes: ImportWarnings,
           problems: ErrorCollector) -> List[SampleBox]:
    """The boxes of an image, but those that have no area or a problem."""
    boxes = []
    clipped = clip_to_image([ann['bbox'] for ann in annotations], photo, notes)
    for annotation, inside in zip(annotations, clipped):
        name, xywh = names[annotation['category_id']], annotation['bbox']
        thinnest = min(xywh[2:])
        if thinnest == 0:
            notes['boxes without area, left out'] += 1
        elif inside is None:
            where = f'{path}: annotation id {annotation["id"]!r}'
            problems.add(
                is_outside(where, name, xywh, photo) if thinnest > 0 else
                f'{where}, "{name}", has box {xywh}. Width and height must be '
                'above 0; draw it again or delete it.')
        else:
            boxes.append(_box(annotation, name, inside, notes))
    return boxes


def _box(annotation: dict, name: str, inside: List[float],
         notes: ImportWarnings) -> SampleBox:
    crowd = bool(annotation.get('iscrowd') or annotation.get('ignore'))
    notes['boxes marked iscrowd or ignore, neither object nor '
          'background'] += crowd
    extra = _rest(annotation, _BOX_FIELDS)
    area = annotation.get('area')
    if isinstance(area, (int, float)) and area > 0:
        extra['area'] = area
    return SampleBox(name, inside, crowd, extra)


def _rest(record: dict, fields: set) -> dict:
    return {key: record[key] for key in record if key not in fields}


def _count_unrecorded(sources: List[_Source], records: List[Sample],
                      notes: ImportWarnings) -> None:
    recorded = {str(record.image) for record in records}
    paths = (
        str(path) for folder in {source.folder
                                 for source in sources}
        for path in iter_files(folder, IMAGE_SUFFIXES))
    # A set, for one folder may be within another.
    notes['images without a record, left out'] = len(
        {path
         for path in paths if path not in recorded})
