import gc
import os
import subprocess
import sys

import pytest

from custom.utils.setup_env import gc_paused, without_torch

# Pages that are touched for the first time by ten tensors of 64 MB, made and
# freed one after the other; before and after.
FAULTS = """
import resource, torch
from custom.utils.setup_env import tune_malloc
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def use():
    before = faults()
    for _ in range(10):
        torch.ones(2**24)
    return faults() - before
first = use()
tune_malloc()
print(first, use())
"""


@pytest.mark.slow
def test_the_memory_of_freed_tensors_is_used_again():
    done = subprocess.run([sys.executable, '-c', FAULTS],
                          capture_output=True,
                          text=True,
                          check=True)
    before, after = map(int, done.stdout.split())
    assert after < before / 2


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


def test_what_is_frozen_stays_frozen():
    gc.freeze()  # as tests/conftest.py has done
    frozen = gc.get_freeze_count()

    with gc_paused():
        pass

    assert gc.get_freeze_count() == frozen


@pytest.mark.parametrize('before', ['1', None])
def test_processes_without_torch(before, monkeypatch):
    if before:
        monkeypatch.setenv('USE_TORCH', before)
    else:
        monkeypatch.delenv('USE_TORCH', raising=False)
    code = 'import custom, sys; print("torch" in sys.modules)'

    with without_torch():
        inside = subprocess.run([sys.executable, '-c', code],
                                check=True,
                                capture_output=True,
                                text=True)

    assert inside.stdout == 'False\n'
    assert os.environ.get('USE_TORCH') == before
