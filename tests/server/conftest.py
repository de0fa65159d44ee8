import shutil

import pytest

from custom.server import admission
from tests.helpers.running_server import running
from tests.helpers.shared_folder import shared_folder


@pytest.fixture(scope='session')
def checkpoint(trained, tmp_path_factory):
    """In a folder of its own: a server exports it, and puts that beside it.
    The first does; those of other test processes wait for that."""

    def copy(folder):
        folder.mkdir()
        with running(shutil.copy(next(trained[0].glob('best_*.pth')), folder)):
            pass

    folder = shared_folder(tmp_path_factory, 'served', copy)
    return str(next(folder.glob('best_*.pth')))


@pytest.fixture(scope='session')
def server(checkpoint):
    """A client of a server with the settings that it has by itself."""
    with running(checkpoint) as client:
        yield client


@pytest.fixture(scope='session')
def server_url(server):
    return str(server.base_url)


@pytest.fixture
def clock(monkeypatch):
    """Has the seconds in ``now``, for admission, which asks for the time."""

    class Clock:
        now = 0.

        @classmethod
        def monotonic(cls):
            return cls.now

    monkeypatch.setattr(admission, 'time', Clock)
    return Clock
