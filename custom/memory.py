"""How the process keeps the memory of tensors between steps."""
import ctypes

# From malloc.h of glibc.
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4


def keep_freed_memory() -> None:
    """Lets malloc reuse the memory of big tensors instead of returning it.

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
