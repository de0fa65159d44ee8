"""Notice: the icon sets that a data set shows, and their licenses."""
from typing import Sequence

from .icon_set import IconSet


def notice(sets: Sequence[IconSet]) -> str:
    """Text of the file ``NOTICE``: who made the icons, and their licenses."""
    parts = [
        'The pictures of this data set show icons of the sets below, changed '
        'in color,\nline, texture and shape. Whoever passes the pictures on '
        'passes on this notice, and\nkeeps to the licenses.\n'
    ]
    for one in sets:
        parts.append(f'{one.title} ({one.package} {one.version})\n'
                     f'  by {one.author}\n  license: {one.license}\n')
    return '\n'.join(parts)
