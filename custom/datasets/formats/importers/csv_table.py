"""CSV importer: tables with a box in each line, by the names of the columns.

Those of TensorFlow's object detection tutorials (``filename, width, height,
class, xmin, ymin, xmax, ymax``), of Roboflow, and of keras-retinanet, which
has no header (``path, x1, y1, x2, y2, class``).
"""
import math
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from custom.datasets.formats.importers.auto_split import split_of_path
from custom.datasets.formats.importers.csv_lines import csv_lines
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import find_files

# What columns are called, in small letters and without "_", "-" and spaces;
# the first that is there counts.
_COLUMNS = dict(
    image=('filename', 'imagename', 'image', 'imagepath', 'imgpath', 'path',
           'file', 'imageid', 'img'),
    name=('class', 'classname', 'label', 'labelname', 'category', 'celltype',
          'name'),
    x1=('xmin', 'x1', 'left'),
    y1=('ymin', 'y1', 'top'),
    x2=('xmax', 'x2', 'right'),
    y2=('ymax', 'y2', 'bottom'))
_CORNERS = ('x1', 'y1', 'x2', 'y2')
_WITHOUT_HEADER = ('image', *_CORNERS, 'name')


def parse_csv(src: Path, raw: RawSamples) -> None:
    """Reads CSV files of boxes.

    A file's name, or that of a folder that it is in, tells its split. A line
    without class and corners is an image without a box.

    Args:
        src: A file, or a folder of them and the images.
        raw: Gets images, boxes and problems.

    Raises:
        InputError: There is no such file.
    """
    root = src if src.is_dir() else src.parent
    files = find_files(src, ('.csv', )) if src.is_dir() else [src]
    tables = [(path, columns) for path in files
              if (columns := _positions(path))]
    if not tables:
        raise InputError(
            f'{src}: no CSV file (UTF-8, with commas) with columns of an '
            'image, a class and corners, such as filename, class, xmin, ymin, '
            'xmax, ymax.')
    for path, columns in tables:
        split = split_of_path(path, root)
        for number, values in _lines(path, columns):
            _add(f'{path}:{number}', path, split, columns, values, raw)


def _positions(path: Path) -> Dict[str, int]:
    """Positions of the columns in a file; empty where it is no such file."""
    try:
        first = next(csv_lines(path), (0, []))[1]
    except InputError:  # an unrelated file in another encoding does no harm
        return {}
    if _is_line(first):
        return {name: i for i, name in enumerate(_WITHOUT_HEADER)}
    names = [''.join(c for c in name.lower() if c.isalnum()) for name in first]
    found = {
        key: names.index(known)
        for key, spellings in _COLUMNS.items()
        for known in [next((s for s in spellings if s in names), None)]
        if known
    }
    return found if len(found) == len(_COLUMNS) else {}


def _is_line(values: Sequence[str]) -> bool:
    """Whether it is a line of a file without header: an image, four numbers,
    or nothing, and a class."""
    return (len(values) == len(_WITHOUT_HEADER)
            and values[0].strip().lower().endswith(IMAGE_SUFFIXES)
            and all(not value.strip() or _number(value) is not None
                    for value in values[1:5]))


def _lines(path: Path, columns: Dict[str,
                                     int]) -> Iterator[Tuple[int, List[str]]]:
    for position, (number, values) in enumerate(csv_lines(path)):
        if position or _is_line(values):
            yield number, values


def _add(where: str, path: Path, split: str, columns: Dict[str, int],
         values: List[str], raw: RawSamples) -> None:
    if len(values) <= max(columns.values()):
        raw.problems.add(
            'record', f'{where}: has {len(values)} values, fewer than there '
            'are columns. Correct or delete the line.')
        return
    line = {key: values[i].strip() for key, i in columns.items()}
    try:
        image = raw.finder.find(line['image'], path, split).path
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{where}: {error}.')
        return
    row = raw.add_image(RawImage(f'{path}', image, split))
    corners = [line[key] for key in _CORNERS]
    if row is None or not any([line['name'], *corners]):
        return
    numbers = [*map(_number, corners)]
    if None in numbers or not line['name']:
        raw.problems.add(
            'record', f'{where}: class "{line["name"]:.40}" and corners '
            f'{", ".join(corners):.80} are not a name and four numbers. '
            'Correct or delete the line.')
        return
    raw.add_box(row, RawBox(where, line['name'], numbers))


def _number(text: str) -> Optional[float]:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
