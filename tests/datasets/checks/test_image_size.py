from custom.datasets.checks.image_size import (EITHER, FILE, NEITHER, RECORD,
                                               boxes_inside,
                                               infer_box_reference,
                                               infer_box_reference_of_all)

WIDE, HIGH = (60, 40), (40, 60)


def test_no_boxes():
    assert boxes_inside([], WIDE)
    assert infer_box_reference([], WIDE, HIGH) == FILE
    assert infer_box_reference_of_all({}) == {}


def test_a_twentieth_may_stick_out():
    assert boxes_inside([[-3, 0, 66, 42]], WIDE)
    assert not boxes_inside([[-4, 0, 10, 10]], WIDE)
    assert not boxes_inside([[0, 0, 10, 43]], WIDE)


def test_whose():
    assert infer_box_reference([[0, 0, 60, 40]], WIDE, HIGH) == FILE
    assert infer_box_reference([[0, 0, 40, 60]], WIDE, HIGH) == RECORD
    assert infer_box_reference([[0, 0, 40, 40]], WIDE, HIGH) == EITHER
    assert infer_box_reference([[0, 0, 60, 60]], WIDE, HIGH) == NEITHER
    assert infer_box_reference([[.1, .1, .5, .5]], WIDE, HIGH) == FILE


def test_small_boxes_go_with_those_of_most_images():
    small, wide, high = [[0, 0, 9, 9]], [[0, 0, 60, 9]], [[0, 0, 9, 60]]
    images = dict(
        a=(small, WIDE, HIGH), b=(wide, WIDE, HIGH), c=(wide, WIDE, HIGH))
    assert infer_box_reference_of_all(images) == dict(a=FILE, b=FILE, c=FILE)
    # Two of three are most, two of four are not.
    images['d'] = (high, WIDE, HIGH)
    assert infer_box_reference_of_all(images) == dict(
        a=EITHER, b=FILE, c=FILE, d=RECORD)
    # An image without boxes tells nothing.
    images['e'] = ([], WIDE, HIGH)
    assert infer_box_reference_of_all(images)['a'] == EITHER
