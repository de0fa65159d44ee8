import numpy as np
import pytest

from custom.evaluation.average_precision import average_precision
from custom.evaluation.matching import match_boxes
from custom.evaluation.precision_recall import precision_recall
from tests.helpers.box_matches import CAT, CLASSES, matched, random_case


def test_nothing_at_all():
    assert np.isnan(precision_recall(matched())).all()


def test_by_eye():
    """Four cats; right, wrong, right: half of them are found."""
    truth = [(0, CAT, x, 0, 10, 10) for x in (0, 50, 100, 150)]
    found = [(0, CAT, .9, 0, 0, 10, 10), (0, CAT, .8, 300, 200, 10, 10),
             (0, CAT, .7, 50, 0, 10, 10)]
    curve = precision_recall(matched(truth, found))[CAT]
    assert curve[[0, 25]].tolist() == [1, 1]
    assert curve[[26, 50]] == pytest.approx([2 / 3, 2 / 3])
    assert curve[[51, 100]].tolist() == [0, 0]


def test_the_mean_is_average_precision():
    table, found = random_case(0, 30, 9)
    matches = match_boxes(table, found, CLASSES, 'val.json')
    assert precision_recall(matches).mean(1) == pytest.approx(
        average_precision(matches)[0], nan_ok=True)
