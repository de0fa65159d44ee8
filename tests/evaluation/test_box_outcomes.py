import numpy as np

from custom.evaluation.box_outcomes import OUTCOMES, box_outcomes
from custom.evaluation.confusion_matrix import most_confused
from tests.helpers.box_matches import CAT, DOG, SUN, matched

HALF = np.full(3, .5)


def outcomes_of(truth=(), found=(), **changes):
    overlaps = matched(truth, found, **changes).overlaps
    return overlaps, box_outcomes(overlaps, HALF)


def named(outcomes):
    return [OUTCOMES[outcome] for outcome in outcomes]


def by_score(overlaps, column):
    """A column of detections, the best score first."""
    return column[np.argsort(-overlaps.detections.scores, kind='stable')]


def test_of_nothing():
    _, outcomes = outcomes_of(num_images=2)
    assert outcomes.image_errors.tolist() == [0, 0]
    assert outcomes.worst_first().tolist() == [0, 1]


def test_every_outcome():
    overlaps, outcomes = outcomes_of(
        [(0, CAT, 0, 0, 10, 10), (0, DOG, 50, 0, 10, 10),
         (0, SUN, 100, 0, 10, 10), (0, CAT, 150, 0, 40, 40)],
        [
            (0, CAT, .95, 0, 0, 10, 10),  # right
            (0, CAT, .9, 50, 0, 10, 10),  # a dog
            (0, CAT, .85, 0, 0, 10, 8),  # the first cat again
            (0, SUN, .8, 106, 0, 10, 10),  # 4 of 16 of the sun
            (0, SUN, .7, 200, 200, 10, 10),  # nothing
            (0, DOG, .6, 150, 0, 20, 20),  # 400 of 1600 of a cat
            (0, SUN, .4, 100, 0, 10, 10)  # unsure
        ])

    assert named(by_score(overlaps, outcomes.detections)) == [
        'right', 'class', 'duplicate', 'location', 'background', 'both',
        'unsure'
    ]
    assert named(outcomes.truth) == ['right', 'class', 'missed', 'missed']
    assert by_score(overlaps,
                    outcomes.truth_of).tolist() == [0, 1, 0, 2, -1, 3, 2]
    assert by_score(overlaps,
                    outcomes.iou).tolist() == [1, 1, .8, .25, 0, .25, 1]
    # A wrong pair is one error, not two.
    assert outcomes.image_errors.tolist() == [7, 0]
    assert round(outcomes.image_loss[0], 6) == 5.85  # two are missed


def test_a_crowd_is_neither_right_nor_wrong():
    overlaps, outcomes = outcomes_of([(0, CAT, 0, 0, 100, 100)],
                                     [(0, CAT, .9, 10, 10, 20, 20)],
                                     crowd=[0])
    assert named(outcomes.detections) == ['crowd']
    assert named(outcomes.truth) == ['crowd']
    assert outcomes.image_errors.sum() == 0


def test_worst_first_and_of_equal_ones_the_surest():
    _, outcomes = outcomes_of([(1, CAT, 0, 0, 10, 10)],
                              [(0, SUN, .6, 0, 0, 9, 9),
                               (2, SUN, .9, 0, 0, 9, 9),
                               (1, SUN, .9, 50, 50, 9, 9)],
                              num_images=4)
    assert outcomes.worst_first().tolist() == [1, 2, 0, 3]


def test_counts_of_the_matrix_are_those_of_the_outcomes():
    rng = np.random.default_rng(0)
    boxes = np.column_stack([
        rng.integers(0, 5, 60),
        rng.integers(0, 3, 60),
        rng.integers(0, 60, (60, 2)),
        rng.integers(10, 40, (60, 2))
    ])
    found = [(image, label, score, x + 3, y, w, h)
             for (image, label, x, y, w,
                  h), score in zip(boxes.tolist(), rng.random(60))]
    overlaps, outcomes = outcomes_of(boxes[:40], found, num_images=5)
    counts = outcomes.matrix.counts
    assert named(outcomes.truth).count('missed') == counts[:-1, -1].sum()
    assert named(outcomes.truth).count('class') == (
        counts[:-1, :-1].sum() - np.trace(counts))
    assert named(outcomes.detections).count('right') == np.trace(counts)
    wrong = np.isin(outcomes.detections, [1, 2, 3, 4, 5])
    assert wrong.sum() == counts[:, :-1].sum() - np.trace(counts)
    assert outcomes.image_errors.sum() == counts.sum() - np.trace(counts)


def test_the_most_confused_classes_stand_in_order_before_background():
    counts = np.zeros((5, 5), int)
    counts[3, 1] = 5
    counts[0, 4] = 2
    counts[2, 2] = 100
    assert most_confused(counts, 2).tolist() == [1, 3, 4]
    assert most_confused(counts, 9).tolist() == [0, 1, 2, 3, 4]
