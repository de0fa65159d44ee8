"""Pascal VOC folders into records."""
from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, List, Optional, Tuple, Union

from custom.datasets.folder import SPLITS
from custom.datasets.formats.assemble import complete_splits
from custom.datasets.formats.place import fit, must_turn, turn_upright
from custom.datasets.formats.records import SPLIT_WORDS, Box, Import, Record
from custom.datasets.formats.voc_xml import (VocAnnotation, VocObject,
                                             read_voc_xml)
from custom.datasets.photos import Photo, probe_all
from custom.errors import InputError
from custom.media import IMAGE_SUFFIXES


def read_voc(src: Union[str, Path],
             val_fraction: Optional[float] = None,
             test_fraction: Optional[float] = None,
             track: Optional[Callable] = None) -> Import:
    """Reads a Pascal VOC folder.

    ``src`` holds ``Annotations`` (or ``annotations``) beside ``JPEGImages``
    (or ``images``), or XML files beside the images; sub-folders are the same
    in both, and are kept. The image of an annotation is the one of the same
    name, since VOC's split files go by it; failing that, the one that its
    ``<filename>`` tells.

    Boxes end up on the image as decoded. When a photo has an EXIF rotation
    and its annotation gives the size of the unrotated pixels, the boxes are
    rotated along. Boxes are clipped to their image. ``difficult``,
    ``truncated``, ``occluded`` and ``pose`` are kept beside them.

    Args:
        src: The folder.
        val_fraction: Split anew, this part for val; 0.15 if only the
            other fraction is given. With neither given, the split files
            ``ImageSets/Main/{train,val,test}.txt`` are followed, or else
            folders named so that hold all annotations, and what is missing
            is made with 0.15.
        test_fraction: Likewise for test.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.progress.track`.

    Returns:
        The records of each split, and notes.

    Raises:
        InputError: On the first problem, with a count of other files that
            have one.
    """
    src = Path(src)
    annotations, images = _layout(src)
    at_random = val_fraction is not None or test_fraction is not None
    lists = None if at_random else _split_lists(src)
    paths = sorted(annotations.rglob('*.xml'))
    if not paths:
        raise InputError(
            f'{annotations}: no .xml file. Give the folder that holds '
            'Annotations/ and JPEGImages/, or XML files beside images.')
    notes = Counter()
    if lists is not None:
        by_name = {_key(path, annotations): path for path in paths}
        wanted = _resolve(lists, by_name)
        notes['annotations in no split file, left out'] = (
            len(paths) - len(wanted))
        paths = sorted(wanted)
    records = _records(paths, annotations, images, notes)
    if not any(record.boxes for record in records.values()):
        raise InputError(f'{annotations}: no annotation has an <object>. '
                         'Draw boxes first.')
    if lists is None:
        found = _by_folder(records, annotations)
        splits = complete_splits(found, val_fraction, test_fraction, notes,
                                 track)
    else:
        splits = {
            split: [records[by_name[name]] for name in names]
            for split, names in lists.items()
        }
    return Import(splits, None, {k: n for k, n in notes.items() if n})


def _layout(src: Path) -> Tuple[Path, Path]:
    """The folders of the annotations and of the images."""
    if not src.is_dir():
        raise InputError(f'{src}: no such folder. Check the path.')
    if not any(src.iterdir()):
        raise InputError(f'{src}: the folder is empty. Check the path.')
    return (_first_folder(src, 'Annotations', 'annotations'),
            _first_folder(src, 'JPEGImages', 'images'))


def _first_folder(src: Path, *names: str) -> Path:
    return next((src / name for name in names if (src / name).is_dir()), src)


def _split_lists(src: Path) -> Optional[Dict[str, List[str]]]:
    folder = src / 'ImageSets' / 'Main'
    files = {split: folder / f'{split}.txt' for split in SPLITS}
    files = {split: path for split, path in files.items() if path.is_file()}
    if not files:
        return None
    for split in ('train', 'val'):
        if split not in files:
            raise InputError(
                f'{folder}: has {", ".join(p.name for p in files.values())} '
                f'but no {split}.txt. Add it, or give --val-fraction to split '
                'at random.')
    lists = {}
    for split, path in files.items():
        lines = path.read_text(encoding='utf-8-sig').splitlines()
        lists[split] = [line.strip() for line in lines if line.strip()]
        if not lists[split]:
            raise InputError(f'{path}: is empty. Fill it, or give '
                             '--val-fraction to split at random.')
    return lists


