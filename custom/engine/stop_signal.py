"""Stop signals: SIGTERM and the first ^C let a training end its step."""
import contextlib
import os
import signal
import threading
import time
from typing import Iterator, Optional

import torch
from mmengine.dist import all_reduce

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

    def __init__(self) -> None:
        self.number: Optional[int] = None
        self._at = 0.
        self._pid = os.getpid()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Handles the signals inside; only the main thread of a process can,
        elsewhere it does nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, self._ask) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before):
                signal.signal(number, handler)

    def came(self) -> Optional[int]:
        """The signal that came to this process or another one of the run."""
        number = torch.tensor(self.number or 0)
        all_reduce(number, 'max')
        return int(number) or None

    def _ask(self, number: int, frame: object) -> None:
        if os.getpid() != self._pid:
            # A process of a pool, say of a metric, has this handler as well.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        now = time.monotonic()
        if self.number is None:
            self.number, self._at = number, now
            # Not by print, which may be under way in what is interrupted.
            os.write(
                2, b'\nstops when this step is done and saved; '
                b'a second ^C ends at once\n')
        elif now - self._at > _SAME:
            # The cursor, which a progress bar hides.
            os.write(2, b'\x1b[?25h' if os.isatty(2) else b'')
            os._exit(128 + number)
