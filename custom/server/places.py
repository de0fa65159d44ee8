"""Who is let in: of a burst many, under overload few."""
import contextlib
import time
from typing import Iterator

from custom.server.errors import ServiceError


class Places:
    """Places for pictures: those being received, waiting, or at work.

    As many as there are hold a burst, which ends. When more keeps coming than
    can be done, they would stay full, and whoever got one would wait for all
    of them. A refusal shows it: until there was none for ``calm`` seconds, a
    request is let in only while fewer than ``short`` pictures have been
    received and not answered. Those being received don't count for that, or
    clients with slow lines would keep the model idle.

    Args:
        most: Places in all.
        short: Pictures that keep the model busy and wait little.
        calm: Seconds without a refusal until all places are open again.
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
    def take(self, let_in: bool = False) -> Iterator[None]:
        """Holds a place.

        Args:
            let_in: For a further picture of a request that was let in.

        Raises:
            ServiceError: ``queue_full``.
        """
        now = time.monotonic()
        overloaded = now < self._overloaded_until and not let_in
        if self._taken >= self._most or (overloaded
                                         and self._received >= self._short):
            self._overloaded_until = now + self._calm
            raise ServiceError('queue_full',
                               'Too many pictures are waiting already.')
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    @contextlib.contextmanager
    def received(self) -> Iterator[None]:
        """Around all that is done with a picture once it is here."""
        self._received += 1
        try:
            yield
        finally:
            self._received -= 1
