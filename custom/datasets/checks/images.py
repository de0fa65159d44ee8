"""The image files that the annotations name, and those that they don't."""
import posixpath
from typing import Dict, Iterable, Iterator, Mapping, Sequence, Tuple

from custom.datasets.checks.problem import Problem
from custom.datasets.scan import Scan
from custom.datasets.table import Table

# Sides that a resize has rounded differ from one factor by a pixel at most.
_ROUNDING = 1.0
# What everything shows as it is.
_USUAL_MODES = ('RGB', 'L', '1')
_MODE_WORDS = {
    'CMYK': 'CMYK, colours for print',
    'P': 'a palette',
    'PA': 'a palette with transparency',
    'P;A': 'a palette with transparency',
    'RGBA': 'transparent pixels',
    'LA': 'transparent pixels',
    'La': 'transparent pixels',
    'RGBa': 'transparent pixels',
    'I;16': '16-bit grey',
    'I;16B': '16-bit grey',
    'I': '32-bit grey',
    'F': 'grey in floating point',
}
# A photo and what a camera keeps with it: a preview, a depth map.
_NO_ANIMATION = ('MPO', )
_TURNED = (5, 6, 7, 8)


def check_images(table: Table, scans: Mapping[str, Scan]) -> Iterator[Problem]:
    """All ``image-…`` problems but ``image-repeated``, ``image-empty`` and
    ``image-unrecorded``.

    Args:
        table: The file.
        scans: Of every file name in the table, '' apart.
    """
    for row, name in enumerate(table.file_names):
        if not name:
            continue
        width, height = table.sizes[row].tolist()
        for code, detail in _of_one(scans[name], width, height):
            yield Problem(code, table.split, table.name_image(row),
                          f'"{name}" {detail}', [name])


def check_unrecorded(tables: Iterable[Table],
                     files: Sequence[str]) -> Iterator[Problem]:
    """``image-unrecorded``.

    Args:
        tables: Of all splits.
        files: The image files that are there, relative to ``images/``, with
            ``/`` between folders.
    """
    named: Dict[str, str] = {}
    for table in tables:
        named.update((posixpath.normpath(name), name)
                     for name in table.file_names if name)
    there = set(files)
    wanted = {
        _loosely(path): name
        for path, name in named.items() if path not in there
    }
    for name in files:
        if name not in named:
            meant = wanted.get(_loosely(name))
            hint = f'; perhaps "{meant}" is meant by it' if meant else ''
            yield Problem('image-unrecorded', '', name,
                          f'no split names it{hint}', [name])


def _loosely(name: str) -> str:
    """A name as the careless write it: Cat.JPG is cat.jpeg."""
    return posixpath.splitext(name)[0].casefold()


def _of_one(scan: Scan, width: float,
            height: float) -> Iterator[Tuple[str, str]]:
    """The code and the detail of every problem of an image."""
    if scan.error:
        yield (f'image-{_failure(scan)}', f'cannot be used: {scan.error}')
        return
    yield from _size_problems(scan, width, height)
    if scan.frames > 1 and scan.format not in _NO_ANIMATION:
        yield 'image-animated', f'has {scan.frames} frames ({scan.format})'
    if scan.mode not in _USUAL_MODES:
        yield 'image-mode', f'has {_mode_words(scan.mode)} ({scan.format})'


def _failure(scan: Scan) -> str:
    if scan.missing:
        return 'missing'
    return 'truncated' if scan.truncated else 'unreadable'


def _size_problems(scan: Scan, width: float,
                   height: float) -> Iterator[Tuple[str, str]]:
    # Malformed sizes are NaN, and told where they were read.
    known = width == width and height == height
    shown = f'{scan.width} x {scan.height}'
    told = f'the record says {width:g} x {height:g}'
    exif = f'EXIF orientation {scan.orientation}'
    if known and (width, height) != (scan.width, scan.height):
        if scan.orientation in _TURNED and (height, width) == (scan.width,
                                                               scan.height):
            yield ('image-rotated',
                   f'is {shown} pixels as shown ({exif}), {told}')
        else:
            yield ('image-size', f'is {shown} pixels, {told}'
                   f'{_factor(scan, width, height)}')
    elif scan.orientation in _TURNED and known and width != height:
        yield 'image-turned', f'is {shown} pixels as shown ({exif})'
    elif scan.orientation != 1:
        yield 'image-exif', f'is {shown} pixels with or without {exif}'


def _factor(scan: Scan, width: float, height: float) -> str:
    """The one factor from the record to the file, where there is one."""
    scale = scan.width / width
    if abs(height * scale - scan.height) > _ROUNDING:
        return ''
    return f': {scale:.3g} times that'


def _mode_words(mode: str) -> str:
    if mode in _MODE_WORDS:
        return _MODE_WORDS[mode]
    if '16' in mode:
        return '16-bit colours'
    return ('one colour that means transparent'
            if mode.endswith(';A') else f'{mode} pixels')
