"""Waiting for what another process or thread does."""
import time


def until(true, seconds=20):
    """Waits for ``true()`` to hold, so many seconds at most."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
