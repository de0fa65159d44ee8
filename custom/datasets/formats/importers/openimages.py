"""Open Images importer.

Format: https://storage.googleapis.com/openimages/web/download_v7.html
Paper: Kuznetsova et al., "The Open Images Dataset V4", IJCV 2020.
"""
import csv
import math
import re
from collections import defaultdict
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Optional, Set, Tuple, Union)

from custom.datasets.annotations.box_validation import in_range
from custom.datasets.formats.importers.auto_split import (complete_splits,
                                                          split_of)
from custom.datasets.formats.importers.relative_boxes import (RelativeBox,
                                                              RelativeBoxes,
                                                              make_samples)
from custom.datasets.formats.samples import (ErrorCollector, ImportResult,
                                             ImportWarnings)
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import composed, find_files

REQUIRED = ('ImageID', 'LabelName', 'XMin', 'XMax', 'YMin', 'YMax')
# Column to key in extra. 1 is yes, 0 no, -1 unknown: then there is no key.
FLAGS = dict(
    IsOccluded='occluded',
    IsTruncated='truncated',
    IsDepiction='depiction',
    IsInside='inside')
# The four extreme points of an object that its annotator clicked on.
CLICKS = tuple((f'XClick{i}X', f'XClick{i}Y') for i in range(1, 5))

_DESCRIPTIONS = re.compile(r'class.*description')
# Lists of images, such as train-images-boxable-with-rotation.csv.
_LIST = re.compile(r'images|image_ids')
_UNKNOWN = ('', '-1')
# Characters; Python's reader refuses values of 131,072 and more.
_LONGEST_HEADER = 100_000


class _Line(NamedTuple):
    """A line of a CSV file. ``positions`` are those of the columns."""
    path: Path
    number: int
    positions: Dict[str, int]
    values: List[str]

    @property
    def where(self) -> str:
        return f'{self.path}:{self.number}'

    def get(self, column: str) -> str:
        """A value; '' where the file has no such column."""
        position = self.positions.get(column)
        return '' if position is None else self.values[position].strip()


def read_openimages(src: Union[str, Path],
                    val_fraction: Optional[float] = None,
                    test_fraction: Optional[float] = None,
                    descriptions: Optional[Union[str, Path]] = None,
                    track: Optional[Callable] = None) -> ImportResult:
    """Reads a folder in the format of Open Images.

    CSV files with the columns ImageID, LabelName, XMin, XMax, YMin and YMax
    hold the boxes; "train", "validation" or "test" in a file's name is its
    split. The image of a row is the one named by ImageID, with or without
    extension, anywhere in ``src``. Rows of other images are left out: most
    people have a part of Open Images only. So are rows of confidence 0, which
    say that the object is not there.

    A box of ``IsGroupOf`` 1 is a crowd. What else is known goes to the box's
    ``extra``: ``source``, ``confidence`` below 1, the flags ``occluded``,
    ``truncated``, ``depiction`` and ``inside`` (0 or 1), and ``clicks``, the
    four extreme points [x, y] in pixels.

    Images without a row are background if a list of images such as
    ``train-images-with-rotation.csv`` names them, and are left out if not.

    Args:
        src: The folder.
        val_fraction: Split anew, this part for val; 0.15 if only the
            other fraction is given. With neither given, the splits of the
            file names are followed, and what they lack is made with 0.15.
        test_fraction: Likewise for test.
        descriptions: CSV file with the names of LabelNames; by default
            all ``*class*description*.csv`` in ``src``.
        track: Passes the images on that are compared for a split, called as
            :func:`custom.utils.progress.track`.

    Returns:
        The records of each split, the classes that have a box in the order
        of the descriptions, and notes.

    Raises:
        InputError: On the first problem, with a count of others.
    """
    src = Path(src)
    if not src.is_dir():
        raise InputError(f'{src}: no such folder. Check the path.')
    tables = find_files(src, ('.csv', ))
    columns = {path: _columns(path) for path in tables}
    boxes_in = _by_split(p for p in tables if columns[p].issuperset(REQUIRED))
    if not boxes_in:
        raise InputError(
            f'{src}: no CSV file (UTF-8, with commas) with the columns '
            f'{", ".join(REQUIRED)}. Give the folder that holds such as '
            'train-annotations-bbox.csv and the images.')
    lists = [
        p for p in tables if 'ImageID' in columns[p]
        and p not in boxes_in.values() and _LIST.search(p.name.lower())
    ]
    if descriptions is None:
        described_in = [p for p in tables if _DESCRIPTIONS.search(p.name)]
    else:
        described_in = [Path(descriptions)]
    names = dict(pair for path in described_in for pair in _names(path))

    images = _Images(find_files(src, IMAGE_SUFFIXES))
    notes, errors = ImportWarnings(), ErrorCollector()
    rows, met = RelativeBoxes(), set()
    splits_of: Dict[Path, str] = {}
    for split, path in boxes_in.items():
        for line in _lines(path, errors):
            image = images.find(line, split, errors)
            if image is None:
                notes['rows of images that are not there, left out'] += 1
                continue
            if splits_of.setdefault(image, split) != split:
                errors.add(
                    f'{line.where}: {image.name} is in {splits_of[image]} '
                    'already. An image in two splits makes the scores '
                    'worthless; leave it in one.')
            row = _row(line, names, notes, errors)
            rows.add(image, [row] if row else [])
            met.update([row.name] if row else [])
    if not len(rows):
        errors.add(f'{src}: no image of the CSV files is there. Put them '
                   'into it, named by their ImageID.')
    errors.stop()
    for path in lists:
        for line in _lines(path, errors):
            split = _listed_split(line, boxes_in)
            image = split is not None and images.find(line, split, errors)
            if image and image not in splits_of:
                rows.add(image)
                splits_of[image] = split
    notes['images in no CSV file, left out'] = images.count - len(rows)

    records = make_samples(rows, notes, errors)
    errors.stop()
    found = {split: [] for split in boxes_in}
    for image, record in records.items():
        found[splits_of[image]].append(record)
    splits = complete_splits(found, val_fraction, test_fraction, notes, track)
    order = [name for name in dict.fromkeys(names.values()) if name in met]
    return ImportResult(splits, [*order, *sorted(met.difference(order))],
                        notes)


