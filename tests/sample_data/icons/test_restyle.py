import numpy as np
import pytest

from custom.sample_data.icons.restyle import (IconStyle, restyle,
                                              sample_icon_style, silhouette)
from custom.sample_data.style import sample_style

PLAIN = IconStyle('own', None, 0, 0, 'flat', False, (0, 0, 0))
STYLE = sample_style(np.random.default_rng(0), (255, 255, 255))


def flag(side=100):
    """Red above, blue below."""
    layer = np.zeros((side, side, 4), np.uint8)
    layer[:side // 2] = (200, 0, 0, 255)
    layer[side // 2:] = (0, 0, 200, 255)
    return layer


def restyled(look, layer=None):
    layer = flag() if layer is None else layer
    return restyle(layer, look, STYLE, np.random.default_rng(0))


def test_as_it_is():
    assert np.array_equal(restyled(PLAIN), flag())


def test_ring_around_it():
    layer = restyled(PLAIN._replace(ring=.05, ink=(0, 99, 0)))
    # Five pixels on each side.
    assert layer.shape == (110, 110, 4)
    assert layer[2, 55].tolist() == [0, 99, 0, 255]
    assert np.array_equal(layer[5:-5, 5:-5], flag())


def test_line_art_on_nothing():
    layer = restyled(
        PLAIN._replace(color='none', ring=.02, lines=.03, ink=(0, 99, 0)))
    assert layer.shape == (104, 104, 4)
    assert layer[25, 52].tolist() == [0, 0, 0, 0]
    # The edge between the two.
    assert layer[52, 52].tolist() == [0, 99, 0, 255]
    assert layer[1, 52].tolist() == [0, 99, 0, 255]


def test_line_art_that_hides_what_lies_under_it():
    layer = restyled(
        PLAIN._replace(color='none', ring=.02, lines=.03, filled=True))
    assert layer[25, 52].tolist() == [255, 255, 255, 255]


def test_dark_areas_are_ink_in_line_art():
    layer = flag()
    layer[:50] = (20, 10, 0, 255)
    layer = restyled(
        PLAIN._replace(color='none', ring=.02, lines=.03, ink=(0, 99, 0)),
        layer)
    assert layer[25, 52].tolist() == [0, 99, 0, 255]
    assert layer[75, 52].tolist() == [0, 0, 0, 0]


def test_what_would_fade_into_the_paper_gets_a_line():
    white = np.full((100, 100, 4), 255, np.uint8)
    layer = restyled(PLAIN, white)
    assert layer.shape == (102, 102, 4)
    assert layer[0, 51].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize('texture', ['hatch', 'wash', 'grain'])
def test_textures_let_paper_through(texture):
    layer = restyled(PLAIN._replace(texture=texture), flag())
    alpha = layer[..., 3]
    assert 20 < alpha.mean() < 250
    assert alpha.min() < 200
    assert (layer[..., :3].max(2) <= alpha).all()


def test_silhouette_and_what_it_encloses():
    ring = np.zeros((9, 9, 4), np.uint8)
    ring[..., 3] = 255
    ring[3:6, 3:6] = 0
    hollow = silhouette(ring, (9, 8, 7), [])
    assert hollow[0, 0].tolist() == [9, 8, 7, 255]
    assert hollow[4, 4].tolist() == [0, 0, 0, 0]
    filled = silhouette(ring, (9, 8, 7), [(1, 2, 3)])
    assert filled[0, 0].tolist() == [9, 8, 7, 255]
    assert filled[4, 4].tolist() == [1, 2, 3, 255]


def test_each_area_has_a_filling_of_its_own():
    eight = np.zeros((9, 17, 4), np.uint8)
    eight[..., 3] = 255
    eight[3:6, 3:6] = 0
    eight[2:7, 10:15] = 0
    filled = silhouette(eight, (9, 8, 7), [(1, 1, 1), (2, 2, 2), (3, 3, 3)])
    assert filled[4, 12].tolist() == [2, 2, 2, 255]  # the larger of the two
    assert filled[4, 4].tolist() == [3, 3, 3, 255]
    assert filled[4, 8].tolist() == [9, 8, 7, 255]


def test_every_look_shows_something_and_all_kinds_come():
    rng = np.random.default_rng(0)
    looks = [sample_icon_style(rng, STYLE) for _ in range(150)]
    assert {look.color
            for look in looks
            } == {'own', 'hue', 'crayons', 'poster', 'gray', 'none'}
    assert {look.texture
            for look in looks} == {'flat', 'grain', 'hatch', 'wash'}
    for look in looks:
        layer = restyled(look, flag(40))
        assert 39 <= min(layer.shape[:2]) <= max(layer.shape[:2]) <= 46
        assert layer[..., 3].max() > 100
