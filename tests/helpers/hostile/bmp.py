"""BMP: sizes, palettes and places that lie."""
import struct

from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def bmp() -> Samples:
    sound = encode(NOISE, 'BMP')
    palette = bytes(range(256)) * 4
    made = {
        'upside down': (_bmp(64, -48, 24, bytes(64 * 48 * 3)), OK),
        'lowest height': (_bmp(64, -2**31, 24, b''), BAD, LARGE),
        'negative width': (_bmp(-64, 48, 24, bytes(64 * 48 * 3)), BAD, LARGE),
        '0 x 0': (_bmp(0, 0, 24, b''), BAD),
        '2 billion wide': (_bmp(2**31 - 1, 1, 24, b''), LARGE, BAD),
        '6400 x 6400': (_bmp(6400, 6400, 24, b''), LARGE),
        'pixels far behind': (_bmp(64, 48, 24, b'', offset=2**31), BAD),
        'pixels in the header': (_bmp(64, 48, 24, bytes(9999),
                                      offset=2), OK, BAD),
        'palette of 4 billion':
        (_bmp(64, 48, 8, bytes(9999), colors=2**32 - 1), BAD, OK),
        'palette of 0': (_bmp(64, 48, 8, palette + bytes(64 * 48)), OK, BAD),
        'RLE8 past the row':
        (_bmp(64, 48, 8, palette + b'\xff\1' * 999, kind=1), BAD, OK),
        'RLE8 past the end':
        (_bmp(64, 48, 8, palette + b'\0\2\xff\xff' * 99, kind=1), BAD, OK),
        'RLE8 of no end': (_bmp(64, 48, 8, palette + b'\1\1',
                                kind=1), BAD, OK),
        'RLE8, absolute, cut': (_bmp(64, 48, 8, palette + b'\0\xff\1',
                                     kind=1), BAD, OK),
        'RLE4 past the row':
        (_bmp(64, 48, 4, palette[:64] + b'\xff\x12' * 999, kind=2), BAD, OK),
        'RLE8 of 24 bits': (_bmp(64, 48, 24, b'\1\1' * 99, kind=1), BAD),
        'JPEG in it': (_bmp(64, 48, 0, encode(NOISE, 'JPEG'), kind=4), BAD),
        'PNG in it': (_bmp(64, 48, 0, encode(NOISE, 'PNG'), kind=5), BAD),
        'masks of 0': (_bmp(64, 48, 32, bytes(99999), kind=3), BAD, OK),
        'planes 99': (_bmp(64, 48, 24, bytes(64 * 48 * 3),
                           planes=99), OK, BAD),
        'OS/2':
        (b'BM' + struct.pack('<IIIIHHHH', 9999, 0, 26, 12, 64, 48, 1, 24) +
         bytes(64 * 48 * 3), OK),
        'OS/2, cut': (b'BM' + struct.pack('<IIIIHH', 99, 0, 26, 12, 64, 48),
                      BAD),
        'cut': (sound[:len(sound) // 2], BAD),
        'cut in its header': (sound[:20], BAD),
        'nothing but BM': (b'BM' + bytes(12), BAD),
    }
    for bits in (0, 1, 2, 3, 7, 15, 16, 33, 255, 65535):
        made[f'{bits} bits'] = (_bmp(64, 48, bits,
                                     bytes(64 * 48 * 4)), BAD, OK)
    for size in (0, 1, 16, 39, 52, 56, 64, 108, 124, 2**31, 2**32 - 1):
        made[f'header of {size} bytes'] = (sound[:14] +
                                           struct.pack('<I', size) +
                                           sound[18:], BAD, OK)
    return samples(made)


def _bmp(width: int,
         height: int,
         bits: int,
         body: bytes,
         kind: int = 0,
         colors: int = 0,
         offset: int = 54,
         planes: int = 1) -> bytes:
    if bits <= 8 and kind:
        offset = 54 + 4 * (1 << bits)
    return (b'BM' + struct.pack('<IHHI', 54 + len(body), 0, 0, offset) +
            struct.pack('<IiiHHIIiiII', 40, width, height, planes, bits, kind,
                        0, 0, 0, colors, 0) + body)
