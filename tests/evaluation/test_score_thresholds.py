import numpy as np
import pytest

from custom.evaluation.score_curves import GRID, ScoreCurves, score_curves
from custom.evaluation.score_thresholds import ThresholdGoal, fit_thresholds
from custom.utils.errors import InputError
from tests.helpers.box_matches import CAT, FOUND, TRUTH, matched


@pytest.mark.parametrize(
    'goal, threshold',
    [
        # Above 0.4 three of four are found by five: 6 / 9; above 0.6 two by
        # three: 4 / 7; above 0.8 one by one: 2 / 5.
        ('f1', .45),
        # 5 * 3 / (4 * 4 + 5) against 5 * 2 / (4 * 4 + 3)
        ('f2', .45),
        # 1.25 * 3 / (4 / 4 + 5) = .625, 1.25 * 2 / (4 / 4 + 3) = .625,
        # 1.25 * 1 / (4 / 4 + 1) = .625: the lowest of them.
        ('f0.5', .45),
        ('precision=0.6', .401),
        ('precision=0.66', .601),
        ('precision=0.9', .801),
        ('precision=1', .801),
    ])
def test_ten_boxes(goal, threshold):
    # One class alone is its own average.
    thresholds = fit_thresholds(score_curves(matched(TRUTH, FOUND)), goal)
    assert thresholds.overall == pytest.approx(threshold, abs=1e-3)
    assert thresholds.per_class == pytest.approx(threshold, abs=1e-3)


def test_precision_that_is_never_reached():
    found = [(0, CAT, .9, 0, 100, 9, 9), (0, CAT, .8, 0, 0, 30, 30),
             (0, CAT, .6, 0, 100, 30, 30)]
    thresholds = fit_thresholds(
        score_curves(matched(TRUTH, found)), 'precision=0.9')
    assert thresholds.overall == pytest.approx(.7, abs=1e-3)


def clean_between(low, high, boxes):
    """A class that finds all of its boxes up to ``high`` and as many wrong
    ones up to ``low``: its best threshold is in the middle."""
    return (np.where(GRID <= high, boxes,
                     0.), np.where(GRID <= low, boxes, 0.), boxes)


def fit_f1(*classes):
    return fit_thresholds(ScoreCurves(*map(np.array, zip(*classes))), 'f1')


def test_few_boxes_follow_the_others():
    thresholds = fit_f1(
        clean_between(.3, .5, 1000.), clean_between(.7, .9, 0.),
        clean_between(.7, .9, 1.), clean_between(.7, .9, 1000.))
    # Of all: at .4 2001 right and 1001 wrong, F = .8; at .8 1001 right, .67.
    assert thresholds.overall == pytest.approx(.4, abs=2e-3)
    assert thresholds.per_class == pytest.approx([.4, .4, .4, .8], abs=2e-3)


@pytest.mark.parametrize('boxes, threshold', [(16., .4), (17., .8)])
def test_shrinkage_is_ten_boxes(boxes, threshold):
    # With n boxes of its own, at .4: n + 10 right, n wrong; at .8: n right,
    # 10 missed. 2 (n + 10) / (3 n + 20) = 2 n / (2 n + 10) at n = 16.2.
    thresholds = fit_f1(
        clean_between(.7, .9, boxes), clean_between(.3, .5, 1e9))
    assert thresholds.per_class == pytest.approx([threshold, .4], abs=2e-3)


def test_no_box_at_all():
    with pytest.raises(InputError, match='no boxes are annotated'):
        fit_thresholds(score_curves(matched()), 'f1')


def test_nothing_detected():
    thresholds = fit_thresholds(score_curves(matched(TRUTH)), 'f1')
    assert thresholds.per_class == pytest.approx(.5, abs=2e-3)


@pytest.mark.parametrize('text, goal', [
    ('f1', ThresholdGoal(1, None)),
    ('f0.5', ThresholdGoal(.5, None)),
    ('f.5', ThresholdGoal(.5, None)),
    ('f2', ThresholdGoal(2, None)),
    ('precision=0.9', ThresholdGoal(None, .9)),
    ('precision=1', ThresholdGoal(None, 1)),
])
def test_goals(text, goal):
    assert ThresholdGoal.parse(text) == goal


@pytest.mark.parametrize('text', [
    '', 'f', 'f0', 'F1', 'recall=0.9', 'precision=1.1', 'precision=0',
    'precision=90%', 'f-1', 'f1e3', 'f1 '
])
def test_goals_that_are_none(text):
    with pytest.raises(InputError, match='thresholds are fitted for'):
        ThresholdGoal.parse(text)
