"""YOLO importer.

Format: https://docs.ultralytics.com/datasets/detect/
"""
import math
import os
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Optional,
                    Set, Union)

import yaml

from custom.datasets.annotations.box_validation import in_range
from custom.datasets.annotations.layout import SPLITS
from custom.datasets.formats.importers.auto_split import (SPLIT_WORDS,
                                                          complete_splits)
from custom.datasets.formats.importers.relative_boxes import (RelativeBox,
                                                              RelativeBoxes,
                                                              make_samples)
from custom.datasets.formats.samples import (ErrorCollector, ImportResult,
                                             ImportWarnings)
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import Spellings, find_files, of_macos, read_lines


def read_yolo(src: Union[str, Path],
              val_fraction: Optional[float] = None,
              test_fraction: Optional[float] = None,
              track: Optional[Callable] = None) -> ImportResult:
    """Reads a YOLO folder: data.yaml, images, and a text file for each.

    A line of ``labels/a.txt`` is ``class x y w h``: the position of the class
    in ``names``, the centre and the size of the box as fractions of the image
    ``images/a.jpg``. An image without such a file, or with an empty one, is
    background. A line with a polygon, ``class x y x y x y …``, becomes the
    box around it and keeps the polygon as COCO ``segmentation``.

    Args:
        src: The folder with data.yaml, or the YAML file itself.
        val_fraction: Split anew, this part for val; 0.15 if only the
            other fraction is given. With neither given, the splits of
            data.yaml are followed, and what they lack is made with 0.15.
        test_fraction: Likewise for test.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.utils.progress.track`.

    Returns:
        The records of each split, the classes in the order of ``names``, and
        notes.

    Raises:
        InputError: On the first problem, with a count of others.
    """
    path = _yaml_file(Path(src))
    data = _read_yaml(path)
    classes = _classes(data, path)
    notes, errors, disk = ImportWarnings(), ErrorCollector(), Spellings()
    split_of: Dict[Path, str] = {}
    for split, images in _splits(data, path, disk, notes).items():
        for image in images:
            if split_of.setdefault(image, split) != split:
                errors.add(
                    f'{image}: is in {split_of[image]} and in {split}. An '
                    'image in two splits makes the scores worthless; leave it '
                    'in one.')
    rows = _rows_of(split_of, path, classes, disk, notes, errors)
    records = make_samples(rows, notes, errors)
    errors.stop()
    found = {split: [] for split in SPLITS}
    for image, record in records.items():
        found[split_of[image]].append(record)
    return ImportResult(
        complete_splits(found, val_fraction, test_fraction, notes, track),
        classes, notes)


def _yaml_file(src: Path) -> Path:
    if src.is_file():
        return src
    if not src.is_dir():
        raise InputError(f'{src}: no such folder. Check the path.')
    found = [
        p for p in sorted(src.iterdir())
        if p.suffix in ('.yaml', '.yml') and not of_macos(p.name)
    ]
    exact = [p for p in found if p.stem == 'data']
    if len(exact or found) != 1:
        raise InputError(
            f'{src}: has {len(found) or "no"} YAML files. Give the one that '
            'holds "train", "val" and "names", mostly data.yaml.')
    return (exact or found)[0]


def _read_yaml(path: Path) -> Dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding='utf-8-sig'))
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = ' '.join(str(error).split())
        raise InputError(f'{path}: not YAML ({reason}). Correct it.') from None
    if not isinstance(data, dict):
        raise InputError(f'{path}: holds no keys. It needs "train" and '
                         '"names".')
    if 'kpt_shape' in data:
        raise InputError(
            f'{path}: is for keypoints ("kpt_shape"), whose lines would be '
            'taken for polygons. Export it for object detection.')
    return data


def _classes(data: Dict[str, Any], path: Path) -> List[str]:
    names = data.get('names')
    if isinstance(names, dict):
        if sorted(names, key=str) != sorted(range(len(names)), key=str):
            raise InputError(f'{path}: the keys of "names" are not 0, 1, 2, '
                             '…. Number the classes from 0 without gaps.')
        names = [names[i] for i in range(len(names))]
    if not isinstance(names, list) or not names:
        raise InputError(f'{path}: has no list "names". Add the names of the '
                         'classes in the order of their numbers.')
    for position, name in enumerate(names):
        # YAML takes a bare no for false.
        if not isinstance(name, str) or not name.strip():
            raise InputError(
                f'{path}: the name of class {position} is not text. Put it in '
                'quotes.')
    count = data.get('nc', len(names))
    if count != len(names):
        raise InputError(f'{path}: "nc" is not {len(names)}, the number of '
                         '"names". Correct the one that is wrong.')
    return [name.strip() for name in names]


def _splits(data: Dict[str, Any], path: Path, disk: Spellings,
            notes: ImportWarnings) -> Dict[str, List[Path]]:
    splits = {}
    for split in SPLITS:
        entries = next((data[word] for word, meant in SPLIT_WORDS.items()
                        if meant == split and data.get(word)), [])
        entries = entries if isinstance(entries, list) else [entries]
        places = [_resolve(entry, data, path, disk) for entry in entries]
        # Roboflow names a test folder whether there is one or not.
        if split == 'test' and not any(map(os.path.exists, places)):
            notes['split test of data.yaml is not there'] += bool(places)
            continue
        images = [
            image for place in places for image in _images(place, path, disk)
        ]
        if images:
            splits[split] = images
        elif entries:
            raise InputError(f'{path}: "{split}" has no images. Add some, or '
                             'remove the key.')
    if not splits:
        raise InputError(f'{path}: has no "train". Add the folder of the '
                         'images to train on.')
    return splits


