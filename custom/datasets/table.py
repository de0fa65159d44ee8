"""A COCO JSON file as columns: streamed in flat memory, so that a file of a
million boxes is checked as a small one, and read on past what is wrong."""
import math
import re
import sys
from array import array
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import (Any, BinaryIO, Callable, Dict, Iterator, List, NamedTuple,
                    Sequence)

import ijson
import numpy as np

from custom.datasets.annotations import (empty_list, faults, no_list, not_json,
                                         raise_first, require_file)
from custom.datasets.checks.problem import Problem
from custom.errors import InputError

# COCO's own files nest 5 deep (polygons). The parser remembers the path of
# every open bracket: of 200,000 brackets it would take 100 GB.
_MAX_DEPTH = 100
_CHUNK = 2**16
_BOM = b'\xef\xbb\xbf'
_LITERAL = re.compile(rb'(-?Infinity|NaN)')
_PARTIAL = re.compile(rb'(?:-?I[nfit]{0,6}|-|(?<!Na)Na?)\Z')
_ESCAPE = re.compile(rb'\\.', re.DOTALL)
_MARKS = b'"[]{}'
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_IS_MARK = np.isin(np.arange(256), list(_MARKS))
_KEY = re.compile(rb'"(images|annotations|categories)"\s*:')
# Short enough for Python to make a number of.
_WHOLE = re.compile(r'-?[0-9]{1,30}')
_STEP = np.zeros(256, np.int8)
_STEP[list(b'[{')] = 1
_STEP[list(b']}')] = -1

_ID = (int, str)
_BLANK = [math.nan] * 4
# JavaScript writes null for NaN.
_NUMBERS = frozenset((int, float, type(None)))


class Table(NamedTuple):
    """One COCO JSON file as columns. Rows are positions in the file's lists.

    A malformed record keeps its row, with what could not be read left empty,
    and stands in ``problems``.

    Attributes:
        path: The file.
        split: ``'train'``, ``'val'`` or ``'test'``.
        image_ids: One id (int or str) per image; None where malformed.
        file_names: One per image, relative to ``images/``; '' where malformed.
        sizes: float64 (I, 2), width and height in pixels; NaN where malformed.
        category_ids: One id per category; None where malformed.
        category_names: One per category, as spelled; '' where malformed.
        annotation_ids: One id per annotation; None where malformed.
        image_of: int64 (N,), row of the annotation's image; -1 if none.
        category_of: int64 (N,), row of the annotation's category; -1 if none.
        boxes: float64 (N, 4), xywh as in the file. NaN for null, NaN and
            infinity, and in the whole row of a malformed box.
        crowd: bool (N,), ``iscrowd`` or ``ignore``: neither object nor
            background.
        malformed: bool (N,), annotations with a ``record-malformed``.
        problems: Found while reading: ``record-malformed``,
            ``image-id-dangling`` and ``category-id-dangling``.
    """
    path: Path
    split: str
    image_ids: list
    file_names: List[str]
    sizes: np.ndarray
    category_ids: list
    category_names: List[str]
    annotation_ids: list
    image_of: np.ndarray
    category_of: np.ndarray
    boxes: np.ndarray
    crowd: np.ndarray
    malformed: np.ndarray
    problems: List[Problem]

    def name_image(self, row: int) -> str:
        """How a problem calls the image of a row."""
        return f'image {self.image_ids[row]!r}'

    def name_annotation(self, row: int) -> str:
        """How a problem calls the annotation of a row."""
        return f'annotation {self.annotation_ids[row]!r}'


def read_table(path: Path, split: str) -> Table:
    """Reads the annotations of a split; a million boxes take some seconds.

    Raises:
        InputError: The file can't be read, is no JSON, lacks one of the three
            lists or has it twice, has no images or categories, or is of
            absurd size or depth.
    """
    path = Path(path)
    return _parse(path, lambda is_odd: _read(path, split, is_odd))


def read_categories(path: Path) -> List[dict]:
    """Reads the categories of a file alone, each with ``id`` and ``name``.

    Raises:
        InputError: As :func:`read_table`, or a category is malformed.
    """
    path = Path(path)
    categories = _parse(path,
                        lambda is_odd: [*_records(path, 'categories', is_odd)])
    raise_first(path, (f'categories[{position}] {fault}'
                       for position, record in enumerate(categories)
                       for fault in faults('categories', record)))
    return categories


def _parse(path: Path, read: Callable[[bool], Any]) -> Any:
    """Reads in the fast way, and if the file is odd in the slow one."""
    require_file(path)
    try:
        try:
            return read(False)
        except ijson.JSONError:
            return read(True)
    except (ijson.JSONError, ValueError) as error:
        reason = (str(error).splitlines() or ['empty'])[0]
        raise not_json(path, reason) from None


