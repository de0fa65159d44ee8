"""PNG: headers that lie, chunks that are wrong, data that ends."""
import struct
import zlib

from tests.helpers.hostile.exif import exifs
from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def png_header() -> Samples:
    sound = encode(NOISE, 'PNG')
    signature, header, data, end = (sound[:8], sound[8:33], sound[33:-12],
                                    sound[-12:])
    made = {
        # PngSuite: xs1n0g01, xs2n0g01, xs4n0g01, xs7n0g01, xcrn0g04, xlfn0g04
        'bit of the signature': (b'\x09' + sound[1:], BAD),
        'Q in the signature': (sound[:1] + b'Q' + sound[2:], BAD),
        'no CR in the signature': (sound[:4] + sound[5:], BAD),
        'space in the signature': (sound[:7] + b' ' + sound[8:], BAD),
        'CR became LF': (sound.replace(b'\r', b'\n'), BAD),
        'LF became CR LF': (sound.replace(b'\n', b'\r\n'), BAD),
        # xhdn0g08, xcsn0g01, xdtn0g01
        'wrong CRC of IHDR': (sound[:30] + b'\0\0\0' + sound[33:], BAD),
        'wrong CRC of IDAT': (sound[:-16] + b'\0\0\0\0' + end, BAD, OK),
        'no IDAT': (signature + header + end, BAD),
        'no IHDR': (signature + data + end, BAD),
        'no IEND': (sound[:-12], BAD, OK),
        'IHDR alone': (signature + header, BAD),
        'signature alone': (signature, BAD),
        'two IHDR': (signature + header + header + data + end, OK, BAD),
        'IHDR after IDAT': (signature + data + header + end, BAD),
        'IHDR of 1 byte':
        (signature + chunk(b'IHDR', b'\0') + data + end, BAD),
        'chunk of 4 GB': (signature + header + b'\xff\xff\xff\xffIDAT', BAD),
        'chunk of no name':
        (signature + header + chunk(b'\0\0\0\0', b'') + data + end, BAD, OK),
        '100,000 empty chunks':
        (signature + header + 100_000 * chunk(b'abCd', b'') + data + end, OK),
    }
    # xc1n0g08, xc9n2c08, xd0n2c08, xd3n2c08, xd9n2c08
    for depth, color in [(8, 1), (8, 9), (0, 2), (3, 2), (99, 2), (1, 2),
                         (16, 3), (8, 255)]:
        made[f'{depth} bits of color {color}'] = (png_file(
            64, 48, depth, color), BAD)
    for width, height in [(0, 48), (64, 0), (0, 0)]:
        made[f'{width} x {height}'] = (png_file(width, height), BAD)
    for width, height in [(2**31 - 1, 2**31 - 1), (2**32 - 1, 1),
                          (40_000, 25_000), (6400, 6400)]:
        made[f'{width} x {height}'] = (png_file(width, height), LARGE, BAD)
    made['palette, but none'] = (png_file(64, 48, 8, 3), BAD, OK)
    made['interlaced by method 7'] = (png_file(64, 48, interlace=7), BAD, OK)
    made['compressed by method 1'] = (png_file(64, 48, compression=1), BAD, OK)
    return samples(made)


