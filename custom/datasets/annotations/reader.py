"""COCO JSON reader: a file's columns and its records, from one open file.

In flat memory, so that a file of a million boxes is read as a small one, and
guarded against what would make a parser take all memory there is.

Format: https://cocodataset.org/#format-data, boxes only.
"""
import contextlib
import functools
import hashlib
import itertools
import math
import os
import re
import sys
import time
import weakref
from collections import Counter
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import (Any, BinaryIO, Callable, Dict, Iterable, Iterator, List,
                    Tuple, TypeVar, Union)

import ijson
import numpy as np

from custom.datasets.annotations.columns import AnnotationTable, build_table
from custom.datasets.annotations.issues import (raise_first_error,
                                                validate_record)
from custom.utils.errors import InputError

LISTS = ('images', 'annotations', 'categories')
# Of one annotation file: 16 million boxes, ten times COCO's. Their columns
# take 1.1 GB of memory, and their records some 20 GB where all are kept.
MAX_BYTES = 2 * 2**30
# COCO's own files nest 5 deep (polygons). The parser remembers the path of
# every open bracket: of 200,000 brackets it would take 100 GB.
_MAX_DEPTH = 100
_CHUNK = 2**16
_BOM = b'\xef\xbb\xbf'
_LITERAL = re.compile(rb'(-?Infinity|NaN)')
# Beyond any float. One that a file has itself is none either.
_AS_NUMBER = {
    b'NaN': b'1e99999',
    b'Infinity': b'1e9999',
    b'-Infinity': b'-1e9999'
}
_NAN = Decimal('1e99999')
_PARTIAL = re.compile(rb'(?:-?I[nfit]{0,6}|-|(?<!Na)Na?)\Z')
_ESCAPE = re.compile(rb'\\.', re.DOTALL)
_KEY = re.compile(rb'"(images|annotations|categories)"\s*:\s*')
_MARKS = b'"[]{}'
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_IS_MARK = np.isin(np.arange(256), list(_MARKS))
_STEP = np.zeros(256, np.int8)
_STEP[list(b'[{')] = 1
_STEP[list(b']}')] = -1
# Files that stay open, each with its columns if they were asked for: 70 MB
# for a million boxes. A training has two or three.
_MAX_OPEN_FILES = 4
# Nanoseconds. A file that was written just now may be written again without a
# change of its time: of FAT that goes in steps of two seconds.
_SETTLED = 2 * 10**9

Read = TypeVar('Read')
Span = Tuple[int, int]


