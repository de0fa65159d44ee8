import io
import struct
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


def decoded(data, fit=None):
    """Pixels in RGB."""
    return decode_upload(data, MILLION, fit).pixels[..., ::-1]


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


def test_size_and_boxes_are_those_of_the_upright_image():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    data = encode(Image.new('RGB', (20, 10), RED), 'JPEG', exif=exif)

    image = decode_upload(data, MILLION, ResizeSpec((40, 40), True))

    assert (image.width, image.height) == (10, 20)
    assert image.pixels.shape == (40, 20, 3)


@pytest.mark.parametrize('start, kind', [
    (b'%!PS-Adobe-3.0 EPSF-3.0\n', 'EPS'),
    (b'8BPS\0\1', 'PSD'),
    (b'%PDF-1.7', 'PDF'),
    (b'  <svg xmlns="http://www.w3.org/2000/svg">', 'SVG'),
    (b'\0\0\0\x18ftypheic', 'HEIC'),
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


@settings(max_examples=300, deadline=None)
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


@given(data=st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data):
    try:
        decode_upload(data, MILLION, None)
    except ServiceError as error:
        assert error.code in ('bad_picture', 'unsupported_type')


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