def png_data() -> Samples:
    sound = encode(NOISE, 'PNG')
    rgb = zlib.compress(bytes(48 * (1 + 3 * 64)))
    bomb = zlib.compress(bytes(300_000_000), 9)  # 300 kB
    text = zlib.compress(bytes(100_000_000), 9)
    megabyte = zlib.compress(bytes(1_000_000), 9)
    adam7 = png_file(64, 48, data=zlib.compress(bytes(9000)), interlace=1)
    made = {
        'IDAT inflates to 300 MB': (png_file(64, 48, data=bomb), OK, BAD),
        'zTXt inflates to 100 MB':
        (png_file(64, 48, data=rgb, before=chunk(b'zTXt',
                                                 b'a\0\0' + text)), OK, BAD),
        'iTXt inflates to 100 MB': (png_file(
            64, 48, data=rgb, before=chunk(b'iTXt',
                                           b'a\0\1\0\0\0' + text)), OK, BAD),
        'iCCP inflates to 100 MB':
        (png_file(64, 48, data=rgb, before=chunk(b'iCCP',
                                                 b'a\0\0' + text)), OK, BAD),
        '200 zTXt of a megabyte each': (png_file(
            64, 48, data=rgb,
            before=200 * chunk(b'zTXt', b'a\0\0' + megabyte)), OK, BAD),
        'iCCP of no profile':
        (png_file(64, 48, data=rgb, before=chunk(b'iCCP',
                                                 b'a\0\0x')), OK, BAD),
        'IDAT is no zlib': (png_file(64, 48, data=b'hello' * 20), BAD),
        'IDAT is too short': (png_file(64, 48,
                                       data=zlib.compress(bytes(99))), BAD),
        'empty IDAT': (png_file(64, 48, data=b''), BAD),
        'unknown filter':
        (png_file(64, 48,
                  data=zlib.compress(b'\x09' + bytes(48 * 193))), BAD, OK),
        'interlaced': (adam7, OK, BAD),
        'interlaced, cut': (adam7[:len(adam7) // 2], BAD),
        'transparency of 1 byte':
        (png_file(64, 48, data=rgb, before=chunk(b'tRNS', b'\0')), OK, BAD),
        'palette of 257': (png_file(
            64,
            48,
            8,
            3,
            data=zlib.compress(bytes(48 * 65)),
            before=chunk(b'PLTE', bytes(771))), OK, BAD),
        'palette of 1, index 255': (png_file(
            64,
            48,
            8,
            3,
            data=zlib.compress(b'\xff' * 48 * 65),
            before=chunk(b'PLTE', bytes(3))), OK, BAD),
        'density 0':
        (png_file(64, 48, data=rgb, before=chunk(b'pHYs', bytes(9))), OK),
        'gamma 0':
        (png_file(64, 48, data=rgb, before=chunk(b'gAMA', bytes(4))), OK),
        'eXIf of junk': (png_file(
            64, 48, data=rgb, before=chunk(b'eXIf',
                                           b'II*\0' + b'\xff' * 99)), OK),
    }
    for name, exif in exifs().items():
        made[f'EXIF: {name}'] = (png_file(
            64, 48, data=rgb, before=chunk(b'eXIf', exif)), OK)
    for step in range(8, len(sound), len(sound) // 12):
        made[f'cut at {step}'] = (sound[:step], BAD)
    # Animations: no frame, more than there are, a frame outside of the
    # image, numbers in the wrong order.
    frame = struct.pack('>IIIIIHHBB', 0, 64, 48, 0, 0, 1, 1, 0, 0)
    outside = struct.pack('>IIIIIHHBB', 0, 2**31, 2**31, 9, 9, 0, 0, 9, 9)
    for name, before in {
            'of 0 frames':
            chunk(b'acTL', bytes(8)),
            'of 4 billion frames':
            chunk(b'acTL', b'\xff' * 8),
            'cut acTL':
            chunk(b'acTL', b'\0'),
            'two acTL':
            2 * chunk(b'acTL', b'\0\0\0\2' + bytes(4)),
            'frame outside':
            chunk(b'acTL', b'\0\0\0\2' + bytes(4)) + chunk(b'fcTL', outside),
            'frames numbered twice':
            chunk(b'acTL', b'\0\0\0\2' + bytes(4)) + 2 * chunk(b'fcTL', frame),
            'frame data first':
            chunk(b'acTL', b'\0\0\0\2' + bytes(4)) + chunk(b'fdAT', b'\0'),
    }.items():
        made[f'animation: {name}'] = (png_file(
            64, 48, data=rgb, before=before), OK, BAD)
    return samples(made)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return (struct.pack('>I', len(body)) + kind + body +
            struct.pack('>I', zlib.crc32(kind + body)))


def png_file(width: int,
             height: int,
             depth: int = 8,
             color: int = 2,
             compression: int = 0,
             interlace: int = 0,
             data: bytes = zlib.compress(bytes(48 * 193)),
             before: bytes = b'') -> bytes:
    header = struct.pack('>IIBBBBB', width, height, depth, color, compression,
                         0, interlace)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + before +
            chunk(b'IDAT', data) + chunk(b'IEND', b''))
