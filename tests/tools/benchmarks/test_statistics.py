import pytest

from benchmarks.statistics import paired_ratio


def test_ratio_of_each_round():
    # Round by round 4, 2 and 3 times as long.
    ratio = paired_ratio([1., 2., 1.], [4., 4., 3.])

    assert ratio == (3., 2., 4.)


def test_a_slow_spell_cancels_out():
    # The machine was ten times slower in the second round, for both.
    assert paired_ratio([1., 10.], [3., 30.]) == (3., 3., 3.)


def test_rounds_must_pair():
    with pytest.raises(ValueError):
        paired_ratio([1.], [1., 2.])
