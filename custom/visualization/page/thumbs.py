"""Thumbnails for a page: made in parallel, as small as they can be."""
import functools
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

import cv2
import numpy as np

from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.utils.parallel import parallel_map
from custom.visualization.draw import shrink

_LARGE, _SMALL = 160, 128  # pixels
_MANY = 10_000
# 1.6 KB for a drawing and 2.5 KB for a photo of 160 pixels, where JPEG at
# quality 60 took 3.2 and 3.9 KB.
_WEBP = [cv2.IMWRITE_WEBP_QUALITY, 40]


def thumb_side(images: int) -> int:
    """The long side of the thumbnails of that many images, in pixels.

    It keeps a page of 20,000 photos near 50 MB.
    """
    return _LARGE if images <= _MANY else _SMALL


class Thumb(NamedTuple):
    """A small WebP image of an image and the size in pixels that the image
    has, upright; of one that can't be decoded nothing is known."""
    data: bytes = b''
    width: int = 0
    height: int = 0


def thumbs(paths: Sequence[Path], side: int) -> Iterator[Thumb]:
    """Thumbnails in the order of the paths, of at most ``side`` pixels.

    Streams: memory doesn't grow with the number of images. To tell why an
    image can't be decoded is the business of the checks.
    """
    yield from parallel_map(
        functools.partial(_thumb, side), paths, lambda path, reason: Thumb())


def webp(image: np.ndarray) -> bytes:
    """A uint8 (H, W, 3) BGR image as a small WebP file."""
    return cv2.imencode('.webp', image, _WEBP)[1].tobytes()


def _thumb(side: int, path: Path) -> Thumb:
    try:
        image = read_image(str(path))
    except InputError:
        return Thumb()
    return Thumb(webp(shrink(image, side)), image.shape[1], image.shape[0])
