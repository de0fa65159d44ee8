"""Open Images importer.

Format: https://storage.googleapis.com/openimages/web/download_v7.html
Paper: Kuznetsova et al., "The Open Images Dataset V4", IJCV 2020.
"""
import csv
import math
import re
from pathlib import Path
from typing import (Dict, Iterable, Iterator, List, NamedTuple, Optional,
                    Sequence, Set, Tuple)

from custom.datasets.annotations.boolean_fields import is_set
from custom.datasets.formats.importers.auto_split import (split_of,
                                                          split_of_path)
from custom.datasets.formats.importers.csv_lines import csv_lines
from custom.datasets.formats.importers.error_collector import ErrorCollector
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.paths import find_files, text_encoding

REQUIRED = ('ImageID', 'LabelName', 'XMin', 'XMax', 'YMin', 'YMax')
# Column to key in extra. 1 is yes, 0 no, -1 unknown: then there is no key.
FLAGS = dict(
    IsOccluded='occluded',
    IsTruncated='truncated',
    IsDepiction='depiction',
    IsInside='inside')
# The four extreme points of an object that its annotator clicked on.
CLICKS = tuple((f'XClick{i}X', f'XClick{i}Y') for i in range(1, 5))

# FiftyOne calls it classes.csv.
_DESCRIPTIONS = re.compile(r'class.*description|^classes\.csv$')
# Lists of images, such as train-images-boxable-with-rotation.csv.
_LIST = re.compile(r'images|image_ids')
_NOT_THERE = -1
# The last is how pandas writes what is empty.
_UNKNOWN = ('', '-1', '-1.0', 'nan', 'NaN')
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


def parse_openimages(src: Path, raw: RawSamples) -> Sequence[str]:
    """Reads a folder in the format of Open Images.

    CSV files with the columns ImageID, LabelName, XMin, XMax, YMin and YMax
    hold the boxes; "train", "validation" or "test" in a file's name, or else
    in that of a folder that it is in, is its split. The image of a row is the
    one named by ImageID, with or without extension. Rows of other images are
    left out: most people have a part of Open Images only. So are rows of
    confidence 0, which say that the object is not there.

    A box of ``IsGroupOf`` 1 is a crowd. What else is known goes to the box's
    ``extra``: ``source``, ``confidence`` below 1, the flags ``occluded``,
    ``truncated``, ``depiction`` and ``inside`` (0 or 1), and ``clicks``, the
    four extreme points [x, y] in pixels.

    Images without a row are background if a list of images such as
    ``train-images-with-rotation.csv`` names them, and are left out if not.

    Args:
        src: The folder.
        raw: Gets images, boxes, notes and problems.

    Returns:
        The classes that have a box, in the order of the class descriptions.

    Raises:
        InputError: There is no file of boxes, or no image of one.
    """
    if not src.is_dir():
        raise InputError(f'{src}: is a file. Give the folder that holds it '
                         'and the images.')
    tables = find_files(src, ('.csv', ))
    columns = {path: _columns(path) for path in tables}
    boxes_in = _by_split(
        (p for p in tables if columns[p].issuperset(REQUIRED)), src)
    if not boxes_in:
        raise InputError(
            f'{src}: no CSV file (UTF-8, with commas) with the columns '
            f'{", ".join(REQUIRED)}. Give the folder that holds such as '
            'train-annotations-bbox.csv and the images.')
    lists = [
        p for p in tables if 'ImageID' in columns[p]
        and p not in boxes_in.values() and _LIST.search(p.name.lower())
    ]
    given = raw.options.descriptions
    described_in = [Path(given)] if given else [
        p for p in tables if _DESCRIPTIONS.search(p.name)
    ]
    names = dict(pair for path in described_in for pair in _names(path))
    met = _add_boxes(boxes_in, names, raw)
    if not raw.images and not len(raw.problems):
        raise InputError(f'{src}: no image of the CSV files is there. Put '
                         'them into it, named by their ImageID.')
    _add_background(lists, boxes_in, src, raw)
    order = [name for name in dict.fromkeys(names.values()) if name in met]
    return [*order, *sorted(met.difference(order))]


