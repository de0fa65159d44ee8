"""On-disk list, for what would not fit into memory: a million boxes are a GB.
"""
import contextlib
import marshal
import tempfile
import threading
import weakref
from array import array
from collections.abc import Sequence
from typing import Any, BinaryIO, Iterator, List, Optional, Tuple

import numpy as np

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import DISK_FULL, InputError

_BUFFER = 2**16  # bytes


class DiskList:
    """A list on disk, which only grows. It takes 8 bytes of memory for each
    value, and is gone with the process, however that ends.

    Threads may share one; processes may not, for they share one position in
    the file. Values are what JSON can hold, and tuples, but of no subclass,
    such as those of numpy.

    Raises:
        InputError: Where the disk is full.
    """

    def __init__(self) -> None:
        try:
            # It has no name, so that ^C or a kill leaves nothing.
            self._file = tempfile.TemporaryFile(buffering=0)
        except OSError as error:
            raise _no_room(error) from None
        weakref.finalize(self, _close, self._file)
        self._ends = array('q', [0])
        # What waits to be written. With a buffer of Python's, each value that
        # is read would take 8 kB along.
        self._waiting = bytearray()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        start, end = self._ends[row], self._ends[row + 1]
        with self._lock:
            self._write()
            self._file.seek(start)
            return marshal.loads(self._file.read(end - start))

    def append(self, value: Any) -> None:
        data = marshal.dumps(value)
        with self._lock:
            self._waiting += data
            self._ends.append(self._ends[-1] + len(data))
            if len(self._waiting) > _BUFFER:
                self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        try:
            self._file.seek(self._ends[-1] - len(self._waiting))
            while self._waiting:
                del self._waiting[:self._file.write(self._waiting)]
        except OSError as error:
            raise _no_room(error) from None


class DiskGroups:
    """Values on disk that come in any order and are read group by group.

    A group is a number from 0, its values are in the order in which they
    came. Each takes 32 bytes of memory.
    """

    def __init__(self) -> None:
        self._values = DiskList()
        self._group_of = array('q')
        self._sorted: Optional[Tuple[np.ndarray, np.ndarray]] = None

    def append(self, group: int, value: Any) -> None:
        self._values.append(value)
        self._group_of.append(group)
        self._sorted = None

    def __getitem__(self, group: int) -> List[Any]:
        if self._sorted is None:
            group_of = np.array(self._group_of)
            order = np.argsort(group_of, kind='stable')
            self._sorted = order, group_of[order]
        order, group_of = self._sorted
        start, end = np.searchsorted(group_of, [group, group + 1])
        return [self._values[row] for row in order[start:end].tolist()]


class LazyBoxes(Sequence):
    """The boxes of an image, read from disk each time they are looked at.

    Args:
        spool: Where to put them.
        boxes: May be none.
    """
    __slots__ = ('_spool', '_row', '_count')

    def __init__(self, spool: DiskList, boxes: Sequence[SampleBox]) -> None:
        self._spool = spool
        self._row = len(spool)
        self._count = len(boxes)
        spool.append([(*box[:-1], dict(box.extra)) for box in boxes])

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[SampleBox]:
        return (SampleBox(*values) for values in self._spool[self._row])

    def __getitem__(self, position: Any) -> Any:
        return [*self][position]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return [*self] == [*other]


def _no_room(error: OSError) -> Exception:
    if error.errno not in DISK_FULL:
        return error
    return InputError(
        f'{tempfile.gettempdir()}: cannot be written ({error.strerror}). '
        'Boxes are kept there meanwhile; make room, or set TMPDIR to a folder '
        'on a disk that has it.')


def _close(file: BinaryIO) -> None:
    with contextlib.suppress(OSError):  # a full disk has been told already
        file.close()
