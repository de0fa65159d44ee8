"""Clip art reader: the Open Clip Art Library, as an icon set.

Drawings by many people, given to the public domain, in the folders of
Debian's package ``openclipart-svg``. Their names are no names of classes, so
``openclipart.txt`` lists those that show one thing: its class, or ``other``
where it is none of them, and the path without ``.svg``.
"""
import hashlib
import re
from pathlib import Path
from typing import Dict, List

from custom.utils.errors import InputError
from .icon_set import IconSet

# Name of the set, and of its folder.
CLIP_ART = 'openclipart'
# In the list, a thing of none of the classes.
OTHER = 'other'
_DRAWINGS = Path('usr', 'share', CLIP_ART, 'svg')
# The classes of its drawings, and their paths.
LIST = Path(__file__).with_name('openclipart.txt')
_MEND = 'Name the folder of the unpacked package openclipart-svg 0.18'
# Pixels of a unit of length, at 90 an inch, as these drawings have them.
_UNITS = {'': 1, 'px': 1, 'pt': 1.25, 'mm': 90 / 25.4, 'cm': 90 / 2.54}
_TAG = re.compile(r'<svg\b[^>]*>')
_SIDE = r'\s{}\s*=\s*"\s*([\d.]+)\s*([a-z%]*)\s*"'


def is_clip_art(folder: Path) -> bool:
    """Whether a folder is that of the unpacked package."""
    return (Path(folder) / _DRAWINGS).is_dir()


def read_clip_art(folder: Path) -> IconSet:
    """Reads the drawings that the list names.

    Args:
        folder: Of the unpacked package ``openclipart-svg``.

    Raises:
        InputError: A file is missing or isn't SVG.
    """
    folder = Path(folder) / _DRAWINGS
    digest = hashlib.sha256()
    icons: Dict[str, str] = {}
    classes: Dict[str, List[str]] = {}
    for line in LIST.read_text(encoding='utf-8').splitlines():
        class_name, name = line.split()
        path = folder / f'{name}.svg'
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f'{path}: cannot be read ({error.strerror}). '
                             f'{_MEND}') from error
        digest.update(content)
        icons[name] = _sized(content.decode('utf-8', 'replace'), path)
        classes.setdefault(class_name, []).append(name)
    return IconSet(
        CLIP_ART, 'Open Clip Art Library',
        'its contributors, https://openclipart.org', 'openclipart-svg', '0.18',
        'CC-PDDC, https://creativecommons.org/licenses/publicdomain/',
        digest.hexdigest(), icons, classes)


def _sized(svg: str, path: Path) -> str:
    """SVG text whose size is its view box alone: resvg refuses lengths with
    a unit in files of some old editors."""
    found = _TAG.search(svg)
    if not found:
        raise InputError(f'{path}: is not SVG. {_MEND}')
    tag = found.group()
    sides = [
        re.search(_SIDE.format(name), tag) for name in ('width', 'height')
    ]
    bare = re.sub(_SIDE.format('(?:width|height)'), '', tag)
    if 'viewBox' not in bare:
        try:
            box = ' '.join(f'{float(side[1]) * _UNITS[side[2]]:g}'
                           for side in sides)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f'{path}: has no size. {_MEND}') from error
        bare = f'{bare[:-1]} viewBox="0 0 {box}">'
    return svg[:found.start()] + bare + svg[found.end():]
