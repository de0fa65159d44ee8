import pytest

from custom.sample_data.icons.svg import icon_pixels
from custom.utils.errors import InputError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {}">{}</svg>'


@pytest.mark.parametrize('size', [10, 100, 600])
def test_cropped_to_what_it_shows(size):
    # A block twice as wide as high, with room around it.
    layer = icon_pixels(
        SVG.format('16 16', '<path d="M4 4h8v4H4Z" fill="#f00"/>'), size)
    assert layer.shape == (size // 2, size, 4)
    assert layer[size // 4, size // 2].tolist() == [255, 0, 0, 255]


def test_color_is_premultiplied():
    layer = icon_pixels(
        SVG.format('8 8',
                   '<path d="M0 0h8v8H0Z" fill="#fff" fill-opacity=".2"/>'),
        128)
    assert layer[64, 64].tolist() == [51, 51, 51, 51]


def test_wide_icons():
    layer = icon_pixels(SVG.format('32 8', '<path d="M0 0h32v8H0Z"/>'), 128)
    assert layer.shape == (32, 128, 4)


def test_what_is_no_svg():
    with pytest.raises(InputError, match='not to be drawn'):
        icon_pixels(SVG.format('8 8', '<path'), 20)


def test_what_shows_nothing():
    with pytest.raises(InputError, match='shows nothing'):
        icon_pixels(SVG.format('8 8', ''), 20)
