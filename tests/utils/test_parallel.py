import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from custom.utils import parallel
from custom.utils.parallel import parallel_map


def square(number):
    return number * number


def deadly(number):
    if number in (0, 3, 49):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def faulty(number):
    return 1 // (number - 5)


def ended(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGTERM)
    if number == 2:
        os._exit(7)
    return number


def large(number):
    return bytes(2**20) + bytes([number])


def on_crash(number, how):
    return f'{number}: {how}'


def test_nothing_to_do():
    assert list(parallel_map(square, [], on_crash)) == []


@pytest.mark.parametrize('count', [1, 2, 7, 1000])
def test_in_order(count):
    results = parallel_map(square, range(count), on_crash)
    assert list(results) == [number * number for number in range(count)]


def test_a_crash_costs_one_result():
    expected = [*range(50)]
    for number in (0, 3, 49):
        expected[number] = f'{number}: SIGKILL'
    assert list(parallel_map(deadly, range(50), on_crash)) == expected


@pytest.mark.parametrize('ends', [1, 2])
def test_processes_that_end_before_they_work(ends, monkeypatch, tmp_path):
    left = [tmp_path / str(number) for number in range(ends)]
    start = parallel._start
    monkeypatch.setattr(
        parallel, '_start', lambda *task: start(*task)
        if not take(left) else os._exit(1))
    assert list(parallel_map(square, range(3), on_crash)) == [0, 1, 4]


def test_processes_that_always_end_before_they_work(monkeypatch):
    monkeypatch.setattr(parallel, '_start', lambda *task: os._exit(1))
    with pytest.raises(BrokenProcessPool):
        list(parallel_map(square, range(3), on_crash))


def take(left):
    """One of what is left, if there is any; without a lock, which a process
    that is killed would keep."""
    for path in left:
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            return True
    return False


def test_how_it_ended():
    assert list(parallel_map(ended, range(4),
                             on_crash)) == [0, '1: SIGTERM', '2: code 7', 3]


def test_killed_from_outside_costs_nothing():
    others = {*multiprocessing.active_children()}  # of tests before
    results = parallel_map(large, range(99), on_crash)
    last = [next(results)[-1]]
    for _ in range(3):  # at work, idle or while they send
        for child in {*multiprocessing.active_children()} - others:
            os.kill(child.pid, signal.SIGKILL)
        last.append(next(results)[-1])
    last.extend(result[-1] for result in results)
    assert last == [*range(99)]


def test_processes_that_are_no_forks(monkeypatch):
    """As for a GPU; what kills one costs one result there, too."""
    monkeypatch.setenv('USE_TORCH', '0')  # they import custom anew
    results = parallel_map(
        deadly, range(5), on_crash, processes=1, start_method='spawn')

    assert next(results) == '0: SIGKILL'
    child, = multiprocessing.active_children()
    assert type(child).__name__ == 'SpawnProcess'
    assert [*results] == [1, 2, '3: SIGKILL', 4]


def test_number_of_processes():
    results = parallel_map(square, range(1000), on_crash, processes=3)
    next(results)
    assert len(multiprocessing.active_children()) == 3
    results.close()


def test_an_exception_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(parallel_map(faulty, range(50), on_crash))
    assert multiprocessing.active_children() == []


def test_no_process_is_left():
    # Large ones: it is ended while it waits for its result to be taken.
    results = parallel_map(large, range(200), on_crash)
    assert next(results)[-1] == 0
    assert multiprocessing.active_children() != []
    results.close()
    assert multiprocessing.active_children() == []


KILLED = """
import os, signal
from custom.utils.parallel import parallel_map
results = parallel_map(abs, range(10**6), None)
next(results)
print('started', flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_when_this_one_is_killed():
    done = subprocess.run([sys.executable, '-c', KILLED],
                          env=dict(os.environ, USE_TORCH='0'),
                          stdout=subprocess.PIPE,
                          timeout=60)
    # The pipe is closed when the last process that holds it is gone.
    assert (done.stdout, done.returncode) == (b'started\n', -signal.SIGKILL)
