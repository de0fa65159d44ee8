"""Readings of four numbers, and how seldom right boxes are doubted."""
import numpy as np
import pytest

from custom.datasets.annotations.box_format import (LAYOUTS, BoxFormat,
                                                    find_box_format_mismatch,
                                                    to_xywh)
from tests.helpers.odd_boxes import COCO, KINDS, as_layout, make_boxes


@pytest.mark.parametrize('layout, numbers', [
    ('xywh', (20, 40, 20, 60)),
    ('xyxy', (20, 40, 40, 100)),
    ('cxcywh', (30, 70, 20, 60)),
    ('yxhw', (40, 20, 60, 20)),
    ('yxyx', (40, 20, 100, 40)),
    ('cycxhw', (70, 30, 60, 20)),
    ('xxyy', (20, 40, 40, 100)),
])
def test_one_box_in_every_layout(layout, numbers):
    """A box from 20, 40 to 40, 100; the image has 200 x 100 pixels."""
    right = [[20, 40, 20, 60]]
    assert to_xywh(np.array([numbers], float),
                   BoxFormat(layout)).tolist() == right
    w, h = (100, 200) if layout.startswith(('y', 'cy')) else (200, 100)
    sides = (w, w, h, h) if layout == 'xxyy' else (w, h, w, h)
    parts = np.array([numbers]) / np.array([sides])
    for unit, whole in (('fractions', 1), ('percent', 100)):
        assert to_xywh(parts * whole, BoxFormat(layout, unit),
                       (200, 100)) == pytest.approx(np.array(right))


@pytest.mark.parametrize('kind', KINDS)
def test_odd_boxes_are_not_doubted(kind):
    rng = np.random.default_rng(0)
    for count in (3, 10, 100, 1000):
        assert find_box_format_mismatch(*make_boxes(kind, rng, count),
                                        COCO) is None


@pytest.mark.parametrize('layout', [*LAYOUTS][1:])
def test_another_layout_is_found_out(layout):
    boxes, sizes = make_boxes('any', np.random.default_rng(0), 200)
    found = find_box_format_mismatch(as_layout(boxes, layout), sizes, COCO)
    assert found.box_format == BoxFormat(layout)
    assert found.fit == 1 and found.others == []


def test_what_fits_in_two_ways_is_told():
    """Centers of boxes over the whole image fit as corners, too."""
    boxes, sizes = make_boxes('whole image', np.random.default_rng(0), 200)
    found = find_box_format_mismatch(as_layout(boxes, 'cxcywh'), sizes, COCO)
    assert {found.box_format.layout, *found.others} == {'xyxy', 'cxcywh'}


def large_images(count=30):
    """Boxes all over images, and the sizes of these, 300 pixels at least."""
    boxes, sizes = make_boxes('any', np.random.default_rng(0), 10 * count)
    large = sizes.min(1) >= 300
    return boxes[large][:count], sizes[large][:count]


@pytest.mark.parametrize('layout', ['xywh', 'cxcywh', 'xyxy'])
def test_percent_where_pixels_are_expected(layout):
    boxes, sizes = large_images()
    percent = boxes / np.hstack([sizes, sizes]) * 100
    found = find_box_format_mismatch(as_layout(percent, layout), sizes, COCO)
    assert found.box_format == BoxFormat(layout, 'percent')


def test_logos_in_the_upper_left_are_no_percent():
    """60 to 100 pixels wide and high, in large images."""
    sides = np.random.default_rng(0).uniform(60, 100, (50, 2))
    logos = np.hstack([(100 - sides) / 2, sides])
    assert find_box_format_mismatch(logos, np.full((50, 2), 800.0),
                                    COCO) is None


def test_fractions_where_percent_are_expected():
    boxes, sizes = large_images()
    parts = boxes / np.hstack([sizes, sizes])
    found = find_box_format_mismatch(parts, sizes,
                                     BoxFormat('xywh', 'percent'))
    assert found.box_format == BoxFormat('xywh', 'fractions')


def test_of_a_few_boxes_two_must_be_far_out():
    """Corners; two of five boxes are in the lower right of 100 x 100."""
    corners = np.array([[70, 60, 90, 80], [60, 70, 80, 95], [10, 10, 20, 30],
                        [20, 5, 40, 20], [5, 5, 15, 20]], float)
    sizes = np.full((5, 2), 100.0)
    found = find_box_format_mismatch(corners, sizes, COCO)
    assert found.box_format == BoxFormat('xyxy')
    assert find_box_format_mismatch(corners[1:], sizes[1:], COCO) is None
