import signal
import subprocess
import sys

import pytest

from custom.engine.child_process import run_child
from custom.engine.stop_signal import StoppedBySignal

# What comes to the parent, the child writes down and ends.
CHILD = """
import os, signal, sys, time
def note(number, frame):
    print(number, file=open(sys.argv[1], 'w'))
    sys.exit()
signal.signal(int(sys.argv[2]), note)
os.kill(os.getppid(), int(sys.argv[2]))
time.sleep(60)
"""


def python(code, *words):
    return run_child([sys.executable, '-c', code, *words])


def test_exit_code():
    assert python('') == 0
    assert python('import sys; sys.exit(7)') == 7
    assert python('import os; os.kill(os.getpid(), 9)') == 137


@pytest.mark.parametrize('number, code', [(signal.SIGTERM, 143),
                                          (signal.SIGINT, 130)])
def test_signals_are_passed_on(number, code, tmp_path):
    before = signal.getsignal(number)
    with pytest.raises(StoppedBySignal) as caught:
        python(CHILD, str(tmp_path / 'got'), str(int(number)))
    assert caught.value.exit_code == code
    assert (tmp_path / 'got').read_text() == f'{int(number)}\n'
    assert signal.getsignal(number) == before


# Starts a child that tells its number, and is killed.
PARENT = """
import sys
from custom.engine.child_process import run_child
run_child([sys.executable, '-c', sys.argv[1]])
"""
WAITS = """
import time
print('begins', flush=True)
time.sleep(60)
print('ends')
"""


def test_a_child_ends_with_a_parent_that_is_killed():
    """A training that went on alone would keep its folder to itself."""
    with subprocess.Popen([sys.executable, '-c', PARENT, WAITS],
                          stdout=subprocess.PIPE,
                          text=True) as parent:
        assert parent.stdout.readline() == 'begins\n'
        parent.kill()
        # The pipe, which is the child's as well, ends with both of them.
        assert parent.stdout.read() == ''
