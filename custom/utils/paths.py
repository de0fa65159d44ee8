"""File lookup by suffix or Unicode-normalized name; safe names; text files."""
import codecs
import contextlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Tuple

from custom.utils.errors import InputError

# Of macOS, of Synology's and other network disks, and of Windows: copies,
# small ones or deleted ones, of what lies beside them.
_SYSTEM_FOLDERS = ('__MACOSX', '@eaDir', '#recycle', '$RECYCLE.BIN')
# Of Windows, with whatever ending.
_RESERVED = re.compile(r'(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
# Bytes; with a number and an ending it stays below 255.
_NAME_LENGTH = 120


def find_files(folder: Path, suffixes: Tuple[str, ...]) -> List[Path]:
    """Finds the files of :func:`iter_files`, sorted."""
    return sorted(iter_files(folder, suffixes))


def iter_files(folder: Path, suffixes: Tuple[str, ...]) -> Iterator[Path]:
    """Iterates over files with a suffix in a folder and its sub-folders,
    without those that the system adds."""
    seen = set()
    # Links are followed, for data sets live on other disks; once, for a link
    # may lead back up.
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not is_system_folder(name)]
        yield from (Path(parent, name) for name in names
                    if name.lower().endswith(suffixes) and not of_macos(name))


def is_utf8(name: str) -> bool:
    """Whether a file name is UTF-8; other bytes are surrogates in it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def of_macos(name: str) -> bool:
    """Whether a file is macOS metadata, as in ZIP files and on other disks:
    "._a.jpg" beside "a.jpg" holds no image."""
    return name.startswith('._')


def is_system_folder(name: str) -> bool:
    """Whether a folder holds what no user put there: a hidden one such as
    ".thumbnails" or ".ipynb_checkpoints", "__MACOSX", "@eaDir"."""
    return name.startswith('.') or name in _SYSTEM_FOLDERS


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


def text_encoding(path: Path) -> str:
    """The encoding of a text file: UTF-16 if its byte order mark says so, as
    Windows writes it, else UTF-8, whose mark is passed over."""
    with open(path, 'rb') as file:
        mark = file.read(2)
    is_wide = mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return 'utf-16' if is_wide else 'utf-8-sig'


def read_text(path: Path) -> str:
    """Text of a file.

    Raises:
        InputError: It can't be read, or isn't UTF-8.
    """
    try:
        return path.read_text(encoding=text_encoding(path))
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except ValueError as error:
        raise InputError(
            f'{path}: not UTF-8 text ({error}). Save it as UTF-8.') from None


def read_lines(path: Path) -> List[str]:
    """The lines of a text file, without the space around each.

    Raises:
        InputError: As :func:`read_text`.
    """
    return [line.strip() for line in read_text(path).splitlines()]


def _names(folder: Path) -> Dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return {composed(name): name for name in os.listdir(folder)}
    return {}


def free_folder(folder: str, is_taken: Callable[[str], bool]) -> str:
    """The folder, or ``NAME-2``, ``NAME-3``, … where that is taken."""
    number, free = 1, folder
    while is_taken(free):
        number += 1
        free = f'{os.path.normpath(folder)}-{number}'
    return free


def safe_name(text: str) -> str:
    """The name for a file or folder: letters, digits, ``_``, ``-`` and dots
    that are neither first nor last; at most 120 bytes."""
    plain = re.sub(r'[^\w.-]+', '_', text)
    short = plain.encode()[:_NAME_LENGTH].decode(errors='ignore').strip('.')
    return f'_{short}' if not short or _RESERVED.match(short) else short


def safe_names(texts: Sequence[str]) -> List[str]:
    """:func:`safe_name` of each, numbered where two would be one on a disk
    that doesn't tell A from a."""
    names: List[str] = []
    seen = set()
    for text in texts:
        name = first = safe_name(text)
        number = 1
        while name.casefold() in seen:
            number += 1
            name = f'{first}-{number}'
        seen.add(name.casefold())
        names.append(name)
    return names
