"""What the user can mend: one message, exit code 2, no traceback."""
import contextlib
import sys
from typing import Iterator


class InputError(Exception):
    """Something outside the program is wrong, and the user can mend it.

    The message names the file, the record, what is wrong and how to mend it.
    """


@contextlib.contextmanager
def exit_on_input_error() -> Iterator[None]:
    """Ends the process with code 2 on an :class:`InputError`, 130 on ^C."""
    try:
        yield
    except InputError as error:
        print(f'error: {error}', file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        sys.exit(130)
