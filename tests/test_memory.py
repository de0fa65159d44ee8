import subprocess
import sys

import pytest

# Page faults of ten tensors of 64 MB, made and freed one after the other:
# each has 16384 pages.
FAULTS = """
import resource, torch
{first}
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    torch.ones(2**24)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
KEEP = 'from custom.memory import keep_freed_memory as keep; keep()'


@pytest.mark.parametrize('first, fewest, most', [
    ('', 160000, 170000),
    (KEEP, 16000, 60000),
])
def test_the_memory_of_freed_tensors_is_used_again(first, fewest, most):
    done = subprocess.run([sys.executable, '-c',
                           FAULTS.format(first=first)],
                          capture_output=True,
                          text=True)

    assert fewest <= int(done.stdout) <= most, done.stderr
