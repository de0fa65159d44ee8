"""The lists of a COCO JSON file, record by record.

In flat memory, so that a file of a million boxes is read as a small one, and
guarded against what would make a parser take all memory there is.
"""
import math
import re
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import (Any, BinaryIO, Callable, Dict, Iterable, Iterator, List,
                    Tuple, TypeVar)

import ijson
import numpy as np

from custom.datasets.annotations.strict_reader import (empty_list, no_list,
                                                       not_json, require_file)
from custom.utils.errors import InputError

# COCO's own files nest 5 deep (polygons). The parser remembers the path of
# every open bracket: of 200,000 brackets it would take 100 GB.
_MAX_DEPTH = 100
_CHUNK = 2**16
_BOM = b'\xef\xbb\xbf'
_LITERAL = re.compile(rb'(-?Infinity|NaN)')
_PARTIAL = re.compile(rb'(?:-?I[nfit]{0,6}|-|(?<!Na)Na?)\Z')
_ESCAPE = re.compile(rb'\\.', re.DOTALL)
_KEY = re.compile(rb'"(images|annotations|categories)"\s*:\s*')
_MARKS = b'"[]{}'
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_IS_MARK = np.isin(np.arange(256), list(_MARKS))
_STEP = np.zeros(256, np.int8)
_STEP[list(b'[{')] = 1
_STEP[list(b']}')] = -1

Read = TypeVar('Read')
Span = Tuple[int, int]


class CocoLists:
    """Where the three lists of a COCO file are, and what stands in them.

    Args:
        path: The file.
        is_odd: Python writes NaN and numbers beyond 64 bits into JSON, and
            the fast parser takes neither. If true, a slower way is taken, in
            which NaN and the infinities become null.

    Raises:
        InputError: The file nests too deep or has a list twice.
        ijson.JSONError: What is around the lists is no JSON.
    """

    def __init__(self, path: Path, is_odd: bool = False) -> None:
        self._path, self._is_odd = path, is_odd
        with open(path, 'rb') as file:
            begin = len(_BOM) * (file.read(len(_BOM)) == _BOM)
            outline = _Outline(path, begin)
            chunks = map(outline.cut, _chunks(file, begin))
            for _ in self._parse(chunks, ijson.basic_parse):
                pass
        self._spans = outline.spans()

    def records(self, key: str) -> Iterator[Any]:
        """What stands in a list, one by one.

        Raises:
            InputError: There is no such list, or no image or category.
            ijson.JSONError: It is no JSON.
        """
        if key not in self._spans:
            raise no_list(self._path, key)
        count = 0
        with open(self._path, 'rb') as file:
            if self._is_odd:
                # Of a number of more digits than Python takes, its parser
                # tells; what builds values from it crashes (ijson 3.6).
                for _ in self._parse(
                        _chunks(file, *self._spans[key]), ijson.basic_parse):
                    pass
            for record in self._parse(
                    _chunks(file, *self._spans[key]), ijson.items, 'item'):
                count += 1
                yield _as_floats(record) if self._is_odd else record
        if not count and key != 'annotations':
            raise empty_list(self._path, key)

    def _parse(self, chunks: Iterable[bytes], parser: Callable, *args:
               str) -> Iterator[Any]:
        if self._is_odd:
            chunks = _without_literals(chunks)
        # To the parser an empty one is the end.
        return parser(
            ijson.from_iter(filter(None, chunks)),
            *args,
            use_float=not self._is_odd)


def read_lists(path: Path, read: Callable[[CocoLists], Read]) -> Read:
    """Reads a COCO file in the fast way, and if it is odd in the slow one.

    Args:
        path: The file.
        read: Reads what it needs of the lists; it may be called twice.

    Raises:
        InputError: What ``read`` raises, or the file can't be read, is no
            JSON, or is of absurd size or depth.
    """
    require_file(path)
    try:
        try:
            return read(CocoLists(path))
        except ijson.JSONError:
            return read(CocoLists(path, is_odd=True))
    except (ijson.JSONError, ValueError) as error:
        reason = (str(error).splitlines() or ['empty'])[0]
        raise not_json(path, reason) from None


class _Outline:
    """A JSON file without what stands in the three lists."""

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
        """Where each list begins and ends, once all of the file was cut."""
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
            raise not_json(self._path, f'nested over {_MAX_DEPTH} deep')
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


def _chunks(file: BinaryIO,
            begin: int,
            end: int = sys.maxsize) -> Iterator[bytes]:
    """Part of a file, never cut within an escape or a literal."""
    file.seek(begin)
    held = b''
    while chunk := file.read(min(_CHUNK, end - file.tell())):
        data = held + chunk
        cut = _whole_tokens(data)
        yield data[:cut]
        held = data[cut:]
    yield held


def _whole_tokens(data: bytes) -> int:
    """Where to cut so that no escape and no literal is torn apart."""
    backslashes = len(data) - len(data.rstrip(b'\\'))
    partial = _PARTIAL.search(data[-9:])
    held = len(partial[0]) if partial else backslashes % 2
    return len(data) - held


def _without_literals(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """NaN and the infinities, where not in a string, as null."""
    in_string = False
    for chunk in chunks:
        parts = _LITERAL.split(chunk)
        for i, part in enumerate(parts):
            if i % 2 == 0:
                in_string ^= _ESCAPE.sub(b'', part).count(b'"') % 2 == 1
            elif not in_string:
                parts[i] = b'null'
        yield b''.join(parts)


def _as_floats(value: Any) -> Any:
    """The Decimals, and the whole numbers too large for a float, as floats."""
    if isinstance(value, dict):
        return {key: _as_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_floats(item) for item in value]
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return math.inf
    return float(value) if isinstance(value, Decimal) else value
