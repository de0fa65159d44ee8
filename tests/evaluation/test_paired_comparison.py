import numpy as np
import pytest

from custom.evaluation.matching import match_boxes
from custom.evaluation.paired_comparison import compare as compare_at
from custom.evaluation.paired_comparison import holm
from custom.utils.errors import InputError
from tests.helpers.box_matches import (CAT, CLASSES, SUN, matched,
                                       predictions_of, truth_table)

IMAGES = 40
TRUTH = [(image, label, 40 * label, 0, 10, 10) for image in range(IMAGES)
         for label in (SUN, CAT)]


def finding(suns, cats):
    """A model that finds these of the images' suns and cats, and no more."""
    found = [(*box[:2], .9, *box[2:]) for box in TRUTH
             if box[0] in (suns if box[1] == SUN else cats)]
    return matched(TRUTH, found, IMAGES)


def compare(first, second, *replicates):
    """Of detections that count from a score of one half."""
    return compare_at(first, second, (np.full(3, .5), ) * 2, *replicates)


def test_the_same():
    model = finding(range(30), range(20))
    result = compare(model, model, 50)
    assert result.difference.value.tolist() == pytest.approx(
        [0, 0, 0, 0, 0, np.nan, 0], nan_ok=True)
    assert result.share_better[0] == .5
    assert result.p_value.tolist() == pytest.approx([1, 1, 1, 1, 1, np.nan, 1],
                                                    nan_ok=True)


def test_a_better_one():
    result = compare(
        finding(range(20), range(20)), finding(range(36), range(20)), 400)
    sun, cat = 4 + SUN, 4 + CAT
    # 16 suns more of 40.
    assert result.difference.value[sun] == pytest.approx(.4, abs=.02)
    assert result.difference.value[0] == pytest.approx(.2, abs=.01)
    # Tags: 40 of 40 right of 80, and 56 of 56 of 80.
    assert result.difference.value[3] == pytest.approx(2 * 56 / 136 -
                                                       2 * 40 / 120)
    assert result.p_value[3] == pytest.approx(2 / 401)
    assert .2 < result.difference.low[sun] < .35
    assert .45 < result.difference.high[sun] < .6
    assert result.share_better[sun] == 1
    assert result.p_value[0] == pytest.approx(2 / 401)
    # One of two classes.
    assert result.p_value[sun] == pytest.approx(4 / 401)
    assert (result.share_better[cat], result.p_value[cat]) == (.5, 1)


def test_the_other_way_round():
    models = finding(range(20), range(20)), finding(range(25), range(19))
    there, back = compare(*models, 100), compare(*models[::-1], 100)
    known = ~np.isnan(there.p_value)
    assert there.p_value[known].tolist() == back.p_value[known].tolist()
    assert there.share_better[known] + back.share_better[known] == (
        pytest.approx(1))
    assert there.difference.low[known] == pytest.approx(
        -back.difference.high[known])


def test_no_difference_but_chance():
    # Each finds as many, but in other images.
    result = compare(
        finding(range(20), range(20)), finding(range(10, 30), range(20, 40)))
    assert .2 < result.share_better[0] < .8
    assert (result.p_value[~np.isnan(result.p_value)] > .3).all()


def test_pairs_tell_smaller_differences_apart():
    result = compare(finding(range(20), ()), finding(range(24), ()))
    # All that is found by one is found by the other: the images on which they
    # differ are 4 of 40, sqrt(.1 * .9 / 40) = .047. By itself each has an
    # error of sqrt(.5 * .5 / 40) = .079.
    assert result.difference.standard_error[4 + SUN] == pytest.approx(
        .047, rel=.15)


def test_tags_at_thresholds_of_each():
    """The same detections: what is sure enough for one is not for the other.
    """
    model = finding(range(40), range(40))
    strict = np.array([.95, .5, .5])  # no sun
    result = compare_at(model, model, (strict, np.full(3, .5)), 50)
    assert result.difference.value[:4] == pytest.approx([0, 0, 0, 1 - 2 / 3])


def test_holm():
    # .01 * 4, .02 * 3, .03 * 2 is not below what came before, .5 * 1
    values = np.array([.03, .01, np.nan, .5, .02])
    assert holm(values).tolist() == pytest.approx([.06, .04, np.nan, .5, .06],
                                                  nan_ok=True)
    assert holm(np.array([.6, .7])).tolist() == [1, 1]


def test_other_annotations():
    model = finding(range(5), range(5))
    with pytest.raises(InputError, match='different annotations'):
        compare(model, matched(TRUTH[:-1], (), IMAGES))
    with pytest.raises(InputError, match='different annotations'):
        compare(model, matched(TRUTH, (), IMAGES + 1))


def test_other_classes():
    renamed = match_boxes(
        truth_table(TRUTH,
                    IMAGES)._replace(category_names=['cat', 'bus', 'sun']),
        predictions_of([]), ('sun', 'bus', 'cat'), 'val.json')
    assert renamed.overlaps.classes != CLASSES
    with pytest.raises(InputError, match='different classes'):
        compare(finding((), ()), renamed)
