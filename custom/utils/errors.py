"""User-facing errors: one message, exit code 2, no traceback."""
import contextlib
import errno
import sys
from typing import Iterator

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Which part of setup.cfg brings a package that not all installs have.
_EXTRAS = dict(
    torch='train',
    mmengine='train',
    mmcv='train',
    mmdet='train',
    onnx='export',
    uvicorn='serve',
    tensorboard='track',
    mlflow='track',
    wandb='track')


class InputError(Exception):
    """Error of input, data or environment that the user can mend.

    The message names the file, the record, what is wrong and how to mend it.
    """


@contextlib.contextmanager
def exit_on_input_error() -> Iterator[None]:
    """Exit codes of a tool: 2 on an :class:`InputError`, a full disk or a
    package that this install lacks, 130 on ^C."""
    try:
        yield
    except InputError as error:
        # From a loader's worker the text comes with the worker's traceback.
        message = str(error).rpartition('custom.utils.errors.InputError: ')[2]
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
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        print(
            f'error: {error.name} is not installed; pip install -c '
            f'constraints.txt .[{_EXTRAS[error.name]}]',
            file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        sys.exit(130)
