"""Importer: a data set in any format into samples, judged and split."""
import os
from pathlib import Path
from typing import Callable, Dict, NamedTuple, Optional, Sequence, Union

from custom.datasets.annotations.box_format import BoxFormat
from custom.datasets.formats.importers.auto_split import complete_splits
from custom.datasets.formats.importers.coco import parse_coco
from custom.datasets.formats.importers.csv_table import parse_csv
from custom.datasets.formats.importers.cvat import parse_cvat
from custom.datasets.formats.importers.image_finder import ImageFinder
from custom.datasets.formats.importers.json_kind import TITLES, only_kind
from custom.datasets.formats.importers.labelme import parse_labelme
from custom.datasets.formats.importers.labelstudio import parse_labelstudio
from custom.datasets.formats.importers.openimages import parse_openimages
from custom.datasets.formats.importers.placement import place_boxes
from custom.datasets.formats.importers.raw_samples import (ImportOptions,
                                                           RawSamples)
from custom.datasets.formats.importers.via import parse_via
from custom.datasets.formats.importers.voc import parse_voc
from custom.datasets.formats.importers.yolo import parse_yolo
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Splits)
from custom.utils.errors import InputError


class ImportFormat(NamedTuple):
    """An annotation format that can be read.

    Attributes:
        parse: Adds what a source holds to raw samples, and returns the class
            names in its order, None where it has no such list.
        box_format: How its boxes are read.
        first_pixel: What it calls the first column and row.
    """
    parse: Callable[[Path, RawSamples], Optional[Sequence[str]]]
    box_format: BoxFormat
    first_pixel: int = 0


FORMATS: Dict[str, ImportFormat] = dict(
    voc=ImportFormat(parse_voc, BoxFormat('xyxy'), first_pixel=1),
    coco=ImportFormat(parse_coco, BoxFormat('xywh')),
    openimages=ImportFormat(parse_openimages, BoxFormat('xyxy', 'fractions')),
    yolo=ImportFormat(parse_yolo, BoxFormat('cxcywh', 'fractions')),
    labelme=ImportFormat(parse_labelme, BoxFormat('xyxy')),
    labelstudio=ImportFormat(parse_labelstudio, BoxFormat('xywh', 'percent')),
    via=ImportFormat(parse_via, BoxFormat('xywh')),
    cvat=ImportFormat(parse_cvat, BoxFormat('xyxy')),
    csv=ImportFormat(parse_csv, BoxFormat('xyxy')))

# Folders that hold annotations alone.
_INNER = ('annotations', 'annotation', 'annots', 'labels', 'label', 'json')


def import_dataset(name: str,
                   src: Union[str, Path],
                   options: ImportOptions = ImportOptions(),
                   track: Optional[Callable] = None) -> ImportResult:
    """Reads a data set.

    Args:
        name: Key of :data:`FORMATS`.
        src: The folder, or the file where the format has one.
        options: What is to be read otherwise.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.utils.progress.track`.

    Returns:
        The samples of each split, the classes, notes and problems.

    Raises:
        InputError: The source can't be read, or its boxes are not what the
            format says.
        ImportProblems: Records have problems, and ``options`` doesn't say to
            leave them out; it tells all of them.
    """
    found = read_samples(name, src, options)
    _require_boxes(src, found.splits)
    splits = complete_splits(found.splits, options.val_fraction,
                             options.test_fraction, found.notes, track)
    return found._replace(splits=splits)


def read_samples(
    name: str, src: Union[str, Path], options: ImportOptions = ImportOptions()
) -> ImportResult:
    """As :func:`import_dataset`, with the splits that the source has itself,
    '' for none; there may be no box in it."""
    if not os.path.exists(src):
        raise InputError(f'{src}: no such file or folder. Check the path.')
    src = Path(os.path.abspath(src))
    raw = RawSamples(options, _finder(src, options))
    form = FORMATS[_format_of(name, src, raw.notes)]
    classes = form.parse(src, raw)
    splits = place_boxes(raw, form.box_format, src, form.first_pixel)
    raw.problems.stop(src)
    raw.notes['images without annotation, left out'] = raw.finder.count_spare(
        image.path for image in raw.images)
    return ImportResult(splits, classes, raw.notes, raw.problems)


def _format_of(name: str, src: Path, notes: ImportWarnings) -> str:
    """The format of a source; another than was said where all of its JSON
    files are of that."""
    if name in TITLES:
        kind, count = only_kind(src, name)
        if kind in FORMATS:
            notes[f'JSON files are {TITLES[kind]}, read as such'] = count
            return kind
    return name


def _finder(src: Path, options: ImportOptions) -> ImageFinder:
    if options.images is not None:
        return ImageFinder(Path(options.images))
    if src.is_dir():
        return ImageFinder(src)
    # annotations/a.json, images/a.jpg
    is_inner = src.parent.name.lower() in _INNER
    return ImageFinder(src.parent.parent if is_inner else src.parent)


def _require_boxes(src: Union[str, Path], splits: Splits) -> None:
    for split, samples in splits.items():
        crowds = [box.crowd for sample in samples for box in sample.boxes]
        if crowds and all(crowds):
            raise InputError(
                f'{src}: all {len(crowds)} boxes'
                f'{f" of {split}" * bool(split)} are marked iscrowd, ignore '
                'or group-of: neither object nor background, so that nothing '
                'is learned or scored. Give --crowd-as-objects to take them '
                'for objects.')
    if not any(
            len(sample.boxes) for samples in splits.values()
            for sample in samples):
        raise InputError(f'{src}: no image has a box. Draw boxes first.')
