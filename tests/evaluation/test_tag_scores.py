import numpy as np
import pytest

from custom.evaluation.tag_scores import ImageTags, image_tags, tag_scores
from tests.helpers.box_matches import CAT, DOG, SUN, matched


def tags_of(truth=(), found=(), thresholds=(.5, .5, .5), **changes):
    return image_tags(
        matched(truth, found, **changes).overlaps, np.array(thresholds))


def test_images_without_boxes():
    tags = tags_of()
    assert tags.true.tolist() == tags.predicted.tolist() == [[False] * 3] * 2
    scores = tag_scores(tags, 20)
    assert np.isnan(scores.f1).all()
    assert np.isnan(scores.micro).all()
    assert np.isnan(scores.macro).all()
    assert scores.exact_match[:3] == (1, 1, 1)


def test_where_a_box_lies_is_no_matter():
    tags = tags_of([(0, CAT, 0, 0, 10, 10)], [(0, CAT, .5, 50, 50, 10, 10),
                                              (0, SUN, .4, 0, 0, 10, 10),
                                              (1, DOG, .9, 0, 0, 10, 10)])
    assert tags.true.tolist() == [[False, False, True], [False] * 3]
    assert tags.predicted.tolist() == [[False, False, True],
                                       [False, True, False]]
    assert tags.known.all()


def test_thresholds_are_of_classes():
    found = [(0, CAT, .6, 0, 0, 9, 9), (0, DOG, .6, 0, 0, 9, 9)]
    assert tags_of(
        (), found,
        (.5, .61, .6)).predicted[0].tolist() == [False, False, True]


def test_crowd_alone_says_nothing():
    tags = tags_of([(0, CAT, 0, 0, 100, 100), (1, CAT, 0, 0, 100, 100),
                    (1, CAT, 0, 0, 9, 9)], [(0, CAT, .9, 0, 0, 9, 9)],
                   crowd=[0, 1])
    assert tags.known[:, CAT].tolist() == [False, True]
    assert tags.true[:, CAT].tolist() == [False, True]
    scores = tag_scores(tags, 20)
    assert np.isnan(scores.precision.value[CAT])
    assert scores.recall.value[CAT] == 0
    assert scores.exact_match.value == .5


def some_tags(*rows):
    """Tags of images, one pair of words an image: the letters of the tags it
    has, and of those predicted."""
    true, predicted = (
        np.array([[letter in word for letter in 'abc'] for word in words])
        for words in zip(*rows))
    return ImageTags(true, predicted, np.ones_like(true))


def test_scores():
    # a: 2 right, 1 wrong, 0 missed; b: 1 right, 0 wrong, 2 missed; c: one
    # wrong.
    scores = tag_scores(
        some_tags(('ab', 'ab'), ('a', 'a'), ('b', 'a'), ('b', 'c'), ('', '')),
        50)
    nan = np.nan
    for values, expected in [
        (scores.precision, [2 / 3, 1, 0]),
        (scores.recall, [1, 1 / 3, nan]),
        (scores.f1, [4 / 5, 1 / 2, 0]),
            # 3 right of 5 predicted and 5 there
        (scores.micro, [3 / 5, 3 / 5, 3 / 5]),
            # c is no tag of any image.
        (scores.macro, [5 / 6, 2 / 3, 13 / 20]),
    ]:
        assert values.value.tolist() == pytest.approx(expected, nan_ok=True)
    assert scores.exact_match.value == pytest.approx(3 / 5)


def test_a_tag_that_is_never_predicted():
    scores = tag_scores(some_tags(('a', 'a'), ('b', '')), 10)
    assert scores.macro.value.tolist() == [.5, .5, .5]
    assert np.isnan(scores.precision.value[1])
    assert scores.f1.value[1] == 0


def test_intervals():
    # 100 images, 80 of them right.
    scores = tag_scores(some_tags(*[('a', 'a')] * 80, *[('a', '')] * 20))
    assert scores.exact_match.value == scores.recall.value[0] == .8
    for part in (scores.exact_match.low, scores.recall.low[0]):
        assert part == pytest.approx(.8 - 1.96 * .04, abs=.01)
    assert scores.exact_match.high == pytest.approx(.8 + 1.96 * .04, abs=.01)
    assert scores.precision.low[0] == scores.precision.high[0] == 1