def _resolve(lists: Dict[str, List[str]], by_name: Dict[str,
                                                        Path]) -> List[Path]:
    """The annotation files of all splits, none missing and none twice."""
    split_of: Dict[str, str] = {}
    for split, names in lists.items():
        for name in names:
            if name not in by_name:
                raise InputError(
                    f'ImageSets/Main/{split}.txt: "{name}" has no annotation '
                    f'{name}.xml. Add it, or remove the line.')
            if name in split_of:
                raise InputError(
                    f'ImageSets/Main/{split}.txt: "{name}" is in '
                    f'{split_of[name]}.txt already. An image in two splits '
                    'makes the scores worthless; remove one line.')
            split_of[name] = split
    return [by_name[name] for name in split_of]


def _key(path: Path, folder: Path) -> str:
    """What names an annotation and its image: ``a``, ``sub/a``."""
    return path.relative_to(folder).with_suffix('').as_posix()


def _by_folder(records: Dict[Path, Record],
               annotations: Path) -> Dict[str, List[Record]]:
    """The splits that the folders tell; all for train where they don't."""
    found = defaultdict(list)
    for path, record in records.items():
        folder = path.relative_to(annotations).parts[0].lower()
        found[SPLIT_WORDS.get(folder)].append(record)
    return dict(train=list(records.values())) if None in found else found


def _records(paths: List[Path], annotations: Path, folder: Path,
             notes: Counter) -> Dict[Path, Record]:
    errors: List[InputError] = []
    files = _image_files(folder)
    found = []
    for path in paths:
        try:
            annotation = read_voc_xml(path)
            key = _key(path, annotations)
            found.append((annotation, _image_of(annotation, key, folder,
                                                files)))
        except InputError as error:
            errors.append(error)
    records = {}
    photos = probe_all(image for _, image in found)
    for (annotation, image), photo in zip(found, photos):
        try:
            if isinstance(photo, InputError):
                raise InputError(f'{annotation.path}: {photo}.')
            boxes = _boxes(annotation, photo, notes)
            records[annotation.path] = Record(
                image, photo.width, photo.height, boxes,
                image.relative_to(folder).as_posix())
        except InputError as error:
            errors.append(error)
    if errors:
        others = len(errors) - 1
        more = f' ({others} more files have a problem)' if others else ''
        raise InputError(f'{errors[0]}{more}')
    used = {image for _, image in found}
    notes['images without annotation, left out'] = sum(
        image not in used for images in files.values() for image in images)
    return records


def _image_files(folder: Path) -> Dict[str, List[Path]]:
    files = defaultdict(list)
    for path in sorted(folder.rglob('*')):
        if path.suffix.lower() in IMAGE_SUFFIXES:
            files[_key(path, folder)].append(path)
    return files


def _image_of(annotation: VocAnnotation, key: str, folder: Path,
              files: Dict[str, List[Path]]) -> Path:
    # Windows tools write whole paths with backslashes.
    filename = annotation.filename.replace('\\', '/').rsplit('/', 1)[-1]
    stem = Path(filename).stem
    names = [key]
    if stem:
        names += [(PurePosixPath(key).parent / stem).as_posix(), stem]
    for name in names:
        candidates = files.get(name, [])
        exact = [path for path in candidates if path.name == filename]
        if exact or len(candidates) == 1:
            return (exact or candidates)[0]
        if candidates:
            raise InputError(
                f'{annotation.path}: its image could be any of '
                f'{", ".join(path.name for path in candidates)} in {folder}. '
                'Leave one of them there.')
    raise InputError(
        f'{annotation.path}: no image {key}.* or "{filename}" in {folder}. '
        'Put it there, or remove the annotation.')


def _boxes(annotation: VocAnnotation, photo: Photo,
           notes: Counter) -> List[Box]:
    shown = (photo.width, photo.height)
    size = annotation.size or shown
    turn = must_turn(size, photo, notes)
    if turn is None:
        raise InputError(
            f'{annotation.path}: is for an image of {size[0]} x {size[1]} '
            f'pixels, but the image has {shown[0]} x {shown[1]}. The boxes '
            'would be elsewhere; find the image that was annotated, or '
            'correct <size>.')
    boxes = []
    for obj in annotation.objects:
        x1, y1, x2, y2 = obj.xyxy
        xywh = [x1, y1, x2 - x1, y2 - y1]
        if turn:
            xywh = turn_upright(xywh, *size, photo.orientation)
        boxes.append(_box(obj, xywh, photo, annotation.path, notes))
    notes['images without a box, kept as background'] += not boxes
    return boxes


def _box(obj: VocObject, xywh: List[float], photo: Photo, path: Path,
         notes: Counter) -> Box:
    inside = fit(xywh, photo, notes)
    if inside is None:
        x, y, w, h = xywh
        raise InputError(
            f'{path}: the box of "{obj.name}", {x:g}, {y:g} to {x + w:g}, '
            f'{y + h:g}, is outside the image of {photo.width} x '
            f'{photo.height} pixels. Draw it again or delete it.')
    notes['boxes marked difficult, kept as any other'] += bool(
        obj.extra.get('difficult'))
    return Box(obj.name, inside, extra=obj.extra)
