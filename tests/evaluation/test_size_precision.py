import numpy as np
import pytest

from custom.evaluation.coco_eval import score_boxes
from custom.evaluation.matching import find_overlaps
from custom.evaluation.size_precision import size_precision
from tests.helpers.box_matches import CAT, CLASSES, matched, random_case


def test_sizes_that_are_not_there():
    sizes = size_precision(
        matched([(0, CAT, 0, 0, 10, 10)],
                [(0, CAT, .9, 0, 0, 10, 10)]).overlaps, 20)
    assert [*sizes] == ['small', 'medium', 'large']
    assert sizes['small'].value == pytest.approx(1)
    assert all(np.isnan(end) for end in sizes['large'])


def test_values_are_those_of_coco():
    table, found = random_case(0, 30, 9)
    scores = score_boxes(table, found, CLASSES, 'val.json').overall
    sizes = size_precision(
        find_overlaps(table, found, CLASSES, 'val.json'), 50)
    for name, estimate in sizes.items():
        assert estimate.value == pytest.approx(scores[f'mAP_{name[0]}'])
        assert estimate.low < estimate.value
