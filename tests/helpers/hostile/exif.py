"""EXIF blocks that say odd things about a sound image."""
from typing import Dict

from tests.helpers.hostile.tiff import tiff_file


def exif(tags: dict, following: int = 0, order: str = '<') -> bytes:
    return tiff_file(b'', tags, following, order, bare=True)


def exifs() -> Dict[str, bytes]:
    """EXIF blocks that say odd things about a sound image."""
    made = {
        'its own next directory':
        exif({274: [1]}, following=8),
        'its own subdirectories':
        exif({
            274: [1],
            34665: [8],
            34853: [8],
            40965: [8]
        }),
        'a count of 4 billion':
        exif({
            270: (2, 2**32 - 1, 8),
            274: [1]
        }),
        'a place outside':
        exif({
            271: (2, 99, 2**31),
            274: [1]
        }),
        'a type that is none':
        exif({
            271: (99, 1, 1),
            274: [1]
        }),
        'text as orientation':
        exif({274: (2, 4, 0x36363636)}),
        'orientation by 0':
        exif({274: (5, 1, 0)}),
        'six orientations':
        exif({274: [6] * 6}),
        'GPS of junk':
        exif({
            274: [3],
            34853: [0]
        }) + b'\xff' * 500,
        'upright, and junk':
        exif({
            271: (2, 2**32 - 1, 8),
            274: [6],
            306: (5, 2**28, 8),
        }) + b'\xff' * 50,
        '5000 tags':
        exif({n: [1]
              for n in range(1, 5000)}),
        'cut':
        exif({
            271: [1],
            274: [1]
        })[:20],
        'nothing':
        b'',
        'no TIFF':
        b'hello' * 10,
    }
    for turn in (0, 9, 255, 65535):
        made[f'orientation {turn}'] = exif({274: [turn]})
    return made
