import numpy as np

from custom.sample_data.shapes.polygons import mirrored, rounded, sparkle

SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_a_rounded_square_keeps_its_sides_and_loses_its_corners():
    points = rounded(SQUARE, .25)
    assert points.shape == (24, 2)
    assert points.min() == 0 and points.max() == 1
    corners = np.linalg.norm(points[:, None] - np.array(SQUARE), axis=2)
    # The curve passes a corner at an eighth of the side in x and in y's
    # direction at the most: halfway between corner and chord.
    assert 1 / 16 < corners.min() < 1 / 8


def test_a_corner_rounded_by_nothing_stays():
    points = rounded(SQUARE, 0)
    assert np.allclose(points, np.repeat(SQUARE, 6, axis=0))


def test_an_outline_is_mirrored_about_the_axis():
    points = mirrored((0, -1), (2, 0), (1, 3))
    assert points.tolist() == [[0, -1], [2, 0], [1, 3], [-1, 3], [-2, 0],
                               [0, -1]]


def test_a_sparkle_has_four_tips_and_hollow_sides():
    points = sparkle(10, 20, 1, .1)
    tips = {(10, 19), (10, 21), (10.8, 20), (9.2, 20)}
    assert tips <= {tuple(p) for p in np.round(points, 9).tolist()}
    far = np.hypot(*(points - (10, 20)).T)
    # A straight side from (0, -1) to (.8, 0) would come no nearer than .62.
    assert .3 < far.min() < .5
