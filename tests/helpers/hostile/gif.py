"""GIF: frames, tables and codes that are wrong."""
from tests.helpers.hostile.sample import (BAD, LARGE, NOISE, OK, SLOW, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def gif() -> Samples:
    sound = encode(NOISE, 'GIF')
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
    return samples(made)