def _read(path: Path, split: str, is_odd: bool) -> Table:
    problems: List[Problem] = []
    image_ids: list = []
    file_names: List[str] = []
    sizes = array('d')
    for position, record in enumerate(_records(path, 'images', is_odd)):
        image_ids.append(_value(record, 'id', _ID))
        file_names.append(_text(record, 'file_name'))
        sizes.extend(_pixels(record, key) for key in ('width', 'height'))
        problems += _malformed(split, 'images', position, record,
                               file_names[-1:])

    category_ids: list = []
    category_names: List[str] = []
    for position, record in enumerate(_records(path, 'categories', is_odd)):
        category_ids.append(_value(record, 'id', _ID))
        category_names.append(_text(record, 'name'))
        problems += _malformed(split, 'categories', position, record)

    annotation_ids: list = []
    image_rows, category_rows = _rows(image_ids), _rows(category_ids)
    image_of, category_of = array('q'), array('q')
    boxes, crowd, malformed = array('d'), array('b'), array('b')
    for position, record in enumerate(_records(path, 'annotations', is_odd)):
        wrong: List[Problem] = []
        if _is_plain(record):
            identity, image, category = (record['id'], record['image_id'],
                                         record['category_id'])
            bbox = record['bbox']
        else:
            identity, image, category = (
                _value(record, key, _ID)
                for key in ('id', 'image_id', 'category_id'))
            row = image_rows.get(image)
            wrong = _malformed(split, 'annotations', position, record,
                               [] if row is None else [file_names[row]],
                               [position])
            bbox = _BLANK if wrong else record['bbox']
        problems += wrong
        annotation_ids.append(identity)
        image_of.append(image_rows.get(image, -1))
        category_of.append(category_rows.get(category, -1))
        if not wrong:
            if image_of[-1] < 0:
                problems.append(
                    _dangling(split, identity, 'image_id', image, 'images',
                              image_rows, [position]))
            if category_of[-1] < 0:
                problems.append(
                    _dangling(split, identity, 'category_id', category,
                              'categories', category_rows, [position]))
        boxes.extend(_without_null(bbox) if None in bbox else bbox)
        crowd.append(_is_crowd(record))
        malformed.append(bool(wrong))
    # The columns are the arrays' own memory: at a million boxes a copy of all
    # would take another 50 MB.
    columns = np.frombuffer(boxes).reshape(-1, 4)
    columns[~np.isfinite(columns)] = np.nan
    return Table(path, split, image_ids, file_names,
                 np.frombuffer(sizes).reshape(-1, 2), category_ids,
                 category_names, annotation_ids,
                 np.frombuffer(image_of, np.int64),
                 np.frombuffer(category_of, np.int64), columns,
                 np.frombuffer(crowd, bool), np.frombuffer(malformed,
                                                           bool), problems)


def _is_plain(record: Any) -> bool:
    """Whether an annotation is as it should be: quick, and right if True."""
    if type(record) is not dict:
        return False
    bbox = record.get('bbox')
    return (type(bbox) is list and len(bbox) == 4
            and _NUMBERS.issuperset(map(type, bbox))
            and type(record.get('id')) in _ID
            and type(record.get('image_id')) in _ID
            and type(record.get('category_id')) in _ID)


def _malformed(
    split: str,
    kind: str,
    position: int,
    record: Any,
    images: Sequence[str] = (),
    annotations: Sequence[int] = ()
) -> List[Problem]:
    where = f'{kind}[{position}]'
    if isinstance(record, dict) and 'id' in record:
        where += f' (id {record["id"]!r:.60})'
    return [
        Problem('record-malformed', split, where, fault,
                [name for name in images if name], (), annotations)
        for fault in faults(kind, record)
    ]


def _dangling(split: str, identity: object, key: str, value: object, kind: str,
              rows: Dict[object, int], annotations: Sequence[int]) -> Problem:
    detail = f'has {key} {value!r:.60}, which is not in "{kind}"'
    # Numbers and text are two things, and some tools write either.
    if isinstance(value, str):
        other = int(value) if _WHOLE.fullmatch(value) else None
    else:
        other = str(value)
    if other in rows:
        kind = 'text' if isinstance(other, str) else 'number'
        detail += f'; the {kind} {other!r} is'
    return Problem(f'{key.replace("_", "-")}-dangling', split,
                   f'annotation {identity!r}', detail, (), (), annotations)


def _value(record: Any, key: str, kinds: tuple) -> Any:
    value = record.get(key) if type(record) is dict else None
    return value if isinstance(value, kinds) else None


def _text(record: Any, key: str) -> str:
    text = _value(record, key, (str, )) or ''
    return text if text.strip() else ''


def _pixels(record: Any, key: str) -> float:
    value = _value(record, key, (int, float))
    if value is None or value is True or not 0 < value <= sys.float_info.max:
        return math.nan
    return value


