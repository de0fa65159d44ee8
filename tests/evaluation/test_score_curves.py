import numpy as np
import pytest

from custom.evaluation.score_curves import GRID, score_curves
from tests.helpers.box_matches import CAT, DOG, FOUND, SUN, TRUTH, matched


def at(values, threshold):
    """The values at a score threshold."""
    return values[..., round(threshold * 1000)]


def test_ten_boxes():
    curves = score_curves(matched(TRUTH, FOUND))
    precision, recall = curves.precision()[CAT], curves.recall()[CAT]
    f1 = curves.f_score()[CAT]
    for threshold, right, found in [(0, 3, 6), (.4, 3, 6), (.401, 3, 5),
                                    (.5, 3, 5), (.501, 2, 4), (.65, 2, 3),
                                    (.75, 1, 2), (.9, 1, 1)]:
        assert at(precision, threshold) == pytest.approx(right / found)
        assert at(recall, threshold) == pytest.approx(right / 4)
        assert at(f1, threshold) == pytest.approx(2 * right / (4 + found))
    assert np.isnan(at(precision, .901))
    assert at(recall, .901) == at(f1, .901) == 0


def test_f_score_is_that_of_precision_and_recall():
    curves = score_curves(matched(TRUTH, FOUND))
    precision, recall = (
        at(values[CAT], .5)
        for values in (curves.precision(), curves.recall()))
    for beta in (.5, 2):
        assert at(curves.f_score(beta)[CAT],
                  .5) == pytest.approx((1 + beta**2) * precision * recall /
                                       (beta**2 * precision + recall))


def test_nothing():
    curves = score_curves(matched())
    assert curves.true_positives.shape == (3, len(GRID))
    for values in (curves.precision(), curves.recall(), curves.f_score()):
        assert np.isnan(values).all()


def test_nothing_to_be_found():
    curves = score_curves(matched((), [(0, CAT, .5, 0, 0, 9, 9)]))
    assert at(curves.precision()[CAT], .5) == 0
    assert np.isnan(curves.f_score()[CAT]).all()


def test_crowd_counts_for_nothing():
    curves = score_curves(
        matched([(0, CAT, 0, 0, 50, 50)], [(0, CAT, .9, 0, 0, 9, 9)],
                crowd=[0]))
    assert not curves.true_positives.any()
    assert not curves.false_positives.any()


def test_scores_of_0_and_1():
    curves = score_curves(
        matched((), [(0, CAT, 1., 0, 0, 9, 9), (0, CAT, 0., 0, 0, 9, 9)]))
    counts = curves.false_positives[CAT]
    assert (counts[0], counts[1], counts[-1]) == (2, 1, 1)


def test_overall():
    curves = score_curves(
        matched([*TRUTH, (1, DOG, 0, 0, 9, 9)],
                [*FOUND, (1, DOG, .5, 0, 0, 9, 9), (1, SUN, .5, 0, 0, 9, 9)]))
    overall = curves.overall()
    assert overall.positives == 5
    assert at(overall.precision(), .5) == pytest.approx(4 / 7)
    assert at(overall.recall(), .5) == pytest.approx(4 / 5)