class CocoFile:
    """COCO JSON file, opened once.

    Its records are read from it each time they are asked for, and only its
    columns are kept. :func:`open_coco` makes it.

    Args:
        path: The file.

    Attributes:
        path: The file.
        digest: Tells its content from any other.

    Raises:
        InputError: The file can't be read, is of absurd size or depth, is no
            JSON, or has a list twice. What stands in the lists is looked at
            when it is asked for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _open(path)
        # Else Python warns of it.
        weakref.finalize(self, self._file.close)
        self._begin = len(_BOM) * (self._file.read(len(_BOM)) == _BOM)
        # Python writes NaN and numbers beyond 64 bits into JSON, and the fast
        # parser takes neither. Then a slower way is taken.
        self._is_odd = False
        self._spans, self.digest = self._parsed(self._find_lists)

    @functools.cached_property
    def table(self) -> AnnotationTable:
        """The columns of the file; a million boxes take some seconds.

        Raises:
            InputError: It lacks one of the three lists, has no images or
                categories, or is no JSON.
        """
        return self._parsed(lambda: build_table(self.path, self._list))

    def records(self, kind: str) -> Iterator[Any]:
        """Records of a list, one by one.

        Args:
            kind: One of :data:`LISTS`.

        Raises:
            InputError: As of :attr:`table`, where it is come to.
        """
        count = 0
        with self._told():
            try:
                for count, record in enumerate(self._list(kind), 1):
                    yield record
            except ijson.JSONError:
                if self._is_odd:
                    raise
                self._is_odd = True
                yield from itertools.islice(self._list(kind), count, None)

    def categories(self) -> List[dict]:
        """The categories, each with ``id`` and ``name``.

        Raises:
            InputError: There are none, or one is malformed.
        """
        categories = self._parsed(lambda: [*self._list('categories')])
        raise_first_error(self.path,
                          (f'categories[{position}] {fault}'
                           for position, record in enumerate(categories)
                           for fault in validate_record('categories', record)))
        return categories

    def others(self) -> Dict[str, Any]:
        """Other entries of the file beside the three lists, such as
        ``licenses``."""

        def read() -> Dict[str, Any]:
            outline = _Outline(self.path, self._begin)
            outside = map(outline.cut, self._chunks())
            return dict(self._parse(outside, ijson.kvitems, ''))

        found = self._parsed(read)
        return {
            key: _as_floats(value) if self._is_odd else value
            for key, value in found.items() if key not in LISTS
        }

    def _parsed(self, read: Callable[[], Read]) -> Read:
        """Reads in the fast way, and if the file is odd in the slow one."""
        with self._told():
            try:
                return read()
            except ijson.JSONError:
                if self._is_odd:
                    raise
                self._is_odd = True
                return read()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Translates JSON errors into InputError."""
        try:
            yield
        except (ijson.JSONError, ValueError) as error:
            reason = (str(error).splitlines() or ['empty'])[0]
            raise InputError(
                f'{self.path}: not JSON ({reason}). Export the annotations '
                'again as COCO JSON.') from None

    def _find_lists(self) -> Tuple[Dict[str, Span], bytes]:
        """Byte spans of the three lists, and the file's digest."""
        outline = _Outline(self.path, self._begin)
        digest = hashlib.blake2b()

        def cut(chunk: bytes) -> bytes:
            digest.update(chunk)
            return outline.cut(chunk)

        for _ in self._parse(map(cut, self._chunks()), ijson.basic_parse):
            pass
        return outline.spans(), digest.digest()

    def _list(self, kind: str) -> Iterator[Any]:
        """What stands in a list; JSONError where it is no JSON, or odd."""
        if kind not in self._spans:
            raise InputError(
                f'{self.path}: has no list "{kind}". A COCO file holds '
                '"images", "annotations" and "categories"; export it again as '
                'COCO object detection.')
        span = self._spans[kind]
        if self._is_odd:
            # Of a number of more digits than Python takes, its parser tells;
            # what builds values from it crashes (ijson 3.6).
            for _ in self._parse(self._chunks(*span), ijson.basic_parse):
                pass
        found = self._parse(self._chunks(*span), ijson.items, 'item')
        is_empty = True
        for record in map(_as_floats, found) if self._is_odd else found:
            is_empty = False
            yield record
        if is_empty and kind != 'annotations':
            raise InputError(f'{self.path}: "{kind}" is empty. Add some, or '
                             'export the annotations again.')

    def _parse(self, chunks: Iterable[bytes], parser: Callable, *args:
               str) -> Iterator[Any]:
        if self._is_odd:
            chunks = _without_literals(chunks)
        # To the parser an empty one is the end.
        return parser(
            ijson.from_iter(filter(None, chunks)),
            *args,
            use_float=not self._is_odd)

    def _chunks(self, *span: int) -> Iterator[bytes]:
        """Part of the file, never cut within an escape or a literal."""
        place, end = span or (self._begin, sys.maxsize)
        held = b''
        while place < end:
            self._file.seek(place)  # another list may be read meanwhile
            chunk = self._file.read(min(_CHUNK, end - place))
            if not chunk:
                break
            place += len(chunk)
            data = held + chunk
            cut = _whole_tokens(data)
            yield data[:cut]
            held = data[cut:]
        yield held


_OPEN_FILES: Dict[tuple, CocoFile] = {}


def open_coco(path: Union[str, PathLike]) -> CocoFile:
    """Opens a COCO JSON file, or gives the one that is open.

    The last four files stay open, with their columns, and are the same for
    everyone as long as size and time of the file on disk are.

    Raises:
        InputError: As :class:`CocoFile`.
    """
    path = Path(path)
    try:
        status = os.stat(path)
    except OSError as error:
        raise _cannot_be_read(path, error) from None
    # Its name is its split, which a link to it may have another one of.
    key = (os.path.realpath(path), path.name, status.st_size,
           status.st_mtime_ns)
    file = _OPEN_FILES.pop(key, None) or CocoFile(path)
    if time.time_ns() - status.st_mtime_ns > _SETTLED:
        _OPEN_FILES[key] = file  # the last one used stands last
        if len(_OPEN_FILES) > _MAX_OPEN_FILES:
            del _OPEN_FILES[next(iter(_OPEN_FILES))]
    return file


def read_table(path: Union[str, PathLike]) -> AnnotationTable:
    """Reads the columns of a file, see :attr:`CocoFile.table`."""
    return open_coco(path).table


