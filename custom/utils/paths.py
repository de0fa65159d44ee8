"""File lookup: by suffix, and by Unicode-normalized name."""
import contextlib
import os
import unicodedata
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

from custom.utils.errors import InputError


def find_files(folder: Path, suffixes: Tuple[str, ...]) -> List[Path]:
    """Finds the files of :func:`iter_files`, sorted."""
    return sorted(iter_files(folder, suffixes))


def iter_files(folder: Path, suffixes: Tuple[str, ...]) -> Iterator[Path]:
    """Iterates over files with a suffix in a folder and its sub-folders,
    without those that macOS adds."""
    seen = set()
    # Links are followed, for data sets live on other disks; once, for a link
    # may lead back up.
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not of_macos(name)]
        yield from (Path(parent, name) for name in names
                    if name.lower().endswith(suffixes) and not of_macos(name))


def of_macos(name: str) -> bool:
    """Whether a file or folder is macOS metadata, as in ZIP files and on other
    disks: "._a.jpg" beside "a.jpg" holds no image."""
    return name.startswith('._') or name == '__MACOSX'


def composed(name: str) -> str:
    """Normalizes a name to Unicode NFC, to compare it.

    macOS writes "é" and every Korean syllable as several characters, most
    others as one; on the screen they are the same.
    """
    return unicodedata.normalize('NFC', name)


class Spellings:
    """File names as the disk spells them, Unicode forms: :func:`composed`."""

    def __init__(self) -> None:
        self._names: Dict[Path, Dict[str, str]] = {}

    def on_disk(self, path: Path) -> Path:
        """Path as spelled on disk; the same where there is no such file."""
        # Unlike Path.exists(), these take names too long and with a NUL.
        if os.path.lexists(path) or path == path.parent:
            return path
        parent = self.on_disk(path.parent)
        if parent not in self._names:
            self._names[parent] = _names(parent)
        return parent / self._names[parent].get(composed(path.name), path.name)


def read_lines(path: Path) -> List[str]:
    """The lines of a text file, without the space around each.

    Raises:
        InputError: It can't be read, or isn't UTF-8.
    """
    try:
        # utf-8-sig: some Windows editors put a byte order mark first.
        text = path.read_text(encoding='utf-8-sig')
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except ValueError as error:
        raise InputError(
            f'{path}: not UTF-8 text ({error}). Save it as UTF-8.') from None
    return [line.strip() for line in text.splitlines()]


def _names(folder: Path) -> Dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return {composed(name): name for name in os.listdir(folder)}
    return {}
