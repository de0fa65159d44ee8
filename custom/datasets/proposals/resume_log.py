"""Resume log: proposals found image by image, so that a search goes on."""
import contextlib
import json
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, NamedTuple, Optional

import numpy as np

from custom.datasets.proposals.selective_search import SelectiveSearchSettings
from custom.utils.errors import InputError
from custom.utils.file_lock import lock

# To change with what selective_search() returns for the same settings.
_VERSION = 1


class ImageProposals(NamedTuple):
    """The result of one image.

    Attributes:
        name: As in the annotations, relative to the folder of images.
        stamp: Size in bytes and modification time in nanoseconds; None of a
            file that isn't there.
        boxes: float32 (N, 4), xyxy in pixels of the image, best first.
        problem: Why there are none, in a sentence; empty if all is well.
    """
    name: str
    stamp: Optional[List[int]]
    boxes: np.ndarray
    problem: str = ''


class ResumeLog:
    """A file of JSON lines: the settings, then one line per image."""

    def __init__(self, file: BinaryIO, found: Dict[str,
                                                   ImageProposals]) -> None:
        #: By name, what is in the file.
        self.found = found
        self._file = file

    def add(self, found: ImageProposals) -> None:
        self.found[found.name] = found
        _write(self._file, [found.name, found.stamp, found.boxes.tolist()])


@contextlib.contextmanager
def open_resume_log(path: Path,
                    settings: SelectiveSearchSettings) -> Iterator[ResumeLog]:
    """Opens a resume log, or begins one; a line cut off by a kill goes.

    Raises:
        InputError: It was written with other settings, another process writes
            it, it is no such log, or the disk doesn't take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, 'a+b') as file:
            lock(
                file,
                f'{path}: another process is writing it. Wait until it is '
                'done, or choose another --out')
            file.seek(0)
            lines = file.read().splitlines(keepends=True)
            if lines and not lines[-1].endswith(b'\n'):
                lines.pop()
                file.truncate(sum(map(len, lines)))
            head = [_VERSION, settings._asdict()]
            if not lines:
                _write(file, head)
            yield ResumeLog(file, _parse(lines, head, path))
    except OSError as error:
        raise InputError(
            f'{path}: cannot be written ({error.strerror or error}). Make '
            'room or choose another --out; what was found so far is kept'
        ) from None


def _parse(lines: List[bytes], head: List[Any],
           path: Path) -> Dict[str, ImageProposals]:
    found = {}
    for number, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            if number == 1:
                _require_same(values[0], values[1], head, path)
            else:
                name, stamp, boxes = values
                # Of no boxes, the list is flat.
                array = np.array(boxes, np.float32).reshape(-1, 4)
                found[name] = ImageProposals(name, stamp, array)
        except (ValueError, TypeError, LookupError):
            raise InputError(
                f'{path}, line {number}: not what a search writes. Remove the '
                'file, and the search starts anew') from None
    return found


def _require_same(version: int, settings: dict, head: List[Any],
                  path: Path) -> None:
    if [version, settings] != head:
        theirs = ', '.join(f'{key} {settings[key]:g}'
                           for key in SelectiveSearchSettings._fields)
        raise InputError(
            f'{path}: belongs to a search of version {version} with {theirs}. '
            'Choose another --out, or remove this file to search anew')


def _write(file: BinaryIO, values: List[Any]) -> None:
    file.write(f'{json.dumps(values)}\n'.encode())
    file.flush()
