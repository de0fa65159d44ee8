"""Atomic file writes: a file is written whole or not at all."""
import contextlib
import os
from typing import Iterator, Union

from custom.utils.errors import InputError


@contextlib.contextmanager
def atomic_write(path: Union[str, os.PathLike]) -> Iterator[str]:
    """Atomic write: gives a path beside ``path``, and moves it into place.

    When the block fails, what was at ``path`` before is still there. Of a
    symbolic link it is the file that is written.

    Raises:
        InputError: The folder can't be written, the disk is full, or there is
            a device or a pipe, which no file may replace.
    """
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(f'{path}: is no file that can be written anew. Name '
                         'another one')
    # Several processes, as of a training on several GPUs, may write it.
    part = f'{path}.{os.getpid()}.part'
    try:
        os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
        yield part
        os.replace(part, path)
    except OSError as error:
        raise InputError(
            f'{path}: cannot be written ({error.strerror or error}); free '
            'some space or choose another place; what was there before is '
            'untouched') from None
    finally:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.remove(part)


def write_bytes(path: Union[str, os.PathLike], data: bytes) -> None:
    """Writes bytes to a file atomically; errors as :func:`atomic_write`."""
    with atomic_write(path) as part, open(part, 'wb') as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_text(path: Union[str, os.PathLike], text: str) -> None:
    """Writes UTF-8 text with a line end, atomically as :func:`write_bytes`.

    Of a file name that isn't UTF-8, as old archives have, a byte is written
    as ``\\udce9``, which JSON reads back as the same name.
    """
    write_bytes(path, f'{text}\n'.encode(errors='backslashreplace'))
