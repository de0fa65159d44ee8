"""Files that were made to break decoders: each kind of sample that public
corpora hold (Pillow's, PngSuite's, libjpeg-turbo's, go-fuzz's), made small.
"""
import functools
import re
import struct
import zlib
from typing import Dict, NamedTuple, Tuple

import numpy as np
from PIL import Image

from tests.server.pictures import encode

OK, BAD, LARGE, SLOW, OTHER = ('ok', 'bad_picture', 'too_many_pixels',
                               'slow_picture', 'unsupported_type')


class Sample(NamedTuple):
    """A file, and the codes of which one is right; ``ok`` is none."""
    data: bytes
    wants: Tuple[str, ...]


Samples = Dict[str, Sample]

_PIXELS = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
_NOISE = Image.fromarray(_PIXELS)
# Of legal pictures, just below the 40 million that are taken.
_SIDE = 6300


def png_header() -> Samples:
    sound = encode(_NOISE, 'PNG')
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
        (signature + _chunk(b'IHDR', b'\0') + data + end, BAD),
        'chunk of 4 GB': (signature + header + b'\xff\xff\xff\xffIDAT', BAD),
        'chunk of no name':
        (signature + header + _chunk(b'\0\0\0\0', b'') + data + end, BAD, OK),
        '100,000 empty chunks':
        (signature + header + 100_000 * _chunk(b'abCd', b'') + data + end, OK),
    }
    # xc1n0g08, xc9n2c08, xd0n2c08, xd3n2c08, xd9n2c08
    for depth, colour in [(8, 1), (8, 9), (0, 2), (3, 2), (99, 2), (1, 2),
                          (16, 3), (8, 255)]:
        made[f'{depth} bits of colour {colour}'] = (_png(
            64, 48, depth, colour), BAD)
    for width, height in [(0, 48), (64, 0), (0, 0)]:
        made[f'{width} x {height}'] = (_png(width, height), BAD)
    for width, height in [(2**31 - 1, 2**31 - 1), (2**32 - 1, 1),
                          (40_000, 25_000), (6400, 6400)]:
        made[f'{width} x {height}'] = (_png(width, height), LARGE, BAD)
    made['palette, but none'] = (_png(64, 48, 8, 3), BAD, OK)
    made['interlaced by method 7'] = (_png(64, 48, interlace=7), BAD, OK)
    made['compressed by method 1'] = (_png(64, 48, compression=1), BAD, OK)
    return _samples(made)