class _Images:
    """Image files by what an ImageID may call them."""

    def __init__(self, paths: List[Path]) -> None:
        self.count = len(paths)
        self._paths = defaultdict(list)
        for path in paths:
            for name in {path.name, path.stem}:
                self._paths[composed(name)].append(path)

    def find(self, line: _Line, split: str,
             errors: ErrorCollector) -> Optional[Path]:
        """The image of a line; None where there is none."""
        image_id = line.get('ImageID')
        found = self._paths.get(composed(image_id), ())
        if len(found) > 1:
            # train/1.jpg and validation/1.jpg may be two images.
            own = [p for p in found if split_of(p.parent.name) == split]
            if len(own) != 1:
                errors.add(
                    f'{line.where}: ImageID "{image_id}" could be any of '
                    f'{", ".join(map(str, found))}. Leave one, or put each '
                    'into the folder of its split.')
            found = own
        return found[0] if found else None


def _listed_split(line: _Line, boxes_in: Dict[str, Path]) -> Optional[str]:
    """The split of a line of a list of images; None where no file of boxes
    is of it, so that its images are not background."""
    split = split_of(line.get('Subset') or line.path.name)
    if split in boxes_in:
        return split
    return '' if '' in boxes_in else None


def _by_split(paths: Iterable[Path]) -> Dict[str, Path]:
    found: Dict[str, Path] = {}
    for path in paths:
        other = found.setdefault(split_of(path.name), path)
        if other != path:
            raise InputError(
                f'{path}: is for the same split as {other}. Leave one of them '
                'in the folder.')
    return found


def _columns(path: Path) -> Set[str]:
    try:
        # Replaced, for an unrelated file in another encoding does no harm.
        with open(path, encoding='utf-8-sig', errors='replace') as file:
            first = next((line for line in file if line.strip()), '')
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    columns = next(csv.reader([first[:_LONGEST_HEADER].replace('\0', '')]), ())
    for separator in ';\t':
        split = {name.strip() for name in first.split(separator)}
        if split.issuperset(REQUIRED):
            raise InputError(
                f'{path}: has {separator!r} between its values, which must '
                'have commas. Save it as UTF-8 with commas.')
    return {name.strip() for name in columns}


