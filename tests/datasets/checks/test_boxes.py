import numpy as np
import pytest

from custom.datasets.annotations import box_validation
from custom.datasets.annotations.box_validation import OVERHANG
from custom.datasets.checks import boxes as boxes_module
from custom.datasets.checks.boxes import check_boxes, check_finite
from tests.helpers.annotation_tables import found, make_table

NAN = float('nan')


def check(boxes, **changes):
    table = make_table(boxes, **changes)
    return list(check_boxes(table, table.category_of))


def test_no_boxes():
    assert check([]) == []
    assert list(check_finite(make_table())) == []


@pytest.mark.parametrize('box, code', [
    ([1, 2, 3, 4], None),
    ([1, 2, 0, 4], 'box-empty'),
    ([1, 2, 3, 0], 'box-empty'),
    ([9, 9, -5, 5], 'box-empty'),
    ([70, 2, -5, 5], 'box-empty'),
    ([60, 2, 5, 5], 'box-outside'),
    ([60.2, 2, .5, 5], 'box-outside'),
    ([1, -9, 5, 5], 'box-outside'),
    ([-5, 2, 5, 5], 'box-outside'),
    ([55, 2, 5 + OVERHANG, 5], None),
    ([55, 2, 6.5, 5], 'box-overhang'),
    ([-1.5, 2, 9, 9], 'box-overhang'),
    ([1, 35, 9, 9], 'box-overhang'),
    ([1, 2, .9, 9], 'box-tiny'),
    ([-1, 2, 1.9, 9], 'box-tiny'),
    ([1, 2, 9, .5], 'box-tiny'),
    ([0, 0, 60, 40], 'box-whole-image'),
    ([-.5, -.5, 61, 41], 'box-whole-image'),
    ([0, 0, 59, 39], None),
    ([NAN, 1, 2, 3], None),
    ([1, 1, NAN, 3], None),
    ([1e308, 1e308, 1e308, 1e308], 'box-outside'),
])
def test_one_box(box, code):
    problems = check([[5, 5, 9, 9], box])
    assert found(problems) == [(code, 'annotation 2')] * (code is not None)
    for problem in problems:
        assert problem.boxes == [box]
        assert problem.annotations == [1]
        assert problem.images == ['1.png']


def test_detail_tells_the_figures():
    problem, = check([[50, 2, 12, 4]])
    assert problem.detail == ('box [50, 2, 12, 4] on "1.png" of 60 x 40 '
                              'pixels, by 2')


def test_not_finite():
    table = make_table([[1, 2, 3, 4], [1, NAN, 3, 4]])
    assert found(check_finite(table)) == [('box-not-finite', 'annotation 2')]


def test_malformed_is_told_once():
    table = make_table([[NAN] * 4], malformed=np.array([True]))
    assert list(check_finite(table)) == []


def test_box_without_an_image():
    assert check([[500, 500, 5, 5]], image_of=[-1]) == []
    assert found(check([[5, 5, 0, 5]],
                       image_of=[-1])) == [('box-empty', 'annotation 1')]


def test_image_of_unknown_size():
    assert check([[500, 500, 5, 5]], sizes=[(NAN, 40)]) == []


def test_crowd_may_cover_the_image_and_others():
    crowd = np.array([True, True, False])
    boxes = [[0, 0, 60, 40], [5, 5, 20, 20], [5, 5, 20, 20]]
    assert check(boxes, crowd=crowd) == []


def test_repeated_box():
    problem, = check([[10, 10, 20, 20], [40, 5, 9, 9], [10, 10, 20, 19.5]])
    assert problem.code == 'box-repeated'
    assert problem.record == 'annotation 1, annotation 3'
    assert problem.boxes == [[10, 10, 20, 20], [10, 10, 20, 19.5]]
    assert problem.annotations == [0, 2]
    assert 'two of "cat", IoU 0.975' in problem.detail


def test_two_classes():
    problem, = check([[10, 10, 20, 20]] * 2, category_of=[1, 2])
    assert problem.code == 'box-two-classes'
    assert '"dog" and "sun", IoU 1.000' in problem.detail


def test_two_categories_may_mean_one_class():
    table = make_table([[10, 10, 20, 20]] * 2, category_of=[1, 2])
    problem, = check_boxes(table, np.array([4, 4]))
    assert problem.code == 'box-repeated'


def test_unknown_classes_are_two():
    table = make_table([[10, 10, 20, 20]] * 2, category_of=[1, 2])
    problem, = check_boxes(table, np.array([-1, -1]))
    assert problem.code == 'box-two-classes'


def test_iou_of_095_is_no_copy():
    assert check([[10, 10, 20, 20], [10, 10, 20, 19]]) == []


def test_same_place_on_two_images():
    assert check(
        [[10, 10, 20, 20]] * 2, image_of=[0, 1], sizes=[(60, 40)] * 2) == []


def test_of_five_copies_four_are_too_many():
    problems = check([[10, 10, 20, 20]] * 5)
    assert [p.annotations for p in problems] == [[0, 1], [0, 2], [0, 3],
                                                 [0, 4]]


def test_pairs_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    boxes = np.repeat(rng.integers(1, 30, (60, 4)), 3, 0).astype(float)
    boxes += rng.normal(0, .2, boxes.shape)
    image_of = rng.integers(0, 3, len(boxes)).tolist()
    expected = set()
    for i, (x1, y1, w1, h1) in enumerate(boxes):
        for j, (x2, y2, w2, h2) in enumerate(boxes[:i]):
            overlap = (
                max(0,
                    min(x1 + w1, x2 + w2) - max(x1, x2)) *
                max(0,
                    min(y1 + h1, y2 + h2) - max(y1, y2)))
            union = w1 * h1 + w2 * h2 - overlap
            if overlap / union > .95 and image_of[i] == image_of[j]:
                expected.add(i)
    problems = check(boxes, image_of=image_of, sizes=[(100, 100)] * 3)
    assert {p.annotations[1]
            for p in problems if p.code == 'box-repeated'} == expected
    assert len(expected) > 5


def test_slabs_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    corners = rng.integers(-10, 60, (300, 2))
    boxes = np.hstack([corners, rng.integers(-1, 40, (300, 2))])
    boxes[200:] = boxes[:100]
    table = make_table(
        boxes,
        image_of=[*range(-1, 19)] * 15,
        category_of=rng.integers(0, 3, 300).tolist(),
        sizes=[(60, 40)] * 19)
    at_once = found(check_boxes(table, table.category_of))
    for module in (boxes_module, box_validation):
        monkeypatch.setattr(module, '_SLAB', 7)
    by_slabs = found(check_boxes(table, table.category_of))
    assert len({code for code, _ in at_once}) >= 5
    assert sorted(by_slabs) == sorted(at_once)