def _images(place: Path, path: Path, disk: Spellings) -> List[Path]:
    """The images of a folder, or of a text file that lists them."""
    if place.is_dir():
        return find_files(place, IMAGE_SUFFIXES)
    if not os.path.exists(place):
        raise InputError(f'{path}: {place} is not there. Correct the path.')
    images = []
    for number, line in enumerate(read_lines(place), 1):
        if line:
            image = disk.on_disk(_normal(place.parent / line))
            if not os.path.isfile(image):
                # Some write them relative to data.yaml.
                image = disk.on_disk(_normal(path.parent / line))
            if not os.path.isfile(image):
                raise InputError(f'{place}:{number}: {image} is not there. '
                                 'Put it there, or remove the line.')
            images.append(image)
    return images


def _resolve(entry: Any, data: Dict[str, Any], path: Path,
             disk: Spellings) -> Path:
    """A file or folder that data.yaml names.

    ``path`` in it may be one on another computer, and Roboflow writes
    ``../train/images`` where ``train/images`` is.
    """
    if not isinstance(entry, str):
        raise InputError(f'{path}: a folder of images is not text. Put it in '
                         'quotes.')
    entry = entry.replace('\\', '/')
    base = data.get('path')
    bases = [base, ''] if isinstance(base, str) else ['']
    places = [
        disk.on_disk(_normal(path.parent / base / name)) for base in bases
        for name in (entry, entry.removeprefix('../'))
    ]
    return next(filter(os.path.exists, places), places[0])


def _normal(path: Path) -> Path:
    # Not resolve(): an image may be a link, its labels are beside the link.
    return Path(os.path.abspath(path))


def _rows_of(images: Iterable[Path], path: Path, classes: List[str],
             disk: Spellings, notes: ImportWarnings,
             errors: ErrorCollector) -> RelativeBoxes:
    labels = {image: _label_file(image, disk) for image in images}
    missing = [image for image in labels if not labels[image].is_file()]
    if len(missing) == len(labels):
        raise InputError(
            f'{path}: no image has a label file; {labels[missing[0]]} is '
            f'where that of {missing[0]} would be. Put them there.')
    notes['images without a label file'] = len(missing)
    without = set(missing)
    _check_owners(labels, without, errors)
    rows = RelativeBoxes()
    for image, label in labels.items():
        rows.add(image,
                 () if image in without else _rows(label, classes, errors))
    notes['label files without an image, left out'] = _strays(labels)
    return rows


def _label_file(image: Path, disk: Spellings) -> Path:
    """The labels of an image, in ``labels`` or beside it; where they would
    be if they are nowhere."""
    parts = list(image.parent.parts)
    if 'images' in parts:
        parts[len(parts) - 1 - parts[::-1].index('images')] = 'labels'
    label = disk.on_disk(Path(*parts, f'{image.stem}.txt'))
    beside = disk.on_disk(image.with_suffix('.txt'))
    return beside if beside.is_file() and not label.is_file() else label


def _check_owners(labels: Dict[Path, Path], without: Set[Path],
                  errors: ErrorCollector) -> None:
    owners: Dict[Path, Path] = {}
    for image, label in labels.items():
        if image not in without and owners.setdefault(label, image) != image:
            errors.add(
                f'{label}: is it of {owners[label]} or of {image}? The boxes '
                'of one would be on the other; rename or remove one image.')


def _strays(labels: Dict[Path, Path]) -> int:
    folders = {
        label.parent
        for image, label in labels.items()
        if label.parent != image.parent and label.parent.is_dir()
    }
    # Some tools put the list of classes among the labels.
    known = {*labels.values(), *(f / 'classes.txt' for f in folders)}
    return sum(
        path not in known and not of_macos(path.name) for folder in folders
        for path in folder.glob('*.txt'))


def _rows(path: Path, classes: List[str],
          errors: ErrorCollector) -> Iterator[RelativeBox]:
    try:
        lines = read_lines(path)
    except InputError as error:
        errors.add(f'{error}')
        return
    for number, line in enumerate(lines, 1):
        if line:
            where = f'{path}:{number}'
            try:
                yield _row(line.split(), classes, where)
            except ValueError as error:
                errors.add(f'{where}: {error} Correct or delete the line.')


def _row(words: List[str], classes: List[str], where: str) -> RelativeBox:
    if len(words) != 5 and (len(words) < 7 or len(words) % 2 == 0):
        raise ValueError(
            f'has {len(words)} values. A box has 5, class x y w h; a polygon '
            'the class and 3 or more points.')
    label, *values = map(_number, words)
    if label not in range(len(classes)):
        raise ValueError(f'class {words[0]} is none of the {len(classes)} '
                         f'"names", 0 to {len(classes) - 1}.')
    for word, value in zip(words[1:], values):
        if not in_range(value):
            raise ValueError(f'{word} is no fraction of the image, 0 to 1.')
    points = {}
    if len(values) == 4:
        x, y, w, h = values
        edges = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    else:
        points = dict(segmentation=[values])
        xs, ys = values[::2], values[1::2]
        edges = min(xs), min(ys), max(xs), max(ys)
    if edges[0] >= edges[2] or edges[1] >= edges[3]:
        raise ValueError('has a box without area.')
    return RelativeBox(where, classes[int(label)], edges, points=points)


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f'"{word:.40}" is not a number.')
    return value
