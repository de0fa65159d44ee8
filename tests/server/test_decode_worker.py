import io
import struct
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from custom.server.decode_worker import decode_upload
from custom.server.http_errors import ServiceError
from custom.structures.resize import ResizeSpec
from tests.helpers.upload_images import FORMATS, encode

MILLION = 1e6
RED, BLUE = (255, 0, 0), (0, 0, 255)


def decoded(data, resize_spec=None):
    """Pixels in RGB."""
    return decode_upload(data, MILLION, resize_spec).pixels[..., ::-1]


def refused(data, max_pixels=MILLION):
    with pytest.raises(ServiceError) as caught:
        decode_upload(data, max_pixels, None)
    return caught.value.code


@pytest.mark.parametrize('kind', FORMATS)
def test_every_format(kind):
    image = decode_upload(
        encode(Image.new('RGB', (20, 10), RED), kind), MILLION, None)

    assert (image.width, image.height) == (20, 10)
    assert image.pixels.shape == (10, 20, 3)
    assert np.abs(image.pixels[5, 5].astype(int) - (0, 0, 255)).max() < 4


def test_transparent_is_white_paper():
    image = Image.new('RGBA', (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (*RED, 255))
    assert decoded(encode(image, 'PNG')).tolist() == [[[255] * 3, [*RED]]]


@pytest.mark.parametrize('mode, value, seen', [
    ('L', 100, 100),
    ('1', 1, 255),
    ('P', 0, 0),
    ('I;16', 257 * 100, 100),
    ('LA', (0, 0), 255),
])
def test_other_modes(mode, value, seen):
    assert decoded(encode(Image.new(mode, (1, 1), value),
                          'PNG')).tolist() == [[[seen] * 3]]


def test_cmyk():
    data = encode(Image.new('CMYK', (8, 8), (0, 0, 0, 0)), 'JPEG')
    assert decoded(data).min() > 250


def test_the_first_frame_of_an_animation():
    file = io.BytesIO()
    Image.new('RGB', (4, 4), RED).save(
        file,
        'GIF',
        save_all=True,
        append_images=[Image.new('RGB', (4, 4), BLUE)])
    assert decoded(file.getvalue())[0, 0].tolist() == [*RED]


@pytest.mark.parametrize('kind', ['JPEG', 'AVIF', 'HEIF'])
def test_size_and_boxes_are_those_of_the_upright_image(kind):
    """Red on top of white, stored as red to the left of white."""
    stored = Image.new('RGB', (64, 32), 'white')
    stored.paste(RED, (0, 0, 32, 32))

    image = decode_upload(
        encode(stored, kind, exif=turned_by_a_quarter()), MILLION,
        ResizeSpec((128, 128), True))

    assert (image.width, image.height) == (32, 64)
    assert image.pixels.shape == (128, 64, 3)
    assert image.pixels[:50, :, 1].max() < 40
    assert image.pixels[78:].min() > 215


@pytest.mark.parametrize('start, kind', [
    (b'%!PS-Adobe-3.0 EPSF-3.0\n', 'EPS'),
    (b'8BPS\0\1', 'PSD'),
    (b'%PDF-1.7', 'PDF'),
    (b'  <svg xmlns="http://www.w3.org/2000/svg">', 'SVG'),
    (b'\0\0\0\x18ftypmp42', 'a video'),
    (b'PK\3\4', 'ZIP'),
    (b'P6\n1 1\n255\n', 'PPM'),
    (b'\0\0\1\0', 'ICO'),
])
def test_what_is_not_taken(start, kind):
    with pytest.raises(ServiceError, match=kind) as caught:
        decode_upload(start + bytes(100), MILLION, None)
    assert caught.value.code == 'unsupported_type'


@pytest.mark.parametrize('data', [b'', b'\0', b'hello', bytes(1000), b'BM'])
def test_garbage(data):
    assert refused(data) == 'bad_picture'


@pytest.mark.parametrize('kind', FORMATS)
def test_cut_off(kind):
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(pixels), kind)
    assert refused(data[:len(data) // 2]) == 'bad_picture'


def test_more_pixels_than_allowed_are_not_decoded():
    # Says 1000 million pixels; they are not even there.
    bomb = _png_of_size(
        encode(Image.new('L', (64, 64)), 'PNG'), 40_000, 25_000)
    assert refused(bomb) == 'too_many_pixels'
    assert refused(encode(Image.new('L', (101, 100)), 'PNG'),
                   10_000) == 'too_many_pixels'


@pytest.mark.parametrize('kind', sorted({*FORMATS} - {'JPEG'}))
def test_what_is_no_jpeg_is_not_reduced(kind):
    data = encode(Image.new('RGB', (101, 100), RED), kind)
    assert refused(data, 10_000) == 'too_many_pixels'


@pytest.mark.parametrize('kind', ['JPEG', 'MPO'])
@pytest.mark.parametrize(
    'size, max_pixels, reduced',
    [
        ((200, 100), 20_000, (200, 100)),
        ((201, 100), 20_000, (101, 50)),
        ((200, 100), 4999, (50, 25)),  # a quarter
        ((200, 100), 325, (25, 13)),  # an eighth
    ])
def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(size, max_pixels,
                                                       reduced, kind):
    photo = Image.new('RGB', size, 'white')
    photo.paste(RED, (0, 0, 104, 100))
    data = encode(photo, kind, **both(kind))

    image = decode_upload(data, max_pixels, None)

    assert (image.width, image.height) == size
    assert image.pixels.shape == (reduced[1], reduced[0], 3)
    left, right = image.pixels[5, 3, ::-1], image.pixels[5, -3]
    assert np.abs(left - np.array(RED)).max() < 5 and right.min() > 250


def test_a_large_jpeg_that_is_turned():
    photo = Image.new('RGB', (200, 100), 'white')
    photo.paste(RED, (0, 0, 96, 100))
    data = encode(photo, 'JPEG', exif=turned_by_a_quarter())

    image = decode_upload(data, 5000, ResizeSpec((40, 40), True))

    assert (image.width, image.height) == (100, 200)
    assert image.pixels.shape == (40, 20, 3)  # not 40 x 20.2 of 51 x 101
    assert image.pixels[:17, :, 1].max() < 40
    assert image.pixels[22:].min() > 215


def test_a_jpeg_that_no_reduction_brings_under_the_limit():
    data = encode(Image.new('L', (200, 100)), 'JPEG')
    with pytest.raises(
            ServiceError,
            match='200 x 100 pixels; as '
            'JPEG at most 0.01997 million'):
        decode_upload(data, 312, None)


def test_a_progressive_jpeg_is_held_whole():
    """A coefficient takes 2 bytes, so that a pixel takes 3 with a quarter of
    the colors and 6 with all; there are 16 for each that is allowed."""
    photo = Image.new('RGB', (160, 160), RED)  # 25,600 pixels
    data = encode(photo, 'JPEG', progressive=True, subsampling='4:2:0')

    assert decode_upload(data, 4800, None).pixels.shape == (40, 40, 3)
    assert refused(data, 4799) == 'too_many_pixels'
    full = encode(photo, 'JPEG', progressive=True, subsampling='4:4:4')
    assert decode_upload(full, 9600, None).pixels.shape == (80, 80, 3)
    assert refused(full, 9599) == 'too_many_pixels'


def test_a_large_jpeg_that_is_cut_off():
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    data = encode(Image.fromarray(noise), 'JPEG')
    assert refused(data[:len(data) // 2], 10_000) == 'bad_picture'


def test_heic_where_pillow_heif_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, 'pillow_heif', None)
    with pytest.raises(ServiceError) as caught:
        decode_upload(SOUND['HEIF'], MILLION, None)
    assert caught.value.code == 'unsupported_type'
    assert caught.value.message == (
        'The file is HEIC: install pillow-heif on the server, or send JPEG.')


def test_a_strip_keeps_a_pixel():
    data = encode(Image.new('L', (5000, 1)), 'PNG')
    assert decode_upload(data, MILLION, ResizeSpec(
        (256, 256), True)).pixels.shape == (1, 256, 3)


def test_a_cut_image_never_shows_the_one_before():
    """A JPEG whose second half is gone, but which ends as it should."""
    red = encode(Image.new('RGB', (64, 64), RED), 'JPEG')
    noise = np.random.default_rng(0).integers(0, 60, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(noise), 'JPEG')
    cut = data[:len(data) * 2 // 3] + b'\xff\xd9'
    for _ in range(20):
        decoded(red)
        try:
            shown = decoded(cut)
        except ServiceError:
            continue
        red_like = (shown[..., 0] > 200) & (shown[..., 1] < 50)
        assert not red_like.any()


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    kind=st.sampled_from(FORMATS),
    places=st.lists(st.integers(0, 3000), max_size=12),
    values=st.lists(st.integers(0, 255), min_size=12, max_size=12),
    keep=st.integers(1, 4000))
def test_damaged_bytes_are_decoded_or_refused(kind, places, values, keep):
    data = bytearray(SOUND[kind][:keep])
    for place, value in zip(places, values):
        data[place % len(data)] = value
    try:
        image = decode_upload(bytes(data), MILLION, ResizeSpec((32, 32), True))
    except ServiceError as error:
        assert error.code in ('bad_picture', 'too_many_pixels',
                              'unsupported_type')
    else:
        assert image.width * image.height <= MILLION
        assert image.pixels.shape[2] == 3


@settings(deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data):
    try:
        decode_upload(data, MILLION, None)
    except ServiceError as error:
        assert error.code in ('bad_picture', 'unsupported_type')


def turned_by_a_quarter():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()


def both(kind):
    """Options of an MPO, as phones write them: a second image."""
    second = Image.new('RGB', (8, 8))
    return dict(save_all=True, append_images=[second]) if kind == 'MPO' else {}


def _png_of_size(data, width, height):
    """A PNG whose header says another size."""
    header = b'IHDR' + struct.pack('>II', width, height) + data[24:29]
    return (data[:12] + header + struct.pack('>I', zlib.crc32(header)) +
            data[33:])


SOUND = {
    kind:
    encode(
        Image.fromarray(
            np.random.default_rng(1).integers(0, 255, (24, 32, 3), np.uint8)),
        kind)
    for kind in FORMATS
}
