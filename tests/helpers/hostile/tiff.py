"""TIFF: directories that lie, loop or point outside."""
import struct
import zlib

import numpy as np
from PIL import Image

from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, SLOW, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def tiff() -> Samples:
    sound = encode(NOISE, 'TIFF')
    gray = bytes(64 * 48)
    deflate = zlib.compress(gray)
    jpeg = encode(Image.new('L', (64, 48)), 'JPEG')
    made = {
        'gray': (tiff_file(gray), OK),
        'gray, big-endian': (tiff_file(gray, order='>'), OK),
        'BigTIFF': (tiff_file(gray, big=True), OK, BAD),
        'BigTIFF, cut': (tiff_file(gray, big=True)[:60], BAD),
        'BigTIFF of 2**60 tags':
        (b'II+\0\x08\0\0\0' + struct.pack('<QQ', 16, 2**60), BAD),
        'directory is its own next': (tiff_file(gray, following=8), OK),
        'directory outside': (b'II*\0' + struct.pack('<I', 2**31), BAD),
        'directory in the header': (b'II*\0\0\0\0\0' + bytes(50), BAD),
        'no directory': (b'II*\0\x08\0\0\0', BAD),
        'directory of 65,535 tags':
        (b'II*\0\x08\0\0\0\xff\xff' + bytes(500), BAD),
        'cut': (sound[:len(sound) // 2], BAD),
        'strip outside': (tiff_file(gray, {273: [2**31]}), BAD),
        'strip of 4 GB': (tiff_file(gray, {279: [2**32 - 1]}), OK, BAD),
        'strip of 0 bytes': (tiff_file(gray, {279: [0]}), OK, BAD),
        'strips: 50,000': (tiff_file(gray, {
            273: [8] * 50_000,
            279: [1] * 50_000
        }), BAD, OK),
        'no strips': (tiff_file(gray, {
            273: None,
            279: None
        }), BAD),
        'rows of a strip: 0': (tiff_file(gray, {278: [0]}), OK, BAD),
        'rows of a strip: 4 billion': (tiff_file(gray,
                                                 {278: [2**32 - 1]}), OK, BAD),
        'rows of a strip: 4 billion, deflate':
        (tiff_file(deflate, {
            259: [8],
            278: [2**32 - 1]
        }), OK, BAD),
        '0 x 0': (tiff_file(gray, {
            256: [0],
            257: [0]
        }), BAD),
        'no size': (tiff_file(gray, {
            256: None,
            257: None
        }), BAD),
        '2**32 - 1 squared': (tiff_file(gray, {
            256: [2**32 - 1],
            257: [2**32 - 1]
        }), LARGE, BAD),
        'deflate': (tiff_file(deflate, {259: [8]}), OK),
        'deflate, too short': (tiff_file(zlib.compress(bytes(9)),
                                         {259: [8]}), BAD),
        'deflate to 200 MB':
        (tiff_file(zlib.compress(bytes(200_000_000), 9), {259: [8]}), OK, BAD),
        'a tile of 40,000 x 40,000, deflate': (tiff_file(
            zlib.compress(bytes(400_000_000), 9), {
                259: [8],
                273: None,
                278: None,
                279: None,
                322: [40_000],
                323: [40_000],
                324: [8],
                325: [2**20],
            }), BAD, SLOW),
        'tiles of 0':
        (tiff_file(gray, {
            273: None,
            279: None,
            322: [0],
            323: [0],
            324: [8],
            325: [99]
        }), BAD),
        'LZW of junk': (tiff_file(b'\xff' * 99, {259: [5]}), BAD, OK),
        'LZW, empty': (tiff_file(b'', {259: [5]}), BAD),
        'old JPEG of junk': (tiff_file(jpeg, {259: [6]}), BAD, OK),
        'JPEG': (tiff_file(jpeg, {259: [7]}), OK, BAD),
        'JPEG, cut': (tiff_file(jpeg[:300], {259: [7]}), BAD, OK),
        'JPEG of another size':
        (tiff_file(encode(Image.new('L', (640, 480)), 'JPEG'),
                   {259: [7]}), BAD, OK),
        'fax of junk': (tiff_file(b'\x5a' * 500, {
            258: [1],
            259: [4]
        }), BAD, OK),
        'packed bits of junk': (tiff_file(b'\xff' * 500,
                                          {259: [32773]}), BAD, OK),
        'ZSTD of junk': (tiff_file(b'\xff' * 500, {259: [50000]}), BAD),
        'floats': (tiff_file(
            np.linspace(0, 255, 64 * 48, dtype='<f4').tobytes(), {
                258: [32],
                339: [3]
            }), BAD),
        'floats that are none': (tiff_file(
            np.full(64 * 48, np.nan, '<f4').tobytes(), {
                258: [32],
                339: [3]
            }), BAD),
        'palette': (tiff_file(gray, {
            262: [3],
            320: [0] * 768
        }), OK),
        'palette of 3': (tiff_file(gray, {
            262: [3],
            320: [0] * 3
        }), OK, BAD),
        'palette, but none': (tiff_file(gray, {262: [3]}), OK, BAD),
        '65,535 samples': (tiff_file(gray, {277: [65535]}), BAD, OK),
        '5 samples, of 8 bits each': (tiff_file(gray * 5, {
            258: [8] * 5,
            262: [2],
            277: [5]
        }), BAD, OK),
        'text of 2 GB': (tiff_file(gray, {270: (2, 2**31 - 1, 8)}), OK, BAD),
        'strings instead of sizes': (tiff_file(gray,
                                               {256:
                                                (2, 4, 0x41414141)}), BAD, OK),
        'subdirectory is itself': (tiff_file(gray, {34665: [8]}), OK),
        'EXIF far outside': (tiff_file(gray, {34665: [2**31]}), OK),
        'resolution by 0': (tiff_file(gray, {282: (5, 1, 4)}), OK),
        'orientation 9': (tiff_file(gray, {274: [9]}), OK),
    }
    for kind in (0, 2, 3, 99, 32766, 34661, 34712, 50001, 65535):
        made[f'compression {kind}'] = (tiff_file(gray, {259: [kind]}), BAD, OK)
    for kind in (4, 5, 6, 8, 9, 99, 65535):
        made[f'photometric {kind}'] = (tiff_file(gray, {262: [kind]}), BAD, OK)
    for bits in (0, 1, 2, 3, 12, 16, 24, 64, 65535):
        made[f'{bits} bits'] = (tiff_file(gray * 9, {258: [bits]}), BAD, OK)
    return samples(made)


def tiff_file(data: bytes,
              tags: dict = {},
              following: int = 0,
              order: str = '<',
              big: bool = False,
              bare: bool = False) -> bytes:
    """A gray image of 64 x 48.

    Args:
        data: Of its strip, which is at the very end.
        tags: Lists of numbers to add or replace, None to leave one out, or
            (type, count, value or place) to lie.
        following: Place of the next directory.
        order: Of bytes.
        big: 64-bit places.
        bare: Those tags alone.
    """
    every = {} if bare else {
        256: [64],
        257: [48],
        258: [8],
        259: [1],
        262: [1],
        273: None,
        277: [1],
        278: [48],
        279: [len(data)],
    }
    here = {} if bare or 273 in tags or 324 in tags else {273: [0]}
    every = {**every, **here, **tags}
    every = {tag: value for tag, value in sorted(every.items()) if value}
    place = 'Q' if big else 'I'
    wide = struct.calcsize(place)
    start = 16 if big else 8
    directory = len(every) * (4 + 2 * wide) + 2 * wide + (0 if big else -2)
    behind = start + directory
    entries, more = b'', b''
    sizes = sum(4 * len(v) for v in every.values()
                if isinstance(v, list) and 4 * len(v) > wide)
    for tag, value in every.items():
        if isinstance(value, tuple):
            kind, count, field = value
            field = struct.pack(order + place, field)
        else:
            if tag in (273, 324) and (tag in here or tag == 324):
                value = [behind + sizes]
            kind, count = 4, len(value)
            field = struct.pack(f'{order}{count}I', *value)
            if len(field) > wide:
                field, more = (struct.pack(order + place,
                                           behind + len(more)), more + field)
        entries += struct.pack(order + 'HH' + place, tag, kind,
                               count) + field.ljust(wide, b'\0')
    head = b'II' if order == '<' else b'MM'
    head += (
        struct.pack(order + 'HHHQ', 43, 8, 0, 16) if big else struct.pack(
            order + 'HI', 42, 8))
    count = struct.pack(order + ('Q' if big else 'H'), len(every))
    return (head + count + entries + struct.pack(order + place, following) +
            more + data)
