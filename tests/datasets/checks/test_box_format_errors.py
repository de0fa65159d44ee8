import numpy as np
import pytest

from custom.datasets.annotations.box_format import fraction_layout
from custom.datasets.checks import box_format_errors
from custom.datasets.checks.box_format_errors import (check_box_format,
                                                      check_outliers)
from tests.helpers.annotation_tables import found, make_table

SIZES = np.array([(640, 480), (480, 640), (500, 375), (300, 300)], float)
COUNT = 400


def healthy(shape, seed=0):
    """Boxes xywh of a kind on images of several sizes, and the image of each.
    """
    rng = np.random.default_rng(seed)
    image_of = rng.integers(0, len(SIZES), COUNT)
    size = SIZES[image_of]
    if shape == 'full':
        return np.hstack([0 * size, size]), image_of
    if shape == 'corner':  # small and top left
        start, end = rng.uniform(0, 30, (2, COUNT, 2))
        end += start + 2
    elif shape == 'bottom':
        start = size * rng.uniform(.7, .9, (COUNT, 2))
        end = size
    elif shape == 'close-up':
        start = size * rng.uniform(0, .1, (COUNT, 2))
        end = size * rng.uniform(.9, 1, (COUNT, 2))
    elif shape == 'top':  # where x and y swapped would fit too
        start = size.min(1, keepdims=True) * rng.uniform(0, .5, (COUNT, 2))
        end = start + 20
    elif shape == 'dots':
        start = size * rng.uniform(0, .9, (COUNT, 2))
        end = start + 1
    else:
        corners = np.sort(rng.uniform(0, 1, (2, COUNT, 2)), axis=0)
        start, end = size * corners
        end = np.minimum(np.maximum(end, start + 2), size)
    return np.hstack([start, end - start]), image_of


def check(boxes, image_of, sizes=SIZES):
    table = make_table(boxes, image_of=image_of.tolist(), sizes=sizes)
    return list(check_box_format(table))


def codes(*args):
    return [problem.code for problem in check(*args)]


SHAPES = ['any', 'full', 'corner', 'bottom', 'close-up', 'top', 'dots']


def test_no_boxes():
    assert list(check_box_format(make_table())) == []
    assert list(check_outliers(make_table(), np.zeros(0, int))) == []


@pytest.mark.parametrize('shape', SHAPES)
@pytest.mark.parametrize('seed', range(3))
def test_healthy(shape, seed):
    assert check(*healthy(shape, seed)) == []


@pytest.mark.parametrize('shape', SHAPES)
@pytest.mark.parametrize('move', [(3, 0), (0, 3), (3, 3), (-3, -3)])
def test_sloppy_boxes_are_no_habit(shape, move):
    boxes, image_of = healthy(shape)
    boxes[:, :2] += move
    assert check(boxes, image_of) == []


def fractions(shape):
    boxes, image_of = healthy(shape)
    return boxes / np.tile(SIZES[image_of], 2), image_of


@pytest.mark.parametrize('shape', SHAPES)
def test_normalized(shape):
    problem, = check(*fractions(shape))
    assert problem.code == 'boxes-normalized'
    assert problem.record == 'file'
    assert len(problem.images) == len(problem.boxes) == 1
    assert problem.detail.startswith(
        '100% of 400 boxes cannot be pixels; read as x, y, width, height in '
        'fractions all fit')


def test_normalized_may_have_slips():
    boxes, image_of = fractions('any')
    boxes[:20] = 10, 10, 20, 20
    problem, = check(boxes, image_of)
    assert problem.detail.startswith('95% of 400 boxes cannot be pixels')
    boxes[:200] = 10, 10, 20, 20
    assert check(boxes, image_of) == []


@pytest.mark.parametrize('shape', ['any', 'bottom', 'full', 'close-up'])
def test_normalized_centers(shape):
    boxes, image_of = fractions(shape)
    boxes[:, :2] += boxes[:, 2:] / 2
    assert fraction_layout(boxes) == 'cxcywh'
    problem, = check(boxes, image_of)
    assert problem.code == 'boxes-normalized'
    assert ('; read as center x, center y, width, height in fractions all fit'
            in problem.detail)


@pytest.mark.parametrize('shape', ['any', 'bottom', 'close-up'])
def test_normalized_corners(shape):
    boxes, image_of = fractions(shape)
    boxes[:, 2:] += boxes[:, :2]
    assert fraction_layout(boxes) == 'xyxy'
    assert codes(boxes, image_of) == ['boxes-normalized']


def test_boxes_of_nothing_are_no_fractions():
    assert check([[0, 0, 0, 0]] * 20, np.zeros(20, int)) == []


def test_images_of_few_pixels_have_boxes_as_small():
    image_of = np.zeros(20, int)
    assert codes([[0, 0, 1, 1]] * 20, image_of, [(8, 8)]) == []


