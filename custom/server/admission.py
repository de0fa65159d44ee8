"""Admission control: bounds the images in flight, refuses the rest with 503.
"""
import contextlib
import time
from typing import Iterator, NoReturn

from custom.server.http_errors import ServiceError

# Thirty requests at once have all come within 0.04 s, even on a busy machine.
# In the time of four images, twice what can be done makes the line longer by
# four.
_BURST_IMAGES, _LEAST_BURST_S = 4, 0.06


class OverloadDetector:
    """Overload detector: tells a queue that grows from one after a burst.

    The line grows when one who arrives finds it as long as it has been since
    it was short. Clients that wait for their answers make it as long as there
    are of them, and no longer; a burst makes it longer for a moment. What
    still grows after that moment is more than can be done.

    Args:
        short: A line that is no burst.
        burst: Seconds that a burst takes to arrive; also those without growth
            after which another may begin.
    """

    def __init__(self, short: int, burst: float) -> None:
        self._short = short
        self.burst = burst
        self._longest = short
        self._began = self._last = float('-inf')

    def is_overloaded(self, length: int) -> bool:
        """Whether the line, found so long by one who arrives, would grow
        after its burst."""
        if length < self._short:
            self._longest, self._last = self._short, float('-inf')
        if length < self._longest:
            return False
        now = time.monotonic()
        if now - self._last > self.burst:
            self._began = now
        if now - self._began > self.burst:
            return True
        self._longest, self._last = length + 1, now
        return False


class AdmissionController:
    """Places for images: those being received, waiting, or at work.

    As many as there are hold a burst, which ends. When more keeps coming than
    can be done, they would fill up and stay full, and whoever got one would
    wait for all of them. A line that goes on growing after a burst shows it,
    and so does a refusal: a request is then let in only while fewer than
    ``short`` images have been received and not answered. Those being received
    don't count for that, or clients with slow lines would keep the model idle.
    All places are open again when nobody was refused for ``calm`` seconds.

    Args:
        capacity: Places in all.
        short: Images that keep the model busy and wait little.
        calm: Seconds; less than those after which the refused come again, or
            they would keep the line short.
    """

    def __init__(self, capacity: int, short: int, calm: float) -> None:
        self._capacity = capacity
        self._short = short
        self._calm = calm
        self._growth = OverloadDetector(short, _LEAST_BURST_S)
        self._admitted = 0
        self._in_flight = 0
        self._overloaded_until = 0.

    def expect_rate(self, seconds: float) -> None:
        """Tells how long an image takes while all models are at work: until
        then, bursts and overload are told apart as of a fast one."""
        self._growth.burst = max(_LEAST_BURST_S, _BURST_IMAGES * seconds)

    @property
    def admitted(self) -> int:
        """Places that are held."""
        return self._admitted

    @contextlib.contextmanager
    def admit(self) -> Iterator[None]:
        """Holds a place for a request.

        Raises:
            ServiceError: ``queue_full``.
        """
        overloaded = (
            self._growth.is_overloaded(self._admitted)
            or time.monotonic() < self._overloaded_until)
        if overloaded and self._in_flight >= self._short:
            self._refuse()
        with self.admit_more(1):
            yield

    @contextlib.contextmanager
    def admit_more(self, count: int) -> Iterator[None]:
        """Holds places for further images of a request that has one.

        Raises:
            ServiceError: ``queue_full``: for all of them, or for none.
        """
        if self._admitted + count > self._capacity:
            self._refuse()
        self._admitted += count
        try:
            yield
        finally:
            self._admitted -= count

    @contextlib.contextmanager
    def in_flight(self) -> Iterator[None]:
        """Counts an image as in flight inside, once it is received."""
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def _refuse(self) -> NoReturn:
        self._overloaded_until = time.monotonic() + self._calm
        raise ServiceError('queue_full',
                           'Too many pictures are waiting already.')