def _raw_lines(path: Path) -> Iterator[Tuple[int, List[str]]]:
    """The lines of a CSV file with their numbers, without empty ones."""
    try:
        # utf-8-sig: some Windows editors put a byte order mark first.
        with open(path, newline='', encoding='utf-8-sig') as file:
            reader = csv.reader(file)
            yield from ((reader.line_num, line) for line in reader if line)
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f'{path}: not a CSV file ({error}). Save it as UTF-8 '
                         'with commas.') from None


def _lines(path: Path, errors: ErrorCollector) -> Iterator[_Line]:
    lines = _raw_lines(path)
    columns = [name.strip() for name in next(lines)[1]]
    positions = {name: i for i, name in enumerate(columns)}
    for number, values in lines:
        line = _Line(path, number, positions, values)
        if len(values) == len(columns):
            yield line
        else:
            errors.add(
                f'{line.where}: has {len(values)} values for {len(columns)} '
                'columns. Correct or delete the line.')


def _names(path: Path) -> Iterator[Tuple[str, str]]:
    """LabelName and DisplayName, from a file with or without a header."""
    for number, values in _raw_lines(path):
        if len(values) != 2:
            raise InputError(
                f'{path}:{number}: has {len(values)} values. A line is a '
                'LabelName and its name, with a comma between.')
        label, name = map(str.strip, values)
        if (label, name) != ('LabelName', 'DisplayName'):
            yield label, name


def _row(line: _Line, names: Dict[str, str], notes: ImportWarnings,
         errors: ErrorCollector) -> Optional[RelativeBox]:
    """The box of a line; None where it has none."""
    try:
        return _checked_row(line, names, notes)
    except ValueError as error:
        errors.add(f'{line.where}: {error}')
        return None


def _checked_row(line: _Line, names: Dict[str, str],
                 notes: ImportWarnings) -> Optional[RelativeBox]:
    extra = {}
    if line.get('Source'):
        extra['source'] = line.get('Source')
    if line.get('Confidence'):
        confidence = _number(line, 'Confidence')
        if confidence == 0:
            notes['rows of confidence 0, left out'] += 1
            return None
        if confidence != 1:
            extra['confidence'] = confidence
    for column, key in FLAGS.items():
        if line.get(column) not in _UNKNOWN:
            extra[key] = int(_is_set(line, column))
    points = {}
    if all(line.get(x) not in _UNKNOWN for x, _ in CLICKS):
        points['clicks'] = [[_number(line, x),
                             _number(line, y)] for x, y in CLICKS]
    return RelativeBox(
        line.where,
        _name(line.get('LabelName'), names, notes),
        _edges(line),
        crowd=_is_set(line, 'IsGroupOf'),
        extra=extra,
        points=points)


def _name(label: str, names: Dict[str, str], notes: ImportWarnings) -> str:
    if label in names:
        return names[label]
    if not label:
        raise ValueError('has no LabelName. Name its class or delete the '
                         'line.')
    if label.startswith('/'):
        if names:
            raise ValueError(
                f'LabelName "{label}" is not in the class descriptions. Add '
                'it to them, or delete the line.')
        notes['boxes whose class is an id such as /m/01yrx: no file of class '
              'descriptions is there'] += 1
    return label


def _edges(line: _Line) -> Tuple[float, float, float, float]:
    x1, x2, y1, y2 = (_number(line, column) for column in REQUIRED[2:])
    for axis, start, end in (('X', x1, x2), ('Y', y1, y2)):
        values = f'{axis}Min {start:g}', f'{axis}Max {end:g}'
        if not in_range(start, end):
            raise ValueError(
                f'{values[0]}, {values[1]} are no fractions of the image, 0 '
                'to 1. Divide pixels by its size.')
        if start >= end:
            raise ValueError(
                f'{values[0]} is not less than {values[1]}. Correct or delete '
                'the line.')
    return x1, y1, x2, y2


def _number(line: _Line, column: str) -> float:
    try:
        value = float(line.get(column))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(
            f'{column} is "{line.get(column):.40}", not a number. '
            'Correct or delete the line.')
    return value


def _is_set(line: _Line, column: str) -> bool:
    value = line.get(column)
    if value not in ('0', '1', *_UNKNOWN):
        raise ValueError(f'{column} is "{value:.40}". It must be 1 (yes), 0 '
                         '(no) or -1 (unknown).')
    return value == '1'
