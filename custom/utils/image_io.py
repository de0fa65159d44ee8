"""Image decoding and writing, the same in training, test and service."""
import io
import os
import re
import warnings
from typing import Iterable, List, Optional, Sequence, Tuple, Union

import cv2
import numpy as np
from PIL import ExifTags, Image

from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError
from custom.utils.heif import register_heif

# A path, a uint8 array of shape (height, width, 3), BGR, or (height, width) of
# gray, the bytes of a file, or an image of Pillow.
ImageLike = Union[str, os.PathLike, np.ndarray, bytes, Image.Image]

_MOST_OF_JPEG = 65500  # of libjpeg
_END_OF_JPEG = b'\xff\xd9'
_STRIP_PIXELS = 2**20
# Pillow names what it was given, which is no file here: by its address.
_NO_FILE = re.compile(r' <_io\.BytesIO object at 0x\w+>')
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height

register_heif()


def decode_image(data: bytes,
                 name: str,
                 formats: Optional[Sequence[str]] = None,
                 reduction: int = 1) -> np.ndarray:
    """Decodes an image as a person sees it: upright, and on white.

    The EXIF orientation is applied, transparent pixels become white paper
    (OpenCV would show whatever color lies under them, mostly black), gray,
    palette, 16-bit and CMYK pixels become 8-bit color, and an animation is
    its first frame. HEIC needs pillow-heif.

    Args:
        data: The bytes of the file.
        name: What to call the image in an error.
        formats: Names of Pillow's formats; None for all that it reads.
        reduction: 1, 2, 4 or 8: the sides of a JPEG are divided by it, and
            rounded up, while it is decoded, which takes the memory of what
            is left. Other formats come whole.

    Returns:
        uint8 array of shape (height, width, 3), channels BGR.

    Raises:
        InputError: The bytes are no image, or an image that is cut off.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # Pillow's notes on odd metadata
            # Reads the header alone, and refuses a size that is a bomb.
            with Image.open(io.BytesIO(data), formats=formats) as opened:
                _fit_transparency(opened)
                pixels = None
                if reduction > 1:
                    _reduce(opened, reduction)
                elif opened.format == 'JPEG' and _END_OF_JPEG in data[-1024:]:
                    # OpenCV decodes JPEG faster than Pillow, and applies
                    # EXIF too; but of a file that is cut off it returns gray
                    # pixels without a word.
                    pixels = cv2.imdecode(
                        np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
                if pixels is None:
                    pixels = opened_pixels(opened)
                return pixels
    # Of damaged bytes the decoders make any exception whatever.
    except Exception as error:
        reason = _NO_FILE.sub('', str(error))
        raise InputError(f'{name}: cannot be decoded ({reason}); replace the '
                         'file, or remove it and its record') from None


def opened_pixels(opened: Image.Image) -> np.ndarray:
    """Pixels of an image that Pillow has opened, as :func:`decode_image` has
    them."""
    return _upright(_on_white(opened), _orientation(opened))


def upright_size(jpeg: Image.Image) -> Tuple[int, int]:
    """Width and height of an opened JPEG as a person sees it."""
    width, height = jpeg.size
    turned = _orientation(jpeg) in _TURNED
    return (height, width) if turned else (width, height)


def read_image(path: str) -> np.ndarray:
    """Reads and decodes an image file, see :func:`decode_image`.

    Raises:
        InputError: There is no such file, or it can't be decoded.
    """
    try:
        with open(path, 'rb') as file:
            data = file.read()
    # A name from a file may be none at all: ValueError of one with a NUL.
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', error)
        raise InputError(f'{path}: cannot be read ({reason}); put the '
                         'image there, or remove its record') from None
    return decode_image(data, os.fspath(path))


def as_pixels(image: ImageLike) -> np.ndarray:
    """Pixels of an image to predict on: a file is read, an array is checked.

    Args:
        image: A path; a uint8 array of shape (height, width, 3), BGR, or
            (height, width), gray; the bytes of a file; an image of Pillow.

    Returns:
        uint8 (height, width, 3), BGR; such an array as it is.

    Raises:
        InputError: As :func:`read_image`; or it is none of these, or an array
            of another shape or dtype.
    """
    if isinstance(image, (str, os.PathLike)):
        return read_image(image)
    if isinstance(image, (bytes, bytearray, memoryview)):
        return decode_image(bytes(image), f'an image of {len(image)} bytes')
    if isinstance(image, Image.Image):
        return opened_pixels(image)
    if not isinstance(image, np.ndarray):
        raise InputError(f'{type(image).__name__}: is no image; give a path, '
                         'an array, the bytes of a file, or an image of '
                         'Pillow; batch() takes a list of them')
    if image.dtype == np.uint8 and image.size:
        if image.ndim == 2:
            return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        if image.ndim == 3 and image.shape[2] == 3:
            return image
    raise InputError(
        f'an array of {image.dtype} {image.shape}; give uint8 (height, width, '
        '3), BGR, or (height, width), of a pixel or more; of BGRA '
        'cv2.cvtColor(image, cv2.COLOR_BGRA2BGR) makes it')


def as_images(images: Iterable[ImageLike]) -> List[ImageLike]:
    """A batch of images as a list.

    Raises:
        InputError: It is one image instead.
    """
    if isinstance(images, (str, bytes, os.PathLike, Image.Image)):
        raise InputError('a batch is a list of images; this is one, which '
                         'calling the predictor takes')
    return [*images]


def write_jpeg(path: str, image: np.ndarray) -> None:
    """Writes a uint8 (height, width, 3) BGR image as JPEG, atomically.

    Raises:
        InputError: As :func:`custom.utils.atomic_write.atomic_write`; or a
            side is longer than JPEG has, 65,500 pixels.
    """
    height, width = image.shape[:2]
    if max(height, width) > _MOST_OF_JPEG:
        raise InputError(f'{path}: cannot be written, for a JPEG has sides of '
                         f'{_MOST_OF_JPEG} pixels at most, not {width} x '
                         f'{height}; cut the image into parts')
    write_bytes(path, cv2.imencode('.jpg', image)[1].tobytes())


def _reduce(jpeg: Image.Image, reduction: int) -> None:
    """Has a JPEG decoded at a part of its size, by libjpeg's own scaling."""
    width, height = jpeg.size
    jpeg.draft(None, (max(width // reduction, 1), max(height // reduction, 1)))


def _on_white(image: Image.Image) -> np.ndarray:
    # In strips: with copies of the whole in each mode on the way, an image
    # of 40 megapixels took 0.7 GB.
    image.load()
    if image.mode == 'F' or image.mode == 'I' and image.format == 'TIFF':
        raise ValueError('gray pixels of 32 bits or with a sign, of which '
                         'nothing says what is white; save it with 8 or 16 '
                         'bits')
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    rows = max(_STRIP_PIXELS // width, 1)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = _rgb_on_white(image.crop((0, top, width, bottom)))
        cv2.cvtColor(
            np.asarray(strip), cv2.COLOR_RGB2BGR, dst=pixels[top:bottom])
    return pixels


def _fit_transparency(image: Image.Image) -> None:
    # Of a PNG of 16-bit color Pillow keeps the upper bytes, but compares
    # them with the whole value of the transparent color.
    if image.format == 'PNG' and [t[3] for t in image.tile] == ['RGB;16B']:
        color = image.info.get('transparency')
        if color:
            image.info['transparency'] = tuple(c >> 8 for c in color)


def _rgb_on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith('I;16') or image.mode == 'I':
        # Pillow clips 16-bit gray to 255 where it should scale.
        gray = np.asarray(image.convert('I'))
        clear = gray == image.info.get('transparency')
        image = Image.fromarray(
            np.where(clear, 255, gray // 257).astype(np.uint8))
    if 'A' in image.getbands() or 'transparency' in image.info:
        image = image.convert('RGBA')
        paper = Image.new('RGBA', image.size, 'white')
        image = Image.alpha_composite(paper, image)
    return image.convert('RGB')


def drop_xmp(image: Image.Image) -> None:
    """Drops XMP of an opened image: its orientation, which Pillow takes where
    EXIF has none, is one that OpenCV and browsers don't take."""
    for key in ('xmp', 'XML:com.adobe.xmp'):
        image.info.pop(key, None)


def _orientation(image: Image.Image) -> int:
    drop_xmp(image)
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # the image is sound, what is said of it is not
        return 1


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turns pixels as EXIF says; what it doesn't define turns nothing."""
    if orientation in _TURNED:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
