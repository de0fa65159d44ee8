import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from custom.datasets.images.headers import read_image_info
from custom.datasets.images.scan import scan_images
from custom.utils.errors import InputError
from custom.utils.heif import container_format, register_heif
from custom.utils.image_io import read_image

RED = (255, 0, 0)


@pytest.fixture
def photo(tmp_path):
    """Stored as red to the left of white, to be shown as red above white."""
    image = Image.new('RGB', (64, 32), 'white')
    image.paste(RED, (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    pillow_heif.from_pillow(image).save(
        tmp_path / 'a.heic', exif=exif.tobytes())
    return tmp_path / 'a.heic'


@pytest.mark.parametrize(
    'start, kind',
    [
        (b'', ''),
        (b'\0\0\0\x18ftyp', ''),
        (b'\0\0\0\x18ftypheic', 'HEIF'),
        (b'\0\0\0\x18ftypavif\0\0\0\0mif1miaf', 'AVIF'),
        (b'\0\0\0\x1cftypmif1\0\0\0\0mif1miafheic', 'HEIF'),
        (b'\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif', 'AVIF'),
        (b'\0\0\0\x18ftypmif1\0\0\0\0mif1miafheic', ''),  # after the box
        (b'\0\0\0\x18ftypmp42\0\0\0\0isommp42', ''),
        (b'\0\0\0\x18moovheic', ''),
    ])
def test_formats_by_brands(start, kind):
    assert container_format(start) == kind


def test_a_photo_is_read_upright(photo):
    pixels = read_image(str(photo))

    assert pixels.shape == (64, 32, 3)
    assert np.abs(pixels[5, 16] - np.array([0, 0, 255])).max() < 10
    assert pixels[60].min() > 245


def test_headers_and_scans_know_it(photo):
    assert read_image_info(photo) == (32, 64, 1)
    scan, = scan_images(photo.parent, ['a.heic'])
    assert (scan.format, scan.width, scan.height) == ('HEIF', 32, 64)
    assert (scan.orientation, scan.error) == (1, '')


def test_without_the_package_it_is_named(photo, monkeypatch):
    # imageio, once it has read an image, has put the package's in its place.
    register_heif()
    monkeypatch.setitem(sys.modules, 'pillow_heif', None)

    with pytest.raises(InputError, match='a.heic.*pip install pillow-heif'):
        read_image(str(photo))
    scan, = scan_images(photo.parent, ['a.heic'])
    assert scan.error == 'HEIC: pip install pillow-heif, or save it as JPEG'


def test_what_looks_like_one_and_is_none(tmp_path):
    (tmp_path / 'a.heic').write_bytes(b'\0\0\0\x18ftypheic' + bytes(99))
    with pytest.raises(InputError, match='a.heic: cannot be decoded'):
        read_image(str(tmp_path / 'a.heic'))