def _rows(ids: list) -> Dict[object, int]:
    """The first row of every id."""
    rows = {value: row for row, value in reversed(list(enumerate(ids)))}
    rows.pop(None, None)
    return rows


def _without_null(bbox: list) -> list:
    return [math.nan if value is None else value for value in bbox]


def _is_crowd(record: Any) -> bool:
    return type(record) is dict and bool(
        record.get('iscrowd') or record.get('ignore'))


def _records(path: Path, key: str, is_odd: bool) -> Iterator[Any]:
    """What stands in one of the three lists, one by one.

    Args:
        path: The file.
        key: Name of the list.
        is_odd: Python writes NaN and numbers beyond 64 bits into JSON, the
            fast parser takes neither. If true, a slower way is taken, and
            the former become null.
    """
    with open(path, 'rb') as file:
        count = 0
        for record in ijson.items(
                _Reader(file, path, is_odd),
                f'{key}.item',
                buf_size=_CHUNK,
                use_float=not is_odd):
            count += 1
            yield _as_floats(record) if is_odd else record
        # A single one may be the value of {"item": ...}: small enough to look.
        if count < 2:
            file.seek(0)
            found = ijson.items(_Reader(file, path, is_odd), key)
            if not isinstance(next(found, None), list):
                raise no_list(path, key)
            if not count and key != 'annotations':
                raise empty_list(path, key)


def _as_floats(value: Any) -> Any:
    """The Decimals, and the whole numbers too large for a float, as floats."""
    if isinstance(value, dict):
        return {key: _as_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_floats(item) for item in value]
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return math.inf
    return float(value) if isinstance(value, Decimal) else value


class _Reader:
    """A JSON file as the parser reads it: without byte order mark, refused
    when nested too deep or when a list stands twice, NaN and infinities as
    null if it ``is_odd``."""

    def __init__(self, file: BinaryIO, path: Path, is_odd: bool) -> None:
        self._file = file
        self._path = path
        self._is_odd = is_odd
        self._held = b''
        self._in_string = False
        self._depth = 0
        self._top = bytearray()  # of the file, without what is in brackets
        if file.read(len(_BOM)) != _BOM:
            file.seek(0)

    def read(self, size: int) -> bytes:
        """About ``size`` bytes, never cut within an escape or a literal."""
        if not size:  # the parser asks whether it gets bytes or text
            return b''
        data, is_last = b'', False
        while not (data or is_last):
            chunk = self._file.read(size)
            is_last = not chunk
            data = self._held + chunk
            cut = len(data) if is_last else _whole_tokens(data)
            data, self._held = data[:cut], data[cut:]
        kept = self._without_literals(data) if self._is_odd else data
        self._follow(_ESCAPE.sub(b'', data) if b'\\' in data else data)
        if is_last:
            self._require_lists_once()
        return kept

    def _follow(self, data: bytes) -> None:
        """Counts quotes and open brackets."""
        marks = np.frombuffer(data.translate(None, _NO_MARKS), np.uint8)
        if not marks.size:
            if self._depth == 1:
                self._top += data
            return
        in_string = np.logical_xor.accumulate(marks == ord('"'))
        in_string ^= self._in_string
        depths = self._depth + np.cumsum(np.where(in_string, 0, _STEP[marks]))
        if depths.max() > _MAX_DEPTH:
            raise not_json(self._path, f'nested over {_MAX_DEPTH} deep')
        if self._depth == 1 or (depths == 1).any():
            self._keep_top(data, depths)
        self._in_string, self._depth = bool(in_string[-1]), int(depths[-1])

    def _keep_top(self, data: bytes, depths: np.ndarray) -> None:
        places = np.flatnonzero(_IS_MARK[np.frombuffer(data, np.uint8)])
        starts, ends = [0, *places], [*places, len(data)]
        for part in np.flatnonzero(np.append(self._depth, depths) == 1):
            self._top += data[starts[part]:ends[part]]

    def _require_lists_once(self) -> None:
        """The parser would give the records of both, others the last."""
        for key, count in Counter(_KEY.findall(self._top)).items():
            if count > 1:
                raise InputError(
                    f'{self._path}: has "{key.decode()}" {count} times, of '
                    'which most tools read the last alone. Join them.')

    def _without_literals(self, data: bytes) -> bytes:
        parts = _LITERAL.split(data)
        in_string = self._in_string
        for i, part in enumerate(parts):
            if i % 2 == 0:
                in_string ^= _ESCAPE.sub(b'', part).count(b'"') % 2 == 1
            elif not in_string:
                parts[i] = b'null'
        return b''.join(parts)


def _whole_tokens(data: bytes) -> int:
    """Where to cut so that no escape and no literal is torn apart."""
    backslashes = len(data) - len(data.rstrip(b'\\'))
    partial = _PARTIAL.search(data[-9:])
    held = len(partial[0]) if partial else backslashes % 2
    return len(data) - held
