"""Large images: legal, just within limits, hundreds of MB as pixels."""
import zlib

from PIL import Image

from tests.helpers.hostile.exif import exif
from tests.helpers.hostile.png import chunk, png_file
from tests.helpers.hostile.sample import OK, SLOW, Samples, samples
from tests.helpers.hostile.tiff import tiff_file
from tests.helpers.upload_images import encode

# Of legal images, just below the 40 million that are taken.
_SIDE = 6300


def large() -> Samples:
    """Large images: legal, just within limits, hundreds of MB as pixels."""
    side = _SIDE
    flat = Image.new('RGB', (side, side), (200, 100, 0))
    made = {
        'PNG, transparent': (_large_png(8, 6, 4), OK),
        'PNG, color': (_large_png(8, 2, 3), OK),
        'PNG, 16-bit gray': (_large_png(16, 0, 2), OK),
        'PNG, 16-bit color, transparent': (_large_png(16, 6, 8), OK),
        'PNG, a strip': (png_file(
            side * side - 1, 1, 8, 0,
            data=zlib.compress(bytes(side * side))), OK),
        'PNG, turned': (_large_png(8, 6, 4, chunk(b'eXIf', exif({274:
                                                                 [6]}))), OK),
        'JPEG': (encode(flat, 'JPEG'), OK),
        'JPEG, progressive': (encode(flat, 'JPEG', progressive=True), OK),
        'GIF': (encode(Image.new('P', (side, side)), 'GIF'), OK),
        'WebP': (encode(flat, 'WEBP', method=0), OK),
        'TIFF, deflate': (tiff_file(
            zlib.compress(bytes(side * side * 4)), {
                256: [side],
                257: [side],
                258: [8] * 4,
                259: [8],
                262: [2],
                277: [4],
                278: [side],
                338: [2],
            }), OK),
    }
    # On a busy machine they may take too long.
    return samples({name: (*one, SLOW) for name, one in made.items()})


def _large_png(depth: int,
               color: int,
               pixel_bytes: int,
               before: bytes = b'') -> bytes:
    pack = zlib.compressobj(1)
    row = bytes(1 + _SIDE * pixel_bytes)
    data = b''.join(pack.compress(row) for _ in range(_SIDE)) + pack.flush()
    return png_file(_SIDE, _SIDE, depth, color, data=data, before=before)
