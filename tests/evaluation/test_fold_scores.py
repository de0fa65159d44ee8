import numpy as np
import pytest

from custom.evaluation.fold_scores import MeanStd, spread


def test_nothing_measured():
    assert spread(np.full((2, 1), -1.)) == MeanStd(None, None, None)


def test_one_seed():
    # 0.4, 0.5, 0.6: a tenth apart.
    found = spread(np.array([[0.4], [0.5], [0.6]]))
    assert found == pytest.approx((0.5, 0.1, None))


def test_folds_and_seeds():
    # Means of the folds 0.2 and 0.6, of the seeds 0.3 and 0.5: the deviation
    # of two values is their difference by the root of 2.
    found = spread(np.array([[0.1, 0.3], [0.5, 0.7]]))
    assert found == pytest.approx((0.4, 0.4 / 2**0.5, 0.2 / 2**0.5))


def test_a_fold_without_boxes_is_left_out():
    found = spread(np.array([[0.4], [-1.], [0.6]]))
    assert found == pytest.approx((0.5, 0.2 / 2**0.5, None))
