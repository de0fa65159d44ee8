"""Process environment: threads, malloc and garbage collector."""
import contextlib
import ctypes
import gc
import os
import sys
from importlib.util import find_spec
from typing import Iterator

from custom.utils.cpu import core_count

# From malloc.h of glibc.
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4


def setup_env() -> None:
    """Sets up the process for speed, and those it starts.

    The tools call it; a script of your own may, once, when its imports are
    done. It changes nothing of what is computed:

    - ``OMP_WAIT_POLICY=PASSIVE``, if it isn't set: threads of torch that wait
      for each other sleep instead of spinning. Idle cores lose nothing; beside
      one other busy process a training step took 1 s instead of 2 to 15 s.
      torch reads it when it is loaded: for the process that ``import custom``
      has run in already, set it before Python starts, or before that import.
    - :func:`limit_threads` to the cores that a container may use, unless
      ``OMP_NUM_THREADS`` is set.
    - :func:`tune_malloc`.
    - What is imported by now is left out of garbage collections.
    """
    os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')
    if 'OMP_NUM_THREADS' not in os.environ:
        limit_threads(core_count())
    tune_malloc()
    gc.freeze()


def limit_threads(most: int) -> None:
    """Limits the threads of torch and OpenCV, those of them that are loaded.

    They count the cores of the host, however little of them a container may
    use.

    Args:
        most: Threads of each; fewer stay as they are.
    """
    torch, cv2 = map(sys.modules.get, ('torch', 'cv2'))
    if torch and torch.get_num_threads() > most:
        torch.set_num_threads(most)
    if cv2 and cv2.getNumThreads() > most:
        cv2.setNumThreads(most)


def tune_malloc() -> None:
    """Tunes malloc to reuse the memory of big tensors, not to return it.

    By default glibc asks the system for each tensor above some megabytes and
    hands it back when it is freed, so that every layer of every step waits
    for fresh, zeroed pages. The process then holds its peak until it ends.
    Does nothing where the C library is not glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # macOS, musl, Windows
        return
    mallopt(_M_MMAP_MAX, 0)
    mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def reset_malloc() -> None:
    """Undoes :func:`tune_malloc`, for a process that lives long and computes
    nothing."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        libc = ctypes.CDLL(None)
        # What glibc begins with.
        libc.mallopt(_M_MMAP_MAX, 65536)
        libc.mallopt(_M_TRIM_THRESHOLD, 128 * 1024)
        libc.malloc_trim(0)


def has_torch() -> bool:
    """Whether torch and MMDetection are there, and ``USE_TORCH=0`` doesn't say
    to go without."""
    return os.environ.get('USE_TORCH') != '0' and has_mmdet()


def has_mmdet() -> bool:
    """Whether MMDetection is installed, and what it runs on."""
    return all(map(find_spec, ('torch', 'mmcv', 'mmengine', 'mmdet')))


@contextlib.contextmanager
def without_torch() -> Iterator[None]:
    """Has processes that begin anew inside import ``custom`` without torch."""
    before = os.environ.get('USE_TORCH')
    os.environ['USE_TORCH'] = '0'
    try:
        yield
    finally:
        if before is None:
            del os.environ['USE_TORCH']
        else:
            os.environ['USE_TORCH'] = before


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """Pauses Python's garbage collector inside.

    The imports of MMDetection make a million objects that live on. The
    collector would look through them again and again: importing ``custom``
    took 4.3 s instead of 2.9.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        # As old as they will be, at once: else the first allocation after this
        # would look through them all, for 0.6 s. What somebody has frozen
        # stays so.
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
    finally:
        if enabled:
            gc.enable()
