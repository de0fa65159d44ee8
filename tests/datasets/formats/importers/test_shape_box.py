import pytest

from custom.datasets.formats.importers.shape_box import (ellipse_box,
                                                         flat_points, number,
                                                         polygon_box,
                                                         rotated_box,
                                                         told_size)


def test_polygon():
    assert polygon_box([9, 2, 1, 8, 5, 3]) == (1, 2, 9, 8)


@pytest.mark.parametrize('degrees, box', [
    (0, (6, 7, 14, 13)),
    (90, (7, 6, 13, 14)),
    (-180, (6, 7, 14, 13)),
])
def test_ellipse(degrees, box):
    assert ellipse_box((10, 10), (4, 3), degrees) == box


def test_ellipse_of_half_a_right_angle():
    # Both halves are the root of (4² + 3²) / 2.
    assert ellipse_box((10, 10), (4, 3), 45) == pytest.approx(
        (6.4645, 6.4645, 13.5355, 13.5355), abs=1e-4)


@pytest.mark.parametrize('degrees, pivot, box', [
    (0, (0, 0), (10, 10, 30, 20)),
    (90, (10, 10), (0, 10, 10, 30)),
    (-90, (10, 10), (10, -10, 20, 10)),
    (90, (20, 15), (15, 5, 25, 25)),
    (360, (20, 15), (10, 10, 30, 20)),
])
def test_rotated_clockwise(degrees, pivot, box):
    assert rotated_box((10, 10, 30, 20), degrees, pivot) == box


@pytest.mark.parametrize('points', [
    None, [], 'ab', [1, 2], [[1]], [[1, 2, 3]], [[1, None]],
    [[1, float('nan')]]
])
def test_no_points(points):
    with pytest.raises(ValueError, match='Draw it again or delete it'):
        flat_points(points)


def test_numbers():
    assert (number('1.5'), number(2)) == (1.5, 2)
    for value in (None, True, 'x', [], float('inf'), 10**400):
        with pytest.raises(ValueError, match='where a number must be'):
            number(value)


@pytest.mark.parametrize('size, told', [((60, 40), (60, 40)),
                                        (('60', '40'), (60, 40)),
                                        ((0, 0), None), ((None, 40), None),
                                        ((float('inf'), 40), None)])
def test_told_size(size, told):
    assert told_size(*size) == told
