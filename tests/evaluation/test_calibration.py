import numpy as np
import pytest

from custom.evaluation.calibration import calibration
from tests.helpers.box_matches import CAT, DOG, SUN, matched


def scored(*scores, right=0, label=CAT, **changes):
    """Detections of an image each, of which the first are right."""
    found = [(i, label, score, 0, 0, 9, 9) for i, score in enumerate(scores)]
    truth = [(i, label, 0, 0, 9, 9) for i in range(right)]
    return calibration(matched(truth, found, num_images=9, **changes))


def test_nothing():
    result = scored()
    assert result.counts.tolist() == [[0] * 10] * 3
    assert np.isnan(result.precision()).all()
    assert np.isnan(result.mean_score()).all()
    assert np.isnan(result.expected_error()).all()
    assert np.isnan(result.overall().expected_error())


def test_bins_include_their_upper_end():
    counts = scored(0, .1, .100001, .2, .7, .95, 1).counts[CAT]
    assert counts.tolist() == [2, 2, 0, 0, 0, 0, 1, 0, 0, 2]


def test_by_hand():
    # Three of (0.8, 0.9], two of them right: .667 against .85. One of
    # (0.2, 0.3] that is wrong: 0 against .3.
    result = scored(.9, .81, .84, .3, right=2)
    assert result.precision()[CAT,
                              [8, 2]].tolist() == pytest.approx([2 / 3, 0])
    assert result.mean_score()[CAT,
                               [8, 2]].tolist() == pytest.approx([.85, .3])
    error = 3 / 4 * (.85 - 2 / 3) + 1 / 4 * .3
    assert result.expected_error()[CAT] == pytest.approx(error)
    assert result.overall().expected_error() == pytest.approx(error)
    assert np.isnan(result.expected_error()[SUN])


def test_calibrated():
    # Of four that say 0.75 three are right.
    result = scored(.75, .75, .75, .75, right=3)
    assert result.expected_error()[CAT] == pytest.approx(0)


def test_classes_that_err_to_both_sides():
    # Together they look calibrated.
    truth = [(0, CAT, 0, 0, 9, 9)]
    found = [(0, CAT, .5, 0, 0, 9, 9), (0, DOG, .5, 0, 0, 9, 9)]
    result = calibration(matched(truth, found))
    assert result.expected_error()[[CAT, DOG]].tolist() == [.5, .5]
    assert result.overall().expected_error() == 0


def test_crowd_counts_for_nothing():
    assert scored(.9, right=1, crowd=[0]).counts.sum() == 0
