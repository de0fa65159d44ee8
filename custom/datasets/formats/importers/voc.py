"""Pascal VOC importer."""
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, List, Optional, Sequence, Set, Tuple, Union

from custom.datasets.annotations.layout import SPLITS
from custom.datasets.formats.disk_list import DiskList, LazyBoxes
from custom.datasets.formats.importers.auto_split import (complete_splits,
                                                          split_of)
from custom.datasets.formats.importers.exif_boxes import (clip_to_image,
                                                          is_outside,
                                                          needs_exif_transpose)
from custom.datasets.formats.importers.voc_xml import (VocAnnotation,
                                                       VocObject, read_voc_xml)
from custom.datasets.formats.samples import (ErrorCollector, ImportResult,
                                             ImportWarnings, Sample, SampleBox)
from custom.datasets.images.exif import exif_transpose_box
from custom.datasets.images.headers import ImageInfo, read_image_infos
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import composed, find_files, read_lines

_ANNOTATION_FOLDERS = ('Annotations', 'annotations')
_IMAGE_FOLDERS = ('JPEGImages', 'images')


def read_voc(src: Union[str, Path],
             val_fraction: Optional[float] = None,
             test_fraction: Optional[float] = None,
             track: Optional[Callable] = None) -> ImportResult:
    """Reads a Pascal VOC folder.

    ``src`` holds ``Annotations`` (or ``annotations``) beside ``JPEGImages``
    (or ``images``), or XML files beside the images; sub-folders are the same
    in both, and are kept. It may also hold folders that have these two, such
    as ``VOC2007`` or ``train``. The image of an annotation is the one of the
    same name, since VOC's split files go by it; failing that, the one that
    its ``<filename>`` tells.

    Boxes end up on the image as decoded. When a photo has an EXIF rotation
    and its annotation gives the size of the unrotated pixels, the boxes are
    rotated along. Boxes are clipped to their image. ``difficult``,
    ``truncated``, ``occluded`` and ``pose`` are kept beside them.

    Args:
        src: The folder.
        val_fraction: Split anew, this part for val; 0.15 if only the
            other fraction is given. With neither given, the split files
            ``ImageSets/Main/{train,val,trainval,test}.txt`` are followed,
            or else folders named so that hold all annotations, and what is
            missing is made with 0.15.
        test_fraction: Likewise for test.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.utils.progress.track`.

    Returns:
        The records of each split, and notes.

    Raises:
        InputError: On the first problem, with a count of others.
    """
    src = Path(src)
    annotations, images = _layout(src)
    at_random = val_fraction is not None or test_fraction is not None
    lists = {} if at_random else _split_lists(src)
    paths = find_files(annotations, ('.xml', ))
    if not paths:
        raise InputError(
            f'{annotations}: no .xml file. Give the folder that holds '
            'Annotations/ and JPEGImages/, or XML files beside images.')
    notes = ImportWarnings()
    by_key = {_key(path, annotations): path for path in paths}
    if lists:
        split_of_path = _resolve(lists, by_key)
        notes['annotations in no split file, left out'] = (
            len(paths) - len(split_of_path))
    else:
        split_of_path = _splits_by_folder(paths, annotations)
    files = _image_files(images)
    records = _records(
        sorted(split_of_path), annotations, images, files, notes)
    if not any(record.boxes for record in records.values()):
        raise InputError(f'{annotations}: no annotation has an <object>. '
                         'Draw boxes first.')
    used = {record.image for record in records.values()}
    notes['images without annotation, left out'] = sum(
        _key(image, images) not in by_key
        for image in _unused(files, used, images))
    found = defaultdict(list)
    for path, split in split_of_path.items():
        found[split].append(records[path])
    return ImportResult(
        complete_splits(found, val_fraction, test_fraction, notes, track),
        None, notes)


def _layout(src: Path) -> Tuple[Path, Path]:
    """The folders of the annotations and of the images."""
    if not src.is_dir():
        raise InputError(f'{src}: no such folder. Check the path.')
    if not any(src.iterdir()):
        raise InputError(f'{src}: the folder is empty. Check the path.')
    return (_first_folder(src, _ANNOTATION_FOLDERS),
            _first_folder(src, _IMAGE_FOLDERS))


def _first_folder(src: Path, names: Sequence[str]) -> Path:
    return next((src / name for name in names if (src / name).is_dir()), src)


def _split_lists(src: Path) -> Dict[Path, List[str]]:
    """The split files that are there, with the keys that they list."""
    main = Path('ImageSets', 'Main')
    lists = {}
    for folder in [src / main, *sorted(src.glob(f'*/{main}'))]:
        files = [folder / f'{split}.txt' for split in SPLITS]
        # VOC2007 as a whole has all four, and trainval is the first two.
        if not (files[0].is_file() or files[1].is_file()):
            files.append(folder / 'trainval.txt')
        inner = folder.parent.parent.relative_to(src)
        for path in filter(Path.is_file, files):
            names = [name for name in read_lines(path) if name]
            if not names:
                raise InputError(f'{path}: is empty. Fill it, remove it, or '
                                 'give --val-fraction to split at random.')
            lists[path] = [composed((inner / n).as_posix()) for n in names]
    return lists


