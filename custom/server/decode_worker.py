"""Decode worker: checks untrusted uploads, decodes and resizes them."""
import ctypes
import io
import mmap
import operator
import warnings
from typing import Callable, Optional, Tuple

import cv2
from PIL import AvifImagePlugin, Image

from custom.server.http_errors import ServiceError
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils import heif
from custom.utils.errors import InputError
from custom.utils.image_io import decode_image, upright_size
from custom.utils.setup_env import setup_env

# Pillow's name of each format, and its magic numbers: how its files begin.
_ACCEPTED = {
    'JPEG': (b'\xff\xd8\xff', ),
    'PNG': (b'\x89PNG\r\n\x1a\n', ),
    'GIF': (b'GIF87a', b'GIF89a'),
    'BMP': (b'BM', ),
    'TIFF': (b'II*\0', b'MM\0*', b'II+\0', b'MM\0+'),
}
# What people send that isn't accepted, beside what else Pillow knows.
_REFUSED = {
    'PDF': (b'%PDF', ),
    'SVG or HTML': (b'<svg', b'<?xml', b'<!DOCTYPE', b'<html'),
    'a ZIP archive': (b'PK\x03\x04', ),
}

# That decoding may take: the most is 16 bytes per pixel, of WebP; and
# copies of the file.
_BYTES_PER_PIXEL, _MORE_BYTES = 24, 200e6
# What libjpeg's own scaling divides the sides by.
_REDUCTIONS = (1, 2, 4, 8)
# Per allowed pixel, of a progressive JPEG: it is held whole until its last
# scan; the rest is for the pixels.
_COEFFICIENT_BYTES = 16
_KEPT_BYTES = 30e6


def decode_upload(data: bytes, max_pixels: float,
                  resize_spec: Optional[ResizeSpec]) -> ResizedImage:
    """Decodes an upload, as :func:`custom.utils.image_io.decode_image` does,
    after a look at its header; too much, or no image, is refused by then.

    Args:
        data: The bytes of the file.
        max_pixels: Width times height, at most; of the header.
        resize_spec: Size that the model wants; None to leave it.

    Returns:
        The image as a person sees it: upright, on white paper. A JPEG of more
        pixels is decoded at a half, a quarter or an eighth of its sides;
        width and height are those that it has.

    Raises:
        ServiceError: ``unsupported_type``, ``too_many_pixels`` or
            ``bad_picture``.
    """
    kind = _format(data)
    if kind == 'WEBP':
        # Pillow's look at the header already takes 8 bytes per pixel.
        _require_max_pixels(*_webp_size(data), max_pixels, kind)
    reduction, original = _look(data, kind, max_pixels)
    try:
        pixels = decode_image(data, 'picture', [kind], reduction)
    except InputError:
        raise ServiceError('bad_picture',
                           f'The {kind} file is cut off or damaged.') from None
    # Of a HEIF it may be another than its header says.
    if reduction == 1:
        original = pixels.shape[1::-1]
        _require_max_pixels(*original, max_pixels, kind)
    if resize_spec is not None:
        return resize_spec(pixels, original)
    return ResizedImage(pixels, *original)


