"""Readings of four numbers, and how seldom right boxes are doubted."""
import numpy as np
import pytest

from custom.datasets.annotations.box_layout import (LAYOUTS, BoxReading,
                                                    find_misreading, to_xywh)
from tests.datasets.annotations.odd_boxes import (COCO, KINDS, as_layout,
                                                  make_boxes)


@pytest.mark.parametrize('layout, numbers', [
    ('xywh', (20, 40, 20, 60)),
    ('xyxy', (20, 40, 40, 100)),
    ('cxcywh', (30, 70, 20, 60)),
    ('yxhw', (40, 20, 60, 20)),
    ('yxyx', (40, 20, 100, 40)),
    ('cycxhw', (70, 30, 60, 20)),
])
def test_one_box_in_every_layout(layout, numbers):
    """A box from 20, 40 to 40, 100; the image has 200 x 100 pixels."""
    right = [[20, 40, 20, 60]]
    assert to_xywh(np.array([numbers], float),
                   BoxReading(layout)).tolist() == right
    sides = (100, 200) if layout.startswith(('y', 'cy')) else (200, 100)
    parts = np.array([numbers]) / np.array([sides * 2])
    for unit, whole in (('fractions', 1), ('percent', 100)):
        assert to_xywh(parts * whole, BoxReading(layout, unit),
                       (200, 100)) == pytest.approx(np.array(right))


@pytest.mark.parametrize('kind', KINDS)
def test_odd_boxes_are_not_doubted(kind):
    rng = np.random.default_rng(0)
    for count in (3, 10, 100, 1000):
        assert find_misreading(*make_boxes(kind, rng, count), COCO) is None


@pytest.mark.parametrize('layout', [*LAYOUTS][1:])
def test_another_layout_is_found_out(layout):
    boxes, sizes = make_boxes('any', np.random.default_rng(0), 200)
    found = find_misreading(as_layout(boxes, layout), sizes, COCO)
    assert found.reading == BoxReading(layout)
    assert found.fit == 1 and found.others == []


def test_what_fits_in_two_ways_is_told():
    """Centres of boxes over the whole image fit as corners, too."""
    boxes, sizes = make_boxes('whole image', np.random.default_rng(0), 200)
    found = find_misreading(as_layout(boxes, 'cxcywh'), sizes, COCO)
    assert {found.reading.layout, *found.others} == {'xyxy', 'cxcywh'}
