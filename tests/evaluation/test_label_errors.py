import csv
import json

import numpy as np
import pytest

from custom.evaluation.label_errors import KINDS, find_label_errors
from custom.evaluation.report.label_files import write_label_errors
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, matched,
                                       truth_table)


def errors_of(truth=(), found=(), **changes):
    return find_label_errors(matched(truth, found, **changes).overlaps)


def kinds(errors):
    return [KINDS[error.kind] for error in errors]


def test_of_nothing():
    assert errors_of() == []


def test_what_is_right_is_no_suspect():
    assert errors_of([(0, CAT, 0, 0, 10, 10)],
                     [(0, CAT, .9, 0, 0, 10, 9)]) == []


def test_a_box_that_nobody_drew():
    error, = errors_of([(0, CAT, 0, 0, 10, 10)],
                       [(0, CAT, .9, 0, 0, 10, 10), (1, DOG, .8, 5, 6, 20, 10),
                        (1, CAT, .7, 5, 6, 20, 11)])  # the same thing
    assert kinds([error]) == ['overlooked']
    assert error[1:] == (1, -1, DOG, (5, 6, 20, 10), .8)


def test_a_box_of_another_class():
    error, = errors_of([(0, CAT, 0, 0, 10, 10)], [(0, DOG, .9, 0, 0, 10, 8),
                                                  (0, CAT, .4, 0, 0, 10, 10)])
    assert kinds([error]) == ['swapped']
    # .8 of the IoU, .5 surer than of the cat that is drawn.
    assert error[1:] == (0, CAT, DOG, (0, 0, 10, 10), pytest.approx(.4))


def test_two_things_in_one_place_are_not_swapped():
    errors = errors_of([(0, CAT, 0, 0, 10, 10), (0, DOG, 0, 0, 10, 8)],
                       [(0, DOG, .9, 0, 0, 10, 8), (0, CAT, .6, 0, 0, 10, 10)])
    assert errors == []


def test_a_box_that_is_off():
    error, = errors_of([(0, CAT, 0, 0, 10, 10)], [(0, CAT, .9, 5, 0, 10, 10)])
    assert kinds([error]) == ['badly located']
    # 50 of 150 square pixels.
    assert error[1:] == (0, CAT, CAT, (5, 0, 10, 10), pytest.approx(.6))


def test_a_box_that_is_never_found():
    error, = errors_of([(0, CAT, 0, 0, 10, 10), (1, CAT, 0, 0, 10, 10)],
                       [(0, CAT, .1, 0, 0, 10, 10)])
    assert kinds([error]) == ['never found']
    # One of two cats is found at some score.
    assert error[1:] == (1, CAT, -1, (0, 0, 10, 10), .25)


def test_a_crowd_is_no_suspect():
    assert errors_of([(0, CAT, 0, 0, 50, 50)], [(0, DOG, .9, 10, 10, 9, 9)],
                     crowd=[0]) == []


def test_planted_errors_stand_at_the_top():
    """Of 40 images with four boxes each, found as well as a good detector
    finds them, three labels are spoiled."""
    rng = np.random.default_rng(0)
    truth = [[i, rng.integers(3), 90 * k, 20, 60, 60] for i in range(40)
             for k in range(4)]
    found = [(i, label, rng.uniform(.6, 1), x + rng.integers(-4, 5),
              y + rng.integers(-4, 5), w, h) for i, label, x, y, w, h in truth]
    # What every detector has: unsure boxes of other classes.
    found += [(i, (label + 1) % 3, rng.uniform(.05, .4), x, y, w, h)
              for i, label, x, y, w, h in truth]
    for row, label in ((3, SUN), (50, DOG), (90, CAT)):
        truth[row][1] = label
        found[row] = (found[row][0], label, .97, *found[row][3:])
    missing = truth[3]
    truth[50][1] = CAT
    truth[90][2] += 35
    errors = errors_of([box for box in truth if box is not missing],
                       found,
                       num_images=40)

    assert {(KINDS[e.kind], e.image)
            for e in errors[:3]} == {('overlooked', 0), ('swapped', 12),
                                     ('badly located', 22)}


def test_files(tmp_path):
    truth = [(0, CAT, 0, 0, 10, 10), (1, SUN, 50, 50, 20, 20)]
    found = [(0, DOG, .9, 0, 0, 10, 10), (1, SUN, .8, 50, 50, 20, 20),
             (1, CAT, .7, 390, 280, 20, 20)]
    errors = errors_of(truth, found)
    write_label_errors(tmp_path, truth_table(truth), CLASSES, errors)

    with open(tmp_path / 'label_errors.csv', encoding='utf-8') as file:
        rows = [*csv.reader(file)]
    assert rows[1:] == [[
        '1.png', 'swapped', 'cat', 'dog', '0.0', '0.0', '10.0', '10.0', '0.9'
    ],
                        [
                            '2.png', 'overlooked', '', 'cat', '390.0', '280.0',
                            '20.0', '20.0', '0.7'
                        ]]
    coco = json.loads((tmp_path / 'label_errors.json').read_text())
    assert [image['file_name']
            for image in coco['images']] == ['1.png', '2.png']
    names = {c['id']: c['name'] for c in coco['categories']}
    assert [(names[a['category_id']], a['image_id'], a['bbox'], a['kind'])
            for a in coco['annotations']] == [
                ('dog', 1, [0, 0, 10, 10], 'swapped'),
                # Cut at the edge of 400 x 300 pixels.
                ('cat', 2, [390, 280, 10, 20], 'overlooked')
            ]
