"""Image files into pixels, the same everywhere: training, test and service."""
import io
import os
import warnings

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from custom.errors import InputError

_JPEG = b'\xff\xd8\xff'


def decode_image(data: bytes, name: str) -> np.ndarray:
    """Decodes an image as a person sees it.

    The EXIF orientation is applied, transparent pixels become white paper
    (OpenCV would show whatever colour lies under them, mostly black), grey,
    palette, 16-bit and CMYK pixels become 8-bit colour, and an animation is
    its first frame.

    Args:
        data: The bytes of the file.
        name: What to call the image in an error.

    Returns:
        uint8 array of shape (height, width, 3), channels BGR.

    Raises:
        InputError: The bytes are no image, or an image that is cut off.
    """
    if data.startswith(_JPEG):
        # OpenCV decodes JPEG faster than Pillow, and applies EXIF too; but
        # of a file that is cut off it returns grey pixels without a word.
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is not None and b'\xff\xd9' in data[-1024:]:
            return image
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # Pillow's notes on odd metadata
            with Image.open(io.BytesIO(data)) as opened:
                return _on_white(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError,
            Image.DecompressionBombError) as error:
        raise InputError(f'{name}: cannot be decoded ({error}); replace the '
                         'file, or remove it and its record') from None


def read_image(path: str) -> np.ndarray:
    """:func:`decode_image` of a file.

    Raises:
        InputError: There is no such file, or it can't be decoded.
    """
    try:
        with open(path, 'rb') as file:
            data = file.read()
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); put the '
                         'image there, or remove its record') from None
    return decode_image(data, os.fspath(path))


def _on_white(image: Image.Image) -> np.ndarray:
    if image.mode.startswith('I;16') or image.mode == 'I':
        # Pillow clips 16-bit grey to 255 where it should scale.
        grey = np.asarray(image.convert('I')) // 257
        image = Image.fromarray(grey.astype(np.uint8))
    if 'A' in image.getbands() or 'transparency' in image.info:
        image = image.convert('RGBA')
        paper = Image.new('RGBA', image.size, 'white')
        image = Image.alpha_composite(paper, image)
    return cv2.cvtColor(np.asarray(image.convert('RGB')), cv2.COLOR_RGB2BGR)
