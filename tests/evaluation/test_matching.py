import numpy as np
import pytest

from custom.evaluation.matching import AREA_RANGES, match_boxes, match_overlaps
from custom.utils.errors import InputError
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, matched,
                                       predictions_of, truth_table)


def test_nothing():
    matches = matched()
    assert matches.truth_of.shape == (10, 0)
    assert matches.found_by.shape == (10, 0)
    assert matches.positives().tolist() == [0, 0, 0]


def test_nothing_found():
    matches = matched([(0, CAT, 0, 0, 10, 10)])
    assert (matches.found_by == -1).all()
    assert matches.positives().tolist() == [0, 0, 1]


def test_iou_of_0_62_at_every_threshold():
    matches = matched([(1, DOG, 0, 0, 10, 10)], [(1, DOG, .9, 0, 0, 6.2, 10)])
    assert matches.truth_of[:, 0].tolist() == [0] * 3 + [-1] * 7
    assert matches.found_by[:, 0].tolist() == [0] * 3 + [-1] * 7
    assert matches.overlaps.best_iou.tolist() == pytest.approx([.62])


def test_iou_of_exactly_half_is_a_match():
    matches = matched([(0, DOG, 0, 0, 10, 10)], [(0, DOG, .9, 0, 0, 5, 10)])
    assert matches.truth_of[:, 0].tolist() == [0] + [-1] * 9


def test_detections_stand_by_label_and_falling_score():
    found = matched((), [(0, CAT, .3, 0, 0, 1, 1), (1, SUN, .2, 0, 0, 1, 1),
                         (1, CAT, .9, 0, 0, 1, 1), (0, CAT, .9, 0, 0, 1, 1),
                         (0, CAT, .9, 5, 0, 2, 3)]).overlaps.detections
    assert found.labels.tolist() == [SUN, CAT, CAT, CAT, CAT]
    assert found.scores.tolist() == [.2, .9, .9, .9, .3]
    assert found.images.tolist() == [1, 0, 0, 1, 0]
    assert found.positions.tolist() == [1, 3, 4, 2, 0]
    assert found.boxes[2].tolist() == [5, 0, 2, 3]


def test_the_better_score_takes_the_box():
    # The second overlaps the first box more, but comes late; its second
    # choice is another cat. A dog is no choice.
    matches = matched([(0, CAT, 0, 0, 10, 10), (0, CAT, 3, 0, 10, 10),
                       (0, DOG, 0, 0, 10, 10)], [(0, CAT, .8, 0, 0, 10, 10),
                                                 (0, CAT, .9, 1, 0, 10, 10)])
    assert matches.overlaps.detections.scores.tolist() == [.9, .8]
    assert matches.truth_of[0].tolist() == [0, 1]
    assert matches.found_by[0].tolist() == [0, 1, -1]
    assert matches.true_positives()[0].tolist() == [True, True]


def test_crowd_takes_many_and_counts_for_none():
    matches = matched([(0, CAT, 0, 0, 100, 100)], [(0, CAT, .9, 0, 0, 10, 10),
                                                   (0, CAT, .8, 9, 0, 10, 10),
                                                   (0, CAT, .7, 95, 0, 10, 10),
                                                   (0, DOG, .7, 0, 0, 9, 9)],
                      crowd=[0])
    # The third is half in the crowd.
    dog, *cats = matches.ignored[:2].T.tolist()
    assert dog == [False, False]
    assert cats == [[True, True], [True, True], [True, False]]
    assert not matches.true_positives().any()
    assert matches.positives().sum() == 0
    assert matches.overlaps.best_iou.tolist() == [0, 0, 0, 0]


def test_a_free_box_comes_before_a_crowd():
    matches = matched([(0, CAT, 0, 0, 100, 100), (0, CAT, 0, 0, 10, 10)],
                      [(0, CAT, .9, 0, 0, 10, 6)],
                      crowd=[0])
    assert matches.truth_of[:4, 0].tolist() == [1, 1, 1, 0]
    assert matches.ignored[:4, 0].tolist() == [False, False, False, True]


def test_a_hundred_of_each_image_and_class():
    found = [(image, label, i / 200, i, 0, 5, 5) for i in range(101)
             for image in (0, 1) for label in (SUN, CAT)]
    kept = matched((), found).overlaps.detections
    assert len(kept.labels) == 400
    assert kept.scores.min() == 1 / 200  # not 0


def test_area_range():
    # 30 x 30 is small, 40 x 40 medium; a small detection that matches a medium
    # box is ignored among the small.
    overlaps = matched([(0, CAT, 0, 0, 30, 30), (0, CAT, 100, 0, 40, 40)],
                       [(0, CAT, .9, 100, 0, 40, 25),
                        (0, CAT, .8, 200, 200, 50, 50),
                        (0, CAT, .7, 0, 0, 30, 30)]).overlaps
    small = match_overlaps(overlaps, AREA_RANGES['small'])
    assert small.truth_of[0].tolist() == [1, -1, 0]
    assert small.ignored[0].tolist() == [True, True, False]
    assert small.positives()[CAT] == 1
    medium = match_overlaps(overlaps, AREA_RANGES['medium'])
    assert medium.ignored[0].tolist() == [False, False, True]
    assert match_overlaps(overlaps,
                          AREA_RANGES['large']).positives().sum() == 0


def test_pairs_are_of_any_class():
    overlaps = matched([(0, DOG, 0, 0, 10, 10), (1, CAT, 0, 0, 10, 10)],
                       [(0, CAT, .9, 0, 0, 10, 5),
                        (0, SUN, .9, 0, 0, 10, .5)]).overlaps
    assert overlaps.pair_detections().tolist() == [1]
    assert overlaps.pair_truth.tolist() == [0]
    assert overlaps.pair_iou.tolist() == [.5]


def test_unknown_image():
    with pytest.raises(InputError, match='val.json: has no image id 9'):
        match_boxes(truth_table(),
                    [dict(img_id=9, labels=[], scores=[], bboxes=[])], CLASSES,
                    'val.json')


def test_label_that_is_no_class():
    with pytest.raises(InputError, match='labels 3 to 3, but there are 3'):
        matched((), [(0, 3, .9, 0, 0, 10, 10)])


def test_predictions_in_single_precision():
    boxes = predictions_of([(0, CAT, .1, 0, 0, 10, 10)])
    single = [
        dict(one, scores=one['scores'].astype(np.float32)) for one in boxes
    ]
    matches = match_boxes(truth_table(), single, CLASSES, 'val.json')
    assert matches.overlaps.detections.scores[0] == np.float32(.1)
