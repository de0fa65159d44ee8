import numpy as np
import pytest

from custom.evaluation.matching import match_boxes
from custom.evaluation.score_curves import score_curves
from custom.evaluation.score_thresholds import Thresholds
from custom.evaluation.tag_scores import image_tags, tag_scores
from custom.evaluation.threshold_gain import MEASURES, threshold_gain
from custom.evaluation.threshold_rows import threshold_rows
from tests.helpers.box_matches import CAT, CLASSES, DOG, matched, random_case


def test_nothing_to_find():
    gain = threshold_gain(matched(), np.full(3, .3), 10)
    assert np.isnan(gain.difference.value).all()


def test_by_eye():
    """A cat of score 0.4 and a dog of 0.6 are found, and a dog of 0.9 where
    none is: at 0.5 one of two, at 0.3 both, and the wrong one stays."""
    gain = threshold_gain(
        matched([(0, CAT, 0, 0, 10, 10), (1, DOG, 20, 20, 40, 40)],
                [(0, CAT, .4, 0, 0, 10, 10), (1, DOG, .6, 20, 20, 40, 40),
                 (1, DOG, .9, 200, 20, 40, 40)]), np.full(3, .3), 100)
    # 2 TP / (found + to be found); cats 0 and 1, dogs 2/3.
    assert gain.single.value == pytest.approx([2 / 4, 1 / 3, 2 / 3, 1 / 2])
    assert gain.fitted.value == pytest.approx([4 / 5, 5 / 6, 1, 1])
    assert gain.difference.value == pytest.approx([.3, .5, 1 / 3, .5])
    assert (gain.difference.low <= gain.difference.value).all()


def test_intervals_end_where_f1_does():
    """A cat in each of 12 images; in the last one it is not found."""
    cats = [(i, CAT, 0, 0, 10, 10) for i in range(12)]
    found = [(i, CAT, .9, 0, 0, 10, 10) for i in range(11)]
    gain = threshold_gain(matched(cats, found, 12), np.full(3, .3), 200)
    for one in (gain.single, gain.fitted):
        assert .9 < one.value[0] < one.high[0] == 1


def test_the_same_thresholds_differ_by_nothing():
    table, found = random_case(0, 12, 9)
    gain = threshold_gain(
        match_boxes(table, found, CLASSES, 'val.json'), np.full(3, .5), 50)
    for ends in gain.difference:
        assert ends.tolist() == [0, 0, 0, 0]


def test_it_agrees_with_tables_and_tags():
    table, found = random_case(1, 20, 9)
    matches = match_boxes(table, found, CLASSES, 'val.json')
    thresholds = np.array([.2, .7, .4])
    gain = threshold_gain(matches, thresholds, 200)
    rows = threshold_rows(CLASSES, score_curves(matches),
                          Thresholds(np.nan, thresholds))
    tags = tag_scores(image_tags(matches.overlaps, thresholds), 200)
    value = dict(zip(MEASURES, gain.fitted.value))
    assert value['boxes, micro'] == pytest.approx(rows[-1]['F1'])
    assert value['boxes, macro'] == pytest.approx(
        np.nanmean([row['F1'] for row in rows[:-1]]))
    assert value['tags, micro'] == pytest.approx(tags.micro.value[2])
    assert value['tags, macro'] == pytest.approx(tags.macro.value[2])
    assert gain.single.value[0] == pytest.approx(rows[-1]['F1 at 0.5'])
    assert gain.fitted.low[2] == pytest.approx(tags.micro.low[2])
