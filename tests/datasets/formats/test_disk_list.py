import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from custom.datasets.formats.disk_list import DiskGroups, DiskList, LazyBoxes
from custom.datasets.formats.samples import SampleBox

FULL = '''
import resource
from custom.datasets.formats.disk_list import DiskList
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
spool = DiskList()
while True:
    spool.append('x' * 1000)
'''


def test_nothing():
    assert [*DiskList()] == []
    assert DiskGroups()[0] == []
    assert LazyBoxes(DiskList(), []) == []


@pytest.mark.parametrize('value', [
    None, 10**40, -0.0,
    float('inf'), '\ud800 새', ('cat', [0.1, {
        'a': [True, {}]
    }])
])
def test_values_come_back(value):
    spool = DiskList()
    spool.append(value)
    assert repr(spool[0]) == repr(value)


def test_written_and_read_in_turns():
    spool = DiskList()
    for number in range(100):
        spool.append('x' * number)
        assert spool[number // 2] == 'x' * (number // 2)
    assert [*map(len, spool)] == [*range(100)]


@pytest.mark.parametrize('row', [-1, 1])
def test_no_such_row(row):
    spool = DiskList()
    spool.append('a')
    with pytest.raises(IndexError):
        spool[row]


def test_groups():
    groups = DiskGroups()
    for group, value in ((2, 'c'), (0, 'a'), (2, 'b'), (0, 'd')):
        groups.append(group, value)
    assert [groups[i] for i in range(4)] == [['a', 'd'], [], ['c', 'b'], []]
    groups.append(1, 'e')
    assert groups[1] == ['e']


def test_boxes():
    boxes = [
        SampleBox('cat', [0.5, 1, 2, 3], True, dict(difficult=1)),
        SampleBox('dog', [0, 0, 1, 1])
    ]
    spool = DiskList()
    kept = LazyBoxes(spool, boxes)
    others = LazyBoxes(spool, boxes[:1])
    assert kept == boxes and boxes == kept
    assert others != kept
    assert (len(kept), kept[-1].name, others[0].crowd) == (2, 'dog', True)
    assert not LazyBoxes(spool, [])


def test_full_disk():
    done = subprocess.run([sys.executable, '-c', FULL],
                          env=dict(os.environ, USE_TORCH='0'),
                          capture_output=True,
                          text=True)
    assert 'InputError: ' in done.stderr
    assert 'cannot be written (File too large)' in done.stderr
    assert 'set TMPDIR' in done.stderr.splitlines()[-1]


def test_threads_may_share_one():
    spool = DiskList()
    for row in range(2000):
        spool.append([row] * (row % 50))
    rows = [*range(2000)] * 5
    with ThreadPoolExecutor(4) as pool:
        got = [*pool.map(spool.__getitem__, rows)]
    assert got == [[row] * (row % 50) for row in rows]
