import os

import pytest

from custom.utils.cpu import core_count, cpu_quota


class Groups:
    """Control groups as the kernel shows them: of version 2 at the root, of
    version 1 in a folder ``cpu``."""

    def __init__(self, folder):
        self.root = str(folder)
        self._folder = folder
        self._own = folder / 'own'

    def limit(self, path, text):
        """Version 2; ``150000 100000`` is a core and a half."""
        self._write(path, 'cpu.max', text)

    def limit_v1(self, path, quota, period):
        self._write(f'cpu/{path}', 'cpu.cfs_quota_us', quota)
        self._write(f'cpu/{path}', 'cpu.cfs_period_us', period)

    def quota(self, *own):
        self._own.write_text('\n'.join(own) + '\n')
        return cpu_quota(self.root, str(self._own))

    def cores(self, *own):
        self._own.write_text('\n'.join(own) + '\n')
        return core_count(self.root, str(self._own))

    def _write(self, path, name, text):
        (self._folder / path).mkdir(parents=True, exist_ok=True)
        (self._folder / path / name).write_text(f'{text}\n')


@pytest.fixture
def groups(tmp_path):
    return Groups(tmp_path)


@pytest.fixture
def free():
    """Cores without control groups."""
    return core_count('/nowhere', '/nowhere/cgroup')


def test_no_control_groups(free, groups):
    assert free == len(os.sched_getaffinity(0))
    assert groups.quota('0::/') is None
    assert groups.cores('0::/') == free


def test_no_limit(groups, free):
    groups.limit('', 'max 100000')
    groups.limit_v1('', -1, 100000)
    assert groups.quota('3:cpu,cpuacct:/', '0::/') is None
    assert groups.cores('3:cpu,cpuacct:/', '0::/') == free


@pytest.mark.parametrize('quota, cores', [
    (1_000, 1),
    (50_000, 1),
    (100_000, 1),
    (100_001, 2),
    (150_000, 2),
    (10**9, None),
])
def test_parts_of_cores_are_rounded_up(groups, free, quota, cores):
    groups.limit('', f'{quota} 100000')
    groups.limit_v1('', quota, 100_000)

    expected = min(free, cores or free)
    assert groups.cores('0::/') == groups.cores('4:cpu:/') == expected


def test_the_smallest_of_the_groups_above_each_other_counts(groups):
    groups.limit('', 'max 100000')
    groups.limit('pod', '150000 100000')
    groups.limit('pod/job', '80000 20000')

    assert groups.quota('0::/pod/job') == 1.5
    assert groups.quota('0::/pod') == 1.5
    assert groups.quota('0::/') is None
    # Not of those beside or below.
    groups.limit('pod/other', '1000 100000')
    assert groups.quota('0::/pod/job') == 1.5


def test_version_1(groups):
    groups.limit_v1('docker/1', 250_000, 100_000)
    groups.limit_v1('docker', -1, 100_000)

    assert groups.quota('5:memory:/docker/1', '4:cpuacct,cpu:/docker/1',
                        '0::/') == 2.5
    assert groups.quota('5:cpuset:/docker/1', '0::/') is None
    # A container sees its own group at the top.
    groups.limit_v1('', 50_000, 100_000)
    assert groups.quota('4:cpu:/docker/2') == .5


def test_files_that_say_nothing(groups):
    groups.limit('', '')
    groups.limit_v1('', '', '')
    assert groups.quota('0::/', '4:cpu:/') is None
