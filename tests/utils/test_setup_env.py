import gc
import os
import subprocess
import sys

import pytest

from custom.utils.setup_env import gc_paused

# Memory of the system that ten tensors of 64 MB take, made and freed one after
# the other, in pages that were touched for the first time.
FAULTS = """
import resource, torch
{first}
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    torch.ones(2**24)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
KEEP = 'from custom.utils.setup_env import tune_malloc as keep; keep()'


def faults(first):
    done = subprocess.run([sys.executable, '-c',
                           FAULTS.format(first=first)],
                          capture_output=True,
                          text=True,
                          check=True)
    return int(done.stdout)


@pytest.mark.slow
def test_the_memory_of_freed_tensors_is_used_again():
    assert faults(KEEP) < faults('') / 2


THREADS = """
import os, cv2, torch
torch.set_num_threads(3), cv2.setNumThreads(3)
from custom.utils.setup_env import limit_threads
for most in (8, 2):
    limit_threads(most)
    print(torch.get_num_threads(), cv2.getNumThreads())
"""


@pytest.mark.slow
def test_threads_are_no_more_than_may_work():
    done = subprocess.run([sys.executable, '-c', THREADS],
                          env=dict(os.environ, USE_TORCH='0'),
                          capture_output=True,
                          text=True,
                          check=True)
    assert done.stdout.split() == ['3', '3', '2', '2']


@pytest.mark.parametrize('enabled', [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(KeyError), gc_paused():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
