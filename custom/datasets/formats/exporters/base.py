"""Exporter base: a data set folder into another format."""
from os import PathLike
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Tuple, Union)

from PIL import Image, ImageOps

from custom.classes import match_class
from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                class_names, image_folder)
from custom.datasets.annotations.reader import CocoFile, open_coco
from custom.datasets.annotations.strict_reader import valid_annotations
from custom.datasets.checks.run import check_dataset, require_no_errors
from custom.datasets.formats.disk_list import DiskGroups, DiskList, LazyBoxes
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox, Splits)
from custom.datasets.images.headers import read_image_info
from custom.utils.atomic_folder import write_tree
from custom.utils.errors import InputError

# Of an annotation, what is not extra. "ignore" is in iscrowd already.
_KEYS = {'id', 'image_id', 'category_id', 'bbox', 'area', 'iscrowd', 'ignore'}
# Hardly to be told from the original, which is what a photo gets once.
_QUALITY = dict(JPEG=dict(quality=95), WEBP=dict(quality=95))


class ExportPlan(NamedTuple):
    """A data set as another format has it, before it is written.

    Paths are relative to the new folder. ``images`` tells where each image
    goes; ``texts`` makes the other files, path and content in pieces, and
    counts in ``notes`` what the format can't hold while it does.
    """
    images: Dict[str, Path]
    texts: Iterator[Tuple[str, Iterable[str]]]
    notes: ImportWarnings


def read_folder(folder: Union[str, PathLike]) -> ImportResult:
    """Reads a data set folder, all its splits.

    The files get the names that they are to have elsewhere: without
    sub-folders and no two alike but for their extension, since other formats
    go by the bare name. ``a/b.jpg`` becomes ``a_b.jpg``, and ``b.png`` beside
    ``b.jpg`` becomes ``b-2.png``.

    Returns:
        The records, classes that all boxes have, and notes. Box names are
        spelled as the classes.

    Raises:
        InputError: The fast check finds an error, or an image stands in two
            splits.
    """
    classes = class_names(folder)
    for name in classes:
        _require_printable(name, folder)
    report = check_dataset(folder, classes, decode=False)
    # The same image in two splits spoils scores, but can be exported.
    require_no_errors(
        report._replace(problems=[
            problem for problem in report.problems
            if problem.code != 'copy-across-splits'
        ]))
    found = {
        split: _records(folder, split, classes)
        for split in SPLITS if annotation_file(folder, split).exists()
    }
    names = _plain_names(found)
    notes = ImportWarnings()
    notes['images renamed: no sub-folders, no two of one name'] = sum(
        name != new for name, new in names.items())
    return ImportResult(
        {
            split: [r._replace(file_name=names[r.file_name]) for r in records]
            for split, records in found.items()
        }, classes, notes)


def write_export(out: Path,
                 layout: ExportPlan,
                 track: Callable[[Iterable], Iterable] = iter,
                 link: bool = False) -> Dict[str, int]:
    """Writes an export, whole or not at all, and resumable.

    A photo that EXIF turns is written upright: some readers of every other
    format turn it and some don't, and their boxes would be elsewhere.

    Args:
        out: The folder to make; it must not exist or be empty.
        layout: What to write.
        track: Passes the images that are written on while it shows progress.
        link: Link images instead of copying them, those turned aside.

    Returns:
        All notes.

    Raises:
        InputError: As :func:`custom.utils.atomic_folder.write_tree`.
    """
    turned: List[Path] = []

    def turn(source: Path, target: Path) -> bool:
        if read_image_info(source).orientation == 1:
            return False
        _write_upright(source, target)
        turned.append(source)
        return True

    def write_texts(part: Path) -> None:
        for name, pieces in layout.texts:
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, 'w', encoding='utf-8', newline='\n') as file:
                file.writelines(pieces)

    write_tree(out, layout.images, write_texts, track, link, turn)
    layout.notes['photos written upright, as EXIF says'] = len(turned)
    return layout.notes


def note_losses(box: SampleBox, held: Iterable[str],
                notes: ImportWarnings) -> None:
    """Warns of lost attributes: counts what a format has no place for."""
    for key, value in box.extra.items():
        if value and key not in held:
            notes[
                f'boxes lose "{key}", which the format has no place for'] += 1


def _records(folder: Union[str, PathLike], split: str,
             classes: Tuple[str, ...]) -> List[Sample]:
    file = open_coco(annotation_file(folder, split))
    found = group_by_image(file, valid_annotations(file))
    names = {
        category['id']: match_class(category['name'], classes)
        for category in file.table.categories
    }
    records, spool = [], DiskList()
    for row, image in enumerate(file.records('images')):
        boxes = [
            SampleBox(names[ann['category_id']], ann['bbox'],
                      bool(ann['iscrowd']),
                      {key: ann[key]
                       for key in ann if key not in _KEYS})
            for ann in found[row]
        ]
        records.append(
            Sample(
                image_folder(folder) / image['file_name'],
                *file.table.image_size(row), LazyBoxes(spool, boxes),
                image['file_name']))
    return records


def _plain_names(splits: Splits) -> Dict[str, str]:
    names: Dict[str, str] = {}
    taken = set()
    for split, records in splits.items():
        for record in records:
            name = record.file_name
            if name in names:
                raise InputError(
                    f'{record.image}: stands in two splits or twice in one. '
                    'tools/check_dataset.py tells where; leave one record.')
            _require_printable(name, record.image)
            plain = Path(name.replace('\\', '/').replace('/', '_'))
            # Lists of names are read without the space around each.
            first = stem = plain.stem.strip() or 'image'
            number = 1
            # Not every disk tells A.jpg from a.jpg.
            while stem.casefold() in taken:
                number += 1
                stem = f'{first}-{number}'
            taken.add(stem.casefold())
            names[name] = f'{stem}{plain.suffix}'
    return names


def _require_printable(name: str, source: object) -> None:
    # XML can't hold a control character, and lists go by lines.
    if not name.isprintable():
        raise InputError(f'{source}: the name {name!r} has a line break or '
                         'the like. Rename it.')


def _write_upright(source: Path, target: Path) -> None:
    with Image.open(source) as image:
        upright = ImageOps.exif_transpose(image)
        # The first image of an MPO, as phones write them, is a JPEG.
        kind = 'JPEG' if image.format == 'MPO' else image.format
        upright.save(
            target,
            kind,
            icc_profile=image.info.get('icc_profile'),
            **_QUALITY.get(kind, {}))


def group_by_image(file: CocoFile, annotations: Iterable[dict]) -> DiskGroups:
    """Puts annotations on disk, each under the row of its image.

    Args:
        file: Their file, each of whose ids is good.
        annotations: All of its annotations, in the order of the file.
    """
    groups = DiskGroups()
    for row, annotation in zip(file.table.image_of.tolist(), annotations):
        groups.append(row, annotation)
    return groups
