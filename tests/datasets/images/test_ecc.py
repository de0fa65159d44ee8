import cv2
import numpy as np
import pytest

from custom.datasets.images.ecc import ecc_similarity
from tests.helpers.image_files import blots


def gray(seed, left=0, size=100):
    """20 x 20 of a part of an image of 100 x 100 pixels."""
    image = cv2.cvtColor(blots(seed, 100, 100), cv2.COLOR_BGR2GRAY)
    part = image[:, left:left + size]
    return cv2.resize(part, (20, 20), interpolation=cv2.INTER_AREA)


def like(one, other, enough=1.):
    return ecc_similarity(
        np.stack([one, other]), np.array([0]), np.array([1]), enough)[0]


def test_none():
    nothing = np.empty(0, int)
    assert ecc_similarity(gray(0)[None], nothing, nothing, 1.).shape == (0, )


def test_brightness_and_contrast_do_not_matter():
    paler = (gray(0) // 2 + 100).astype(np.uint8)
    assert like(gray(0), paler) == pytest.approx(1, abs=.001)
    assert like(gray(0), 255 - gray(0)) < .7


@pytest.mark.parametrize('left, size', [(0, 95), (5, 95), (3, 94)])
def test_a_crop_is_found_either_way_round(left, size):
    whole, part = gray(0), gray(0, left, size)
    assert np.corrcoef(whole.ravel(), part.ravel())[0, 1] < .99
    assert like(whole, part) > .995
    assert like(part, whole) > .995


def test_a_mirror_image_is_the_same():
    assert like(gray(0), gray(0)[:, ::-1]) == pytest.approx(1)


def test_what_is_enough_is_not_aligned_further():
    whole, part = gray(0), gray(0, 3, 94)
    plain = np.corrcoef(whole.ravel(), part.ravel())[0, 1]
    assert like(whole, part, plain - .01) == pytest.approx(plain)


def test_pairs_are_apart():
    images = np.stack([gray(0), gray(1)])
    scores = ecc_similarity(images, np.array([0, 0, 1]), np.array([0, 1, 1]),
                            1.)
    assert scores[[0, 2]] == pytest.approx(1)
    assert scores[1] < .7


def test_a_blank_image_correlates_with_nothing():
    assert like(np.full((20, 20), 255, np.uint8), gray(0)) == 0
