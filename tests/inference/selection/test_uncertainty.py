import numpy as np
import pytest

from custom.inference.selection.uncertainty import (predictive_entropy,
                                                    tag_probabilities)


def entropy(*views):
    return predictive_entropy(np.array(views, float))


def test_tags_of_no_box():
    assert tag_probabilities(np.empty(0), np.empty(0, int),
                             2).tolist() == [0, 0]


def test_a_tag_is_as_probable_as_its_best_box():
    tags = tag_probabilities(np.array([.9, .3, .5]), np.array([1, 1, 0]), 3)
    assert tags.tolist() == [.5, .9, 0]


def test_what_is_sure_has_no_entropy():
    assert entropy([0, 1, 0], [0, 1, 0]) == 0


def test_a_tag_that_may_be_or_not_is_a_bit():
    assert entropy([.5]) == 1
    assert entropy([.25]) == pytest.approx(.25 * 2 + .75 * np.log2(4 / 3))
    assert entropy([.25]) == entropy([.75])


def test_views_that_disagree_are_a_bit_too():
    assert entropy([1], [0]) == 1


def test_tags_add_up():
    assert entropy([.5, 1, .5, 0]) == 2
