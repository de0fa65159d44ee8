import asyncio
import os
import signal
import time

import pytest

from custom.server.http_errors import ServiceError
from custom.server.worker_process import (WorkerDied, WorkerProcess,
                                          WorkerTimeout)
from custom.utils.errors import InputError


def adder(first):
    """Adds; some numbers do worse."""

    def add(second):
        if second == 'die':
            os.kill(os.getpid(), signal.SIGSEGV)
        if second == 'sleep':
            time.sleep(60)
        if second == 'refuse':
            raise ServiceError('no_file', 'none')
        return first + second

    return add, f'adds to {first}'


def broken():
    raise InputError('no such model')


def late(path):
    if not path.exists():
        raise InputError('not yet')
    return double, None


def double(text):
    return 2 * text


def start(worker):
    return asyncio.run(worker.start(60))


def call(worker, argument, timeout=10):
    return asyncio.run(worker.call(argument, timeout))


@pytest.fixture(autouse=True)
def without_torch(monkeypatch):
    """The process that workers are forks of imports all anew."""
    monkeypatch.setenv('USE_TORCH', '0')


@pytest.fixture
def worker():
    worker = WorkerProcess('adder', adder, 40)
    assert start(worker) == 'adds to 40'
    yield worker
    worker.close()


def test_answers(worker):
    assert call(worker, 2) == 42
    assert call(worker, 3) == 43


def test_calls_queue_up(worker):

    async def several():
        return await asyncio.gather(*(worker.call(n, 10) for n in range(3)))

    assert asyncio.run(several()) == [40, 41, 42]


def test_refuses_and_goes_on(worker):
    with pytest.raises(ServiceError) as caught:
        call(worker, 'refuse')
    assert (caught.value.code, caught.value.message) == ('no_file', 'none')
    assert call(worker, 2) == 42


@pytest.mark.parametrize('argument, error, timeout', [
    ('die', WorkerDied, 10),
    ('sleep', WorkerTimeout, 0.1),
])
def test_dies_and_can_be_started_anew(worker, argument, error, timeout):
    pid = worker.pid
    with pytest.raises(error):
        call(worker, argument, timeout)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not worker.alive
    with pytest.raises(WorkerDied, match='not running'):
        call(worker, 2)

    start(worker)

    assert call(worker, 2) == 42


def test_killed_from_outside(worker):
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match='code -9'):
        call(worker, 2)


def test_what_cannot_start():
    with pytest.raises(InputError, match='no such model'):
        start(WorkerProcess('broken', broken))


def test_a_restart_is_tried_until_it_works(tmp_path):
    worker = WorkerProcess('late', late, tmp_path / 'ready')

    async def restart():
        trying = asyncio.create_task(worker.restart(60))
        await asyncio.sleep(0.1)
        assert not trying.done()
        (tmp_path / 'ready').touch()
        await trying

    asyncio.run(restart())

    assert call(worker, 'x') == 'xx'
    worker.close()


def test_one_that_begins_anew():
    """As CUDA wants it, of which the server process knows by then."""
    worker = WorkerProcess('adder', adder, 40, forks=False)
    start(worker)
    with open(f'/proc/{worker.pid}/stat') as stat:
        parent = int(stat.read().rpartition(')')[2].split()[1])
    assert parent == os.getpid()
    assert call(worker, 2) == 42
    worker.close()
