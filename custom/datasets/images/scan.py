"""Image scan: decodes and hashes each file of a data set, over all cores."""
import functools
import hashlib
import io
import os
import warnings
from collections import Counter
from pathlib import Path
from typing import Collection, Iterator, NamedTuple, Optional, Sequence

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from custom.datasets.images.headers import image_info, is_cut_off, looks_whole
from custom.datasets.images.perceptual_hash import FULL_SIDE, hash_image
from custom.utils.cpu import core_count
from custom.utils.errors import InputError
from custom.utils.image_io import decode_image
from custom.utils.parallel import parallel_map

# What OpenCV decodes at a fraction of the size, the smallest first.
_REDUCED = {
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    1: cv2.IMREAD_GRAYSCALE
}
# Fewer files are looked at before another process has started.
_WORTH_A_PROCESS = 8


class ImageScan(NamedTuple):
    """Inspection result of an image file.

    Attributes:
        name: As asked for, relative to the folder.
        width, height: Pixels as decoded, EXIF applied; 0 where not even the
            header can be read.
        orientation: EXIF, 1 to 8; 5 to 8 mean that the stored pixels are
            ``height`` wide and ``width`` high.
        mode: As Pillow calls it (``'RGB'``, ``'CMYK'``, ``'P'``...), with
            ``';16'`` where 16-bit colors were read as 8-bit ones, and
            ``';A'`` where one color stands for transparency.
        format: As Pillow calls it (``'JPEG'``, ``'PNG'``...).
        frames: How many images the file holds.
        error: Why it can't be decoded, else ``''``.
        missing: There is no such file; ``error`` says so too.
        truncated: It can't be decoded because its end is not there.
        digest: BLAKE2b of the file, 16 bytes; ``b''`` where it was not read.
        phash: :func:`custom.datasets.images.perceptual_hash.hash_image`; None
            where the pixels were not decoded.
        thumb: As ``phash``; ``b''`` where the pixels were not decoded.
    """
    name: str
    width: int = 0
    height: int = 0
    orientation: int = 1
    mode: str = ''
    format: str = ''
    frames: int = 1
    error: str = ''
    missing: bool = False
    truncated: bool = False
    digest: bytes = b''
    phash: Optional[int] = None
    thumb: bytes = b''


def scan_images(folder: Path,
                names: Sequence[str],
                decode: bool = True) -> Iterator[ImageScan]:
    """Scans image files, in the order of their names.

    Few files are in work at a time, however many there are. Just those that
    :func:`custom.utils.image_io.decode_image` decodes, which training calls,
    have no error, and the size is that of its pixels. What crashes the decoder
    is an error of that file too.

    Args:
        folder: What the names are relative to.
        names: Of all splits at once, so that copies across them are found.
        decode: Whether to decode the pixels. Otherwise headers are read
            alone, ``phash`` and ``thumb`` are left out, and ``digest`` where
            no other file has the same size, so that it can't be a copy.
    """
    work = functools.partial(_scan, os.fspath(folder))
    if not decode:
        sizes = Counter(_size(os.path.join(folder, name)) for name in names)
        shared = {size for size, count in sizes.items() if count > 1}
        work = functools.partial(_scan_header, os.fspath(folder), shared)
    processes = min(core_count(), -(-len(names) // _WORTH_A_PROCESS))
    yield from parallel_map(work, names, _crashed, processes)


def _scan(folder: str, name: str) -> ImageScan:
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return _no_file(path, name)
    try:
        with open(path, 'rb') as file:
            data = file.read()
    except OSError as error:
        return ImageScan(name, error=error.strerror)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # Pillow's notes on odd metadata
        return _decode(ImageScan(name, digest=_digest(data)), data)


def _decode(scan: ImageScan, data: bytes) -> ImageScan:
    gray = None
    try:
        file = io.BytesIO(data)
        with Image.open(file) as image:
            scan = _with_header(scan, image)
            whole = looks_whole(file, scan.format)
        if scan.format == 'JPEG' and whole:
            gray = _reduced(data, scan.width, scan.height)
        if gray is None:
            gray = cv2.cvtColor(decode_image(data, ''), cv2.COLOR_BGR2GRAY)
            scan = scan._replace(width=gray.shape[1], height=gray.shape[0])
    # Of damaged bytes the decoders make any exception whatever.
    except Exception as error:
        reason = _reason(error, data)
        return scan._replace(
            error=reason,
            truncated='truncated' in reason.lower() or is_cut_off(data))
    phash, thumb = hash_image(gray)
    return scan._replace(phash=phash, thumb=thumb)


def _reduced(data: bytes, width: int, height: int) -> Optional[np.ndarray]:
    """The gray of a JPEG, for which all of the file is read, but no more
    pixels are made than a perceptual hash needs; None where it can't be
    decoded, or to another size."""
    factor = next(f for f in _REDUCED
                  if f == 1 or min(width, height) >= f * FULL_SIDE)
    gray = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor])
    shape = -(-height // factor), -(-width // factor)
    return gray if gray is not None and gray.shape == shape else None


def _scan_header(folder: str, shared: Collection[int], name: str) -> ImageScan:
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return _no_file(path, name)
    try:
        with warnings.catch_warnings(), open(path, 'rb') as file:
            warnings.simplefilter('ignore')
            with Image.open(file) as image:
                scan = _with_header(ImageScan(name), image)
            whole = looks_whole(file, scan.format)
            if os.fstat(file.fileno()).st_size in shared:
                file.seek(0)
                scan = scan._replace(digest=_digest(file.read()))
    except Exception:
        whole = False
    # Only the decoder knows whether it accepts what looks cut off.
    return scan if whole else _scan(folder, name)._replace(
        phash=None, thumb=b'')


def _with_header(scan: ImageScan, image: Image.Image) -> ImageScan:
    width, height, orientation = image_info(image)
    return scan._replace(
        width=width,
        height=height,
        orientation=orientation,
        mode=_mode(image),
        format=image.format,
        frames=_frames(image))


def _mode(image: Image.Image) -> str:
    mode = image.mode
    if image.tile and '16' in str(image.tile[0][3]) and '16' not in mode:
        mode += ';16'
    return mode + ';A' * ('transparency' in image.info)


def _frames(image: Image.Image) -> int:
    try:
        return getattr(image, 'n_frames', 1)
    except Exception:  # a broken second frame doesn't matter to the first
        return 1


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return -1


def _no_file(path: str, name: str) -> ImageScan:
    missing = not os.path.exists(path)
    return ImageScan(
        name,
        error='there is no such file' if missing else 'it is no file',
        missing=missing)


def _reason(error: Exception, data: bytes) -> str:
    if not data:
        return 'the file is empty'
    if isinstance(error, UnidentifiedImageError):
        return 'it is no image, or of an unknown kind'
    if isinstance(error, InputError):  # of decode_image, for another's sake
        error = error.__context__ or error
    return str(error) or type(error).__name__


def _crashed(name: str, how: str) -> ImageScan:
    return ImageScan(
        name, error=f'the process that decoded it was ended by {how}')
