"""Who is let in: of a burst many, under overload few."""
import contextlib
import time
from typing import Iterator, NoReturn

from custom.server.errors import ServiceError


class AdmissionController:
    """Places for pictures: those being received, waiting, or at work.

    As many as there are hold a burst, which ends. When more keeps coming than
    can be done, they would stay full, and whoever got one would wait for all
    of them. A refusal shows it: a request is then let in only while fewer than
    ``short`` pictures have been received and not answered. Those being
    received don't count for that, or clients with slow lines would keep the
    model idle. All places are open again when nobody was refused for ``calm``
    seconds.

    Args:
        most: Places in all.
        short: Pictures that keep the model busy and wait little.
        calm: Seconds; less than those after which the refused come again, or
            they would keep the line short.
    """

    def __init__(self, most: int, short: int, calm: float) -> None:
        self._most = most
        self._short = short
        self._calm = calm
        self._taken = 0
        self._received = 0
        self._overloaded_until = 0.

    @property
    def taken(self) -> int:
        """Places that are held."""
        return self._taken

    @contextlib.contextmanager
    def take(self) -> Iterator[None]:
        """Holds a place for a request.

        Raises:
            ServiceError: ``queue_full``.
        """
        if (time.monotonic() < self._overloaded_until
                and self._received >= self._short):
            self._refuse()
        with self.take_more(1):
            yield

    @contextlib.contextmanager
    def take_more(self, count: int) -> Iterator[None]:
        """Holds places for further pictures of a request that has one.

        Raises:
            ServiceError: ``queue_full``: for all of them, or for none.
        """
        if self._taken + count > self._most:
            self._refuse()
        self._taken += count
        try:
            yield
        finally:
            self._taken -= count

    @contextlib.contextmanager
    def received(self) -> Iterator[None]:
        """Around all that is done with a picture once it is here."""
        self._received += 1
        try:
            yield
        finally:
            self._received -= 1

    def _refuse(self) -> NoReturn:
        self._overloaded_until = time.monotonic() + self._calm
        raise ServiceError('queue_full',
                           'Too many pictures are waiting already.')
