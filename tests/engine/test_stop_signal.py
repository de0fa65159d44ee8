import multiprocessing
import os
import signal
import threading
import time

import pytest

from custom.engine.stop_signal import StopSignal


def wait():
    time.sleep(60)


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_noted_and_the_former_handlers_come_back(number):
    before = signal.getsignal(number)
    stop = StopSignal()
    assert stop.came() is None
    with stop.installed():
        os.kill(os.getpid(), number)
        assert stop.came() == number
        # A launcher passes it on: still one.
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_a_process_of_a_pool_ends_as_ever():
    with StopSignal().installed():
        child = multiprocessing.get_context('fork').Process(target=wait)
        child.start()
        time.sleep(0.2)
        child.terminate()
        child.join(20)
        assert child.exitcode == -signal.SIGTERM


def test_a_signal_to_a_process_that_just_began_is_not_lost():
    """As a pool does that has nothing more to do."""
    exits, blocked = [], signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with StopSignal().installed():
        for _ in range(20):
            pid = os.fork()
            if pid == 0:
                time.sleep(60)
                os._exit(0)
            os.kill(pid, signal.SIGTERM)
            exits.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == blocked
    assert exits == [-signal.SIGTERM] * 20


def test_in_another_thread_nothing_is_handled():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def run():
        with StopSignal().installed():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
