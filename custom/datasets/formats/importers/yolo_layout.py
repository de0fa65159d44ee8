"""YOLO layout: the classes and the images of each split, with or without
data.yaml."""
import contextlib
import glob
import os
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple

import yaml

from custom.datasets.annotations.layout import SPLITS
from custom.datasets.formats.importers.auto_split import SPLIT_WORDS, split_of
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.raw_samples import RawSamples
from custom.utils.errors import InputError
from custom.utils.media import is_image
from custom.utils.paths import (Spellings, find_files, of_macos, read_lines,
                                read_text)

# Files of Darknet, as several tools write them.
_DATA, _NAMES = ('.data', ), ('.names', '.labels')
# What others write: a class name in each line.
_CLASS_FILE = re.compile(
    r'(predefined_)?(class(es)?|labels?)(_?names)?\.txt|names\.txt', re.I)
# "0 cat", "1: dog"; "0.5 l bottle" is a name.
_NUMBERED = re.compile(r'(\d+)(?:[\s:=]|[.,](?=\D))[\s:.,=]*(.+)')


class YoloLayout(NamedTuple):
    """``path`` is the file that says it, ``images`` are those of each split,
    '' where none is told."""
    path: Path
    classes: List[str]
    images: Dict[str, List[Path]]


def read_layout(src: Path, raw: RawSamples) -> YoloLayout:
    """Finds the classes and images of a YOLO folder.

    Args:
        src: The folder, or its YAML file.
        raw: Gets notes, and problems with lists of images.

    Raises:
        InputError: There are no class names, or no images.
    """
    if src.is_dir():
        yaml_file = _yaml_file(src)
        if yaml_file is None:
            return _without_yaml(src, raw)
        src = yaml_file
    data = _read_yaml(src)
    beside = None if 'names' in data else _names_file(src.parent)
    classes = _class_list(beside) if beside else _classes(data, src)
    return YoloLayout(src, classes, _yaml_splits(data, src, raw))


def _yaml_file(src: Path) -> Any:
    # Others beside it are of other programs, as environment.yml is.
    found = [
        p for p in sorted(src.iterdir())
        if p.suffix.lower() in ('.yaml', '.yml') and not of_macos(p.name) and (
            p.stem == 'data' or _has(p, 'names', 'train'))
    ]
    if not found:  # a folder around the data set's own, as archives have
        found = [
            p for p in find_files(src, ('.yaml', '.yml'))
            if p.stem == 'data' or _has(p, 'names')
        ]
    exact = [p for p in found if p.stem == 'data']
    # Beside it may be the settings of a training.
    exact = exact or [p for p in found if _has(p, 'names')]
    if len(exact or found) > 1:
        raise InputError(
            f'{src}: has {len(found)} YAML files. Give the one that holds '
            '"train", "val" and "names", mostly data.yaml.')
    return next(iter(exact or found), None)


def _has(path: Path, *keys: str) -> bool:
    """Whether a YAML file has one of some keys."""
    with contextlib.suppress(InputError):
        return not {*keys}.isdisjoint(_load(path))
    return False


def _load(path: Path) -> Dict[str, Any]:
    text = read_text(path)
    try:
        data = yaml.safe_load(text.expandtabs(4))  # PyYAML takes no tabs
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = ' '.join(str(error).split())
        raise InputError(f'{path}: not YAML ({reason}). Correct it.') from None
    if not isinstance(data, dict):
        raise InputError(f'{path}: holds no keys. It needs "train" and '
                         '"names".')
    return data


def _read_yaml(path: Path) -> Dict[str, Any]:
    data = _load(path)
    if 'kpt_shape' in data:
        raise InputError(
            f'{path}: is for keypoints ("kpt_shape"), whose lines would be '
            'taken for polygons. Export it for object detection.')
    return data


def _classes(data: Dict[str, Any], path: Path) -> List[str]:
    names = data.get('names')
    if isinstance(names, dict):
        # Some tools put the numbers in quotes.
        names = {_number(key): name for key, name in names.items()}
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
    if f'{count}' not in (f'{len(names)}', f'{len(names)}.0'):
        raise InputError(f'{path}: "nc" is not {len(names)}, the number of '
                         '"names". Correct the one that is wrong.')
    return [name.strip() for name in names]


