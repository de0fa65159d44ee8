"""HEIC and AVIF: boxes that lie or lack, and one codec called the other."""
import struct

from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, OTHER,
                                          Samples, samples)
from tests.helpers.upload_images import encode

_BOXES = (b'meta', b'iloc', b'iinf', b'iprp', b'ispe', b'pixi', b'mdat')


def heif() -> Samples:
    made = {}
    for kind in ('HEIF', 'AVIF'):
        sound = encode(NOISE, kind)
        made[kind] = (sound, OK)
        for box in _BOXES:
            at = sound.index(box)
            made[f'{kind}, cut in {box!r}'] = (sound[:at + 6], BAD)
            made[f'{kind}, without {box!r}'] = (sound[:at] + b'free' +
                                                sound[at + 4:], BAD, OK)
            made[f'{kind}, endless {box!r}'] = (sound[:at - 4] + b'\xff' * 4 +
                                                sound[at:], BAD, OK)
        made[f'{kind}, cut in its pixels'] = (sound[:-500], BAD, OK)
        made[f'{kind}, damaged pixels'] = (sound[:-500] + bytes(500), BAD, OK)
        for width, height in [(0, 0), (1, 1), (3000, 3000), (65500, 65500),
                              (2**32 - 1, 2**32 - 1)]:
            made[f'{kind}, {width} x {height}'] = (_resized(
                sound, width, height), OK, BAD, LARGE)
    heic, avif = made['HEIF'][0], made['AVIF'][0]
    made['HEIF called AVIF'] = (heic.replace(b'heic', b'avif', 1), BAD)
    made['AVIF called HEIF'] = (avif.replace(b'avif', b'heic', 1), BAD, OK)
    made['HEIF called any image'] = (heic.replace(b'heic', b'mif1', 1), OK)
    made['any image and no other'] = (b'\0\0\0\x10ftypmif1' + bytes(99), OTHER)
    return samples(made)


def _resized(data: bytes, width: int, height: int) -> bytes:
    """With another size in its property box."""
    at = data.index(b'ispe') + 8
    return data[:at] + struct.pack('>II', width, height) + data[at + 8:]
