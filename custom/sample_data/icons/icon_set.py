"""Icon set reader: an unpacked ``@iconify-json`` package."""
import hashlib
import json
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

from custom.utils.errors import InputError

_MEND = ('Name the folder of an unpacked package @iconify-json/NAME, which '
         'holds icons.json, info.json and package.json')


class IconSet(NamedTuple):
    """Icon set.

    Attributes:
        name: E.g. ``noto``.
        title: E.g. ``Noto Emoji``.
        author: Name and address.
        package: E.g. ``@iconify-json/noto``.
        version: Of the package.
        license: SPDX identifier and address.
        digest: Of the file that holds the icons.
        icons: SVG text of each icon and each alias, by name.
        classes: Names of its icons by class name, and ``other``, where they
            are no names of :mod:`.names`.
    """
    name: str
    title: str
    author: str
    package: str
    version: str
    license: str
    digest: str
    icons: Dict[str, str]
    classes: Optional[Dict[str, List[str]]] = None


def read_icon_set(folder: Path) -> IconSet:
    """Reads an icon set.

    Raises:
        InputError: A file is missing or isn't what such a package holds.
    """
    folder = Path(folder)
    package, info, content = (
        read_json(folder / f'{name}.json', _MEND)
        for name in ('package', 'info', 'icons'))
    try:
        return IconSet(
            str(content['prefix']), str(info['name']),
            _joined(info['author'], 'name'), str(package['name']),
            str(package['version']), _joined(info['license'], 'spdx'),
            hashlib.sha256((folder / 'icons.json').read_bytes()).hexdigest(),
            _svgs(content))
    except KeyError as error:
        raise InputError(f'{folder}: its files name no {error}. '
                         f'{_MEND}') from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f'{folder}: its files are not an icon set ({error}). '
                         f'{_MEND}') from error


def read_json(path: Path, mend: str) -> dict:
    """Reads a package's JSON object.

    Args:
        path: Of the file.
        mend: What to do where it isn't one.

    Raises:
        InputError: It can't be read, or is none.
    """
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}). '
                         f'{mend}') from error
    except ValueError as error:
        raise InputError(f'{path}: is not JSON ({error}). {mend}') from error
    if not isinstance(content, dict):
        raise InputError(f'{path}: is not a JSON object. {mend}')
    return content


def _joined(entry: dict, key: str) -> str:
    return ', '.join(str(entry[k]) for k in (key, 'url') if entry.get(k))


def _svgs(content: dict) -> Dict[str, str]:
    icons = {
        name: _svg(icon, content)
        for name, icon in content['icons'].items()
        if not icon.get('hidden') and '<image' not in icon['body']
    }
    for name, alias in content.get('aliases', {}).items():
        # One that is turned or mirrored adds nothing: so are all, here.
        if set(alias) == {'parent'} and alias['parent'] in icons:
            icons[name] = icons[alias['parent']]
    return icons


def _svg(icon: dict, content: dict) -> str:
    """SVG text around an icon's body."""
    left, top = icon.get('left', 0), icon.get('top', 0)
    width, height = (
        float(icon.get(side, content.get(side, 16)))
        for side in ('width', 'height'))
    return ('<svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{left:g} {top:g} {width:g} {height:g}">'
            f'{icon["body"]}</svg>')


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
