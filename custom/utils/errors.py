"""User-facing errors: one message, exit code 2, no traceback."""
import contextlib
import errno
import re
import sys
from typing import Iterator

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_WAY_IN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
# Which part of setup.cfg brings a package that not all installs have.
_EXTRAS = dict(
    torch='train',
    mmengine='train',
    mmcv='train',
    mmdet='train',
    onnx='export',
    optuna='tune',
    uvicorn='serve',
    tensorboard='track',
    mlflow='track',
    wandb='track',
    pyarrow='scale',
    ray='scale')


class InputError(Exception):
    """Error of input, data or environment that the user can mend.

    The message names the file, the record, what is wrong and how to mend it.
    """


@contextlib.contextmanager
def exit_on_input_error() -> Iterator[None]:
    """Exit codes of a tool: 2 on an :class:`InputError`, a disk that is full
    or not to be written, a package that this install lacks, or a type that a
    config names and nothing has registered; 130 on ^C, 143
    where SIGTERM has stopped a training."""
    try:
        with _interrupts_told():
            yield
    except InputError as error:
        # From a loader's worker the text comes with the worker's traceback.
        message = str(error).rpartition('custom.utils.errors.InputError: ')[2]
        print(f'error: {message.strip()}', file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno in DISK_FULL:
            what, cure = 'written', 'free some space and start again'
        elif error.errno in _NO_WAY_IN and error.filename:
            what, cure = 'opened', 'choose another place, or its permissions'
        else:
            raise
        print(
            f'error: {error.filename or "a file"}: cannot be {what} '
            f'({error.strerror}); {cure}',
            file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        print(
            f'error: {error.name} is not installed; pip install -c '
            f'constraints.txt ".[{_EXTRAS[error.name]}]"',
            file=sys.stderr)
        sys.exit(2)
    except ImportError as error:
        if 'install' not in str(error):
            raise
        # A logger of MMEngine whose package is missing.
        print(f'error: {error}', file=sys.stderr)
        sys.exit(2)
    except KeyError as error:
        if not re.search('is not in the .*registry', str(error)):
            raise
        # Of MMEngine: a type that a config names and nothing has registered.
        print(f'error: {error.args[0]}', file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt as error:
        print(str(error) or 'interrupted', file=sys.stderr)
        # Of a training that SIGTERM has stopped it is another.
        sys.exit(getattr(error, 'exit_code', 130))


@contextlib.contextmanager
def _interrupts_told() -> Iterator[None]:
    """Restores a KeyboardInterrupt that a library took for an error of its
    own, as MMEngine does while it formats a config."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        cause = error.__context__
        while cause is not None:
            if isinstance(cause, KeyboardInterrupt):
                raise cause from None
            cause = cause.__context__
        raise