def _add_boxes(boxes_in: Dict[str, Path], names: Dict[str, str],
               raw: RawSamples) -> Set[str]:
    """Adds the rows of all files, and returns the classes met."""
    met = set()
    for split, path in boxes_in.items():
        rows: Dict[str, Optional[int]] = {}
        for line in _lines(path, raw.problems):
            image_id = line.get('ImageID')
            if image_id not in rows:
                image = _image_of(line, split, raw)
                rows[image_id] = _NOT_THERE if image is None else (
                    raw.add_image(RawImage(f'{path}', image, split)))
            row = rows[image_id]
            if row == _NOT_THERE:
                raw.notes['rows of images that are not there, left out'] += 1
                continue
            try:
                box = row is not None and _box(line, names, raw.notes)
            except ValueError as error:
                raw.problems.add('record', f'{line.where}: {error}')
                continue
            if box:
                raw.add_box(row, box)
                met.add(box.name)
    return met


def _add_background(lists: List[Path], boxes_in: Dict[str, Path], src: Path,
                    raw: RawSamples) -> None:
    """Adds images that lists name and that have no box."""
    for path in lists:
        told = split_of_path(path, src)
        for line in _lines(path, raw.problems):
            split = _listed_split(line, told, boxes_in)
            image = None if split is None else _image_of(line, split, raw)
            if image and raw.row_of(image) is None:
                raw.add_image(RawImage(line.where, image, split))


def _image_of(line: _Line, split: str, raw: RawSamples) -> Optional[Path]:
    """The image of a line; None where there is none."""
    try:
        return raw.finder.find(line.get('ImageID'), line.path, split).path
    except ImageNotFound as error:
        if error.kind == 'unclear':
            raw.problems.add('image_unclear', f'{line.where}: {error}.')
    return None


def _listed_split(line: _Line, told: str,
                  boxes_in: Dict[str, Path]) -> Optional[str]:
    """The split of a line of a list of images; None where no file of boxes
    is of it, so that its images are not background."""
    split = split_of(line.get('Subset')) or told
    if split in boxes_in:
        return split
    return '' if '' in boxes_in else None


def _by_split(paths: Iterable[Path], src: Path) -> Dict[str, Path]:
    found: Dict[str, Path] = {}
    for path in paths:
        other = found.setdefault(split_of_path(path, src), path)
        if other != path:
            raise InputError(
                f'{path}: is for the same split as {other}. Leave one of them '
                'in the folder.')
    return found


def _columns(path: Path) -> Set[str]:
    try:
        # Replaced, for an unrelated file in another encoding does no harm.
        encoding = text_encoding(path)
        with open(path, encoding=encoding, errors='replace') as file:
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


def _lines(path: Path, problems: ErrorCollector) -> Iterator[_Line]:
    lines = csv_lines(path)
    columns = [name.strip() for name in next(lines)[1]]
    positions = {name: i for i, name in enumerate(columns)}
    for number, values in lines:
        line = _Line(path, number, positions, values)
        if len(values) == len(columns):
            yield line
        else:
            problems.add(
                'record', f'{line.where}: has {len(values)} values for '
                f'{len(columns)} columns. Correct or delete the line.')


def _names(path: Path) -> Iterator[Tuple[str, str]]:
    """LabelName and DisplayName, from a file with or without a header."""
    for number, values in csv_lines(path):
        if len(values) != 2:
            raise InputError(
                f'{path}:{number}: has {len(values)} values. A line is a '
                'LabelName and its name, with a comma between.')
        label, name = map(str.strip, values)
        if (label, name) != ('LabelName', 'DisplayName'):
            yield label, name


def _box(line: _Line, names: Dict[str, str],
         notes: ImportWarnings) -> Optional[RawBox]:
    """The box of a line; None where it has none."""
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
    x1, x2, y1, y2 = (_number(line, column) for column in REQUIRED[2:])
    return RawBox(
        line.where,
        _name(line.get('LabelName'), names, notes), (x1, y1, x2, y2),
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
    try:
        return value not in _UNKNOWN and is_set(value)
    except ValueError:
        raise ValueError(f'{column} is "{value:.40}". It must be 1 (yes), 0 '
                         '(no) or -1 (unknown).') from None