def _number(key: Any) -> Any:
    return int(key) if isinstance(key, str) and key.isdecimal() else key


def _yaml_splits(data: Dict[str, Any], path: Path,
                 raw: RawSamples) -> Dict[str, List[Path]]:
    splits: Dict[str, List[Path]] = {}
    disk = Spellings()
    for split in SPLITS:
        entries = next((data[word] for word, meant in SPLIT_WORDS.items()
                        if meant == split and data.get(word)), [])
        entries = entries if isinstance(entries, list) else [entries]
        places = [_resolve(entry, data, path, disk) for entry in entries]
        # Roboflow names a test folder whether there is one or not.
        if split == 'test' and not any(map(_matches, places)):
            raw.notes['split test of data.yaml is not there'] += bool(places)
            continue
        images = [
            image for place in places
            for image in _images(place, path, split, raw)
        ]
        if images:
            splits[split] = images
        elif entries and not len(raw.problems):
            raise InputError(f'{path}: "{split}" has no images. Add some, or '
                             'remove the key.')
    if not splits and not len(raw.problems):
        raise InputError(f'{path}: has no "train". Add the folder of the '
                         'images to train on.')
    _require_other_val(splits, path, raw)
    return splits


def _require_other_val(splits: Dict[str, List[Path]], path: Path,
                       raw: RawSamples) -> None:
    train = splits.get('train')
    for split in ('val', 'test'):
        if train and splits.get(split) == train and (
                not raw.options.splits_anew):
            raise InputError(
                f'{path}: "{split}" has the very images of "train", so that '
                'its scores would tell what was learned by heart. Give it '
                'images of its own, or split anew with --val-fraction 0.15.')


def _images(place: Path, path: Path, split: str,
            raw: RawSamples) -> Iterator[Path]:
    """The images of a folder, of a pattern, or of a text file that lists
    them."""
    matches = _matches(place)
    if place.is_dir():
        yield from raw.finder.below(place)
    elif not matches:
        raise InputError(f'{path}: {place} is not there. Correct the path.')
    elif matches != [place]:
        yield from filter(is_image, matches)
    else:
        yield from _listed(place, split, raw)


def _listed(place: Path, split: str, raw: RawSamples) -> Iterator[Path]:
    for number, line in enumerate(read_lines(place), 1):
        if not line:
            continue
        try:
            yield raw.finder.find(line, place, split).path
        except ImageNotFound as error:
            raw.problems.add(f'image_{error.kind}',
                             f'{place}:{number}: {error}.')


def _resolve(entry: Any, data: Dict[str, Any], path: Path,
             disk: Spellings) -> Path:
    """A file or folder that data.yaml names.

    ``path`` in it may be one on another computer, Roboflow writes
    ``../train/images`` where ``train/images`` is, and of a whole path of
    another computer the tail is here.
    """
    if not isinstance(entry, str):
        raise InputError(f'{path}: a folder of images is not text. Put it in '
                         'quotes.')
    entry = entry.replace('\\', '/')
    base = data.get('path')
    bases = [base, ''] if isinstance(base, str) else ['']
    parts = Path(entry).parts
    tails = ['/'.join(parts[start:]) for start in range(1, len(parts))]
    places = [
        disk.on_disk(_normal(path.parent / base / name))
        for name in (entry, entry.removeprefix('../'), *tails)
        for base in bases
    ]
    return next(filter(_matches, places), places[0])


def _matches(place: Path) -> List[Path]:
    """A file or folder if it is there, or what a pattern such as
    ``images/*.jpg`` means."""
    if os.path.exists(place):
        return [place]
    # Not in the names of folders that are there, such as "kids [2024]".
    base = next(filter(os.path.exists, place.parents))
    found = glob.glob(
        str(place.relative_to(base)), root_dir=base, recursive=True)
    return [base / name for name in sorted(found)]


def _normal(path: Path) -> Path:
    # Not resolve(): an image may be a link, its labels are beside the link.
    return Path(os.path.abspath(path))


