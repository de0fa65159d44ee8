"""Icon catalog: the icons of several sets, by class."""
import functools
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple

from custom.utils.errors import InputError
from .icon_set import IconSet, read_icon_set
from .names import CLASS_ICONS, OTHER_ICONS, spelling


class Icon(NamedTuple):
    """Icon: the set it is of, and its SVG text."""
    set_name: str
    svg: str


class IconCatalog(NamedTuple):
    """Icons of several sets.

    Attributes:
        sets: In the order of their names.
        icons: By class name; a class that no set shows has no entry.
        others: Icons that show none of the classes.
    """
    sets: Tuple[IconSet, ...]
    icons: Dict[str, List[Icon]]
    others: List[Icon]


@functools.lru_cache(maxsize=1)
def read_catalog(folders: Tuple[str, ...]) -> IconCatalog:
    """Reads icon sets, each an unpacked ``@iconify-json`` package.

    Raises:
        InputError: A folder isn't such a package, is of the same set as
            another, or has no icon of any class.
    """
    return make_catalog([read_icon_set(Path(folder)) for folder in folders])


def make_catalog(sets: Sequence[IconSet]) -> IconCatalog:
    """Sorts the icons of several sets by class."""
    names = [one.name for one in sets]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f'icon set {name}: is given twice. Give each '
                             'folder once')
    sets = sorted(sets, key=lambda one: one.name)
    icons: Dict[str, List[Icon]] = {}
    others: List[Icon] = []
    for one in sets:
        found = 0
        for class_name, wanted in CLASS_ICONS.items():
            chosen = _choose(one, wanted)
            found += len(chosen)
            if chosen:
                icons.setdefault(class_name, []).extend(chosen)
        others += _choose(one, OTHER_ICONS)
        if not found:
            raise InputError(
                f'icon set {one.name}: none of its {len(one.icons)} icons has '
                'a name of a class (custom/sample_data/icons/names.py). '
                'Leave it out')
    return IconCatalog(tuple(sets), icons, others)


def _choose(one: IconSet, names: Sequence[str]) -> List[Icon]:
    """The set's icons of these names, each picture once."""
    wanted = {spelling(name) for name in names}
    svgs = [s for name, s in one.icons.items() if spelling(name) in wanted]
    return [Icon(one.name, svg) for svg in dict.fromkeys(svgs)]
