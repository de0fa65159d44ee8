"""Control groups (cgroups) of this process, as containers have them."""
from pathlib import Path
from typing import Iterator, NamedTuple

CGROUP_ROOT = '/sys/fs/cgroup'
OWN_GROUPS = '/proc/self/cgroup'


class CgroupFolder(NamedTuple):
    """Folder of a control group, with files named as in this version."""
    path: Path
    version: int


def cgroup_folders(controller: str,
                   root: str = CGROUP_ROOT,
                   own: str = OWN_GROUPS) -> Iterator[CgroupFolder]:
    """Folders of this process's groups and of all above, of both versions.

    Not all of them need to be there, and their limits count together.

    Args:
        controller: What is limited: ``'memory'`` or ``'cpu'``.
        root: Where the control groups are mounted.
        own: The file that names those of this process.
    """
    try:
        lines = Path(own).read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(':', 2)
        if controllers and controller not in controllers.split(','):
            continue
        top = Path(root, controller if controllers else '')
        # A container may see its own group at the top, under another path.
        group = top / path.lstrip('/')
        for folder in (group, *group.parents):
            if folder.is_relative_to(top):
                yield CgroupFolder(folder, 1 if controllers else 2)