def png_data() -> Samples:
    sound = encode(_NOISE, 'PNG')
    rgb = zlib.compress(bytes(48 * (1 + 3 * 64)))
    bomb = zlib.compress(bytes(300_000_000), 9)  # 300 kB
    text = zlib.compress(bytes(100_000_000), 9)
    megabyte = zlib.compress(bytes(1_000_000), 9)
    adam7 = _png(64, 48, data=zlib.compress(bytes(9000)), interlace=1)
    made = {
        'IDAT inflates to 300 MB': (_png(64, 48, data=bomb), OK, BAD),
        'zTXt inflates to 100 MB':
        (_png(64, 48, data=rgb, before=_chunk(b'zTXt',
                                              b'a\0\0' + text)), OK, BAD),
        'iTXt inflates to 100 MB':
        (_png(64, 48, data=rgb,
              before=_chunk(b'iTXt', b'a\0\1\0\0\0' + text)), OK, BAD),
        'iCCP inflates to 100 MB':
        (_png(64, 48, data=rgb, before=_chunk(b'iCCP',
                                              b'a\0\0' + text)), OK, BAD),
        '200 zTXt of a megabyte each': (_png(
            64,
            48,
            data=rgb,
            before=200 * _chunk(b'zTXt', b'a\0\0' + megabyte)), OK, BAD),
        'iCCP of no profile':
        (_png(64, 48, data=rgb, before=_chunk(b'iCCP', b'a\0\0x')), OK, BAD),
        'IDAT is no zlib': (_png(64, 48, data=b'hello' * 20), BAD),
        'IDAT is too short': (_png(64, 48,
                                   data=zlib.compress(bytes(99))), BAD),
        'empty IDAT': (_png(64, 48, data=b''), BAD),
        'unknown filter':
        (_png(64, 48, data=zlib.compress(b'\x09' + bytes(48 * 193))), BAD, OK),
        'interlaced': (adam7, OK, BAD),
        'interlaced, cut': (adam7[:len(adam7) // 2], BAD),
        'transparency of 1 byte':
        (_png(64, 48, data=rgb, before=_chunk(b'tRNS', b'\0')), OK, BAD),
        'palette of 257': (_png(
            64,
            48,
            8,
            3,
            data=zlib.compress(bytes(48 * 65)),
            before=_chunk(b'PLTE', bytes(771))), OK, BAD),
        'palette of 1, index 255': (_png(
            64,
            48,
            8,
            3,
            data=zlib.compress(b'\xff' * 48 * 65),
            before=_chunk(b'PLTE', bytes(3))), OK, BAD),
        'density 0': (_png(64, 48, data=rgb, before=_chunk(b'pHYs',
                                                           bytes(9))), OK),
        'gamma 0': (_png(64, 48, data=rgb, before=_chunk(b'gAMA',
                                                         bytes(4))), OK),
        'eXIf of junk': (_png(
            64, 48, data=rgb, before=_chunk(b'eXIf',
                                            b'II*\0' + b'\xff' * 99)), OK),
    }
    for name, exif in _exifs().items():
        made[f'EXIF: {name}'] = (_png(
            64, 48, data=rgb, before=_chunk(b'eXIf', exif)), OK)
    for step in range(8, len(sound), len(sound) // 12):
        made[f'cut at {step}'] = (sound[:step], BAD)
    # Animations: no frame, more than there are, a frame outside of the
    # picture, numbers in the wrong order.
    frame = struct.pack('>IIIIIHHBB', 0, 64, 48, 0, 0, 1, 1, 0, 0)
    outside = struct.pack('>IIIIIHHBB', 0, 2**31, 2**31, 9, 9, 0, 0, 9, 9)
    for name, before in {
            'of 0 frames':
            _chunk(b'acTL', bytes(8)),
            'of 4 billion frames':
            _chunk(b'acTL', b'\xff' * 8),
            'cut acTL':
            _chunk(b'acTL', b'\0'),
            'two acTL':
            2 * _chunk(b'acTL', b'\0\0\0\2' + bytes(4)),
            'frame outside':
            _chunk(b'acTL', b'\0\0\0\2' + bytes(4)) + _chunk(b'fcTL', outside),
            'frames numbered twice':
            _chunk(b'acTL', b'\0\0\0\2' + bytes(4)) +
            2 * _chunk(b'fcTL', frame),
            'frame data first':
            _chunk(b'acTL', b'\0\0\0\2' + bytes(4)) + _chunk(b'fdAT', b'\0'),
    }.items():
        made[f'animation: {name}'] = (_png(64, 48, data=rgb,
                                           before=before), OK, BAD)
    return _samples(made)


def jpeg_structure() -> Samples:
    sound = encode(_NOISE, 'JPEG', quality=60)
    parts = _segments(sound)
    frame = parts[0xc0]
    made = {}
    for width, height in [(0, 48), (64, 0)]:
        made[f'{width} x {height}'] = (_resized(sound, width, height), BAD)
    made['65500 x 65500'] = (_resized(sound, 65500, 65500), LARGE)
    made['larger than its scan'] = (_resized(sound, 3000, 3000), OK, BAD)
    position = 2
    for marker, body in parts.items():
        made[f'cut before marker {marker:x}'] = (sound[:position], BAD)
        made[f'cut in marker {marker:x}'] = (sound[:position + 3], BAD)
        position += 4 + len(body)
    made['cut in its scan'] = (sound[:-len(sound) // 3], BAD)
    made['cut before its end'] = (sound[:-2], BAD, OK)
    # It ends as it should, but it's a comment that does.
    comment = _segment(0xfe, b'\xff\xd9')
    hidden = sound[:2] + sound[2:].replace(b'\xff\xda', comment + b'\xff\xda',
                                           1)
    scan = hidden.index(b'\xff\xda')
    made['the end is in a comment'] = (hidden[:scan + 400], BAD, OK)
    made['cut, and the end is in a table'] = (sound[:-900] +
                                              b'\xff\xc4\xff\xff\xff\xd9' +
                                              bytes(99), BAD, OK)
    made['cut, and the end is in a later comment'] = (
        sound[:-900] + b'\xff\xfe\xff\xff\xff\xd9' + bytes(99), BAD, OK)

    for name, table in {
            'codes that do not fit': b'\0' + b'\xff' * 16,
            'more codes than bytes': b'\0' + b'\x10' * 16 + bytes(3),
            'too long a code': b'\0\3' + bytes(15) + b'\0\1\2',
            'number 15': b'\x0f' + bytes(16),
            'no codes': b'\0' + bytes(16),
            'DC of 255 bits': b'\0\1' + bytes(15) + b'\xff',
    }.items():
        made[f'Huffman table, {name}'] = (sound.replace(
            b'\xff\xda',
            _segment(0xc4, table) + b'\xff\xda', 1), BAD, OK)
    made['no Huffman tables'] = (_without(sound, 0xc4), BAD, OK)
    made['no quantisation tables'] = (_without(sound, 0xdb), BAD)
    made['no frame'] = (_without(sound, 0xc0), BAD)
    made['two frames'] = (sound.replace(b'\xff\xda',
                                        _segment(0xc0, frame) + b'\xff\xda',
                                        1), BAD, OK)
    made['a second, huge frame'] = (sound.replace(
        b'\xff\xda',
        _segment(0xc0, frame[:1] + b'\xff\xdc\xff\xdc' + frame[5:]) +
        b'\xff\xda', 1), BAD, LARGE)
    made['a huge frame first'] = (sound[:2] + _segment(
        0xc0, frame[:1] + b'\xff\xdc\xff\xdc' + frame[5:]) + sound[2:], BAD,
                                  LARGE)
    made['two starts'] = (sound[:2] + sound, OK, BAD)

    # Its height comes after the scan.
    late = _resized(sound, 64, 0)
    made['DNL'] = (late[:-2] + _segment(0xdc, b'\0\x30') + late[-2:], BAD)
    for marker in (0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd):
        made[f'as frame of kind {marker:x}'] = (sound.replace(
            b'\xff\xc0', bytes([0xff, marker]), 1), BAD, OK)
    for bits in (0, 1, 7, 12, 16, 255):
        made[f'{bits} bits'] = (sound.replace(frame,
                                              bytes([bits]) + frame[1:]), BAD)
    for number in (0, 2, 4, 5, 255):
        made[f'{number} components'] = (sound.replace(
            frame, frame[:5] + bytes([number]) + frame[6:]), BAD, OK)
    for factors in (0, 0x0f, 0xf0, 0x55, 0xff):
        made[f'sampled {factors:02x}'] = (sound.replace(
            frame, frame[:7] + bytes([factors]) + frame[8:]), BAD, OK)
    made['all components have one id'] = (sound.replace(
        frame,
        frame[:9] + frame[6:7] + frame[10:12] + frame[6:7] + frame[13:]), BAD,
                                          OK)
    made['quantisation table 255'] = (sound.replace(frame,
                                                    frame[:-1] + b'\xff'), BAD)
    return _samples(made)


def jpeg_content() -> Samples:
    sound = encode(_NOISE, 'JPEG', quality=60)
    cmyk = encode(Image.new('CMYK', (64, 48), (9, 99, 0, 0)), 'JPEG')
    adobe = _segment(0xee, b'Adobe\0\x64\0\0\0\0')
    made = {
        'CMYK': (cmyk, OK),
        'YCCK': (_without(cmyk, 0xee)[:2] + adobe + b'\2' +
                 _without(cmyk, 0xee)[2:], OK, BAD),
        'Adobe transform 255':
        (sound[:2] + _segment(0xee, b'Adobe\0\x64\0\0\0\0\xff') + sound[2:],
         OK, BAD),
        'ICC of 5 MB': (encode(_NOISE, 'JPEG',
                               icc_profile=bytes(5_000_000)), OK),
        'ICC, part 9 of 3':
        (sound[:2] + _segment(0xe2, b'ICC_PROFILE\0\x09\3xx') + sound[2:], OK,
         BAD),
        'ICC, part 1 twice':
        (sound[:2] + 2 * _segment(0xe2, b'ICC_PROFILE\0\1\2xx') + sound[2:],
         OK, BAD),
        '20,000 empty APP15':
        (sound[:2] + 20_000 * _segment(0xef, b'') + sound[2:], OK),
        '10 MB of comments':
        (sound[:2] + 150 * _segment(0xfe, bytes(65533)) + sound[2:], OK),
        'APP1 of length 0': (sound[:2] + b'\xff\xe1\0\0' + sound[2:], OK, BAD),
        'Photoshop block of 4 GB':
        (sound[:2] +
         _segment(0xed, b'Photoshop 3.0\x008BIM\3\xed\0\0\xff\xff\xff\xff') +
         sound[2:], OK, BAD),
        '100 kB of fill bytes': (sound[:2] + b'\xff' * 100_000 + sound[2:], OK,
                                 BAD),
        'restart markers in any order':
        (_restarting(sound, 1,
                     b'\xff\xd7' + b'\xff\xd1\xff\xd0' * 9), OK, BAD),
        'restart markers, 10,000': (_restarting(sound, 1,
                                                b'\xff\xd0' * 10_000), OK,
                                    BAD),
        'scan of zeros': (_scan(sound, bytes(4000)), OK, BAD),
        'scan of ones': (_scan(sound, b'\xff\0' * 4000), OK, BAD),
        'empty scan': (_scan(sound, b''), OK, BAD),
        '2 kB behind its end': (sound + b'x' * 2000, OK, BAD),
        'a picture behind its end': (sound + sound, OK, BAD),
        'progressive': (encode(_NOISE, 'JPEG', progressive=True), OK),
        'progressive, cut': (encode(_NOISE, 'JPEG',
                                    progressive=True)[:-1500], BAD),
        'progressive, 3000 scans': (_scans(3000), SLOW, OK, BAD),
        'MPO': (_mpo(2, 2), OK),
        'MPO, 1 picture of 65,535': (_mpo(1, 65535), OK, BAD),
        'MPO, places outside': (_mpo(2, 2, shift=2**31), OK, BAD),
        'MPO, both are the first': (_mpo(2, 2, loop=True), OK, BAD),
    }
    for name, exif in _exifs().items():
        body = b'Exif\0\0' + exif
        made[f'EXIF: {name}'] = (sound[:2] + _segment(0xe1, body[:65533]) +
                                 sound[2:], OK)
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="6'
    made['XMP that does not end'] = (sound[:2] +
                                     _segment(0xe1, xmp.ljust(60_000)) +
                                     sound[2:], OK)
    return _samples(made)


def gif() -> Samples:
    sound = encode(_NOISE, 'GIF')
    screen = b'GIF89a\x40\0\x30\0\x80\0\0\0\0\0\xff\xff\xff'
    lzw = b'\2\2\x44\1\0;'  # a pixel, and the end
    head = sound[:6]
    made = {
        'screen of 65535 x 65535': (head + b'\xff\xff\xff\xff' + sound[10:],
                                    LARGE),
        'screen of 0 x 0': (head + bytes(4) + sound[10:], OK, BAD),
        'frame far outside':
        (screen + b',\xff\xff\xff\xff\xff\xff\xff\xff\0' + lzw, LARGE, BAD),
        'frame a bit outside': (screen + b',\x30\0\x20\0\x40\0\x40\0\0' + lzw,
                                OK, BAD),
        'frame of 0 x 0': (screen + b',\0\0\0\0\0\0\0\0\0' + lzw, OK, BAD),
        'frame of 0 x 65535': (screen + b',\0\0\0\0\0\0\xff\xff\0' + lzw, OK,
                               BAD, LARGE),
        'no frame': (screen + b';', BAD),
        'header alone': (head, BAD),
        'cut after 10 bytes': (sound[:10], BAD),
        'cut': (sound[:len(sound) // 2], BAD),
        'extensions that do not end': (screen + b'!\xfe\1a' * 1000, BAD),
        '5 million blocks of comment': (screen + b'!\xfe' + b'\1a' * 5_000_000,
                                        BAD, SLOW),
        '100,000 control blocks':
        (screen + b'!\xf9\4\1\0\0\0\0' * 100_000 + sound[13:], OK, BAD),
        'control block of 1 byte': (screen + b'!\xf9\1\1\0' + sound[13:], OK,
                                    BAD),
        'NETSCAPE of no loop':
        (screen + b'!\xff\x0bNETSCAPE2.0\1\1\0' + sound[13:], OK, BAD),
        'second screen in it': (sound[:-1] + sound, OK),
        'transparent, and no palette':
        (b'GIF89a\x40\0\x30\0\0\0\0!\xf9\4\1\0\0\xff\0' +
         b',\0\0\0\0\x40\0\x30\0\0' + lzw, OK, BAD),
        'with a ZIP archive (GIFAR)': (sound + b'PK\3\4' + bytes(30), OK),
    }
    for bits in (0, 1, 9, 12, 13, 255):
        made[f'codes of {bits} bits'] = (screen + b',\0\0\0\0\x40\0\x30\0\0' +
                                         bytes([bits]) + b'\x0a' +
                                         b'\xff' * 10 + b'\0;', BAD, OK)
    made['code before there is one'] = (screen + b',\0\0\0\0\x40\0\x30\0\0' +
                                        b'\2\4\xf4\xff\xff\xff\0;', BAD, OK)
    return _samples(made)


def bmp() -> Samples:
    sound = encode(_NOISE, 'BMP')
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
        (_bmp(64, 48, 8, bytes(9999), colours=2**32 - 1), BAD, OK),
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
        'JPEG in it': (_bmp(64, 48, 0, encode(_NOISE, 'JPEG'), kind=4), BAD),
        'PNG in it': (_bmp(64, 48, 0, encode(_NOISE, 'PNG'), kind=5), BAD),
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
    return _samples(made)


def tiff() -> Samples:
    sound = encode(_NOISE, 'TIFF')
    grey = bytes(64 * 48)
    deflate = zlib.compress(grey)
    jpeg = encode(Image.new('L', (64, 48)), 'JPEG')
    made = {
        'grey': (_tiff(grey), OK),
        'grey, big-endian': (_tiff(grey, order='>'), OK),
        'BigTIFF': (_tiff(grey, big=True), OK, BAD),
        'BigTIFF, cut': (_tiff(grey, big=True)[:60], BAD),
        'BigTIFF of 2**60 tags':
        (b'II+\0\x08\0\0\0' + struct.pack('<QQ', 16, 2**60), BAD),
        'directory is its own next': (_tiff(grey, following=8), OK),
        'directory outside': (b'II*\0' + struct.pack('<I', 2**31), BAD),
        'directory in the header': (b'II*\0\0\0\0\0' + bytes(50), BAD),
        'no directory': (b'II*\0\x08\0\0\0', BAD),
        'directory of 65,535 tags':
        (b'II*\0\x08\0\0\0\xff\xff' + bytes(500), BAD),
        'cut': (sound[:len(sound) // 2], BAD),
        'strip outside': (_tiff(grey, {273: [2**31]}), BAD),
        'strip of 4 GB': (_tiff(grey, {279: [2**32 - 1]}), OK, BAD),
        'strip of 0 bytes': (_tiff(grey, {279: [0]}), OK, BAD),
        'strips: 50,000': (_tiff(grey, {
            273: [8] * 50_000,
            279: [1] * 50_000
        }), BAD, OK),
        'no strips': (_tiff(grey, {
            273: None,
            279: None
        }), BAD),
        'rows of a strip: 0': (_tiff(grey, {278: [0]}), OK, BAD),
        'rows of a strip: 4 billion': (_tiff(grey,
                                             {278: [2**32 - 1]}), OK, BAD),
        'rows of a strip: 4 billion, deflate': (_tiff(deflate, {
            259: [8],
            278: [2**32 - 1]
        }), OK, BAD),
        '0 x 0': (_tiff(grey, {
            256: [0],
            257: [0]
        }), BAD),
        'no size': (_tiff(grey, {
            256: None,
            257: None
        }), BAD),
        '2**32 - 1 squared': (_tiff(grey, {
            256: [2**32 - 1],
            257: [2**32 - 1]
        }), LARGE, BAD),
        'deflate': (_tiff(deflate, {259: [8]}), OK),
        'deflate, too short': (_tiff(zlib.compress(bytes(9)),
                                     {259: [8]}), BAD),
        'deflate to 200 MB':
        (_tiff(zlib.compress(bytes(200_000_000), 9), {259: [8]}), OK, BAD),
        'a tile of 40,000 x 40,000, deflate': (_tiff(
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
        (_tiff(grey, {
            273: None,
            279: None,
            322: [0],
            323: [0],
            324: [8],
            325: [99]
        }), BAD),
        'LZW of junk': (_tiff(b'\xff' * 99, {259: [5]}), BAD, OK),
        'LZW, empty': (_tiff(b'', {259: [5]}), BAD),
        'old JPEG of junk': (_tiff(jpeg, {259: [6]}), BAD, OK),
        'JPEG': (_tiff(jpeg, {259: [7]}), OK, BAD),
        'JPEG, cut': (_tiff(jpeg[:300], {259: [7]}), BAD, OK),
        'JPEG of another size':
        (_tiff(encode(Image.new('L', (640, 480)), 'JPEG'),
               {259: [7]}), BAD, OK),
        'fax of junk': (_tiff(b'\x5a' * 500, {
            258: [1],
            259: [4]
        }), BAD, OK),
        'packed bits of junk': (_tiff(b'\xff' * 500, {259: [32773]}), BAD, OK),
        'ZSTD of junk': (_tiff(b'\xff' * 500, {259: [50000]}), BAD),
        'floats': (_tiff(
            np.linspace(0, 255, 64 * 48, dtype='<f4').tobytes(), {
                258: [32],
                339: [3]
            }), OK),
        'floats that are none': (_tiff(
            np.full(64 * 48, np.nan, '<f4').tobytes(), {
                258: [32],
                339: [3]
            }), OK),
        'palette': (_tiff(grey, {
            262: [3],
            320: [0] * 768
        }), OK),
        'palette of 3': (_tiff(grey, {
            262: [3],
            320: [0] * 3
        }), OK, BAD),
        'palette, but none': (_tiff(grey, {262: [3]}), OK, BAD),
        '65,535 samples': (_tiff(grey, {277: [65535]}), BAD, OK),
        '5 samples, of 8 bits each': (_tiff(grey * 5, {
            258: [8] * 5,
            262: [2],
            277: [5]
        }), BAD, OK),
        'text of 2 GB': (_tiff(grey, {270: (2, 2**31 - 1, 8)}), OK, BAD),
        'strings instead of sizes': (_tiff(grey,
                                           {256:
                                            (2, 4, 0x41414141)}), BAD, OK),
        'subdirectory is itself': (_tiff(grey, {34665: [8]}), OK),
        'EXIF far outside': (_tiff(grey, {34665: [2**31]}), OK),
        'resolution by 0': (_tiff(grey, {282: (5, 1, 4)}), OK),
        'orientation 9': (_tiff(grey, {274: [9]}), OK),
    }
    for kind in (0, 2, 3, 99, 32766, 34661, 34712, 50001, 65535):
        made[f'compression {kind}'] = (_tiff(grey, {259: [kind]}), BAD, OK)
    for kind in (4, 5, 6, 8, 9, 99, 65535):
        made[f'photometric {kind}'] = (_tiff(grey, {262: [kind]}), BAD, OK)
    for bits in (0, 1, 2, 3, 12, 16, 24, 64, 65535):
        made[f'{bits} bits'] = (_tiff(grey * 9, {258: [bits]}), BAD, OK)
    return _samples(made)


def webp() -> Samples:
    lossy = encode(_NOISE, 'WEBP')
    lossless = encode(_NOISE, 'WEBP', lossless=True)
    animated = encode(
        _NOISE,
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
    for name, exif in _exifs().items():
        made[f'EXIF: {name}'] = (canvas(
            64, 48, frame, _webp_chunk(b'EXIF', exif), flags=8), OK)
    for name, data in {'VP8': lossy, 'VP8L': lossless}.items():
        for step in range(12, len(data), len(data) // 8):
            made[f'{name} cut at {step}'] = (data[:step], BAD)
    return _samples(made)


def other_files() -> Samples:
    png = encode(_NOISE, 'PNG')
    lol = ''.join(f'<!ENTITY l{n} "{"&l%d;" % (n - 1) * 10}">'
                  for n in range(1, 10))
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
    xml = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "l">{lol}]>{svg}'
    files = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg
    fits = b''.join(
        line.ljust(80) for line in (b'SIMPLE  =                    T', b'END'))
    made = {
        'PNG and HTML': (png + b'<script>alert(1)</script>', OK),
        'PNG and HTML in its text':
        (png[:33] + _chunk(b'tEXt', b'a\0<html><script>alert(1)</script>') +
         png[33:], OK),
        'HTML and PNG': (b'<html>' + png, OTHER),
        'PDF and JPEG': (b'%PDF-1.7\n' + encode(_NOISE, 'JPEG'), OTHER),
        'JPEG in a ZIP archive': (b'PK\3\4' + encode(_NOISE, 'JPEG'), OTHER),
        'EPS': (b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n'
                b'(/etc/passwd) (r) file', OTHER),
        'EPS, binary':
        (b'\xc5\xd0\xd3\xc6' + struct.pack('<I', 30) + bytes(50), OTHER),
        'PSD':
        (b'8BPS\0\1' + bytes(6) + struct.pack('>HIIHH', 3, 2**31, 2**31, 8, 3),
         OTHER),
        'SVG': (svg.encode(), OTHER),
        'SVG, a billion laughs': (xml.encode(), OTHER),
        'SVG, a file of the server': (files.encode(), OTHER),
        'ICO': (b'\0\0\1\0\1\0' + bytes(16), OTHER),
        'ICO, a bomb':
        (b'\0\0\1\0\1\0' + bytes(8) + struct.pack('<II', 99999, 22) +
         _png(40_000, 25_000), OTHER),
        'CUR': (b'\0\0\2\0\1\0' + bytes(16), OTHER),
        'FITS': (fits.ljust(2880), OTHER),
        'FITS, gzipped': (fits.replace(b'T', b'F'), OTHER),
        'JPEG 2000': (encode(_NOISE, 'JPEG2000'), OTHER),
        'AVIF': (b'\0\0\0\x1cftypavif' + bytes(99), OTHER),
        'PPM': (b'P6\n99999 99999\n255\n', OTHER),
        'DDS': (b'DDS ' + bytes(124), OTHER),
        'ICNS': (b'icns' + b'\xff' * 30, OTHER),
        'QOI': (b'qoif' + b'\xff' * 20, OTHER),
        'SGI': (b'\x01\xda' + b'\1' * 100, OTHER),
        'PCX': (b'\x0a\5\1\x08' + b'\xff' * 124, OTHER),
        'FLI': (b'\0\0\0\0\x12\xaf' + bytes(122), OTHER, BAD),
        'WMF': (b'\xd7\xcd\xc6\x9a' + bytes(40), OTHER),
        'SUN': (b'\x59\xa6\x6a\x95' + b'\xff' * 40, OTHER),
        'TGA': (b'\0\0\2' + bytes(99), BAD, OTHER),
        'WAV': (b'RIFF\xff\xff\0\0WAVEfmt ', BAD),
        'gzip': (b'\x1f\x8b\x08' + bytes(99), BAD),
        'a program': (b'\x7fELF' + bytes(99), BAD, OTHER),
        'a pickle': (b"cos\nsystem\n(S'touch pickled'\ntR.", BAD),
        'zeros': (bytes(1_000_000), BAD),
        'empty': (b'', BAD),
    }
    return _samples(made)


def large() -> Samples:
    """Legal, and just within what is taken: hundreds of MB as pixels."""
    side = _SIDE
    flat = Image.new('RGB', (side, side), (200, 100, 0))
    made = {
        'PNG, transparent': (_large_png(8, 6, 4), OK),
        'PNG, colour': (_large_png(8, 2, 3), OK),
        'PNG, 16-bit grey': (_large_png(16, 0, 2), OK),
        'PNG, 16-bit colour, transparent': (_large_png(16, 6, 8), OK),
        'PNG, a strip': (_png(
            side * side - 1, 1, 8, 0,
            data=zlib.compress(bytes(side * side))), OK),
        'PNG, turned': (_large_png(8, 6, 4, _chunk(b'eXIf',
                                                   _exif({274: [6]}))), OK),
        'JPEG': (encode(flat, 'JPEG'), OK),
        'JPEG, progressive': (encode(flat, 'JPEG', progressive=True), OK),
        'GIF': (encode(Image.new('P', (side, side)), 'GIF'), OK),
        'WebP': (encode(flat, 'WEBP', method=0), OK),
        'TIFF, deflate': (_tiff(
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
    return _samples({name: (*one, SLOW) for name, one in made.items()})


def _samples(made: dict) -> Samples:
    return {
        name: Sample(data, tuple(wants))
        for name, (data, *wants) in made.items()
    }


def _chunk(kind: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return (struct.pack('>I', len(body)) + kind + body +
            struct.pack('>I', zlib.crc32(kind + body)))


def _png(width: int,
         height: int,
         depth: int = 8,
         colour: int = 2,
         compression: int = 0,
         interlace: int = 0,
         data: bytes = zlib.compress(bytes(48 * 193)),
         before: bytes = b'') -> bytes:
    header = struct.pack('>IIBBBBB', width, height, depth, colour, compression,
                         0, interlace)
    return (b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', header) + before +
            _chunk(b'IDAT', data) + _chunk(b'IEND', b''))


def _large_png(depth: int,
               colour: int,
               pixel_bytes: int,
               before: bytes = b'') -> bytes:
    pack = zlib.compressobj(1)
    row = bytes(1 + _SIDE * pixel_bytes)
    data = b''.join(pack.compress(row) for _ in range(_SIDE)) + pack.flush()
    return _png(_SIDE, _SIDE, depth, colour, data=data, before=before)


def _segment(marker: int, body: bytes) -> bytes:
    """Of a JPEG."""
    return bytes([0xff, marker]) + struct.pack('>H', len(body) + 2) + body


def _segments(jpeg: bytes) -> Dict[int, bytes]:
    """The bodies up to the scan, by marker; of two alike both as one."""
    found: Dict[int, bytes] = {}
    position = 2
    while True:
        marker = jpeg[position + 1]
        size, = struct.unpack('>H', jpeg[position + 2:position + 4])
        body = jpeg[position + 4:position + 2 + size]
        found[marker] = found.get(marker, b'') + body
        if marker == 0xda:
            return found
        position += 2 + size


def _without(jpeg: bytes, marker: int) -> bytes:
    """A JPEG without the segments of a kind."""
    kept = jpeg[:2]
    position = 2
    while jpeg[position + 1] != 0xda:
        size, = struct.unpack('>H', jpeg[position + 2:position + 4])
        if jpeg[position + 1] != marker:
            kept += jpeg[position:position + 2 + size]
        position += 2 + size
    return kept + jpeg[position:]


def _resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header says another size."""
    frame = _segments(jpeg)[0xc0]
    return jpeg.replace(
        frame, frame[:1] + struct.pack('>HH', height, width) + frame[5:])


def _scan(jpeg: bytes, bits: bytes) -> bytes:
    """A JPEG with other bits of its scan."""
    start = jpeg.index(b'\xff\xda')
    size, = struct.unpack('>H', jpeg[start + 2:start + 4])
    return jpeg[:start + 2 + size] + bits + b'\xff\xd9'


def _restarting(jpeg: bytes, interval: int, markers: bytes) -> bytes:
    start = jpeg.index(b'\xff\xda')
    size, = struct.unpack('>H', jpeg[start + 2:start + 4])
    middle = start + 2 + size + 500
    return (jpeg[:start] + _segment(0xdd, struct.pack('>H', interval)) +
            jpeg[start:middle] + markers + jpeg[middle:])


def _scans(number: int) -> bytes:
    """A progressive JPEG of 6000 x 6000 with many scans: each is 50 bytes
    that say "nothing new" of half a million blocks."""
    # The code 0 says that the next 2**14 + (14 bits) blocks are as they were.
    bits = ('0' + '1' * 14) * (750 * 750 // 32767 + 1)
    bits += '1' * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, 'big')
    scan = (
        _segment(0xda, b'\1\1\0\1\x3f\0') + re.sub(b'\xff', b'\xff\0', packed))
    return (b'\xff\xd8' + _segment(0xdb, b'\0' + b'\1' * 64) + _segment(
        0xc2, b'\x08' + struct.pack('>HH', 6000, 6000) + b'\1\1\x11\0') +
            _segment(0xc4, b'\x10\1' + bytes(15) + b'\xe0') + number * scan +
            b'\xff\xd9')


def _mpo(pictures: int,
         said: int,
         shift: int = 0,
         loop: bool = False) -> bytes:
    """Several JPEGs in a file, and what is said of them."""
    one = encode(_NOISE, 'JPEG', quality=60)
    size = len(one) + 2 + 2 + 4 + 4 + 4 + 2 + 3 * 12 + 4 + 16 * pictures
    entries = b''.join(
        struct.pack('<IIIHH', 0x30000, len(one),
                    0 if loop or n == 0 else size + shift - 10, 0, 0)
        for n in range(pictures))
    index = (b'II*\0\x08\0\0\0' + struct.pack('<H', 3) +
             struct.pack('<HHI4s', 0xb000, 7, 4, b'0100') +
             struct.pack('<HHII', 0xb001, 4, 1, said) +
             struct.pack('<HHII', 0xb002, 7, 16 * said, 50) + bytes(4) +
             entries)
    return (one[:2] + _segment(0xe2, b'MPF\0' + index) + one[2:] + one *
            (pictures - 1))


def _exif(tags: dict, following: int = 0, order: str = '<') -> bytes:
    return _tiff(b'', tags, following, order, bare=True)


def _exifs() -> Dict[str, bytes]:
    """What says odd things about a sound picture."""
    made = {
        'its own next directory':
        _exif({274: [1]}, following=8),
        'its own subdirectories':
        _exif({
            274: [1],
            34665: [8],
            34853: [8],
            40965: [8]
        }),
        'a count of 4 billion':
        _exif({
            270: (2, 2**32 - 1, 8),
            274: [1]
        }),
        'a place outside':
        _exif({
            271: (2, 99, 2**31),
            274: [1]
        }),
        'a type that is none':
        _exif({
            271: (99, 1, 1),
            274: [1]
        }),
        'text as orientation':
        _exif({274: (2, 4, 0x36363636)}),
        'orientation by 0':
        _exif({274: (5, 1, 0)}),
        'six orientations':
        _exif({274: [6] * 6}),
        'GPS of junk':
        _exif({
            274: [3],
            34853: [0]
        }) + b'\xff' * 500,
        'upright, and junk':
        _exif({
            271: (2, 2**32 - 1, 8),
            274: [6],
            306: (5, 2**28, 8),
        }) + b'\xff' * 50,
        '5000 tags':
        _exif({n: [1]
               for n in range(1, 5000)}),
        'cut':
        _exif({
            271: [1],
            274: [1]
        })[:20],
        'nothing':
        b'',
        'no TIFF':
        b'hello' * 10,
    }
    for turn in (0, 9, 255, 65535):
        made[f'orientation {turn}'] = _exif({274: [turn]})
    return made


def _bmp(width: int,
         height: int,
         bits: int,
         body: bytes,
         kind: int = 0,
         colours: int = 0,
         offset: int = 54,
         planes: int = 1) -> bytes:
    if bits <= 8 and kind:
        offset = 54 + 4 * (1 << bits)
    return (b'BM' + struct.pack('<IHHI', 54 + len(body), 0, 0, offset) +
            struct.pack('<IiiHHIIiiII', 40, width, height, planes, bits, kind,
                        0, 0, 0, colours, 0) + body)


def _tiff(data: bytes,
          tags: dict = {},
          following: int = 0,
          order: str = '<',
          big: bool = False,
          bare: bool = False) -> bytes:
    """A grey picture of 64 x 48.

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


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack('<I', len(body)) + body + b'\0' * (len(body) % 2)


def _riff(*chunks: bytes) -> bytes:
    body = b'WEBP' + b''.join(chunks)
    return b'RIFF' + struct.pack('<I', len(body)) + body


GROUPS = {
    one.__name__: functools.cache(one)
    for one in (png_header, png_data, jpeg_structure, jpeg_content, gif, bmp,
                tiff, webp, other_files, large)
}
