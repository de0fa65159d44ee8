"""Command lines on a Ray cluster of this machine."""
import os
import signal
import threading
import time

import pytest

from custom.engine.ray_commands import run_on_ray
from custom.engine.stop_signal import StoppedBySignal
from custom.utils.ray_cluster import RayOptions

pytestmark = [pytest.mark.ray, pytest.mark.slow]

# Ends with the code that it is given, after it has told its threads.
ENDS = """
import os, sys
print('threads', os.environ['OMP_NUM_THREADS'], flush=True)
sys.exit(int(sys.argv[1]))
"""
# Says that it is there; saves when it is stopped.
SAVES = """
import signal, sys, time
from pathlib import Path

def save(*_):
    time.sleep(.5)
    Path(sys.argv[1], 'saved').touch()
    sys.exit(143)

signal.signal(signal.SIGTERM, save)
Path(sys.argv[1], 'begun').touch()
time.sleep(60)
"""


def test_codes_of_more_commands_than_there_is_room_for(capfd):
    rooms = []

    def make(count):
        rooms.append(count)
        return {f'part {i}': ['-c', ENDS, str(i)] for i in range(3)}

    codes = run_on_ray(make, RayOptions(processes=2))

    assert (codes, rooms) == ({'part 0': 0, 'part 1': 1, 'part 2': 2}, [2])
    said = capfd.readouterr()
    assert 'threads 1\n' in said.out + said.err  # with its name before it


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_commands_save(number, tmp_path):

    def stop():
        while not (tmp_path / 'begun').exists():
            time.sleep(.05)
        os.kill(os.getpid(), number)

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(StoppedBySignal) as stopped:
        run_on_ray(
            lambda count: {'one': ['-c', SAVES, str(tmp_path)]}, RayOptions())

    assert stopped.value.exit_code == 128 + number
    assert (tmp_path / 'saved').exists()
