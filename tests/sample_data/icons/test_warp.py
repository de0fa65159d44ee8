import numpy as np
import pytest

from custom.sample_data.icons.warp import Warp, apply_warp, sample_warp


def half_red(height=40, width=20):
    """Red on the left, blue on the right."""
    layer = np.zeros((height, width, 4), np.uint8)
    layer[:, :width // 2] = (255, 0, 0, 255)
    layer[:, width // 2:] = (0, 0, 255, 255)
    return layer


def test_nothing_changes_nothing():
    layer = half_red()
    assert np.array_equal(apply_warp(layer, Warp()), layer)


def test_mirror():
    warped = apply_warp(half_red(), Warp(flip=True))
    assert warped.shape == (40, 20, 4)
    assert warped[20, 3].tolist() == [0, 0, 255, 255]


def test_quarter_turn_is_clockwise():
    warped = apply_warp(half_red(), Warp(turn=90))
    assert abs(warped.shape[0] - 20) <= 2 and abs(warped.shape[1] - 40) <= 2
    # What was left is up.
    assert warped[4, 20].tolist() == [255, 0, 0, 255]
    assert warped[-5, 20].tolist() == [0, 0, 255, 255]


def test_stretch_keeps_the_longer_side():
    warped = apply_warp(half_red(40, 40), Warp(aspect=2))
    assert abs(warped.shape[0] - 20) <= 2 and abs(warped.shape[1] - 40) <= 2


@pytest.mark.parametrize('seed', range(20))
def test_nothing_is_cut_off(seed):
    rng = np.random.default_rng(seed)
    warped = apply_warp(half_red(60, 60), sample_warp(rng, 20))
    assert 55 <= max(warped.shape[:2]) <= 68
    alpha = warped[..., 3]
    assert alpha.max() == 255
    # One that is cut off would be opaque from end to end.
    for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]):
        assert (edge == 255).mean() < .2
    assert (warped[..., :3] <= warped[..., 3:]).all()
