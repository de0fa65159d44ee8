"""Part files: records as Parquet, each part whole or not there, resumable."""
import contextlib
import json
import os.path as osp
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from custom.utils.atomic_write import write_bytes, write_text
from custom.utils.errors import InputError
from custom.utils.file_lock import lock

SCHEMA = pa.schema([
    ('id', pa.int64()),
    ('path', pa.string()),
    ('width', pa.int32()),
    ('height', pa.int32()),
    ('labels', pa.list_(pa.string())),
    ('scores', pa.list_(pa.float64())),
    ('boxes', pa.list_(pa.list_(pa.float64()))),
    ('error', pa.string()),
    ('model_version', pa.string()),
])
# Readers of Parquet folders pass over names with an underscore or a dot.
_RUN = '_run.json'
_LOCK = '.lock'
_PATIENCE = 10  # seconds


class PartFolder:
    """Folder of ``part-00000.parquet`` and so on, and ``_run.json``.

    Args:
        folder: Made when it is not there.
        run: What the records depend on; goes to ``_run.json``.
        count: Number of images.
        part_size: Images in each part but the last.

    Raises:
        InputError: The folder holds something else, or parts of another run.
    """

    def __init__(self, folder: str, run: Dict[str, Any], count: int,
                 part_size: int) -> None:
        self._folder = Path(folder)
        self._run = dict(run, pictures=count, part_size=part_size)
        self._ranges = [
            range(start, min(start + part_size, count))
            for start in range(0, count, part_size)
        ]
        self._check()

    def __len__(self) -> int:
        """Number of parts, written or not."""
        return len(self._ranges)

    def missing(self) -> Dict[int, range]:
        """The images of each part that is not written, by its number."""
        return {
            number: images
            for number, images in enumerate(self._ranges)
            if not self._path(number).exists()
        }

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other processes from writing, and removes what one that was
        killed has left half-written.

        Raises:
            InputError: Another one is at work.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = open(self._folder / _LOCK, 'w')
        except OSError as error:
            raise InputError(
                f'{self._folder}: cannot be written '
                f'({error.strerror}); choose another place') from None
        with file:
            self._wait_and_lock(file)
            for part in self._folder.glob('*.part'):
                part.unlink()
            self._check()  # another one may have begun since
            yield

    def write(self, number: int, records: Sequence[Dict[str, Any]]) -> None:
        """Writes a part, atomically.

        Raises:
            InputError: The disk is full, or can't be written.
        """
        if not (self._folder / _RUN).exists():
            write_text(self._folder / _RUN, json.dumps(self._run, indent=2))
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(records, SCHEMA), sink)
        write_bytes(self._path(number), sink.getvalue())

    def _path(self, number: int) -> Path:
        return self._folder / f'part-{number:05d}.parquet'

    def _check(self) -> None:
        path = self._folder / _RUN
        if not path.exists():
            self._require_empty()
            return
        try:
            before = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise InputError(f'{path}: cannot be read ({error}); choose '
                             'another folder') from None
        others = [
            f'{key} was {before.get(key)!r} and is {value!r}'
            for key, value in self._run.items() if before.get(key) != value
        ]
        if others:
            raise InputError(f'{path}: of another run: {"; ".join(others)}. '
                             'Choose another folder, or go on with the same')

    def _require_empty(self) -> None:
        if osp.exists(self._folder) and not osp.isdir(self._folder):
            raise InputError(f'{self._folder}: is a file; choose a folder')
        names: List[str] = [
            path.name for path in self._folder.glob('*')
            if path.name != _LOCK and not path.name.startswith(f'{_RUN}.')
        ]
        if names:
            raise InputError(f'{self._folder}: holds {names[0]} and no '
                             f'{_RUN}; choose another folder, or empty it')

    def _wait_and_lock(self, file: Any) -> None:
        # The processes of one that was killed hold it until they have seen
        # that.
        end = time.monotonic() + _PATIENCE
        busy = f'{self._folder}: another process writes it; wait for its end'
        while True:
            try:
                return lock(file, busy)
            except InputError:
                if time.monotonic() > end:
                    raise
                time.sleep(.1)
