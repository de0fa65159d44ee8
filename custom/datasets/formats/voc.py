"""Pascal VOC folders into records."""
from collections import Counter, defaultdict
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from custom.datasets.annotations import OVERHANG, clip
from custom.datasets.folder import SPLITS
from custom.datasets.formats.records import (Box, Record, Splits,
                                             group_by_content, split_randomly)
from custom.datasets.formats.voc_xml import VocAnnotation, read_voc_xml
from custom.datasets.photos import Photo, probe_all
from custom.errors import InputError

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff')
# Of the images, for val and for test each, unless the caller says otherwise.
FRACTION = 0.15

_XYXY = Tuple[float, float, float, float]


class VocImport(NamedTuple):
    """``notes`` counts what an owner of the data should know, by a sentence
    that follows the number, such as "boxes clipped to their image"."""
    splits: Splits
    notes: Dict[str, int]


def read_voc(src: Union[str, Path],
             val_fraction: Optional[float] = None,
             test_fraction: Optional[float] = None) -> VocImport:
    """Reads a Pascal VOC folder.

    ``src`` holds ``Annotations`` (or ``annotations``) beside ``JPEGImages``
    (or ``images``), or XML files beside the images. The image of an
    annotation is the one of the same name, since VOC's split files go by it;
    failing that, the one that its ``<filename>`` tells.

    Boxes end up on the image as decoded. When a photo has an EXIF rotation
    and its annotation gives the size of the unrotated pixels, the boxes are
    rotated along. Boxes are clipped to their image.

    Args:
        src: The folder.
        val_fraction: Split at random, this part for val; 0.15 if only the
            other fraction is given. With neither given, the split files
            ``ImageSets/Main/{train,val,test}.txt`` are followed where they
            are, and the fractions are 0.15 and 0.15 where they aren't.
        test_fraction: Likewise for test.

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
    paths = sorted(annotations.glob('*.xml'))
    if not paths:
        raise InputError(
            f'{annotations}: no .xml file. Give the folder that holds '
            'Annotations/ and JPEGImages/, or XML files beside images.')
    notes = Counter()
    if lists is not None:
        by_name = {path.stem: path for path in paths}
        wanted = _resolve(lists, by_name)
        notes['annotations in no split file, left out'] = (
            len(paths) - len(wanted))
        paths = sorted(wanted)
    records = _records(paths, images, notes)
    if not any(record.boxes for record in records.values()):
        raise InputError(f'{annotations}: no annotation has an <object>. '
                         'Draw boxes first.')
    if lists is None:
        val, test = (
            FRACTION if given is None else given
            for given in (val_fraction, test_fraction))
        groups = group_by_content(records.values())
        notes['images repeat another, and are in its split'] = (
            len(records) - len(groups))
        splits = split_randomly(groups, val, test)
    else:
        splits = {
            split: [records[by_name[name]] for name in names]
            for split, names in lists.items()
        }
    return VocImport(splits, {k: n for k, n in notes.items() if n})


def turn_upright(xyxy: _XYXY, width: int, height: int,
                 orientation: int) -> _XYXY:
    """A box on stored pixels as a box on the photo as shown.

    Args:
        xyxy: Edges in pixels of the stored image.
        width: Of the stored image.
        height: Of the stored image.
        orientation: EXIF value 5 to 8, those that swap the axes.

    Returns:
        Edges in pixels of the image that is ``height`` wide and ``width``
        high.
    """
    x1, y1, x2, y2 = xyxy
    if orientation in (6, 7):
        y1, y2 = height - y2, height - y1
    if orientation in (7, 8):
        x1, x2 = width - x2, width - x1
    return y1, x1, y2, x2


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


def _records(paths: List[Path], folder: Path,
             notes: Counter) -> Dict[Path, Record]:
    errors: List[InputError] = []
    files = _image_files(folder)
    found = []
    for path in paths:
        try:
            annotation = read_voc_xml(path)
            found.append((annotation, _image_of(annotation, folder, files)))
        except InputError as error:
            errors.append(error)
    records = {}
    photos = probe_all(image for _, image in found)
    for (annotation, image), photo in zip(found, photos):
        try:
            if isinstance(photo, InputError):
                raise InputError(f'{annotation.path}: {photo}.')
            boxes = _boxes(annotation, photo, notes)
            records[annotation.path] = Record(image, photo.width, photo.height,
                                              boxes)
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
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in IMAGE_SUFFIXES:
            files[path.stem].append(path)
    return files


def _image_of(annotation: VocAnnotation, folder: Path,
              files: Dict[str, List[Path]]) -> Path:
    # Windows tools write whole paths with backslashes.
    filename = annotation.filename.replace('\\', '/').rsplit('/', 1)[-1]
    for name in (annotation.path.stem, Path(filename).stem):
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
        f'{annotation.path}: no image {annotation.path.stem}.* or '
        f'"{filename}" in {folder}. Put it there, or remove the annotation.')


def _boxes(annotation: VocAnnotation, photo: Photo,
           notes: Counter) -> List[Box]:
    shown = (photo.width, photo.height)
    stored = shown[::-1] if photo.orientation >= 5 else shown
    size = annotation.size or shown
    if size not in (shown, stored):
        raise InputError(
            f'{annotation.path}: is for an image of {size[0]} x {size[1]} '
            f'pixels, but the image has {shown[0]} x {shown[1]}. The boxes '
            'would be elsewhere; find the image that was annotated, or '
            'correct <size>.')
    turn = size != shown
    if turn:
        notes['photos whose boxes were rotated as their EXIF says'] += 1
    elif photo.orientation > 1 and stored == shown:
        notes['photos turned by EXIF to the same size: look whether their '
              'boxes fit'] += 1
    boxes = []
    for obj in annotation.objects:
        xyxy = (
            turn_upright(obj.xyxy, *stored, photo.orientation)
            if turn else obj.xyxy)
        boxes.append(
            Box(obj.name, _inside(xyxy, shown, annotation, obj.name, notes),
                obj.difficult))
        notes['boxes marked difficult, kept as any other'] += obj.difficult
    notes['images without objects'] += not boxes
    return boxes


def _inside(xyxy: _XYXY, size: Tuple[int, int], annotation: VocAnnotation,
            name: str, notes: Counter) -> List[float]:
    x1, y1, x2, y2 = xyxy
    width, height = size
    xywh = clip([x1, y1, x2 - x1, y2 - y1], dict(width=width, height=height))
    if xywh is None:
        raise InputError(
            f'{annotation.path}: the box of "{name}", {x1:g}, {y1:g} to '
            f'{x2:g}, {y2:g}, is outside the image of {width} x {height} '
            'pixels. Draw it again or delete it.')
    # Tools that count from 0 end up one pixel out: nothing to report.
    if max(-x1, -y1, x2 - width, y2 - height) > OVERHANG:
        notes['boxes clipped to their image'] += 1
    return xywh
