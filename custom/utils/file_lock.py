"""File lock: one process at a time, released when its holder ends or dies."""
from os import PathLike
from typing import IO, Union

from custom.utils.errors import InputError

try:
    import fcntl
except ImportError:  # Windows, where two at once are not told apart
    fcntl = None


def lock(file: IO, busy: str) -> None:
    """Locks an open file until it is closed.

    Args:
        file: Open for writing. A forked child holds the lock as well, until
            it has closed the file.
        busy: The message when another process holds it.

    Raises:
        InputError: Another process holds it.
    """
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(busy) from None


def wait_and_lock(file: IO) -> None:
    """Locks an open file until it is closed, as soon as no other process
    holds it."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)


def is_locked(path: Union[str, PathLike]) -> bool:
    """Whether another process holds the lock of a file."""
    with open(path, 'a') as file:
        try:
            lock(file, f'{path}: is locked')
        except InputError:
            return True
    return False
