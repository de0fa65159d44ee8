"""Memory of device and control group, and an error for when it runs out."""
import multiprocessing
import os
import re
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

import torch
from mmengine.config import Config
from mmengine.device import is_cuda_available

from custom.utils.cgroup import (CGROUP_ROOT, OWN_GROUPS, CgroupFolder,
                                 cgroup_folders)
from custom.utils.errors import InputError

# Of the limit: batches differ, and memory that is freed comes back in pieces.
SAFE_SHARE = 0.8
# Version 1 writes almost 2**63 for "no limit".
_NO_LIMIT = 2**60
# By version: limit, use, what the kernel can drop.
_FILES = {
    1:
    ('memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'),
    2: ('memory.max', 'memory.current', 'inactive_file')
}


class MemoryLimitError(InputError):
    """Error of a batch that is too large for the memory."""


class Memory(NamedTuple):
    """Memory in bytes: what is used, and the most that could be."""
    used: int
    limit: int

    def __str__(self) -> str:
        return f'{self.used / 1e9:.1f} of {self.limit / 1e9:.1f} GB'


def device_memory() -> Memory:
    """Memory of the device that trains, for this process.

    Returns:
        On a GPU the most that torch has reserved so far; on a CPU what this
        process and its loader workers hold, what they share counted once, 0
        where the system doesn't tell. And that together with what is free, in
        a container within its limit.
    """
    if is_cuda_available():
        free, _ = torch.cuda.mem_get_info()
        return Memory(torch.cuda.max_memory_reserved(),
                      torch.cuda.memory_reserved() + free)
    workers = (child.pid for child in multiprocessing.active_children())
    used = sum(map(_resident, (os.getpid(), *workers)))
    return Memory(used, used + _free())


def cgroup_memory(root: str = CGROUP_ROOT,
                  own: str = OWN_GROUPS) -> Optional[Memory]:
    """Memory of the control group (cgroup, version 1 or 2) of this process.

    The kernel kills without a word a process of a group that reaches its
    limit, as a container with ``--memory`` has one. Of the groups that stand
    above each other it is the one with the least left.

    Args:
        root, own: As of :func:`custom.utils.cgroup.cgroup_folders`.

    Returns:
        Without the files that the kernel keeps in memory and can drop; None
        where nothing is limited.
    """
    groups = filter(None, map(_read_group, cgroup_folders('memory', root,
                                                          own)))
    return min(
        groups, key=lambda group: group.limit - group.used, default=None)


def fitting_batch(smaller: Tuple[int, int], larger: Tuple[int, int],
                  limit: int) -> int:
    """Batch size whose memory stays within SAFE_SHARE of a limit, on a line
    through two measurements.

    Args:
        smaller: A batch size, 0 for none yet, and its bytes.
        larger: The same of a larger batch.
        limit: Bytes there are.
    """
    slope = (larger[1] - smaller[1]) / (larger[0] - smaller[0])
    left = SAFE_SHARE * limit - larger[1]
    return max(0, int(larger[0] + left // max(slope, 1)))


def memory_limit_error(cfg: Config,
                       memory: Optional[Memory] = None,
                       fitting: Optional[int] = None) -> MemoryLimitError:
    """Error that tells what did not fit, and what would.

    Args:
        cfg: Of the run.
        memory: As it was then, if that is known.
        fitting: The batch size that would fit; half of this one by default.
    """
    batch = cfg.train_dataloader.batch_size
    fitting = min(batch - 1, batch // 2 if fitting is None else fitting)
    cure = (f'Train with --batch {fitting}, or let --batch auto find the '
            'largest that fits' if fitting > 0 else
            'Train on smaller images (scale of Resize), with --amp, or a '
            'smaller model')
    return MemoryLimitError(
        f'{cfg.filename}: memory ran out with a batch of {batch}'
        f'{f", {memory} were used" if memory else ""}. {cure}.')


def explain_out_of_memory(error: BaseException,
                          cfg: Config) -> Optional[MemoryLimitError]:
    """Explanation of an error of a training as one of memory.

    Args:
        error: What the training raised.
        cfg: Of the run.

    Returns:
        None for an error of another kind.
    """
    # Of a CPU, torch has no type for it.
    ran_out = isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError)
        and re.search("DefaultCPUAllocator: (can't|not enough)", str(error)))
    return memory_limit_error(cfg, device_memory()) if ran_out else None


def _resident(pid: int) -> int:
    try:
        text = Path(f'/proc/{pid}/smaps_rollup').read_text()
    except OSError:  # not Linux, or it has ended
        return 0
    return 1024 * int(re.search(r'^Pss: +(\d+) kB', text, re.M)[1])


def _free() -> int:
    try:
        text = Path('/proc/meminfo').read_text()
    except OSError:  # not Linux
        return 0
    free = 1024 * int(re.search(r'^MemAvailable: +(\d+) kB', text, re.M)[1])
    group = cgroup_memory()
    return min(free, group.limit - group.used) if group else free


def _read_group(group: CgroupFolder) -> Optional[Memory]:
    limit, used, cached = _FILES[group.version]
    try:
        most = int((group.path / limit).read_text())
        now = int((group.path / used).read_text())
        stat = (group.path / 'memory.stat').read_text()
    except (OSError, ValueError):  # no such group, or "max"
        return None
    droppable = re.search(rf'^{cached} (\d+)', stat, re.M)
    now -= int(droppable[1]) if droppable else 0
    return Memory(now, most) if most < _NO_LIMIT else None