@pytest.mark.parametrize('shape', ['any', 'bottom', 'dots'])
def test_corners(shape):
    boxes, image_of = healthy(shape)
    boxes[:, 2:] += boxes[:, :2]
    problem, = check(boxes, image_of)
    assert problem.code == 'boxes-xyxy'
    assert ('of 400 boxes stick out of their images read as x, y, width, '
            'height; read as x1, y1, x2, y2 all fit. For example ['
            in problem.detail)


@pytest.mark.parametrize('shape', ['any', 'bottom', 'close-up', 'full'])
def test_centers(shape):
    boxes, image_of = healthy(shape)
    boxes[:, :2] += boxes[:, 2:] / 2
    problem, = check(boxes, image_of)
    assert problem.code == 'boxes-layout'
    # Some of them fit as corners too.
    assert ' as center x, center y, width, height ' in problem.detail


@pytest.mark.parametrize('shape', ['any', 'bottom', 'dots', 'full'])
def test_swapped(shape):
    boxes, image_of = healthy(shape)
    assert codes(boxes[:, [1, 0, 3, 2]], image_of) == ['boxes-swapped']


def test_swapped_in_a_square_cannot_be_told():
    boxes, image_of = healthy('any')
    square = image_of == 3
    boxes = boxes[square][:, [1, 0, 3, 2]]
    assert codes(boxes, image_of[square]) == []


def test_images_of_doubtful_size_take_no_part():
    boxes, image_of = healthy('any')
    boxes[:, 2:] += boxes[:, :2]
    assert codes(boxes, image_of, SIZES * np.nan) == []


def test_few_boxes_are_no_habit():
    boxes, image_of = healthy('any')
    boxes[:, 2:] += boxes[:, :2]
    assert codes(boxes[:2], image_of[:2]) == []
    assert codes(boxes[:9], image_of[:9]) == ['boxes-xyxy']
    boxes, image_of = fractions('any')
    assert codes(boxes[:2], image_of[:2]) == []
    assert codes(boxes[:3], image_of[:3]) == ['boxes-normalized']
    boxes[0] = 10, 10, 20, 20  # one of so few is no slip
    assert codes(boxes[:9], image_of[:9]) == []


def outliers(boxes, **changes):
    table = make_table(boxes, sizes=[(640, 480)], **changes)
    return list(check_outliers(table, table.category_of))


def alike(count, seed=0):
    """About 100 x 80 pixels, most within a fifth."""
    size = np.array([100, 80]) * np.exp(
        np.random.default_rng(seed).normal(0, .2, (count, 2)))
    return np.hstack([np.full((count, 2), 10), size])


def test_all_alike():
    assert outliers([[1, 2, 30, 40]] * 50) == []
    assert outliers(alike(1000)) == []


@pytest.mark.parametrize('size, word', [((600, 400), 'width is 5.9'),
                                        ((10, 5), 'height is 0.06'),
                                        ((400, 20), 'aspect is 16')])
def test_outlier(size, word):
    boxes = alike(50)
    boxes[7] = [10, 10, *size]
    problem, = outliers(boxes)
    assert found([problem]) == [('box-outlier', 'annotation 8')]
    assert f'its {word}' in problem.detail
    assert 'times the median of 50 of "cat"' in problem.detail
    assert problem.annotations == [7]


def test_several_kinds_are_no_outliers():
    """Pencils, 70 of them lying and 30 standing."""
    lying, standing = [10, 10, 200, 10], [10, 10, 10, 200]
    assert outliers([lying] * 70 + [standing] * 30) == []
    assert outliers([lying] * 97 + [standing] * 3) == []
    assert len(outliers([lying] * 98 + [standing] * 2)) == 2


def test_outlier_of_few_is_none():
    boxes = alike(29)
    boxes[7] = [10, 10, 600, 80]
    assert outliers(boxes) == []


def test_each_class_by_itself():
    boxes = np.vstack([alike(40), alike(40) * [1, 1, .05, .05]])
    category_of = [0] * 40 + [1] * 40
    assert outliers(boxes, category_of=category_of) == []
    swapped = category_of[::-1]
    swapped[0], swapped[-1] = category_of[0], category_of[-1]
    assert found(outliers(boxes, category_of=swapped)) == [
        ('box-outlier', 'annotation 1'), ('box-outlier', 'annotation 80')
    ]


def test_crowd_and_bad_boxes_take_no_part():
    boxes = alike(50)
    boxes[7] = [10, 10, 600, 80]
    boxes[8] = [10, 10, -5, 80]
    boxes[9] = np.nan
    assert outliers(boxes, crowd=np.arange(50) == 7) == []


def test_habit_of_many_is_seen_in_a_sample(monkeypatch):
    boxes, image_of = healthy('any')
    boxes[:, 2:] += boxes[:, :2]
    monkeypatch.setattr(box_format_errors, '_SAMPLE', 200)
    problem, = check(boxes, image_of)
    assert problem.code == 'boxes-xyxy'
    assert 'of 200 boxes stick out' in problem.detail
    assert '; one box of 2 was looked at. For example' in problem.detail
