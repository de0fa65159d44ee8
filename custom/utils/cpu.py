"""CPU count: how many processes or threads can work at once."""
import math
import os
from typing import Optional

from custom.utils.cgroup import (CGROUP_ROOT, OWN_GROUPS, CgroupFolder,
                                 cgroup_folders)


def core_count(root: str = CGROUP_ROOT, own: str = OWN_GROUPS) -> int:
    """Cores that this process may use, at least 1.

    Those that it may run on, or as many as the CPU time of its control group
    lasts for, rounded up: a container with ``--cpus 1.5`` sees all cores of
    its host, and with a thread for each it stands still most of the time.

    Args:
        root, own: As of :func:`custom.utils.cgroup.cgroup_folders`.
    """
    quota = cpu_quota(root, own)
    cores = _affinity()
    return cores if quota is None else max(1, min(cores, math.ceil(quota)))


def cpu_quota(root: str = CGROUP_ROOT,
              own: str = OWN_GROUPS) -> Optional[float]:
    """Cores' worth of CPU time that the control groups of this process allow,
    the least of those above each other; None where nothing is limited."""
    quotas = map(_read_quota, cgroup_folders('cpu', root, own))
    return min((one for one in quotas if one is not None), default=None)


def _affinity() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_quota(group: CgroupFolder) -> Optional[float]:
    try:
        if group.version == 2:
            quota, period = (group.path / 'cpu.max').read_text().split()
        else:
            quota, period = ((group.path / f'cpu.cfs_{name}_us').read_text()
                             for name in ('quota', 'period'))
        share = int(quota) / int(period)
    except (OSError, ValueError):  # no such group, or "max"
        return None
    return share if share > 0 else None  # version 1 has -1 for no limit
