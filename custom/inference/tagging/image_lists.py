"""Image lists: CSV, JSONL and Parquet with a column of paths or of bytes."""
import bisect
import csv
import hashlib
import io
import itertools
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pyarrow as pa
import pyarrow.parquet as pq

from custom.utils.errors import InputError
from custom.utils.paths import read_text

LIST_SUFFIXES = ('.csv', '.jsonl', '.parquet')
# Rows of a column of bytes that are in memory at a time, in each process.
_BATCH = 16
# Of a column of bytes pages are read as they come: a row group may be larger
# than the memory.
_BUFFER = 2**20


def read_paths(file: str, column: str) -> List[str]:
    """Reads the paths of a list.

    Returns:
        Paths that are not absolute start at the folder of the list.

    Raises:
        InputError: The list can't be read, has no such column, or a record
            has no path.
    """
    folder = os.path.dirname(file)
    read = {'.csv': _read_csv, '.jsonl': _read_jsonl}
    suffix = os.path.splitext(file)[1].lower()
    paths = []
    for place, path in read.get(suffix, _read_parquet)(file, column):
        if not isinstance(path, str) or not path:
            raise InputError(f'{file}: {place} has no path in "{column}" '
                             f'({path!r}); give it one, or remove it')
        paths.append(path if '://' in path else os.path.join(folder, path))
    return paths


def holds_bytes(file: str, column: str) -> bool:
    """Whether a list is a Parquet file whose column holds bytes.

    Raises:
        InputError: It can't be read, or has no such column, or one that holds
            neither bytes nor text.
    """
    if not file.lower().endswith('.parquet'):
        return False
    with _open_parquet(file) as parquet:
        leaf = _leaf(parquet, file, column)
    return leaf.logical_type.type != 'STRING'


class BytesColumn:
    """Images in a column of a Parquet file, read one by one.

    Reading in rising order reads each page once; any other order starts at
    the row group again.

    Args:
        file: Path of the Parquet file.
        column: Name of a column of bytes; ``image.bytes`` of one in a struct.

    Attributes:
        forks: True.
        digest: Of the file's footer: which pages there are and where.

    Raises:
        InputError: As :func:`holds_bytes`.
    """

    forks = True

    def __init__(self, file: str, column: str) -> None:
        self._file = file
        self._column = column
        with _open_parquet(file) as parquet:
            groups = [
                parquet.metadata.row_group(i).num_rows
                for i in range(parquet.num_row_groups)
            ]
        self._starts = [0, *itertools.accumulate(groups)]
        self.digest = _footer_digest(file, column)
        self._rows: Optional[Iterator[pa.Scalar]] = None
        self._at = -1

    def __len__(self) -> int:
        return self._starts[-1]

    def name(self, index: int) -> str:
        return f'{self._file}#{index}'

    def read(self, index: int) -> bytes:
        """The bytes of a row.

        Raises:
            InputError: It is null.
        """
        group = bisect.bisect_right(self._starts, index) - 1
        if not self._starts[group] <= self._at <= index:
            self._rows, self._at = self._from(group), self._starts[group]
        skip, self._at = index - self._at, -1  # should the reading fail
        data = next(itertools.islice(self._rows, skip, None)).as_py()
        self._at = index + 1
        if data is None:
            raise InputError(f'{self.name(index)}: holds no bytes')
        return data

    def _from(self, group: int) -> Iterator[pa.Scalar]:
        with _open_parquet(self._file) as parquet:
            for batch in parquet.iter_batches(
                    _BATCH,
                    range(group, parquet.num_row_groups), [self._column],
                    use_threads=False):
                yield from _values(batch)


def _read_csv(file: str, column: str) -> Iterator[Tuple[str, Any]]:
    rows = csv.DictReader(io.StringIO(read_text(Path(file))))
    try:
        _require_column(file, column, rows.fieldnames or ())
        for row in rows:
            yield f'line {rows.line_num}', row[column]
    except csv.Error as error:
        raise InputError(f'{file}: line {rows.line_num} is no CSV ({error}); '
                         'mend it') from None


def _read_jsonl(file: str, column: str) -> Iterator[Tuple[str, Any]]:
    for number, line in enumerate(read_text(Path(file)).split('\n'), 1):
        if not line.strip():
            continue
        try:
            record: Dict[str, Any] = json.loads(line)
            yield f'line {number}', record.get(column)
        except (ValueError, AttributeError):
            raise InputError(f'{file}: line {number} is no JSON object; write '
                             'one on each line') from None


def _read_parquet(file: str, column: str) -> Iterator[Tuple[str, Any]]:
    with _open_parquet(file) as parquet:
        number = 0
        for batch in parquet.iter_batches(columns=[column], use_threads=False):
            for value in _values(batch):
                yield f'row {number}', value.as_py()
                number += 1


def _open_parquet(file: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    except (OSError, pa.ArrowInvalid) as error:
        reason = ' '.join(str(error).split())
        raise InputError(f'{file}: cannot be read ({reason}); give a list as '
                         'CSV, JSONL or Parquet') from None


def _leaf(parquet: pq.ParquetFile, file: str, column: str) -> pq.ColumnSchema:
    leaves = {
        leaf.path: leaf
        for leaf in map(parquet.schema.column, range(len(parquet.schema)))
    }
    _require_column(file, column, leaves)
    if leaves[column].physical_type != 'BYTE_ARRAY':
        raise InputError(f'{file}: "{column}" holds neither paths nor bytes '
                         f'({leaves[column].physical_type}); --column '
                         'names another')
    return leaves[column]


def _require_column(file: str, column: str, columns: Any) -> None:
    if column not in columns:
        raise InputError(f'{file}: has no column "{column}", but '
                         f'{", ".join(columns)}; --column names one')


def _values(batch: pa.RecordBatch) -> pa.Array:
    """The one column of a batch; of a struct its one field."""
    values = batch.column(0)
    while pa.types.is_struct(values.type):
        values, = values.flatten()
    return values


def _footer_digest(file: str, column: str) -> str:
    with open(file, 'rb') as data:
        data.seek(-8, os.SEEK_END)
        size = int.from_bytes(data.read(4), 'little')
        data.seek(-8 - size, os.SEEK_END)
        footer = data.read(size)
    return hashlib.sha256(column.encode() + b'\0' + footer).hexdigest()
