import numpy as np
import pytest

from custom.evaluation.confusion_matrix import confusion_matrix
from tests.helpers.box_matches import CAT, DOG, SUN, matched

BACKGROUND = 3


def confused(truth=(), found=(), thresholds=(.5, .5, .5), **changes):
    return confusion_matrix(
        matched(truth, found, **changes).overlaps, np.array(thresholds))


def test_nothing():
    matrix = confused()
    assert matrix.counts.tolist() == [[0] * 4] * 4
    assert matrix.cell(CAT, CAT).tolist() == []


def test_counts():
    matrix = confused([
        (0, SUN, 0, 0, 10, 10),
        (0, DOG, 50, 0, 10, 10),
        (0, DOG, 100, 0, 10, 10),
        (1, CAT, 0, 0, 10, 10),
        (1, CAT, 50, 0, 10, 10),
    ], [
        (0, SUN, .9, 0, 0, 10, 10),
        (0, CAT, .8, 50, 0, 10, 10),
        (0, SUN, .7, 200, 0, 10, 10),
        (1, CAT, .5, 0, 0, 10, 5),
        (1, CAT, .49, 50, 0, 10, 10),
        (1, SUN, .9, 50, 0, 10, 4),
    ])
    # Rows: true sun, dog, cat, background.
    assert matrix.counts.tolist() == [
        [1, 0, 0, 0],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [2, 0, 0, 0],
    ]
    (entry, ) = matrix.cell(DOG, CAT)
    assert matrix.images[entry] == 0
    assert matrix.truths[entry] == 1
    # Detections stand by class and score: suns .9, .9 and .7, cats .8, ..
    assert matrix.detections[entry] == 3
    (missed, ) = matrix.cell(CAT, BACKGROUND)
    assert (matrix.images[missed], matrix.detections[missed],
            matrix.truths[missed]) == (1, -1, 4)
    best, other = matrix.cell(BACKGROUND, SUN)
    assert (matrix.images[best], matrix.images[other]) == (1, 0)
    assert matrix.truths[[best, other]].tolist() == [-1, -1]


def test_the_best_iou_keeps_the_box():
    # As in Ultralytics' matrix: the cat of the better score is background.
    matrix = confused([(0, CAT, 0, 0, 10, 10)], [(0, CAT, .9, 0, 0, 10, 8),
                                                 (0, DOG, .6, 0, 0, 10, 9)])
    assert matrix.counts[CAT, DOG] == 1
    assert matrix.counts[BACKGROUND, CAT] == 1
    assert matrix.counts.sum() == 2


def test_no_second_choice():
    # Both overlap the first cat most; the worse takes no other.
    matrix = confused([(0, CAT, 0, 0, 10, 10), (0, CAT, 0, 3, 10, 10)],
                      [(0, CAT, .9, 0, 0, 10, 10), (0, CAT, .8, 0, 1, 10, 10)])
    assert matrix.counts[CAT].tolist() == [0, 0, 1, 1]
    assert matrix.counts[BACKGROUND].tolist() == [0, 0, 1, 0]


def test_thresholds_are_of_classes():
    found = [(0, CAT, .6, 0, 0, 9, 9), (0, DOG, .6, 0, 0, 9, 9)]
    counts = confused((), found, (.5, .61, .6)).counts
    assert counts[BACKGROUND].tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize('label', [SUN, CAT])
def test_crowd(label):
    matrix = confused([(0, CAT, 0, 0, 100, 100)],
                      [(0, label, .9, 0, 0, 10, 10),
                       (0, label, .9, 96, 0, 10, 10)],
                      crowd=[0])
    assert matrix.counts.sum() == 1
    assert matrix.counts[BACKGROUND, label] == 1


def test_a_match_in_a_crowd():
    matrix = confused([(0, CAT, 0, 0, 100, 100), (0, DOG, 0, 0, 10, 10)],
                      [(0, DOG, .9, 0, 0, 10, 10)],
                      crowd=[0])
    assert matrix.counts[DOG, DOG] == matrix.counts.sum() == 1


def test_same_as_choosing_one_by_one():
    rng = np.random.default_rng(0)
    boxes = [(0, CAT, *rng.uniform(0, 60, 2), 30, 30) for _ in range(20)]
    found = [(0, DOG, rng.random(), *(box[2:4] + rng.normal(0, 9, 2)), 30, 30)
             for box in boxes for _ in range(3)]
    overlaps = matched(boxes, found).overlaps
    iou = np.zeros((60, 20))
    iou[overlaps.pair_detections(), overlaps.pair_truth] = overlaps.pair_iou
    expected = set()
    for truth in range(20):
        rivals = [
            i for i in range(60)
            if iou[i].argmax() == truth and iou[i, truth] >= .5
        ]
        if rivals:
            expected.add((max(rivals, key=lambda i: iou[i, truth]), truth))
    matrix = confusion_matrix(overlaps, np.zeros(3))
    pairs = matrix.cell(CAT, DOG)
    assert 5 < len(expected) < 20
    assert expected == {*zip(matrix.detections[pairs], matrix.truths[pairs])}


def test_every_box_and_detection_stands_once():
    rng = np.random.default_rng(0)
    boxes = [(image, rng.integers(3), *rng.uniform(0, 50, 2), 30, 30)
             for image in range(5) for _ in range(8)]
    found = [(*box[:2], rng.random(), *(box[2:4] + rng.normal(0, 3, 2)), 30,
              30) for box in boxes for _ in range(2)]
    matrix = confused(boxes, found, (0., 0., 0.), num_images=5)
    for rows, count in ((matrix.detections, 80), (matrix.truths, 40)):
        assert sorted(rows[rows >= 0].tolist()) == [*range(count)]
    assert matrix.counts.sum() == len(matrix.images)