def _open(path: Path) -> BinaryIO:
    try:
        file = open(path, 'rb', buffering=0)
    except OSError as error:
        raise _cannot_be_read(path, error) from None
    size = os.fstat(file.fileno()).st_size
    if size > MAX_BYTES:
        file.close()
        raise InputError(
            f'{path}: is {size / 2**30:.1f} GiB, more than the '
            f'{MAX_BYTES / 2**30:.0f} GiB that annotations may take. Leave '
            'masks out, or split the data set.')
    return file


def _cannot_be_read(path: Path, error: OSError) -> InputError:
    return InputError(
        f'{path}: cannot be read ({error.strerror}). Check the path, or make '
        'the data set with tools/convert_dataset.py.')


class _Outline:
    """JSON outline scanner: finds the three lists, and what is around them."""

    def __init__(self, path: Path, offset: int) -> None:
        self._path = path
        self._offset = offset
        self._in_string = False
        self._depth = 0
        self._before = bytearray()  # at depth 1, since the last bracket
        self._keys: Counter = Counter()
        self._list = ''
        self._begin = 0
        self._spans: Dict[str, Span] = {}

    def cut(self, chunk: bytes) -> bytes:
        """The part of a chunk that is in no list."""
        plain = _ESCAPE.sub(b'__', chunk) if b'\\' in chunk else chunk
        kept: List[bytes] = []
        start = after = 0
        for place, opens in self._turns(plain):
            if opens:
                self._before += plain[after:place]
                key = self._key()
                if key and plain.startswith(b'[', place):
                    kept.append(chunk[start:place + 1])
                    self._list, self._begin = key, self._offset + place
            elif self._list:
                end = self._offset + place + 1
                self._spans[self._list] = self._begin, end
                self._list, start = '', place
            after = place + 1
        if self._depth <= 1:
            self._before += plain[after:]
        if not self._list:
            kept.append(chunk[start:])
        self._offset += len(chunk)
        return b''.join(kept)

    def spans(self) -> Dict[str, Span]:
        """Byte spans of the lists, once all of the file was cut."""
        self._key()
        return self._spans

    def _turns(self, plain: bytes) -> Iterable[Tuple[int, bool]]:
        """The brackets that open or close something at the top."""
        marks = np.frombuffer(plain.translate(None, _NO_MARKS), np.uint8)
        if not marks.size:
            return ()
        in_string = np.logical_xor.accumulate(marks == ord('"'))
        in_string ^= self._in_string
        depths = self._depth + np.cumsum(np.where(in_string, 0, _STEP[marks]))
        if depths.max() > _MAX_DEPTH:
            raise ijson.JSONError(f'nested over {_MAX_DEPTH} deep')
        # From depth 1 to 2, or back.
        turns = np.flatnonzero(
            np.append(self._depth, depths[:-1]) + depths == 3)
        self._in_string, self._depth = bool(in_string[-1]), int(depths[-1])
        if not turns.size:
            return ()
        places = np.flatnonzero(_IS_MARK[np.frombuffer(plain, np.uint8)])
        return zip(places[turns].tolist(), (depths[turns] == 2).tolist())

    def _key(self) -> str:
        """The name of a list, if it is the last thing before."""
        before = bytes(self._before)
        self._before.clear()
        key = ''
        for match in _KEY.finditer(before):
            name = match[1].decode()
            self._keys[name] += 1
            # A parser would give the records of both, others the last.
            if self._keys[name] > 1:
                raise InputError(
                    f'{self._path}: has "{name}" twice, of which most tools '
                    'read the last alone. Join them.')
            key = name if match.end() == len(before) else ''
        return key


def _whole_tokens(data: bytes) -> int:
    """Chunk boundary: the length that splits no escape and no literal."""
    backslashes = len(data) - len(data.rstrip(b'\\'))
    partial = _PARTIAL.search(data[-9:])
    held = len(partial[0]) if partial else backslashes % 2
    return len(data) - held


def _without_literals(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """NaN and the infinities, where not in a string, as numbers."""
    in_string = False
    for chunk in chunks:
        parts = _LITERAL.split(chunk)
        for i, part in enumerate(parts):
            if i % 2 == 0:
                in_string ^= _ESCAPE.sub(b'', part).count(b'"') % 2 == 1
            elif not in_string:
                parts[i] = _AS_NUMBER[part]
        yield b''.join(parts)


def _as_floats(value: Any) -> Any:
    """The Decimals, and the whole numbers too large for a float, as floats."""
    if isinstance(value, dict):
        return {key: _as_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_floats(item) for item in value]
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return math.inf
    if isinstance(value, Decimal):
        return math.nan if value == _NAN else float(value)
    return value
