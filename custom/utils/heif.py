"""HEIF plug-in of Pillow: HEIC, the photos of phones, by way of pillow-heif.

Pillow reads AVIF itself. HEIC it leaves to pillow-heif, which not all installs
have: this stands in for it and loads it when the first HEIC comes.
"""
from importlib.util import find_spec
from typing import BinaryIO, Union

from PIL import Image

from custom.utils.errors import InputError

FORMAT = 'HEIF'
# Pillow's name of the format, by what a file says it is compatible with.
_BRANDS = {
    **dict.fromkeys(b'avif avis'.split(), 'AVIF'),
    **dict.fromkeys(b'heic heix heim heis hevc hevx hevm hevs'.split(), FORMAT)
}
# Of a file's start: the brands of a photo are fewer than fit.
HEAD_BYTES = 64


def container_format(start: bytes) -> str:
    """Format of an ISO media file by the brands in its ``ftyp`` box.

    The first brand alone doesn't tell: ``mif1`` stands for any image.

    Args:
        start: The first HEAD_BYTES of the file.

    Returns:
        ``'HEIF'``, ``'AVIF'``, or ``''`` for a video or no such file.
    """
    if start[4:8] != b'ftyp':
        return ''
    end = min(int.from_bytes(start[:4], 'big'), len(start))
    # Between the first brand and the others stands its version.
    for place in (8, *range(16, end - 3, 4)):
        if start[place:place + 4] in _BRANDS:
            return _BRANDS[start[place:place + 4]]
    return ''


def can_read_heif() -> bool:
    """Whether pillow-heif is installed."""
    return find_spec('pillow_heif') is not None


def register_heif() -> None:
    """Registers HEIF with Pillow; the package is loaded when it is needed."""
    Image.register_open(FORMAT, _open, lambda start: start[4:8] == b'ftyp')


def _open(file: BinaryIO, filename: Union[str, bytes]) -> Image.Image:
    start = file.read(HEAD_BYTES)
    file.seek(0)
    if container_format(start) != FORMAT:
        raise SyntaxError('not a HEIF file')  # Pillow tries the next format
    if not can_read_heif():
        raise InputError('HEIC: pip install pillow-heif, or save it as JPEG')
    from pillow_heif import HeifImageFile
    return HeifImageFile(file, filename)