def setup_decode_worker(
    max_pixels: float, resize_spec: Optional[ResizeSpec]
) -> Tuple[Callable[[bytes], ResizedImage], None]:
    """Sets up :func:`decode_upload` in a process of its own, which takes
    little memory between images, and not without limit for one."""
    setup_env()
    # There is a process for each core; and each thread takes a stack.
    cv2.setNumThreads(1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.MAX_IMAGE_PIXELS = None  # max_pixels is the limit
    resident, used = _memory()
    # A TIFF may be small, but its tile is not: 1 MB inflated to 1.2 GB.
    _limit_memory(used + _BYTES_PER_PIXEL * max_pixels + _MORE_BYTES)

    def decode(data: bytes) -> ResizedImage:
        refusal = None
        try:
            image = decode_upload(data, max_pixels, resize_spec)
        except ServiceError as error:
            # Anew: the frames that the error came through hold the pixels.
            refusal = ServiceError(error.code, error.message)
        if _memory()[0] > resident + _KEPT_BYTES:
            _return_freed_memory()
        if refusal:
            raise refusal
        return image

    return decode, None


def _look(data: bytes, kind: str,
          max_pixels: float) -> Tuple[int, Tuple[int, int]]:
    """Header check: by what a JPEG must be reduced, else 1; and the size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            with Image.open(io.BytesIO(data), formats=[kind]) as opened:
                if kind == 'JPEG':
                    return _jpeg_reduction(opened,
                                           max_pixels), upright_size(opened)
                _require_max_pixels(*opened.size, max_pixels, kind)
                return 1, opened.size
    except ServiceError:
        raise
    except Image.DecompressionBombError as error:
        raise ServiceError('too_many_pixels', f'{error}.') from None
    except Exception:  # of damaged bytes Pillow makes any exception whatever
        raise ServiceError(
            'bad_picture',
            f'The file begins as {kind}, but its header is damaged.') from None


def _jpeg_reduction(jpeg: Image.Image, max_pixels: float) -> int:
    """The least reduction that leaves a JPEG as many pixels as allowed."""
    width, height = jpeg.size
    if 'progressive' in jpeg.info:
        _require_coefficients_fit(jpeg, max_pixels)
    _require_max_pixels(width, height, max_pixels * _REDUCTIONS[-1]**2, 'JPEG')
    return next(by for by in _REDUCTIONS
                if width * height <= max_pixels * by**2)


def _require_coefficients_fit(jpeg: Image.Image, max_pixels: float) -> None:
    """Refuses a progressive JPEG that libjpeg couldn't hold in memory."""
    width, height = jpeg.size
    across, down = zip(*((h, v) for _, h, v, _ in jpeg.layer))
    samples = sum(map(operator.mul, across, down)) / max(across) / max(down)
    most = _COEFFICIENT_BYTES * max_pixels / (2 * samples)
    _require_max_pixels(width, height, most, 'progressive JPEG')


def _require_max_pixels(width: int, height: int, max_pixels: float,
                        kind: str) -> None:
    if width * height > max_pixels:
        raise ServiceError(
            'too_many_pixels', f'The picture has {width} x {height} pixels; '
            f'as {kind} at most {max_pixels / 1e6:.4g} million are taken.')


def _webp_size(data: bytes) -> Tuple[int, int]:
    """Width and height in the header of a WebP; (0, 0) if there is none."""
    head = data[:30].ljust(30, b'\0')
    kind = head[12:16]
    if kind == b'VP8X':
        return (1 + int.from_bytes(head[24:27], 'little'),
                1 + int.from_bytes(head[27:30], 'little'))
    if kind == b'VP8L':
        bits = int.from_bytes(head[21:25], 'little')
        return 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)
    if kind == b'VP8 ':
        return (int.from_bytes(head[26:28], 'little') & 0x3fff,
                int.from_bytes(head[28:30], 'little') & 0x3fff)
    return 0, 0


def _memory() -> Tuple[int, int]:
    """Bytes of this process in memory, and of all that it may write to;
    zeros where Linux doesn't tell."""
    try:
        with open('/proc/self/statm') as file:
            pages = file.read().split()
    except OSError:
        return 0, 0
    return int(pages[1]) * mmap.PAGESIZE, int(pages[5]) * mmap.PAGESIZE


def _limit_memory(limit: float) -> None:
    """Limits the memory of this process: what would need more fails."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    _, highest = resource.getrlimit(resource.RLIMIT_DATA)
    if highest != resource.RLIM_INFINITY:
        limit = min(limit, highest)
    resource.setrlimit(resource.RLIMIT_DATA, (int(limit), highest))


def _return_freed_memory() -> None:
    """Undoes :func:`custom.utils.setup_env.tune_malloc` for what is free."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):  # macOS, musl, Windows
        pass


def _format(data: bytes) -> str:
    """The format of a file by its first bytes; its name counts for nothing."""
    # Some of Pillow's own looks fail on less.
    start = data[:32].ljust(32, b'\0')
    for name, beginnings in _ACCEPTED.items():
        if start.startswith(beginnings):
            return name
    if start[:4] == b'RIFF' and start[8:12] == b'WEBP':
        return 'WEBP'
    container = heif.container_format(data[:heif.HEAD_BYTES])
    if container == heif.FORMAT and not heif.can_read_heif():
        raise ServiceError(
            'unsupported_type', 'The file is HEIC: install pillow-heif on the '
            'server, or send JPEG.')
    if container:
        return container
    other = _other_format(start)
    if other:
        raise ServiceError('unsupported_type', f'The file is {other}, which '
                           'is not taken.')
    raise ServiceError('bad_picture', 'The file is no picture.')


def _other_format(start: bytes) -> Optional[str]:
    for name, beginnings in _REFUSED.items():
        if start.lstrip().startswith(beginnings):
            return name
    if start[4:8] == b'ftyp':
        return 'a video'
    Image.init()
    for name, (_, accepts) in Image.OPEN.items():
        # Looks at the beginning alone; a string is Pillow's reason not to.
        if accepts and accepts(start) is True:
            return name
    return None