def _without_yaml(src: Path, raw: RawSamples) -> YoloLayout:
    data_file = _data_file(src)
    told = _settings(data_file).get('names', '') if data_file else ''
    names_file = _names_file(src, _tail(told))
    if names_file is None:
        raise InputError(
            f'{src}: has no data.yaml, and no classes.txt or obj.names. Add '
            'classes.txt with the class names in the order of their numbers, '
            'one in each line.')
    classes = _class_list(names_file)
    images = _darknet_splits(data_file, src, raw) if data_file else {}
    if not images:
        images = _by_folder(
            raw.finder.below(raw.finder.folder), raw.finder.folder)
    if not any(images.values()) and not len(raw.problems):
        raise InputError(f'{src}: has no images. Put them there.')
    return YoloLayout(names_file, classes, images)


def _class_list(path: Path) -> List[str]:
    """The classes of a text file, without the numbers that some write."""
    lines = read_lines(path)
    classes = [name for name in lines if name]
    if not classes:
        raise InputError(f'{path}: is empty. Write the class names into it, '
                         'one in each line.')
    numbered = [*map(_NUMBERED.fullmatch, classes)]
    if all(
            match and int(match[1]) == number
            for number, match in enumerate(numbered)):
        return [match[2] for match in numbered]
    if classes != lines[:len(classes)]:
        raise InputError(
            f'{path}:{lines.index("") + 1}: is blank. Labels are numbers, and '
            'those of the classes after it depend on whether it has one: '
            'remove the line, or write a name into it.')
    return classes


def is_class_file(path: Path) -> bool:
    """Whether a text file is called as those that name the classes."""
    return _CLASS_FILE.fullmatch(path.name) is not None


def _names_file(src: Path, told: str = '') -> Any:
    """The file of the class names: the one of the name that is told, else the
    one at the top, which is that of all."""
    candidates = [
        *find_files(src, _NAMES),
        *filter(is_class_file, find_files(src, ('.txt', )))
    ]
    candidates = [p for p in candidates if p.name == told] or candidates
    first = min(candidates, key=lambda p: (len(p.parts), p), default=None)
    for other in candidates:
        if len(other.parts) == len(first.parts) and [
                *filter(None, read_lines(other))
        ] != [*filter(None, read_lines(first))]:
            raise InputError(
                f'{other}: has other classes than {first}, and labels are '
                'their numbers. Import the two folders one by one, or move '
                'the file away that is not of this data set.')
    return first


def _data_file(src: Path) -> Any:
    """Darknet's file that names the others."""
    found = find_files(src, _DATA)
    for other in found[1:]:
        if read_lines(other) != read_lines(found[0]):
            raise InputError(
                f'{src}: which one is of this data set, {found[0]} or '
                f'{other}? Move the other away.')
    return next(iter(found), None)


def _tail(path: str) -> str:
    """The name of a file of another computer."""
    return path.replace('\\', '/').rpartition('/')[2]


def _settings(data_file: Path) -> Dict[str, str]:
    """What stands in Darknet's file: ``names = data/obj.names``."""
    lines = (line.partition('=') for line in read_lines(data_file))
    return {key.strip(): value.strip() for key, _, value in lines}


def _darknet_splits(data_file: Path, src: Path,
                    raw: RawSamples) -> Dict[str, List[Path]]:
    """The images that the lists of obj.data name, by the tail of each path:
    they are of the computer that wrote them."""
    splits: Dict[str, List[Path]] = {}
    lists = {path.name: path for path in find_files(src, ('.txt', ))}
    for key, value in _settings(data_file).items():
        split = SPLIT_WORDS.get(key)
        path = lists.get(_tail(value))
        if split and path:
            splits[split] = [*_listed(path, split, raw)]
    return splits


def _by_folder(paths: List[Path], root: Path) -> Dict[str, List[Path]]:
    """Images by the splits that their folders tell; '' where one has none."""
    splits: Dict[str, List[Path]] = {}
    for path in paths:
        folders = path.relative_to(root).parts[:-1]
        split = next(filter(None, map(split_of, folders)), '')
        splits.setdefault(split, []).append(path)
    return {'': paths} if '' in splits else splits
