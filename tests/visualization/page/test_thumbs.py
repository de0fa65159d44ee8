import cv2
import numpy as np

from custom.visualization.draw import shrink
from custom.visualization.page.thumbs import thumb_side, thumbs
from tests.helpers.image_files import write_image


def decoded(thumb):
    return cv2.imdecode(np.frombuffer(thumb.data, np.uint8), cv2.IMREAD_COLOR)


def test_of_nothing():
    assert [*thumbs([], 160)] == []


def test_order_size_and_what_cannot_be_decoded(tmp_path):
    write_image(tmp_path / 'wide.png', 400, 200, (0, 0, 255))
    write_image(tmp_path / 'small.png', 20, 10, (255, 0, 0))
    (tmp_path / 'text.png').write_text('no image')
    wide, text, gone, small = thumbs([
        tmp_path / f'{name}.png' for name in ('wide', 'text', 'gone', 'small')
    ], 100)

    assert text == gone == (b'', 0, 0)
    assert wide[1:] == (400, 200)
    assert decoded(wide).shape == (50, 100, 3)
    assert small[1:] == decoded(small).shape[1::-1] == (20, 10)
    assert abs(decoded(wide)[25, 50].astype(int) - (0, 0, 255)).max() < 16


def test_a_line_keeps_a_pixel():
    assert shrink(np.zeros((1, 1000, 3), np.uint8), 100).shape == (1, 100, 3)


def test_many_images_have_smaller_thumbnails():
    assert thumb_side(600) == 160
    assert thumb_side(20_000) == 128
