"""Child process that gets the signals of its parent, and is waited for."""
import ctypes
import signal
import subprocess
import sys
from typing import Optional, Sequence

from custom.engine.stop_signal import StoppedBySignal

_NUMBERS = (signal.SIGINT, signal.SIGTERM)
# Loaded here: after a fork it might wait for a lock of another thread.
_LIBC = ctypes.CDLL(None) if sys.platform == 'linux' else None
_PR_SET_PDEATHSIG = 1


def run_child(command: Sequence[str]) -> int:
    """Runs a command to its end; ^C and SIGTERM go to it as well.

    So a training has the time to save its state. A second signal goes there,
    too, and ends it at once.

    Returns:
        Its exit code, 128 more than the signal that it died of.

    Raises:
        StoppedBySignal: One came, and the command has ended.
    """
    relay = _Relay()
    before = [signal.signal(number, relay.pass_on) for number in _NUMBERS]
    try:
        code = relay.run(command)
    finally:
        for number, handler in zip(_NUMBERS, before):
            signal.signal(number, handler)
    if relay.number:
        raise StoppedBySignal(relay.number, 'stopped')
    return 128 - code if code < 0 else code


def _end_with_parent() -> None:
    """Has SIGTERM come where the parent is killed: a training would go on
    alone, and keep its folder from who starts it again."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Relay:
    """Signal handler that passes on what comes."""

    def __init__(self) -> None:
        self.number: Optional[int] = None
        self._process: Optional[subprocess.Popen] = None

    def run(self, command: Sequence[str]) -> int:
        self._process = subprocess.Popen(
            command, preexec_fn=_end_with_parent if _LIBC else None)
        if self.number:  # it came before there was one to pass it on to
            self._process.send_signal(self.number)
        return self._process.wait()

    def pass_on(self, number: int, frame: object) -> None:
        self.number = self.number or number
        if self._process:
            # What a terminal has sent to both, a training takes for one.
            self._process.send_signal(number)
