import numpy as np
import pytest

from custom.inference.selection.core_set import k_center_greedy


def on_a_line(*places):
    return np.array([(x, 0) for x in places], float)


def test_nothing_to_choose_from():
    assert k_center_greedy(np.empty((0, 2)), 3, []) == ([], [])


def test_the_farthest_from_what_is_chosen_comes_next():
    # The first; then 10, the farthest of it; of 4 and 7 the one that is 4
    # from a center, not 3; then 7, between 4 and 10; then 1.
    points = on_a_line(0, 1, 4, 10, 7)
    assert k_center_greedy(points, 5, []) == ([0, 3, 2, 4,
                                               1], [np.inf, 10, 4, 3, 1])


def test_fewer_are_the_first_of_more():
    points = np.random.default_rng(0).random((20, 2))
    rows, distances = k_center_greedy(points, 20, [])
    assert sorted(rows) == [*range(20)]
    for count in (1, 7):
        assert k_center_greedy(points, count,
                               []) == (rows[:count], distances[:count])


def test_what_is_near_a_center_comes_last():
    points = np.array([(0, 0), (3, 4), (6, 8.)])
    rows, distances = k_center_greedy(points, 3, np.array([(0, 1), (6, 9.)]))
    assert rows == [1, 0, 2]
    assert distances == pytest.approx([18**.5, 1, 1])


def test_each_of_equal_points_is_chosen_once():
    assert k_center_greedy(on_a_line(2, 2, 2), 3, [])[0] == [0, 1, 2]
