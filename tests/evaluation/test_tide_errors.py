import numpy as np
import pytest

from custom.evaluation.matching import match_boxes
from custom.evaluation.tide_errors import ERROR_TYPES, tide_errors
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, matched,
                                       random_case)

BOX = (0, 0, 100, 100)


def errors_of(truth=(), found=(), **changes):
    """Boxes without their image, which is the first."""
    return tide_errors(
        matched([(0, *box) for box in truth], [(0, *box) for box in found],
                **changes))


def types_of(errors):
    return [
        ERROR_TYPES[kind] if kind >= 0 else None
        for kind in errors.detection_types
    ]


def test_nothing():
    errors = errors_of()
    assert np.isnan(errors.average_precision)
    assert set(errors.counts.values()) == {0}


def test_right():
    errors = errors_of([(CAT, *BOX)], [(CAT, .9, *BOX)])
    assert errors.average_precision == pytest.approx(1)
    assert set(errors.cost.values()) == {0}
    assert types_of(errors) == [None]
    assert not errors.missed.any()


@pytest.mark.parametrize('label, box, kind', [
    (DOG, (0, 0, 100, 60), 'class'),
    (CAT, (0, 0, 100, 50.1), None),
    (CAT, (0, 0, 100, 49.9), 'location'),
    (CAT, (0, 0, 100, 10), 'location'),
    (DOG, (0, 0, 100, 49.9), 'both'),
    (DOG, (0, 0, 100, 10.1), 'both'),
    (CAT, (0, 0, 100, 9.9), 'background'),
    (DOG, (0, 0, 100, 9.9), 'background'),
    (CAT, (200, 0, 100, 100), 'background'),
])
def test_types(label, box, kind):
    errors = errors_of([(CAT, *BOX)], [(label, .9, *box)])
    assert types_of(errors) == [kind]
    near = kind in ('class', 'location')
    assert errors.detection_truths.tolist() == [0 if near else -1]
    # A wrong class or box may be repaired, so that the truth is not missed.
    assert errors.missed.tolist() == [kind is not None and not near]
    assert errors.counts.get(kind, 0) == (kind is not None)


def test_duplicate():
    errors = errors_of([(CAT, *BOX)], [(CAT, .9, *BOX), (CAT, .8, *BOX)])
    assert types_of(errors) == [None, 'duplicate']
    assert errors.detection_truths.tolist() == [-1, 0]


def test_wrong_class_at_the_place_of_what_is_found():
    errors = errors_of([(CAT, *BOX)], [(CAT, .9, *BOX), (DOG, .8, *BOX)])
    assert types_of(errors) == ['class', None]
    # There is no dog to be found, so that none counts: nothing is gained.
    assert errors.average_precision == pytest.approx(1)
    assert errors.cost['class'] == 0


def test_a_class_without_a_box_costs_what_is_lost_to_it():
    """The cat that is taken for a dog is repaired; that dogs are found where
    none is costs nothing more than mAP50 has lost."""
    errors = errors_of([(CAT, *BOX), (CAT, 200, 0, 100, 100)],
                       [(CAT, .9, *BOX), (DOG, .8, 200, 0, 100, 100),
                        (SUN, .7, 0, 200, 50, 50)])
    assert sorted(types_of(errors), key=str) == [None, 'background', 'class']
    assert errors.average_precision == pytest.approx(51 / 101)
    assert errors.cost['class'] == pytest.approx(50 / 101)
    assert errors.cost['background'] == 0


def test_costs():
    # Cats: one is found, at another place is a wrong box of higher score.
    # Dogs: two boxes are near the only one, of which one can become right.
    errors = errors_of([(CAT, *BOX),
                        (DOG, 200, 0, 100, 100)], [(CAT, .9, 0, 200, 50, 50),
                                                   (CAT, .8, *BOX),
                                                   (DOG, .7, 200, 0, 100, 40),
                                                   (DOG, .9, 200, 0, 100, 30)])
    assert types_of(errors) == ['location', 'location', 'background', None]
    assert errors.average_precision == pytest.approx((.5 + 0) / 2)
    assert errors.cost == pytest.approx({
        'class': 0,
        'location': (.5 + 1) / 2 - .25,
        'both': 0,
        'duplicate': 0,
        'background': (1 + 0) / 2 - .25,
        'missed': 0,
    })
    assert errors.false_positives == pytest.approx((1 + 0) / 2 - .25)
    # No dog is found: none is to be found.
    assert errors.false_negatives == pytest.approx(0)


def test_missed():
    errors = errors_of([(CAT, *BOX), (CAT, 200, 0, 100, 100)],
                       [(CAT, .9, *BOX)])
    assert errors.missed.tolist() == [False, True]
    assert errors.average_precision == pytest.approx(51 / 101)
    for gain in (errors.cost['missed'], errors.false_negatives):
        assert gain == pytest.approx(50 / 101)


def test_crowd():
    # In AP it is neither right nor wrong.
    errors = errors_of([(CAT, 0, 0, 200, 200), (SUN, 300, 0, 9, 9)],
                       [(CAT, .9, 0, 0, 10, 10), (SUN, .9, 300, 0, 9, 9)],
                       crowd=[0])
    assert errors.average_precision == pytest.approx(1)
    assert types_of(errors) == [None, 'background']
    assert errors.cost['background'] == 0
    assert not errors.missed.any()


def test_a_hundred_boxes_an_image():
    found = [(CAT, .9 - i / 200, 300, 0, 9, 9) for i in range(60)]
    found += [(DOG, .9 - i / 200, 300, 0, 9, 9) for i in range(60)]
    errors = errors_of([(CAT, *BOX)], found)
    assert errors.counts['background'] == 100
    # Of equal scores those that were given first.
    assert (errors.detection_types == -1)[:60].sum() == 10


# What tidecv 1.0.1 says, see against_tidecv.py: mAP, the costs, those of false
# positives and negatives in percent, and how many there are. It counts cats as
# a third class, of AP 0, since some are found, although there is none.
TIDECV = {
    7:
    ([12.7036, 2.1333, 5.6671, .8700, 1.8552, 6.3247, 4.4790, 28.5505,
      7.7397], [23, 30, 46, 56, 127, 21]),
    11:
    ([10.7681, .0117, 5.3613, .1516, .9489, 11.3768, 4.5991, 28.8359,
      7.3486], [12, 40, 19, 53, 174, 15]),
}


@pytest.mark.parametrize('seed', TIDECV)
def test_same_as_tidecv(seed):
    matches = match_boxes(*random_case(seed, 12, 30, 9), CLASSES, 'val.json')
    errors = tide_errors(matches)
    percent, counts = TIDECV[seed]
    assert [
        100 * share * 2 / 3
        for share in (errors.average_precision, *errors.cost.values(),
                      errors.false_positives, errors.false_negatives)
    ] == pytest.approx(
        percent, abs=1e-4)
    assert [*errors.counts.values()] == counts
