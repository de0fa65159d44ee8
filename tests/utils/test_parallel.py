import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from custom.utils.parallel import parallel_map


def square(number):
    return number * number


def deadly(number):
    if number in (0, 3, 49):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def faulty(number):
    return 1 // (number - 5)


def died(number, how):
    return f'{number}: {how}'


def test_nothing_to_do():
    assert list(parallel_map(square, [], died)) == []


@pytest.mark.parametrize('count', [1, 2, 7, 1000])
def test_in_order(count):
    results = parallel_map(square, range(count), died)
    assert list(results) == [number * number for number in range(count)]


def test_a_crash_costs_one_result():
    expected = [*range(50)]
    for number in (0, 3, 49):
        expected[number] = f'{number}: SIGKILL'
    assert list(parallel_map(deadly, range(50), died)) == expected


def test_an_exception_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(parallel_map(faulty, range(50), died))
    assert multiprocessing.active_children() == []


def test_no_process_is_left():
    results = parallel_map(square, range(1000), died)
    assert next(results) == 0
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
                          stdout=subprocess.PIPE,
                          timeout=60)
    # The pipe is closed when the last process that holds it is gone.
    assert (done.stdout, done.returncode) == (b'started\n', -signal.SIGKILL)
