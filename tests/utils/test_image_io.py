import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from custom.datasets.images.headers import read_image_info
from custom.utils.errors import InputError
from custom.utils.image_io import (as_images, as_pixels, decode_image,
                                   opened_pixels, read_image, write_jpeg)


def encode(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def solid(mode, color, size=(3, 2)):
    return Image.new(mode, size, color)


def test_png_is_bgr():
    pixels = decode_image(encode(solid('RGB', (255, 128, 0)), 'PNG'), 'a')

    assert pixels.shape == (2, 3, 3) and pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == [0, 128, 255]


def test_transparent_pixels_are_white_paper():
    # Black under full transparency, as drawing programs leave it.
    pixels = decode_image(encode(solid('RGBA', (0, 0, 0, 0)), 'PNG'), 'a')
    assert (pixels == 255).all()
    half = decode_image(encode(solid('RGBA', (0, 0, 0, 128)), 'PNG'), 'a')
    assert half[0, 0].tolist() == [127, 127, 127]


@pytest.mark.parametrize('color, channels, clear', [
    (0, 1, 0x1234),
    (2, 3, 0x1234),
    (2, 3, 0x0034),
])
def test_transparent_color_of_16_bits(color, channels, clear):
    """A pixel of the color that tRNS calls transparent, one of 0x8080."""

    def chunk(kind, body):
        return (struct.pack('>I', len(body)) + kind + body +
                struct.pack('>I', zlib.crc32(kind + body)))

    row = struct.pack(f'>B{2 * channels}H', 0, *[clear] * channels,
                      *[0x8080] * channels)
    data = (b'\x89PNG\r\n\x1a\n' +
            chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 1, 16, color, 0, 0, 0)) +
            chunk(b'tRNS', struct.pack(f'>{channels}H', *[clear] * channels)) +
            chunk(b'IDAT', zlib.compress(row)) + chunk(b'IEND', b''))

    pixels = decode_image(data, 'clear.png')

    assert pixels.tolist() == [[[255] * 3, [128] * 3]]


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'TIFF', 'WEBP'])
def test_orientation_is_applied(kind):
    # 6: the camera was held upright, so the image turns clockwise.
    image = solid('RGB', 'white', (32, 16))
    image.paste((255, 0, 0), (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = 6

    pixels = decode_image(encode(image, kind, exif=exif), 'a')

    assert pixels.shape == (32, 16, 3)
    assert pixels[2, 8].tolist()[2] > 200 > pixels[2, 8].tolist()[0]
    assert pixels[29, 8].min() > 200


@pytest.mark.parametrize('image, kind, expected', [
    (solid('L', 100), 'PNG', [100, 100, 100]),
    (solid('P', 0), 'GIF', [0, 0, 0]),
    (solid('I;16', 257 * 100), 'PNG', [100, 100, 100]),
    (solid('CMYK', (0, 0, 0, 0), (16, 16)), 'JPEG', [255, 255, 255]),
    (solid('1', 1), 'BMP', [255, 255, 255]),
])
def test_modes(image, kind, expected):
    assert decode_image(encode(image, kind), 'a')[0, 0].tolist() == expected


def test_an_animation_is_its_first_frame():
    frames = [solid('RGB', 'white'), solid('RGB', 'black')]
    data = encode(frames[0], 'GIF', save_all=True, append_images=frames[1:])

    assert decode_image(data, 'a')[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize('kind', ['JPEG', 'PNG'])
def test_cut_off(kind):
    noise = np.random.RandomState(0).randint(0, 255, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(noise), kind)

    with pytest.raises(InputError, match='a.img: cannot be decoded'):
        decode_image(data[:len(data) // 2], 'a.img')


@pytest.mark.parametrize('data', [b'', b'text', b'\xff\xd8\xff\xd9'])
def test_no_image(data):
    with pytest.raises(InputError, match='a.img: cannot be decoded'):
        decode_image(data, 'a.img')


def test_the_error_is_the_same_each_time():
    with pytest.raises(InputError, match=r'\(cannot identify image file\)'):
        decode_image(b'text', 'a.img')


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match='none.png: cannot be read'):
        read_image(str(tmp_path / 'none.png'))


@pytest.mark.parametrize('name', ['a\0.png', '\ud800.png'])
def test_name_that_no_file_can_have(name):
    with pytest.raises(InputError, match='cannot be read'):
        read_image(name)


def test_pixels_of_an_array_and_of_a_file(tmp_path):
    pixels = np.uint8([[[0, 0, 255], [255, 0, 0]]])
    Image.fromarray(pixels[..., ::-1]).save(tmp_path / 'a.png')

    assert as_pixels(pixels) is pixels
    assert as_pixels(tmp_path / 'a.png').tolist() == pixels.tolist()
    data = (tmp_path / 'a.png').read_bytes()
    assert as_pixels(data).tolist() == pixels.tolist()
    with Image.open(tmp_path / 'a.png') as opened:
        assert as_pixels(opened).tolist() == pixels.tolist()
    assert as_pixels(np.uint8([[7]])).tolist() == [[[7, 7, 7]]]


def test_transparent_pixels_of_pillow_are_white():
    image = Image.new('RGBA', (2, 1), (0, 0, 0, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    assert as_pixels(image).tolist() == [[[0, 0, 255], [255, 255, 255]]]


def test_what_is_no_image():
    with pytest.raises(InputError, match='list: is no image; give a path'):
        as_pixels(['a.png'])
    with pytest.raises(InputError, match='an image of 5 bytes: cannot be'):
        as_pixels(b'hello')


@pytest.mark.parametrize('image', ['a.png', b'a', Path('a.png')])
def test_a_batch_that_is_one_image(image):
    with pytest.raises(InputError, match='a batch is a list of images'):
        as_images(image)
    assert as_images(one for one in [image]) == [image]


@pytest.mark.parametrize('image, words', [
    (np.zeros(60, np.uint8), r'uint8 \(60,\)'),
    (np.zeros((60, 80, 4), np.uint8), r'uint8 \(60, 80, 4\)'),
    (np.zeros((60, 80, 1), np.uint8), r'uint8 \(60, 80, 1\)'),
    (np.zeros((0, 80, 3), np.uint8), r'uint8 \(0, 80, 3\)'),
    (np.zeros((60, 0, 3), np.uint8), r'uint8 \(60, 0, 3\)'),
    (np.zeros((1, 60, 80, 3), np.uint8), r'uint8 \(1, 60, 80, 3\)'),
    (np.zeros((60, 80, 3), np.float32), r'float32 \(60, 80, 3\)'),
])
def test_an_array_that_is_no_image(image, words):
    with pytest.raises(InputError, match=f'an array of {words}; give uint8'):
        as_pixels(image)


def test_an_orientation_in_xmp_turns_nothing(tmp_path):
    """OpenCV, browsers and so boxes go by EXIF alone; Pillow doesn't."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
    path = tmp_path / 'a.jpg'
    Image.new('RGB', (60, 30)).save(path, xmp=xmp)
    with Image.open(path) as opened:
        assert opened.getexif() == {274: 6}

    assert read_image(str(path)).shape == (30, 60, 3)
    assert read_image_info(path) == (60, 30, 1)
    with Image.open(path) as opened:
        assert opened_pixels(opened).shape == (30, 60, 3)


def test_a_jpeg_that_would_be_too_long(tmp_path):
    path = str(tmp_path / 'a.jpg')
    with pytest.raises(InputError, match='not 66000 x 2'):
        write_jpeg(path, np.zeros((2, 66000, 3), np.uint8))
    write_jpeg(path, np.zeros((2, 65500, 3), np.uint8))


@pytest.mark.parametrize('pixels', [
    np.full((2, 3), 0.5, np.float32),
    np.full((2, 3), 100, np.int32),
    np.full((2, 3), -1, np.int32)
])
def test_gray_of_32_bits_is_refused(pixels):
    """Nothing says which of its values is white."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, 'TIFF')
    with pytest.raises(InputError, match='with 8 or 16 bits'):
        decode_image(file.getvalue(), 'a.tif')
