import numpy as np
import pytest

from custom.sample_data.pen import Mark
from custom.sample_data.raster import (blend, draw_marks, noise_tile,
                                       noise_window, rasterize)
from custom.sample_data.style import sample_style


def test_blend_nothing_and_everything():
    target = np.zeros((1, 2, 4), np.uint8)
    blend(target, (10, 20, 30), np.array([[0, 255]], np.uint8))
    assert target.tolist() == [[[0, 0, 0, 0], [10, 20, 30, 255]]]


def test_blend_half_is_premultiplied():
    target = np.zeros((1, 1, 4), np.uint8)
    blend(target, (200, 100, 0), np.array([[51]], np.uint8))
    # A fifth of the color and of the alpha.
    assert target.tolist() == [[[40, 20, 0, 51]]]


def test_blend_a_color_for_each_row():
    target = np.zeros((2, 1, 4), np.uint8)
    colors = np.array([[[200, 100, 0]], [[100, 50, 0]]])
    blend(target, colors, np.array([[255], [51]], np.uint8))
    assert target.tolist() == [[[200, 100, 0, 255]], [[20, 10, 0, 51]]]


@pytest.mark.parametrize('shade, fill', [(.4, 'solid'), (0., 'wash')])
def test_nothing_is_left_of_a_shape_outside(shade, fill):
    rng = np.random.default_rng(0)
    style = sample_style(rng, (255, 255, 255))._replace(
        fill=fill, shade=shade, slip=0.)
    corners = np.array([(0, 20), (9, 20), (9, 30), (0, 30)], float)
    layer = np.zeros((10, 10, 4), np.uint8)

    draw_marks(layer, [Mark(corners, True, (9, 9, 9), None, 1, True, False)],
               style, 1, np.zeros(2), rng)

    assert not layer.any()


def test_shaded_box_is_lighter_above():
    rng = np.random.default_rng(0)
    style = sample_style(rng, (255, 255, 255))._replace(
        medium='vector', fill='solid', shade=.4, slip=0., grain=0.)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    mark = Mark(corners, True, (100, 100, 100), None, 1, True, False)

    layer = rasterize([mark], style, 100, 1, rng)

    column = layer[:, 50, 0].astype(int)
    # A fifth more light at the upper edge, a fifth less at the lower one.
    assert abs(column[4] - 119) < 3 and abs(column[-5] - 81) < 3
    assert (np.diff(column[3:-3]) <= 0).all()


def test_tiles_repeat_without_end():
    noise = noise_tile(64, 1)
    assert noise.shape == (1024, 1024)
    window = noise_window(noise, 1500, 30, np.random.default_rng(0))
    assert window.shape == (1500, 30)
    assert np.array_equal(window[:400], window[1024:1424])
