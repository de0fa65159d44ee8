"""Queue growth: tells a burst, which ends, from overload, which goes on."""
import time


class QueueGrowth:
    """Growth of a line, as those see it who arrive.

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

    def goes_on(self, length: int) -> bool:
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
