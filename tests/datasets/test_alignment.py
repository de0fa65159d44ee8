import cv2
import numpy as np
import pytest

from custom.datasets.alignment import aligned_correlation, correlation
from .pictures import blots


def grey(seed, left=0, size=100):
    """20 x 20 of a part of a picture of 100 x 100 pixels."""
    image = cv2.cvtColor(blots(seed, 100, 100), cv2.COLOR_BGR2GRAY)
    part = image[:, left:left + size]
    return cv2.resize(part, (20, 20), interpolation=cv2.INTER_AREA)[None]


def test_none():
    nothing = np.empty((0, 20, 20), np.uint8)
    assert correlation(nothing, nothing).shape == (0, )
    assert aligned_correlation(nothing, nothing).shape == (0, )


def test_brightness_and_contrast_do_not_matter():
    picture = grey(0)
    paler = (picture // 2 + 100).astype(np.uint8)
    assert correlation(picture, paler) == pytest.approx(1, abs=.001)
    assert correlation(picture, 255 - picture) == pytest.approx(-1)


@pytest.mark.parametrize('left, size', [(0, 95), (5, 95), (3, 94)])
def test_a_crop_is_found_either_way_round(left, size):
    whole, part = grey(0), grey(0, left, size)
    assert correlation(whole, part) < .99
    assert aligned_correlation(whole, part) > .995
    assert aligned_correlation(part, whole) > .995


def test_pairs_are_apart():
    scores = aligned_correlation(
        np.concatenate([grey(0), grey(0), grey(1)]),
        np.concatenate([grey(0), grey(1), grey(1)]))
    assert scores[[0, 2]] == pytest.approx(1)
    assert scores[1] < .7


def test_a_blank_picture_correlates_with_nothing():
    blank = np.full((1, 20, 20), 255, np.uint8)
    assert aligned_correlation(blank, grey(0)) == 0
