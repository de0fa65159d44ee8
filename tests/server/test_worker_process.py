import os
import signal
import time

import pytest

from custom.server.errors import ServiceError
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


@pytest.fixture
def child():
    child = WorkerProcess(adder, 40)
    assert child.start(60) == 'adds to 40'
    yield child
    child.kill()


def test_answers(child):
    assert child.ask(2, 10) == 42
    assert child.ask(3, 10) == 43


def test_refuses_and_goes_on(child):
    with pytest.raises(ServiceError) as caught:
        child.ask('refuse', 10)
    assert (caught.value.code, caught.value.message) == ('no_file', 'none')
    assert child.ask(2, 10) == 42


@pytest.mark.parametrize('question, error, timeout', [
    ('die', WorkerDied, 10),
    ('sleep', WorkerTimeout, 0.1),
])
def test_dies_and_can_be_started_anew(child, question, error, timeout):
    pid = child.pid
    with pytest.raises(error):
        child.ask(question, timeout)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(WorkerDied, match='not running'):
        child.ask(2, 10)

    child.start(60)

    assert child.ask(2, 10) == 42


def test_killed_from_outside(child):
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match='code -9'):
        child.ask(2, 10)


def test_what_cannot_start():
    with pytest.raises(InputError, match='no such model'):
        WorkerProcess(broken).start(60)
