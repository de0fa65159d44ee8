import math

import torch

from custom.evaluation.agreement import (finite_losses, near_detections,
                                         same_detections, same_numbers)


def found(*rows):
    """Rows of x1, y1, x2, y2, score, label."""
    table = torch.tensor(rows).reshape(-1, 6)
    return [dict(bboxes=table[:, :4], scores=table[:, 4], labels=table[:, 5])]


SUN = (0., 0., 10., 10., .9, 1.)
TREE = (50., 50., 90., 90., .8, 2.)


def test_nothing_found_on_both_sides():
    assert same_detections(found(),
                           found()) == (True, '0/0 boxes, scores to 0.0e+00')


def test_same_boxes_in_another_order():
    assert same_detections(found(SUN, TREE), found(TREE, SUN)).same


def test_another_label_is_no_match():
    cat = (*TREE[:5], 3.)

    agreement = same_detections(found(SUN, TREE), found(SUN, cat))

    assert agreement == (False, '1/2 boxes, scores to 0.0e+00')


def test_a_missing_box_counts():
    assert not same_detections(found(SUN), found(SUN, TREE)).same
    assert not same_detections(found(), found(SUN)).same


def test_another_score():
    agreement = same_detections(found(SUN), found((*SUN[:4], .5, 1.)))

    assert agreement == (False, '1/1 boxes, scores to 4.0e-01')


def test_rounding_is_told_not_refused():
    moved = (*TREE[:4], .8, 1.)
    agreement = near_detections(found(SUN, TREE), found(SUN, moved))

    assert agreement == (True, '1/2 boxes, ranked scores to 0.0e+00')


def test_what_can_be_no_rounding_is_refused():
    assert not near_detections(found(SUN), found((*SUN[:4], .6, 1.))).same
    assert not near_detections(found(SUN), found(TREE)).same
    assert not near_detections(found(
        (*SUN[:4], math.nan, 1.)), found(SUN)).same


def test_numbers_by_share_of_the_largest():
    ours = dict(loss=[torch.tensor([100., 1.])])
    other = dict(loss=[torch.tensor([100., 2.])])

    assert same_numbers(ours, other, .02) == (True, 'to 1.0e-02')
    assert not same_numbers(ours, other, .001).same


def test_numbers_of_other_shapes():
    agreement = same_numbers(torch.zeros(2), torch.zeros(3), 1.)

    assert agreement == (False, 'shapes (2,), (3,)')


def test_nan_is_no_agreement():
    assert not same_numbers(math.nan, 1., 1.).same
    assert not finite_losses(dict(loss=math.nan), dict(loss=1.)).same
    assert finite_losses(dict(loss=2.), dict(loss=1.)).same