def _resolve(lists: Dict[Path, List[str]],
             by_key: Dict[str, Path]) -> Dict[Path, str]:
    """The split of each listed annotation, none missing and none twice."""
    list_of: Dict[str, Path] = {}
    for path, keys in lists.items():
        for key in keys:
            if key not in by_key:
                raise InputError(f'{path}: "{key}" has no annotation '
                                 f'{key}.xml. Add it, or remove the line.')
            if key in list_of:
                raise InputError(
                    f'{path}: "{key}" is in {list_of[key].name} already. An '
                    'image in two splits makes the scores worthless; remove '
                    'one line.')
            list_of[key] = path
    return {by_key[key]: split_of(path.stem) for key, path in list_of.items()}


def _key(path: Path, root: Path) -> str:
    """What names an annotation and its image alike: ``a``, ``sub/a``."""
    return composed(_plain(path, root).with_suffix('').as_posix())


def _plain(path: Path, root: Path) -> PurePosixPath:
    """A path without the folders that tell annotations from images."""
    *folders, name = path.relative_to(root).parts
    told = (*_ANNOTATION_FOLDERS, *_IMAGE_FOLDERS)
    return PurePosixPath(*(f for f in folders if f not in told), name)


def _splits_by_folder(paths: List[Path], annotations: Path) -> Dict[Path, str]:
    """The splits that the folders tell; '' for all where they don't."""
    splits = {}
    for path in paths:
        folders = path.relative_to(annotations).parts[:-1]
        splits[path] = next(filter(None, map(split_of, folders)), '')
    return splits if all(splits.values()) else dict.fromkeys(paths, '')


def _records(paths: List[Path], annotations: Path, folder: Path,
             files: Dict[str, List[Path]],
             notes: ImportWarnings) -> Dict[Path, Sample]:
    errors = ErrorCollector()
    images: Dict[Path, Path] = {}
    found, boxes = DiskList(), DiskList()
    for path in paths:
        try:
            annotation = read_voc_xml(path)
            key = _key(path, annotations)
            images[path] = _image_of(annotation, key, folder, files)
            found.append((annotation.filename, annotation.size,
                          [*map(tuple, annotation.objects)]))
        except InputError as error:
            errors.add(f'{error}')
    records = {}
    infos = read_image_infos(images.values())
    for (path, image), (filename, size,
                        objects), info in zip(images.items(), found, infos):
        try:
            if isinstance(info, InputError):
                raise InputError(f'{path}: {info}.')
            annotation = VocAnnotation(
                path, filename, size,
                [VocObject(*values) for values in objects])
            records[path] = Sample(
                image, info.width, info.height,
                LazyBoxes(boxes, _boxes(annotation, info, notes)),
                _plain(image, folder).as_posix())
        except InputError as error:
            errors.add(f'{error}')
    errors.stop()
    return records


def _unused(files: Dict[str, List[Path]], used: Set[Path],
            folder: Path) -> Set[Path]:
    """The images that are not used, of those that may be meant to be."""
    every = {image for images in files.values() for image in images}
    # Beside them, VOC has masks in folders of other names.
    own = {path for path in every if _in_image_folder(path, folder)}
    return (own if own & used else every) - used


def _in_image_folder(path: Path, root: Path) -> bool:
    return not set(_IMAGE_FOLDERS).isdisjoint(path.relative_to(root).parts)


def _image_files(folder: Path) -> Dict[str, List[Path]]:
    files = defaultdict(list)
    for path in find_files(folder, IMAGE_SUFFIXES):
        files[_key(path, folder)].append(path)
    return files


def _image_of(annotation: VocAnnotation, key: str, folder: Path,
              files: Dict[str, List[Path]]) -> Path:
    # Windows tools write whole paths with backslashes.
    filename = composed(annotation.filename)
    filename = filename.replace('\\', '/').rsplit('/', 1)[-1]
    stem = Path(filename).stem
    names = [key]
    if stem:
        names += [(PurePosixPath(key).parent / stem).as_posix(), stem]
    for name in names:
        candidates = files.get(name, [])
        exact = [
            path for path in candidates if composed(path.name) == filename
        ]
        if exact or len(candidates) == 1:
            return (exact or candidates)[0]
        if candidates:
            raise InputError(
                f'{annotation.path}: its image could be any of '
                f'{", ".join(path.name for path in candidates)} in {folder}. '
                'Leave one of them there.')
    other = f' or "{filename}"' if filename else ''
    raise InputError(f'{annotation.path}: no image {key}.*{other} in {folder}.'
                     ' Put it there, or remove the annotation.')


def _boxes(annotation: VocAnnotation, info: ImageInfo,
           notes: ImportWarnings) -> List[SampleBox]:
    shown = (info.width, info.height)
    size = annotation.size or shown
    turn = needs_exif_transpose(size, info, notes)
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
            xywh = exif_transpose_box(xywh, *size, info.orientation)
        boxes.append(_box(obj, xywh, info, annotation.path, notes))
    notes['images without a box, kept as background'] += not boxes
    return boxes


def _box(obj: VocObject, xywh: List[float], info: ImageInfo, path: Path,
         notes: ImportWarnings) -> SampleBox:
    inside, = clip_to_image([xywh], info, notes)
    if inside is None:
        raise InputError(is_outside(f'{path}', obj.name, xywh, info))
    notes['boxes marked difficult, kept as any other'] += bool(
        obj.extra.get('difficult'))
    return SampleBox(obj.name, inside, extra=obj.extra)
