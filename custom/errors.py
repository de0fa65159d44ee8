"""What the user can mend: one message, exit code 2, no traceback."""
import contextlib
import errno
import sys
from typing import Iterator

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class InputError(Exception):
    """Something outside the program is wrong, and the user can mend it.

    The message names the file, the record, what is wrong and how to mend it.
    """


@contextlib.contextmanager
def exit_on_input_error() -> Iterator[None]:
    """Ends the process with code 2 on an :class:`InputError` or a full disk,
    with 130 on ^C."""
    try:
        yield
    except InputError as error:
        # From a loader's worker the text comes with the worker's traceback.
        message = str(error).rpartition('custom.errors.InputError: ')[2]
        print(f'error: {message.strip()}', file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        print(
            f'error: {error.filename or "a file"}: cannot be written '
            f'({error.strerror}); free some space and start again',
            file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        sys.exit(130)
