"""Stop signals: SIGTERM and the first ^C let a training end its step."""
import contextlib
import os
import signal
import threading
import time
from typing import Iterator, Optional

import torch
from mmengine.dist import all_reduce

_NUMBERS = (signal.SIGINT, signal.SIGTERM)
# A launcher may pass on what a terminal has sent to all its processes: two
# signals within so many seconds are one.
_SAME = 0.5


class StoppedBySignal(KeyboardInterrupt):
    """Interrupt of a training that has saved its state and ends.

    Attributes:
        exit_code: 143 for SIGTERM, 130 for ^C, as a shell counts.
    """

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = 128 + number


class StopSignal:
    """Signal handler that notes SIGTERM and ^C; the second ends at once.

    Attributes:
        number: The signal that came, or None.
    """
    is_installed = False  # in this process

    def __init__(self) -> None:
        self.number: Optional[int] = None
        self._at = 0.

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Handles the signals inside; only the main thread of a process can,
        elsewhere it does nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = [signal.signal(number, self._ask) for number in _NUMBERS]
        StopSignal.is_installed = True
        try:
            yield
        finally:
            StopSignal.is_installed = False
            for number, handler in zip(_NUMBERS, before):
                signal.signal(number, handler)

    def came(self) -> Optional[int]:
        """The signal that came to this process or another one of the run."""
        number = torch.tensor(self.number or 0)
        all_reduce(number, 'max')
        return int(number) or None

    def _ask(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if self.number is None:
            self.number, self._at = number, now
            if os.environ.get('RANK', '0') == '0':  # of several, one tells
                # Not by print, which may be under way in what is interrupted.
                os.write(
                    2, b'\nstops when this step is done and saved; '
                    b'a second ^C ends at once\n')
        elif now - self._at > _SAME:
            # The cursor, which a progress bar hides.
            os.write(2, b'\x1b[?25h' if os.isatty(2) else b'')
            os._exit(128 + number)


class _Forks(threading.local):
    """Processes forked while the handler is installed, such as those of a
    metric's pool: signals end them as ever.

    Python forgets a signal that comes before its child has set itself up (of
    200 children that got SIGTERM at once, 190 lived on), and a pool waits for
    such a child for ever. Held back by the kernel meanwhile, it isn't lost.
    """
    mask: Optional[set] = None  # of the thread that forks

    def before(self) -> None:
        if StopSignal.is_installed:
            self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)

    def in_parent(self) -> None:
        if self.mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
            self.mask = None

    def in_child(self) -> None:
        if self.mask is not None:
            StopSignal.is_installed = False
            for number in _NUMBERS:
                signal.signal(number, signal.SIG_DFL)
            self.in_parent()


if hasattr(os, 'register_at_fork'):  # Windows forks nothing
    _FORKS = _Forks()
    os.register_at_fork(
        before=_FORKS.before,
        after_in_parent=_FORKS.in_parent,
        after_in_child=_FORKS.in_child)
