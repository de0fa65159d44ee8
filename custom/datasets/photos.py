"""Image files on disk: size and orientation without decoding the pixels."""
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple, Union

from PIL import Image

from custom.errors import InputError
from custom.image import read_image

_ORIENTATION = 0x0112
# How a whole file ends. What follows the mark, if anything, is metadata.
_END_MARKS = {'JPEG': b'\xff\xd9', 'MPO': b'\xff\xd9', 'PNG': b'IEND'}
_TAIL = 1024


class Photo(NamedTuple):
    """Size in pixels as decoded, and how the stored pixels get there.

    ``orientation`` is the EXIF value 1 to 8; 1 means stored upright, 5 to 8
    that the stored pixels are ``height`` wide and ``width`` high.
    """
    width: int
    height: int
    orientation: int


def probe(path: Path) -> Photo:
    """Reads the header of an image file.

    Raises:
        InputError: There is no such file, or it is cut off or no image.
    """
    try:
        with Image.open(path) as image:
            width, height = image.size
            orientation = _orientation(image)
            whole = _looks_whole(path, image.format)
    # Pillow's decoders raise far more than OSError on hostile headers.
    except Exception:
        whole = False
    if not whole:
        height, width = read_image(str(path)).shape[:2]
        orientation = 1
    if orientation >= 5:
        width, height = height, width
    return Photo(width, height, orientation)


def probe_all(paths: Iterable[Path]) -> Iterator[Union[Photo, InputError]]:
    """:func:`probe` of many files at once, errors returned in their place."""
    with warnings.catch_warnings(), ThreadPoolExecutor(8) as pool:
        warnings.simplefilter('ignore')  # Pillow's notes on odd metadata
        yield from pool.map(_probe_or_error, paths)


def _probe_or_error(path: Path) -> Union[Photo, InputError]:
    try:
        return probe(path)
    except InputError as error:
        return error


def _orientation(image: Image.Image) -> int:
    if image.format == 'TIFF':  # Pillow reports its size as decoded already
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block counts as none
        return 1
    return value if value in range(1, 9) else 1


def _looks_whole(path: Path, image_format: str) -> bool:
    mark = _END_MARKS.get(image_format)
    if mark is None:
        return True
    with open(path, 'rb') as file:
        file.seek(-min(_TAIL, path.stat().st_size), 2)
        return mark in file.read()
