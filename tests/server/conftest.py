import pytest

from tests.helpers.running_server import running


@pytest.fixture(scope='session')
def checkpoint(trained):
    return str(next(trained[0].glob('best_*.pth')))


@pytest.fixture(scope='session')
def server(checkpoint):
    """A client of a server with the settings that it has by itself."""
    with running(checkpoint) as client:
        yield client


@pytest.fixture(scope='session')
def server_url(server):
    return str(server.base_url)
