"""Pascal VOC importer."""
from pathlib import Path, PurePosixPath
from typing import Dict, Iterable, List, Sequence

from custom.datasets.annotations.layout import SPLITS
from custom.datasets.formats.importers.auto_split import (split_of,
                                                          splits_by_folder)
from custom.datasets.formats.importers.image_finder import (IMAGE_FOLDERS,
                                                            ImageNotFound)
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.voc_xml import read_voc_xml
from custom.datasets.formats.importers.xml_reader import root_tag
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import composed, find_files, read_lines

_ANNOTATION_FOLDERS = ('Annotations', 'annotations', 'annots', 'xmls', 'xml',
                       'labels')


def parse_voc(src: Path, raw: RawSamples) -> None:
    """Reads a Pascal VOC folder.

    The XML files are anywhere in ``src``, mostly in ``Annotations`` beside
    ``JPEGImages``, or beside the images; sub-folders are kept. The image of
    an annotation is the one of the same name, since VOC's split files go by
    it; failing that, the one that its ``<filename>`` tells. ``difficult``,
    ``truncated``, ``occluded`` and ``pose`` are kept beside the boxes.

    The splits are those of ``ImageSets/Main/{train,val,trainval,test}.txt``,
    or else of folders named so that hold all annotations.

    Args:
        src: The folder.
        raw: Gets images, boxes, notes and problems.

    Raises:
        InputError: There are no annotations.
    """
    if not src.is_dir():
        raise InputError(f'{src}: is a file. Give the folder that holds it '
                         'and the images.')
    if not any(src.iterdir()):
        raise InputError(f'{src}: the folder is empty. Check the path.')
    paths = find_files(src, ('.xml', ))
    # Beside the annotations there may be XML of other kinds.
    own = {
        p
        for p in paths
        if set(_ANNOTATION_FOLDERS) & {*p.relative_to(src).parts}
    }
    if own:
        paths = [p for p in paths if p in own or root_tag(p) == 'annotation']
    if not paths:
        raise InputError(
            f'{src}: no .xml file. Give the folder that holds '
            'Annotations/ and JPEGImages/, or XML files beside images.')
    lists = {} if raw.options.splits_anew else _split_lists(src)
    if lists:
        split_of_path = _resolve(lists, paths, src, raw)
        raw.notes['annotations in no split file, left out'] = (
            len(paths) - len(split_of_path))
    else:
        split_of_path = splits_by_folder(paths, src)
    for path in sorted(split_of_path):
        _add(path, split_of_path[path], src, raw)


def _split_lists(src: Path) -> Dict[Path, List[str]]:
    """The split files that are there, with the lines that they hold."""
    main = Path('ImageSets', 'Main')
    lists = {}
    for folder in [src / main, *sorted(src.glob(f'*/{main}'))]:
        files = [folder / f'{split}.txt' for split in SPLITS]
        # VOC2007 as a whole has all four, and trainval is the first two.
        if not (files[0].is_file() or files[1].is_file()):
            files.append(folder / 'trainval.txt')
        for path in filter(Path.is_file, files):
            lists[path] = read_lines(path)
            if not any(lists[path]):
                raise InputError(f'{path}: is empty. Fill it, remove it, or '
                                 'give --val-fraction to split at random.')
    return lists


def _resolve(lists: Dict[Path, List[str]], paths: Iterable[Path], src: Path,
             raw: RawSamples) -> Dict[Path, str]:
    """The split of each listed annotation."""
    by_key = {_key(path, src): path for path in paths}
    list_of: Dict[Path, str] = {}
    for file, lines in lists.items():
        inner = file.parent.parent.parent.relative_to(src)
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            path = by_key.get(_listed_key(inner, line))
            where = f'{file}:{number}'
            if path is None:
                raw.problems.add(
                    'record', f'{where}: "{line:.200}" has no annotation '
                    f'{PurePosixPath(line).stem:.200}.xml. Add it, or remove '
                    'the line.')
            elif path in list_of:
                raw.problems.add(
                    'image_repeated',
                    f'{where}: "{line}" is in {list_of[path]} already. An '
                    'image in two splits makes the scores worthless; remove '
                    'one line.')
            else:
                list_of[path] = where
    return {
        path: split_of(Path(where.rpartition(':')[0]).stem)
        for path, where in list_of.items()
    }


def _listed_key(inner: Path, line: str) -> str:
    """Key of an annotation in a line of a split file: a name, with an
    extension as some tools write it."""
    name = line.replace('\\', '/')
    if name.lower().endswith((*IMAGE_SUFFIXES, '.xml')):
        name = name.rpartition('.')[0]
    return composed(_plain(inner.parts + PurePosixPath(name).parts))


def _key(path: Path, root: Path) -> str:
    """Key that an annotation and its image share: ``a``, ``sub/a``."""
    return composed(_plain(path.relative_to(root).with_suffix('').parts))


def _plain(parts: Sequence[str]) -> str:
    """A path without the folders that tell annotations from images."""
    *folders, name = parts
    told = (*_ANNOTATION_FOLDERS, *IMAGE_FOLDERS)
    return PurePosixPath(*(f for f in folders if f not in told),
                         name).as_posix()


def _file_name(image: Path, root: Path) -> str:
    """What an image is to be called; its own name where it lies elsewhere."""
    inside = image.is_relative_to(root)
    return _plain(
        image.relative_to(root).parts if inside else image.parts[-1:])


def _add(path: Path, split: str, src: Path, raw: RawSamples) -> None:
    try:
        annotation = read_voc_xml(path, raw.problems)
        image = _image_of(path, annotation.filename, split, src, raw)
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{path}: {error}.')
        return
    except InputError as error:
        raw.problems.add('file', f'{error}')
        return
    row = raw.add_image(
        RawImage(f'{path}', image, split, annotation.size,
                 _file_name(image, raw.finder.folder)))
    if row is None:
        return
    for position, obj in enumerate(annotation.objects, 1):
        raw.notes['boxes marked difficult, kept as any other'] += bool(
            obj.extra.get('difficult'))
        raw.add_box(
            row,
            RawBox(
                f'{path}: object {position}',
                obj.name,
                obj.corners,
                extra=obj.extra))


def _image_of(path: Path, filename: str, split: str, src: Path,
              raw: RawSamples) -> Path:
    own = _key(path, src) + PurePosixPath(filename.replace('\\', '/')).suffix
    try:
        return raw.finder.find(own, path, split).path
    except ImageNotFound as error:
        if not filename or error.kind != 'missing':
            raise
    return raw.finder.find(filename, path, split).path
