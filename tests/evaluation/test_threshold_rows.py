import numpy as np
import pytest

from custom.evaluation.score_curves import GRID, ScoreCurves
from custom.evaluation.score_thresholds import Thresholds
from custom.evaluation.threshold_rows import threshold_rows


def test_above_the_last_step_nothing_counts():
    curves = ScoreCurves(
        np.full((2, 1000), 3.), np.full((2, 1000), 1.), np.array([4., 4.]))
    muted, other, every = threshold_rows(('cat', 'dog'), curves,
                                         Thresholds(.5, np.array([1., .5])))

    assert (muted['threshold'], muted['recall']) == (1, 0)
    assert (other['recall'], every['recall']) == (3 / 4, 3 / 8)


def test_two_classes_counted_by_hand():
    """Cats: 4 boxes; 2 right and 1 wrong from 0.3 up, 1 right from 0.5 up.
    Dogs: 6 boxes; 5 right from 0.7 up, and 5 wrong below that."""
    low, half, high = GRID < .3, GRID < .5, GRID < .7
    true = np.array([np.select([low, half], [3, 2], 1), 5 + 0 * GRID])
    false = np.array([np.select([low, half], [6, 1], 0), np.where(high, 5, 0)])
    curves = ScoreCurves(
        true.astype(float), false.astype(float), np.array([4., 6.]))
    cat, dog, every = threshold_rows(('cat', 'dog'), curves,
                                     Thresholds(.4, np.array([.3, .7])))
    assert cat == {
        'class': 'cat',
        'boxes': 4,
        'threshold': .3,
        'precision': pytest.approx(2 / 3),
        'recall': .5,
        'F1': pytest.approx(4 / 7),
        'F1 at 0.5': pytest.approx(2 / 5)
    }
    assert (dog['precision'], dog['recall']) == (1, pytest.approx(5 / 6))
    assert dog['F1'] == pytest.approx(10 / 11)
    assert dog['F1 at 0.5'] == pytest.approx(10 / 16)
    assert every['boxes'] == 10
    assert every['threshold'] is None
    assert every['precision'] == pytest.approx(7 / 8)
    assert every['recall'] == .7
    assert every['F1 at 0.5'] == pytest.approx(12 / 21)
