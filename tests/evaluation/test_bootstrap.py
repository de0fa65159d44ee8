import numpy as np
import pytest

from custom.evaluation.average_precision import average_precision, summarize
from custom.evaluation.bootstrap import (bootstrap,
                                         bootstrap_average_precision,
                                         draw_images, estimate)
from custom.evaluation.matching import match_boxes
from tests.helpers.box_matches import CAT, CLASSES, SUN, matched, random_case


def mean_of(values):
    """The statistic that is the mean of a number per image."""
    return lambda weights: weights @ values / len(values)


def test_as_many_images_as_there_are():
    weights = draw_images(np.random.default_rng(0), 20, 7)
    assert weights.shape == (20, 7)
    assert (weights.sum(1) == 7).all()
    # Each image is missing from a share of (6 / 7) ** 7 = 34 %.
    many = draw_images(np.random.default_rng(0), 10_000, 7)
    assert (many == 0).mean() == pytest.approx(.34, abs=.01)
    assert many.mean(0) == pytest.approx(1, abs=.03)


def test_ends():
    # Replicates are 300 below to 700 above the value, their percentiles 275
    # below and 675 above: so far is the value from the truth.
    replicates = np.arange(1001.)[:, None] + [0, np.nan]
    result = estimate(np.array([300, np.nan]), replicates)
    assert result.low.tolist() == pytest.approx([-375, np.nan], nan_ok=True)
    assert result.high.tolist() == pytest.approx([575, np.nan], nan_ok=True)


def test_ends_from_0_to_1():
    result = bootstrap(mean_of(np.repeat([0, 1], [1, 19])), 20)
    assert .8 < result.low < .95
    assert result.high == 1


def test_replicates_without_a_value_are_left_out():
    replicates = np.array([1, np.nan, 1, 1])
    assert estimate(np.float64(1), replicates)[1:] == (1, 1, 0)


def test_standard_error_of_a_mean():
    # Of 400 images half are right: sqrt(.5 * .5 / 400) = .025.
    result = bootstrap(mean_of(np.repeat([0, 1], 200)), 400)
    assert result.value == .5
    assert result.standard_error == pytest.approx(.025, rel=.1)
    assert result.low == pytest.approx(.5 - 1.96 * .025, abs=.005)
    assert result.high == pytest.approx(.5 + 1.96 * .025, abs=.005)
    # 1.96 * sqrt(2) * .025
    assert result.smallest_difference == pytest.approx(.0693, rel=.1)


def test_same_seed_same_interval():
    values = np.arange(30) / 30
    once, again, other = (
        bootstrap(mean_of(values), 30, seed=seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other


def test_chunks(monkeypatch):
    seen = []

    def statistic(weights):
        seen.append(len(weights))
        return weights.sum(1) / 10

    monkeypatch.setattr('custom.evaluation.bootstrap._CHUNK', 35)
    assert bootstrap(statistic, 10, 8).low == 1
    assert seen == [1, 3, 3, 2]


def test_coverage():
    """Of 1,000 test sets of 150 images, of which a detector gets 70 % right,
    95 % have an interval that holds 70 %."""
    rng = np.random.default_rng(0)
    weights = draw_images(rng, 1000, 150)
    right = rng.random((150, 1000)) < .7
    result = estimate(right.mean(0), weights @ right.astype(float) / 150)
    covered = (result.low <= .7) & (.7 <= result.high)
    assert covered.mean() == pytest.approx(.95, abs=.02)


def test_nothing_to_find():
    result = bootstrap_average_precision(matched(), 10)
    assert np.isnan(result).all()


def test_perfect():
    boxes = [(image, CAT, 0, 0, 10, 10) for image in range(9)]
    found = [(*box[:2], .9, *box[2:]) for box in boxes]
    result = bootstrap_average_precision(matched(boxes, found, 9), 50)
    assert result.value.tolist() == pytest.approx([1, 1, 1, np.nan, np.nan, 1],
                                                  nan_ok=True)
    assert result.low[0] == result.high[0] == pytest.approx(1)


def test_a_class_of_one_image():
    # Replicates without that image know nothing of suns, which are all missed.
    boxes = [(image, CAT, 0, 0, 10, 10) for image in range(9)]
    found = [(*box[:2], .9, *box[2:]) for box in boxes]
    boxes.append((0, SUN, 50, 0, 10, 10))
    result = bootstrap_average_precision(matched(boxes, found, 9), 50)
    assert result.value[[0, 3]].tolist() == pytest.approx([.5, 0])
    assert (result.low[0], result.high[0]) == pytest.approx((.5, .5))
    assert (result.low[3], result.high[3]) == (0, 0)


def test_average_precision_of_every_class():
    matches = match_boxes(*random_case(0, 40, 20), CLASSES, 'val.json')
    result = bootstrap_average_precision(matches, 200)
    np.testing.assert_array_equal(result.value,
                                  summarize(average_precision(matches)))
    known = ~np.isnan(result.value)
    assert known.tolist() == [True] * 5 + [False]
    assert (result.low <= result.value)[known].all()
    assert (result.value <= result.high)[known].all()
    assert (result.low < result.high)[known].all()


def detector_on(rng, num_images):
    """Three boxes an image of three classes, five of six detected, not all of
    them well; and two wrong ones. Scores say little about which."""
    truth, found = [], []
    for image in range(num_images):
        for label in range(3):
            truth.append((image, label, 100 * label, 0, 50, 50))
            if rng.random() < 5 / 6:
                found.append((image, label, rng.beta(4, 3), 100 * label,
                              rng.exponential(8), 50, 50))
        for label in rng.integers(3, size=2).tolist():
            found.append((image, label, rng.beta(3, 4), 0, 200, 50, 50))
    return matched(truth, found, num_images)


def test_coverage_of_average_precision():
    """Test sets of 150 images have a higher mAP than all 2,000 together, but
    nine of ten intervals hold that; those of percentiles seven or eight."""
    rng = np.random.default_rng(0)
    matches = detector_on(rng, 2000)
    everything = summarize(average_precision(matches))[:3]
    covered = []
    for _ in range(100):
        images = rng.choice(2000, 150, replace=False)
        weights = np.zeros((151, 2000), np.int32)
        weights[0, images] = 1
        weights[1:, images] = draw_images(rng, 150, 150)
        value, *replicates = summarize(average_precision(matches,
                                                         weights))[:, :3]
        result = estimate(value, np.array(replicates))
        covered.append((result.low <= everything)
                       & (everything <= result.high))
    assert (np.mean(covered, 0) >= .88).all()
