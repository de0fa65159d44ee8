"""Image files on disk: size and orientation without decoding the pixels."""
import io
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Iterable, Iterator, NamedTuple, Union

from PIL import Image

from custom.utils.errors import InputError
from custom.utils.image_io import drop_xmp, read_image

_ORIENTATION = 0x0112
# How a whole file ends. What follows the mark, if anything, is metadata.
_END_MARKS = {'JPEG': b'\xff\xd9', 'MPO': b'\xff\xd9', 'PNG': b'IEND'}
_TAIL = 1024
# Files of which the next are probed ahead.
_BATCH = 256
_PNG_START = b'\x89PNG\r\n\x1a\n'


class ImageInfo(NamedTuple):
    """Size in pixels as decoded, and how the stored pixels get there.

    ``orientation`` is the EXIF value 1 to 8; 1 means stored upright, 5 to 8
    that the stored pixels are ``height`` wide and ``width`` high.
    """
    width: int
    height: int
    orientation: int


def read_image_info(path: Path) -> ImageInfo:
    """Reads the header of an image file.

    Raises:
        InputError: There is no such file, or it is cut off or no image.
    """
    photo = None
    try:
        with open(path, 'rb') as file, Image.open(file) as image:
            photo = image_info(image)
            whole = looks_whole(file, image.format)
    # Pillow's decoders raise far more than OSError on hostile headers.
    except Exception:
        whole = False
    if not whole:
        # A phone may have put a film behind the photo: EXIF still turns it.
        height, width = read_image(str(path)).shape[:2]
        return ImageInfo(width, height, photo.orientation if photo else 1)
    return photo


def read_image_infos(
        paths: Iterable[Path]) -> Iterator[Union[ImageInfo, InputError]]:
    """:func:`read_image_info` of many files; errors are returned in place."""
    paths = iter(paths)
    with warnings.catch_warnings(), ThreadPoolExecutor(8) as pool:
        warnings.simplefilter('ignore')  # Pillow's notes on odd metadata
        # A hundred thousand planned at once would take 200 MB.
        while batch := [*islice(paths, _BATCH)]:
            yield from pool.map(_probe_or_error, batch)


def image_info(image: Image.Image) -> ImageInfo:
    """Size, mode and orientation of an opened image, from its header."""
    width, height = image.size
    orientation = _orientation(image)
    if orientation >= 5:
        width, height = height, width
    return ImageInfo(width, height, orientation)


def looks_whole(file: BinaryIO, image_format: str) -> bool:
    """Whether the file ends as files of that format do, where a format has
    an end mark at all. Moves the file's position."""
    mark = _END_MARKS.get(image_format)
    if mark is None:
        return True
    size = file.seek(0, 2)
    file.seek(size - min(_TAIL, size))
    return mark in file.read()


def is_cut_off(data: bytes) -> bool:
    """Whether a JPEG, PNG or WebP that can't be decoded lacks its end."""
    if data.startswith(b'\xff\xd8'):
        return not looks_whole(io.BytesIO(data), 'JPEG')
    if data.startswith(_PNG_START):
        return not looks_whole(io.BytesIO(data), 'PNG')
    told = int.from_bytes(data[4:8], 'little') + 8
    return data.startswith(b'RIFF') and told > len(data)


def _probe_or_error(path: Path) -> Union[ImageInfo, InputError]:
    try:
        return read_image_info(path)
    except InputError as error:
        return error


def _orientation(image: Image.Image) -> int:
    if image.format == 'TIFF':  # Pillow reports its size as decoded already
        return 1
    drop_xmp(image)
    try:
        # For a PNG, Pillow decodes all pixels to see what comes behind them.
        if image.format == 'PNG' and not _metadata_follows(image.fp):
            exif = Image.Image.getexif(image)
        else:
            exif = image.getexif()
        value = exif.get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block counts as none
        return 1
    return value if value in range(1, 9) else 1


def _metadata_follows(file: BinaryIO) -> bool:
    """Whether a PNG has a chunk behind its pixels that may be EXIF."""
    position = file.tell()
    file.seek(len(_PNG_START))
    pixels = False
    try:
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack('>I4s', head)
            pixels |= kind == b'IDAT'
            if pixels and kind in (b'eXIf', b'tEXt', b'zTXt', b'iTXt'):
                return True
            file.seek(length + 4, 1)  # the chunk and its checksum
        return False
    finally:
        file.seek(position)
