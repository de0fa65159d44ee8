"""Bytes from anybody into a picture: what is too much or no picture is
refused before it is decoded."""
import io
import warnings
from typing import Callable, NamedTuple, Optional, Tuple

import cv2
import numpy as np
from PIL import Image

from custom.errors import InputError
from custom.fit import Fit
from custom.image import decode_image
from custom.server.errors import ServiceError

# Pillow's name of each format, and how its files begin.
_TAKEN = {
    'JPEG': (b'\xff\xd8\xff', ),
    'PNG': (b'\x89PNG\r\n\x1a\n', ),
    'GIF': (b'GIF87a', b'GIF89a'),
    'BMP': (b'BM', ),
    'TIFF': (b'II*\0', b'MM\0*', b'II+\0', b'MM\0+'),
}
# What people send that isn't taken, beside what else Pillow knows.
_OTHERS = {
    'PDF': (b'%PDF', ),
    'SVG or HTML': (b'<svg', b'<?xml', b'<!DOCTYPE', b'<html'),
    'a ZIP archive': (b'PK\x03\x04', ),
}


class Picture(NamedTuple):
    """A decoded upload.

    Attributes:
        pixels: uint8 (h, w, 3), BGR, in the size that the model wants.
        width, height: Those of the upload, as a person sees it.
    """
    pixels: np.ndarray
    width: int
    height: int


def decode_upload(data: bytes, max_pixels: float,
                  fit: Optional[Fit]) -> Picture:
    """Decodes an upload, as :func:`custom.image.decode_image` does.

    Args:
        data: The bytes of the file.
        max_pixels: Width times height, at most; of the header.
        fit: Size that the model wants; None to leave it.

    Raises:
        ServiceError: ``unsupported_type``, ``too_many_pixels`` or
            ``bad_picture``.
    """
    kind = _format(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            with Image.open(io.BytesIO(data), formats=[kind]) as opened:
                width, height = opened.size
    except Image.DecompressionBombError as error:
        raise ServiceError('too_many_pixels', f'{error}.') from None
    except Exception:  # of damaged bytes Pillow makes any exception whatever
        raise ServiceError(
            'bad_picture',
            f'The file begins as {kind}, but its header is damaged.') from None
    if width * height > max_pixels:
        raise ServiceError(
            'too_many_pixels', f'The picture has {width} x {height} pixels; '
            f'at most {max_pixels / 1e6:g} million are taken.')
    try:
        pixels = decode_image(data, 'picture', [kind])
    except InputError:
        raise ServiceError('bad_picture',
                           f'The {kind} file is cut off or damaged.') from None
    height, width = pixels.shape[:2]
    if fit is not None:
        pixels = fit(pixels)
    return Picture(pixels, width, height)


def decoder(max_pixels: float,
            fit: Optional[Fit]) -> Tuple[Callable[[bytes], Picture], None]:
    """:func:`decode_upload` for a process of its own."""
    cv2.setNumThreads(1)  # there is a process for each core
    Image.MAX_IMAGE_PIXELS = None  # max_pixels is the limit

    def decode(data: bytes) -> Picture:
        return decode_upload(data, max_pixels, fit)

    return decode, None


def _format(data: bytes) -> str:
    """The format of a file by its first bytes; its name counts for nothing."""
    # Some of Pillow's own looks fail on less.
    start = data[:32].ljust(32, b'\0')
    for name, beginnings in _TAKEN.items():
        if start.startswith(beginnings):
            return name
    if start[:4] == b'RIFF' and start[8:12] == b'WEBP':
        return 'WEBP'
    other = _other_format(start)
    if other:
        raise ServiceError('unsupported_type', f'The file is {other}, which '
                           'is not taken.')
    raise ServiceError('bad_picture', 'The file is no picture.')


def _other_format(start: bytes) -> Optional[str]:
    for name, beginnings in _OTHERS.items():
        if start.lstrip().startswith(beginnings):
            return name
    if start[4:8] == b'ftyp':  # HEIC and AVIF are such, and videos
        return 'HEIC, AVIF or a video'
    Image.init()
    for name, (_, accepts) in Image.OPEN.items():
        # Looks at the beginning alone; a string is Pillow's reason not to.
        if accepts and accepts(start) is True:
            return name
    return None
