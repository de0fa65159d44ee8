import numpy as np
import pytest

from custom.datasets.annotations.box_validation import (are_fractions,
                                                        clip_box, clip_boxes,
                                                        find_faults, has_area,
                                                        in_range, lie_inside,
                                                        overhangs)

NAN = float('nan')
SIZE = np.array([60., 40])


def rows(*boxes):
    return np.array(boxes, float).reshape(-1, 4)


def test_no_boxes():
    faults = find_faults(rows(), SIZE)
    assert [mask.shape for mask in faults] == [(0, )] * 6
    assert faults.stops_training().shape == (0, )
    assert clip_boxes(rows(), SIZE).shape == (0, 4)
    assert overhangs(rows(), SIZE).shape == (0, )


@pytest.mark.parametrize('box, fault', [
    ([1, 2, 3, 4], None),
    ([NAN, 2, 3, 4], 'not_finite'),
    ([1, 2, 3, np.inf], 'not_finite overhang'),
    ([1, 2, 0, 4], 'empty'),
    ([9, 9, -5, 5], 'empty'),
    ([60, 2, 5, 5], 'outside'),
    ([1e308, 1e308, 1e308, 1e308], 'outside'),
    ([55, 2, 6, 5], None),
    ([55, 2, 6.1, 5], 'overhang'),
    ([1, 2, .9, 9], 'tiny'),
    ([-1, 2, 1.9, 9], 'tiny'),
    ([0, 0, 60, 40], 'whole_image'),
    ([0, 0, 59, 39], None),
])
def test_one_fault(box, fault):
    # Beside it a box that has none.
    faults = find_faults(rows([5, 5, 9, 9], box), SIZE)
    found = [key for key, mask in faults._asdict().items() if mask[1]]
    assert found == (fault or '').split()
    assert not any(mask[0] for mask in faults)
    stops = {'not_finite', 'empty', 'outside', 'overhang'}.intersection(found)
    assert faults.stops_training().tolist() == [False, bool(stops)]


def test_size_of_each_image_and_none_known():
    boxes = rows([50, 2, 9, 9], [50, 2, 9, 9], [50, 2, 9, 9], [5, 5, 0, 5])
    sizes = np.array([[60., 40], [55, 40], [NAN, NAN], [NAN, NAN]])
    faults = find_faults(boxes, sizes)
    assert faults.overhang.tolist() == [False, True, False, False]
    assert faults.empty.tolist() == [False, False, False, True]


def test_more_than_are_looked_at_together():
    boxes = np.tile(rows([1, 2, 3, 4], [1, 2, 0, 4]), (40_000, 1))
    faults = find_faults(boxes, SIZE)
    assert faults.empty.reshape(-1, 2).sum(0).tolist() == [0, 40_000]
    assert np.isnan(clip_boxes(boxes, SIZE)).any(1).sum() == 40_000


@pytest.mark.parametrize('bbox, inside', [
    ([0, 0, 60, 40], [0, 0, 60, 40]),
    ([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]),
    ([-5, -5, 10, 10], [0, 0, 5, 5]),
    ([50, 30, 20, 20], [50, 30, 10, 10]),
    ([60, 0, 5, 5], None),
    ([-5, 0, 5, 5], None),
    ([9, 9, -5, 5], None),
])
def test_clip(bbox, inside):
    assert clip_box(bbox, 60, 40) == inside
    clipped = clip_boxes(rows(bbox), SIZE).tolist()
    assert clipped == [inside] or inside is None and np.isnan(clipped).all()


def test_a_box_inside_stays_as_it_is():
    """Whole numbers too, and (0.1 + 0.2) - 0.1 is not 0.2."""
    assert repr(clip_box([1, 2, 3, 4], 60, 40)) == '[1, 2, 3, 4]'
    assert repr(clip_box([50, 2, 20, 4], 60, 40)) == '[50, 2, 10, 4]'
    assert repr(clip_box([50, 2, 20, 4], 60.5, 40)) == '[50, 2, 10.5, 4]'
    assert repr(clip_box([50., 2, 20, 4], 60, 40)) == '[50.0, 2.0, 10.0, 4.0]'
    assert clip_box([0.1, 0.1, 0.2, 0.2], 60, 40) == [0.1, 0.1, 0.2, 0.2]


def test_overhangs():
    boxes = rows([5, 5, 9, 9], [-2, 0, 5, 5], [50, 0, 13, 5], [0, 30, 5, 14])
    assert overhangs(boxes, SIZE).tolist() == [-5, 2, 3, 4]


def test_slack_of_each_axis():
    boxes = rows([-3, 0, 60, 40], [0, -3, 60, 40])
    assert lie_inside(boxes, SIZE, np.array([3., 2])).tolist() == [True, False]
    assert lie_inside(boxes, SIZE, 3).all()


def test_has_area():
    assert has_area(rows([0, 0, 1, 1], [0, 0, 0, 1],
                         [0, 0, 1, -1])).tolist() == [True, False, False]


def test_fractions_give_or_take_a_rounding():
    assert are_fractions(
        rows([0, 0, 1, 1.05], [0, 0, 1, 1.06],
             [0, -.1, 1, 1])).tolist() == [True, False, False]
    assert in_range() and in_range(-.001, 0, 1, 1.001)
    assert not in_range(.5, 1.002)
