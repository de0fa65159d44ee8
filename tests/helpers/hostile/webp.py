"""WebP: chunks and canvases that lie."""
import struct

from PIL import Image

from tests.helpers.hostile.exif import exifs
from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def webp() -> Samples:
    lossy = encode(NOISE, 'WEBP')
    lossless = encode(NOISE, 'WEBP', lossless=True)
    animated = encode(
        NOISE,
        'WEBP',
        save_all=True,
        append_images=[Image.new('RGB', (64, 48), n) for n in ('red', 'blue')])
    frame, bits = lossy[12:], lossless[12:]

    def canvas(width, height, *chunks, flags=0):
        size = struct.pack('<I', width - 1)[:3] + struct.pack(
            '<I', height - 1)[:3]
        return _riff(
            _webp_chunk(b'VP8X',
                        bytes([flags, 0, 0, 0]) + size), *chunks)

    made = {
        'lossy': (lossy, OK),
        'lossless': (lossless, OK),
        'animated': (animated, OK),
        'animated, cut': (animated[:len(animated) - 200], OK, BAD),
        'animated, cut early': (animated[:100], BAD),
        'animated, frames of 0 ms and 0 loops':
        (animated.replace(b'ANIM\6\0\0\0', b'ANIM\6\0\0\0'), OK),
        'canvas of 16384 x 16384': (canvas(16384, 16384, frame), LARGE, BAD),
        'canvas of 16777216 x 255': (canvas(2**24, 255, frame), LARGE, BAD),
        'canvas of 16777216 x 16777216': (canvas(2**24, 2**24,
                                                 frame), BAD, LARGE),
        'animated canvas of 16384 x 16384':
        (animated[:24] + b'\xff\x3f\0\xff\x3f\0' + animated[30:], LARGE, BAD),
        'canvas of 1 x 1': (canvas(1, 1, frame), BAD, OK),
        'canvas without a frame': (canvas(64, 48), BAD),
        'animation without a frame': (canvas(64, 48, flags=2), BAD),
        'two frames, not animated': (canvas(64, 48, frame, frame), OK, BAD),
        'ICC and EXIF of junk': (canvas(
            64,
            48,
            _webp_chunk(b'ICCP', b'\xff' * 99),
            frame,
            _webp_chunk(b'EXIF', b'\xff' * 99),
            _webp_chunk(b'XMP ', b'\xff' * 99),
            flags=0x2c), OK),
        'alpha of junk':
        (canvas(64, 48, _webp_chunk(b'ALPH', b'\xff' * 99), frame,
                flags=0x10), OK, BAD),
        'both kinds of pixels': (_riff(frame, bits), OK, BAD),
        'RIFF of 4 GB': (b'RIFF\xff\xff\xff\xff' + lossy[8:], OK, BAD),
        'RIFF of 0 bytes': (b'RIFF\0\0\0\0' + lossy[8:], OK, BAD),
        'chunk of 4 GB': (lossy[:16] + b'\xff\xff\xff\xff' + lossy[20:], BAD),
        'nothing in it': (b'RIFF\4\0\0\0WEBP', BAD),
        'VP8 of 16383 x 16383':
        (lossy[:26] + b'\xff\x3f\xff\x3f' + lossy[30:], LARGE, BAD),
        'VP8 of 0 x 0': (lossy[:26] + bytes(4) + lossy[30:], BAD),
        'VP8L of 16384 x 16384':
        (lossless[:21] + b'\xff\xff\xff\x0f' + lossless[25:], LARGE, BAD),
        'VP8L of version 7': (lossless[:24] + b'\xff' + lossless[25:], BAD),
        'VP8L of junk': (lossless[:25] + b'\xff' * (len(lossless) - 25), BAD,
                         OK),
        'VP8 of junk': (lossy[:40] + b'\xff' * (len(lossy) - 40), BAD, OK),
    }
    for name, exif in exifs().items():
        made[f'EXIF: {name}'] = (canvas(
            64, 48, frame, _webp_chunk(b'EXIF', exif), flags=8), OK)
    for name, data in {'VP8': lossy, 'VP8L': lossless}.items():
        for step in range(12, len(data), len(data) // 8):
            made[f'{name} cut at {step}'] = (data[:step], BAD)
    return samples(made)


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack('<I', len(body)) + body + b'\0' * (len(body) % 2)


def _riff(*chunks: bytes) -> bytes:
    body = b'WEBP' + b''.join(chunks)
    return b'RIFF' + struct.pack('<I', len(body)) + body
