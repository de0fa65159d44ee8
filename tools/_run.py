"""Entry point of all tools: process settings, then errors as exit codes."""
import argparse
import contextlib
import os
import signal
import sys
from typing import Callable, Iterator, NoReturn, Optional

SYSTEM_LIBRARIES = ('on Debian or Ubuntu it comes by apt-get install libgl1 '
                    'libglib2.0-0')


def run(parse_args: Callable[[], argparse.Namespace],
        work: Callable[[argparse.Namespace], Optional[int]],
        needs_torch: bool = True) -> None:
    """Runs a tool: parses the command line, sets up the process, exits.

    Args:
        parse_args: Reads ``sys.argv``; ends the process on a bad word.
        work: Returns the exit code; None for 0. Its imports are its own, so
            that ``--help`` answers at once.
        needs_torch: Whether it is worth the seconds that torch and
            MMDetection take to load.
    """
    if not needs_torch:
        spare_torch()
    # OpenMP reads it when torch is loaded, which `import custom` does.
    os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')
    with _interrupts_end_at_once(), _system_libraries_told():
        args = parse_args()
        from custom.utils.errors import exit_on_input_error
        from custom.utils.setup_env import setup_env
        setup_env()
    with exit_on_input_error():
        code = work(args)
    if code:
        sys.exit(code)


@contextlib.contextmanager
def _system_libraries_told() -> Iterator[None]:
    """Tells what to install where OpenCV finds no libGL.so, as on a server."""
    try:
        yield
    except ImportError as error:
        if '.so' not in str(error):
            raise
        sys.exit(f'error: {error}: {SYSTEM_LIBRARIES}')


def spare_torch() -> None:
    """Has ``import custom`` come without torch and MMDetection, which take
    seconds to load; before it is imported."""
    if 'custom' not in sys.modules:
        os.environ['USE_TORCH'] = '0'


@contextlib.contextmanager
def _interrupts_end_at_once() -> Iterator[None]:
    """^C in the seconds in which libraries load: one word and exit code 130,
    no traceback of an import."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # e.g. ignored by a script
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(number: int, frame: object) -> NoReturn:
    os.write(2, b'interrupted\n')
    os._exit(128 + number)
