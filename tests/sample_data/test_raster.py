import numpy as np

from custom.sample_data.raster import blend, noise_tile, noise_window


def test_blend_nothing_and_everything():
    target = np.zeros((1, 2, 4), np.uint8)
    blend(target, (10, 20, 30), np.array([[0, 255]], np.uint8))
    assert target.tolist() == [[[0, 0, 0, 0], [10, 20, 30, 255]]]


def test_blend_half_is_premultiplied():
    target = np.zeros((1, 1, 4), np.uint8)
    blend(target, (200, 100, 0), np.array([[51]], np.uint8))
    # A fifth of the color and of the alpha.
    assert target.tolist() == [[[40, 20, 0, 51]]]


def test_tiles_repeat_without_end():
    noise = noise_tile(64, 1)
    assert noise.shape == (1024, 1024)
    window = noise_window(noise, 1500, 30, np.random.default_rng(0))
    assert window.shape == (1500, 30)
    assert np.array_equal(window[:400], window[1024:1424])
