"""JPEG: segments that lie or lack, scans that end or never do."""
import re
import struct
from typing import Dict

from PIL import Image

from tests.helpers.hostile.exif import exifs
from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, SLOW, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def jpeg_structure() -> Samples:
    sound = encode(NOISE, 'JPEG', quality=60)
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
    comment = segment(0xfe, b'\xff\xd9')
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
            segment(0xc4, table) + b'\xff\xda', 1), BAD, OK)
    made['no Huffman tables'] = (_without(sound, 0xc4), BAD, OK)
    made['no quantization tables'] = (_without(sound, 0xdb), BAD)
    made['no frame'] = (_without(sound, 0xc0), BAD)
    made['two frames'] = (sound.replace(b'\xff\xda',
                                        segment(0xc0, frame) + b'\xff\xda',
                                        1), BAD, OK)
    made['a second, huge frame'] = (sound.replace(
        b'\xff\xda',
        segment(0xc0, frame[:1] + b'\xff\xdc\xff\xdc' + frame[5:]) +
        b'\xff\xda', 1), BAD, LARGE)
    made['a huge frame first'] = (
        sound[:2] +
        segment(0xc0, frame[:1] + b'\xff\xdc\xff\xdc' + frame[5:]) + sound[2:],
        BAD, LARGE)
    made['two starts'] = (sound[:2] + sound, OK, BAD)

    # Its height comes after the scan.
    late = _resized(sound, 64, 0)
    made['DNL'] = (late[:-2] + segment(0xdc, b'\0\x30') + late[-2:], BAD)
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
    made['quantization table 255'] = (sound.replace(frame,
                                                    frame[:-1] + b'\xff'), BAD)
    return samples(made)


def jpeg_content() -> Samples:
    sound = encode(NOISE, 'JPEG', quality=60)
    cmyk = encode(Image.new('CMYK', (64, 48), (9, 99, 0, 0)), 'JPEG')
    adobe = segment(0xee, b'Adobe\0\x64\0\0\0\0')
    made = {
        'CMYK': (cmyk, OK),
        'YCCK': (_without(cmyk, 0xee)[:2] + adobe + b'\2' +
                 _without(cmyk, 0xee)[2:], OK, BAD),
        'Adobe transform 255':
        (sound[:2] + segment(0xee, b'Adobe\0\x64\0\0\0\0\xff') + sound[2:], OK,
         BAD),
        'ICC of 5 MB': (encode(NOISE, 'JPEG',
                               icc_profile=bytes(5_000_000)), OK),
        'ICC, part 9 of 3':
        (sound[:2] + segment(0xe2, b'ICC_PROFILE\0\x09\3xx') + sound[2:], OK,
         BAD),
        'ICC, part 1 twice':
        (sound[:2] + 2 * segment(0xe2, b'ICC_PROFILE\0\1\2xx') + sound[2:], OK,
         BAD),
        '20,000 empty APP15':
        (sound[:2] + 20_000 * segment(0xef, b'') + sound[2:], OK),
        '10 MB of comments':
        (sound[:2] + 150 * segment(0xfe, bytes(65533)) + sound[2:], OK),
        'APP1 of length 0': (sound[:2] + b'\xff\xe1\0\0' + sound[2:], OK, BAD),
        'Photoshop block of 4 GB':
        (sound[:2] +
         segment(0xed, b'Photoshop 3.0\x008BIM\3\xed\0\0\xff\xff\xff\xff') +
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
        'an image behind its end': (sound + sound, OK, BAD),
        'progressive': (encode(NOISE, 'JPEG', progressive=True), OK),
        'progressive, cut': (encode(NOISE, 'JPEG',
                                    progressive=True)[:-1500], BAD),
        'progressive, 3000 scans': (_scans(3000), SLOW, OK, BAD),
        'MPO': (_mpo(2, 2), OK),
        'MPO, 1 image of 65,535': (_mpo(1, 65535), OK, BAD),
        'MPO, places outside': (_mpo(2, 2, shift=2**31), OK, BAD),
        'MPO, both are the first': (_mpo(2, 2, loop=True), OK, BAD),
    }
    for name, exif in exifs().items():
        body = b'Exif\0\0' + exif
        made[f'EXIF: {name}'] = (sound[:2] + segment(0xe1, body[:65533]) +
                                 sound[2:], OK)
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="6'
    made['XMP that does not end'] = (sound[:2] +
                                     segment(0xe1, xmp.ljust(60_000)) +
                                     sound[2:], OK)
    return samples(made)


def segment(marker: int, body: bytes) -> bytes:
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
    return (jpeg[:start] + segment(0xdd, struct.pack('>H', interval)) +
            jpeg[start:middle] + markers + jpeg[middle:])


def _scans(number: int) -> bytes:
    """A progressive JPEG of 6000 x 6000 with many scans: each is 50 bytes
    that say "nothing new" of half a million blocks."""
    # The code 0 says that the next 2**14 + (14 bits) blocks are as they were.
    bits = ('0' + '1' * 14) * (750 * 750 // 32767 + 1)
    bits += '1' * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, 'big')
    scan = (
        segment(0xda, b'\1\1\0\1\x3f\0') + re.sub(b'\xff', b'\xff\0', packed))
    return (b'\xff\xd8' + segment(0xdb, b'\0' + b'\1' * 64) + segment(
        0xc2, b'\x08' + struct.pack('>HH', 6000, 6000) + b'\1\1\x11\0') +
            segment(0xc4, b'\x10\1' + bytes(15) + b'\xe0') + number * scan +
            b'\xff\xd9')


def _mpo(images: int, said: int, shift: int = 0, loop: bool = False) -> bytes:
    """Several JPEGs in a file, and what is said of them."""
    one = encode(NOISE, 'JPEG', quality=60)
    size = len(one) + 2 + 2 + 4 + 4 + 4 + 2 + 3 * 12 + 4 + 16 * images
    entries = b''.join(
        struct.pack('<IIIHH', 0x30000, len(one),
                    0 if loop or n == 0 else size + shift - 10, 0, 0)
        for n in range(images))
    index = (b'II*\0\x08\0\0\0' + struct.pack('<H', 3) +
             struct.pack('<HHI4s', 0xb000, 7, 4, b'0100') +
             struct.pack('<HHII', 0xb001, 4, 1, said) +
             struct.pack('<HHII', 0xb002, 7, 16 * said, 50) + bytes(4) +
             entries)
    return (one[:2] + segment(0xe2, b'MPF\0' + index) + one[2:] + one *
            (images - 1))
