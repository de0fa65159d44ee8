import hashlib
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from custom.datasets.images.scan import scan_images
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.image_files import blots, save, save_cut, save_turned


def scan(path, decode=True):
    one, = scan_images(path.parent, [path.name], decode)
    return one


@pytest.mark.parametrize('decode', [True, False])
def test_no_images(tmp_path, decode):
    assert list(scan_images(tmp_path, [], decode)) == []


def test_photo(tmp_path):
    path = save(tmp_path / 'a.jpg')
    found = scan(path)
    assert found[:10] == ('a.jpg', 60, 40, 1, 'RGB', 'JPEG', 1, '', False,
                          False)
    assert found.digest == hashlib.blake2b(
        path.read_bytes(), digest_size=16).digest()
    assert 0 <= found.phash < 2**64
    assert len(found.thumb) == 400


def test_header_alone(tmp_path):
    path = save(tmp_path / 'a.jpg')
    assert scan(
        path, decode=False) == scan(path)._replace(
            digest=b'', phash=None, thumb=b'')


def test_only_files_of_one_size_are_compared(tmp_path):
    save(tmp_path / 'a.png')
    shutil.copy(tmp_path / 'a.png', tmp_path / 'b.png')
    save(tmp_path / 'c.png', pixels=blots(1))
    a, b, c = scan_images(tmp_path, ['a.png', 'b.png', 'c.png'], decode=False)
    assert a.digest == b.digest != b''
    assert c.digest == b''


def test_order_and_folders(tmp_path):
    (tmp_path / 'deep').mkdir()
    names = [f'deep/{number}.png' for number in range(70, 0, -1)]
    for name in names:
        width = int(name[5:-4])
        save(tmp_path / name, pixels=np.zeros((3, width, 3), np.uint8))
    for decode in (True, False):
        scans = [*scan_images(tmp_path, names, decode)]
        assert [s.name for s in scans] == names
        assert [s.width for s in scans] == [*range(70, 0, -1)]


@pytest.mark.parametrize('decode', [True, False])
@pytest.mark.parametrize('orientation', range(1, 9))
def test_orientation(tmp_path, orientation, decode):
    found = scan(save_turned(tmp_path / 'a.jpg', orientation), decode)
    size = (40, 60) if orientation >= 5 else (60, 40)
    assert (found.orientation, found.width, found.height) == (orientation,
                                                              *size)


@pytest.mark.parametrize('name, mode, expected', [
    ('a.jpg', 'L', 'L'),
    ('a.jpg', 'CMYK', 'CMYK'),
    ('a.png', 'P', 'P'),
    ('a.png', 'RGBA', 'RGBA'),
    ('a.png', 'LA', 'LA'),
    ('a.png', 'I;16', 'I;16'),
    ('a.png', '1', '1'),
])
@pytest.mark.parametrize('decode', [True, False])
def test_mode(tmp_path, name, mode, expected, decode):
    if mode == 'I;16':
        path = save(
            tmp_path / name, mode, pixels=np.full((40, 60), 40000, np.uint16))
    else:
        path = save(tmp_path / name, mode)
    found = scan(path, decode)
    assert found.mode == expected
    assert (found.width, found.height, found.error) == (60, 40, '')


def test_16_bit_colors(tmp_path):
    import cv2
    cv2.imwrite(str(tmp_path / 'a.png'), np.full((4, 6, 3), 40000, np.uint16))
    assert scan(tmp_path / 'a.png').mode == 'RGB;16'


def test_one_color_is_transparent(tmp_path):
    path = save(tmp_path / 'a.png', transparency=(255, 255, 255))
    assert scan(path).mode == 'RGB;A'


@pytest.mark.parametrize('name', ['a.gif', 'a.webp', 'a.png', 'a.tif'])
@pytest.mark.parametrize('decode', [True, False])
def test_animation(tmp_path, name, decode):
    frames = [Image.fromarray(blots(seed)) for seed in range(3)]
    path = save(
        tmp_path / name,
        pixels=blots(9),
        save_all=True,
        append_images=frames[1:])
    found = scan(path, decode)
    assert (found.frames, found.error) == (3, '')
    assert (found.width, found.height) == (60, 40)


def test_missing(tmp_path):
    for decode in (True, False):
        for name in ('no.jpg', 'no\0name', 'a' * 300):
            found = scan(tmp_path / name, decode)
            assert found.missing
            assert found.error == 'there is no such file'


def test_no_file(tmp_path):
    (tmp_path / 'a.jpg').mkdir()
    os.mkfifo(tmp_path / 'b.jpg')
    for decode in (True, False):
        for name in ('a.jpg', 'b.jpg'):
            found = scan(tmp_path / name, decode)
            assert (found.missing, found.error) == (False, 'it is no file')


@pytest.mark.parametrize('decode', [True, False])
def test_no_image(tmp_path, decode):
    path = tmp_path / 'a.jpg'
    path.write_bytes(b'')
    assert scan(path, decode).error == 'the file is empty'
    path.write_text('text')
    found = scan(path, decode)
    assert found.error == 'it is no image, or of an unknown kind'
    assert not found.truncated
    assert not found.missing


@pytest.mark.parametrize('name, options', [
    ('a.jpg', {}),
    ('a.jpg', dict(progressive=True)),
    ('a.png', {}),
    ('a.gif', {}),
    ('a.bmp', {}),
    ('a.webp', {}),
    ('a.tif', {}),
])
def test_cut_off(tmp_path, name, options):
    found = scan(save_cut(tmp_path / name, **options))
    assert found.error
    assert found.truncated


@pytest.mark.parametrize('name', ['a.jpg', 'a.png'])
def test_cut_off_is_seen_without_decoding(tmp_path, name):
    found = scan(save_cut(tmp_path / name), decode=False)
    assert found.truncated
    assert found.thumb == b''


def test_damaged_but_not_cut_off(tmp_path):
    path = save(tmp_path / 'a.png')
    data = bytearray(path.read_bytes())
    at = data.index(b'IDAT') + 20
    data[at:at + 20] = bytes(20)
    path.write_bytes(data)
    found = scan(path)
    assert found.error
    assert not found.truncated


def test_bomb(tmp_path):
    """20,000 x 20,000 pixels in 50 kB."""
    path = tmp_path / 'a.png'
    Image.new('1', (20000, 20000)).save(path)
    assert 'decompression bomb' in scan(path).error


def test_accepts_what_training_accepts(tmp_path):
    """Every tenth of a JPEG and a PNG, and what comes after their end."""
    names = []
    for kind in ('jpg', 'png'):
        whole = save(tmp_path / f'whole.{kind}').read_bytes()
        parts = [whole[:len(whole) * i // 10] for i in range(11)]
        parts += [whole[:-1], whole[:-2], whole + b'more', whole + whole]
        for number, data in enumerate(parts):
            names.append(f'{number}.{kind}')
            (tmp_path / names[-1]).write_bytes(data)
    for found in scan_images(tmp_path, names):
        try:
            height, width = read_image(str(tmp_path / found.name)).shape[:2]
        except InputError:
            assert found.error
        else:
            assert (found.width, found.height, found.error) == (width, height,
                                                                '')


@pytest.mark.parametrize(
    'name', ['a.jpg', 'a.png', 'a.bmp', 'a.tif', 'a.webp', 'a.gif'])
def test_copies_are_found_by_headers_alone(tmp_path, name):
    save(tmp_path / name)
    shutil.copy(tmp_path / name, tmp_path / f'b{name[1:]}')
    a, b = scan_images(tmp_path, [name, f'b{name[1:]}'], decode=False)
    assert a.digest == b.digest != b''
