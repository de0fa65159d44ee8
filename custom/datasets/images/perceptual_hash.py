"""Perceptual hash (pHash) of 64 bits, and a tiny gray thumbnail."""
from typing import Tuple

import cv2
import numpy as np

THUMB_SIDE = 20
_SIDE, _KEPT = 32, 8
# Pixels of the shorter side beyond which more tell nothing more.
FULL_SIDE = 4 * _SIDE
# To save a drawing as JPEG of quality 50 changes half of the coefficients by
# 10 or more, one of twenty by 65: the sign of a smaller one means little.
_NOISE = 32
# What keeps thin lines from flickering when they move by part of a pixel.
_BLUR = .8

_frequencies, _positions = np.ogrid[:_KEPT, .5:_SIDE]
_COSINES = np.cos(_frequencies * _positions * np.pi / _SIDE).astype('f4')
# Blurs a column and squeezes it: as a matrix in a quarter of the time.
_SQUEEZE = cv2.resize(
    cv2.GaussianBlur(np.eye(_SIDE, dtype='f4'), (1, 7), 0, sigmaY=_BLUR),
    (_SIDE, THUMB_SIDE),
    interpolation=cv2.INTER_AREA)

# Bits that change from an image to its mirror image: the odd waves across.
MIRROR_BITS = np.uint64(0x5555555555555555)


def hash_image(gray: np.ndarray) -> Tuple[int, bytes]:
    """A perceptual hash and a thumbnail.

    The hash is pHash (C. Zauner, "Implementation and benchmarking of
    perceptual image hash functions", 2010): one bit for each of the 8 x 8
    lowest frequencies of the image squeezed to 32 x 32 pixels. The bit is
    the sign of the coefficient instead of its place above or below their
    median, so that the hash of the mirror image follows from it.

    Args:
        gray: uint8 (height, width).

    Returns:
        The hash, a number of 64 bits, and ``THUMB_SIDE`` squared uint8 pixels
        row by row, the whole image squeezed into a square and blurred.
    """
    square = cv2.resize(gray, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    pixels = square.astype(np.float32)
    bits = np.packbits(_COSINES @ pixels @ _COSINES.T > _NOISE)
    thumb = (_SQUEEZE @ pixels @ _SQUEEZE.T).round().astype(np.uint8)
    return int.from_bytes(bits.tobytes(), 'big'), thumb.tobytes()
