"""Check of image files: missing, damaged, rotated, of another size."""
import posixpath
import unicodedata
from typing import (Callable, Dict, Iterable, Iterator, List, Mapping,
                    Optional, Sequence, Tuple)

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.images.scan import ImageScan

# Sides that a resize has rounded differ from one factor by a pixel at most.
_ROUNDING = 1.0
# What everything shows as it is.
_USUAL_MODES = ('RGB', 'L', '1')
_MODE_WORDS = {
    'CMYK': 'CMYK, colors for print',
    'P': 'a palette',
    'PA': 'a palette with transparency',
    'P;A': 'a palette with transparency',
    'RGBA': 'transparent pixels',
    'LA': 'transparent pixels',
    'La': 'transparent pixels',
    'RGBa': 'transparent pixels',
    'I;16': '16-bit gray',
    'I;16B': '16-bit gray',
    'I': '32-bit gray',
    'F': 'gray in floating point',
}
# A photo and what a camera keeps with it: a preview, a depth map.
_NO_ANIMATION = ('MPO', )
_TURNED = (5, 6, 7, 8)


def check_images(table: AnnotationTable,
                 scans: Mapping[str, ImageScan],
                 meant: Optional[Mapping[str, str]] = None) -> Iterator[Issue]:
    """All ``image-…`` problems but ``image-repeated``, ``image-empty`` and
    ``image-unrecorded``.

    Args:
        table: The file.
        scans: Of every file name in the table, '' apart.
        meant: Of :func:`meant_files`.
    """
    for row, name in enumerate(table.file_names):
        if not name:
            continue
        width, height = table.sizes[row].tolist()
        there = (meant or {}).get(posixpath.normpath(name))
        hint = (f'; perhaps images/{there} is meant{_form(name, there)}'
                if there else '')
        for code, detail in _of_one(scans[name], width, height):
            yield Issue(code, table.split, table.name_image(row),
                        f'"{name}" {detail}{hint}', [name])


def check_unrecorded(tables: Iterable[AnnotationTable], files: Sequence[str],
                     meant: Mapping[str, str]) -> Iterator[Issue]:
    """``image-unrecorded``.

    Args:
        tables: Of all splits.
        files: The image files that are there, relative to ``images/``, with
            ``/`` between folders.
        meant: Of :func:`meant_files`.
    """
    named = named_files(tables)
    wanted = {there: named[path] for path, there in meant.items()}
    for name in files:
        if name not in named:
            hint = ''
            if name in wanted:
                other = wanted[name]
                form = _form(name, other)
                hint = f'; perhaps "{other}" is meant by it{form}'
            yield Issue('image-unrecorded', '', name,
                        f'no split names it{hint}', [name])


def meant_files(tables: Iterable[AnnotationTable], scans: Mapping[str,
                                                                  ImageScan],
                files: Iterable[str]) -> Dict[str, str]:
    """The file that each file name which is not there may mean.

    It is one that no split names, of the same path but for case, suffix, kind
    of slash and Unicode form, or else of the same name in another folder,
    where there is only one.

    Args:
        tables, files: As for :func:`check_unrecorded`.
        scans: As for :func:`check_images`.

    Returns:
        From paths without ``./`` and the like.
    """
    named = named_files(tables)
    missing = [path for path, name in named.items() if scans[name].missing]
    spare = [name for name in files if name not in named]
    return {
        **_only_pairs(missing, spare, lambda path: posixpath.basename(
            _loosely(path))),
        **_only_pairs(missing, spare, _loosely),
    }


def _only_pairs(names: Iterable[str], others: Iterable[str],
                key: Callable[[str], str]) -> Dict[str, str]:
    """One-to-one matches of names by key; ambiguous keys are left out."""
    groups: Dict[str, Tuple[List[str], List[str]]] = {}
    for side, paths in enumerate((names, others)):
        for path in paths:
            groups.setdefault(key(path), ([], []))[side].append(path)
    return {
        ones[0]: twos[0]
        for ones, twos in groups.values() if len(ones) == len(twos) == 1
    }


def named_files(tables: Iterable[AnnotationTable]) -> Dict[str, str]:
    """Named files of the tables, by the path without ``./`` and the like."""
    found = {}
    for table in tables:
        for name in filter(None, table.file_names):
            path = posixpath.normpath(name)
            found[name if path == name else path] = name  # no text twice
    return found


def _loosely(name: str) -> str:
    """Normalized path for loose matching: Sub\\Cat.JPG is sub/cat.jpeg. A Mac
    takes the letters of Hangul apart, and é."""
    path = unicodedata.normalize('NFC', name).replace('\\', '/')
    return posixpath.splitext(path)[0].casefold()


def _form(name: str, other: str) -> str:
    """Note on the Unicode form of two names that look the same, or ''."""
    same = unicodedata.normalize('NFC',
                                 name) == unicodedata.normalize('NFC', other)
    return ' (the same letters in another Unicode form)' if same else ''


def one_factor(size: Tuple[float, float],
               other: Tuple[float, float]) -> Optional[float]:
    """What a width and height were multiplied by to be the others; None where
    it is not one factor, but for the rounding of a resize."""
    factor = other[0] / size[0]
    return factor if abs(size[1] * factor - other[1]) <= _ROUNDING else None


def _of_one(scan: ImageScan, width: float,
            height: float) -> Iterator[Tuple[str, str]]:
    """Issues of one image, as code and detail."""
    if scan.error:
        yield (f'image-{_failure(scan)}', f'cannot be used: {scan.error}')
        return
    yield from _size_problems(scan, width, height)
    if scan.frames > 1 and scan.format not in _NO_ANIMATION:
        yield 'image-animated', f'has {scan.frames} frames ({scan.format})'
    if scan.mode not in _USUAL_MODES:
        yield 'image-mode', f'has {_mode_words(scan.mode)} ({scan.format})'


def _failure(scan: ImageScan) -> str:
    if scan.missing:
        return 'missing'
    return 'truncated' if scan.truncated else 'unreadable'


def _size_problems(scan: ImageScan, width: float,
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


def _factor(scan: ImageScan, width: float, height: float) -> str:
    """The one factor from the record to the file, where there is one."""
    factor = one_factor((width, height), (scan.width, scan.height))
    if factor is None:
        return ''
    shown = f'{factor:.3g}'
    return ': nearly the same' if shown == '1' else f': {shown} times that'


def _mode_words(mode: str) -> str:
    if mode in _MODE_WORDS:
        return _MODE_WORDS[mode]
    if '16' in mode:
        return '16-bit colors'
    return ('one color that means transparent'
            if mode.endswith(';A') else f'{mode} pixels')
