from typing import NamedTuple, Tuple

import numpy as np
import pytest

from custom.classes import CLASSES, NAMES
from custom.visualization.draw import (captioned, contact_sheet,
                                       draw_detections, draw_pair, place_tag)
from custom.visualization.palette import class_colors

RED = (214, 39, 40)  # of the class car, RGB


class Box(NamedTuple):
    label: str
    box: Tuple[float, float, float, float]
    score: float = 0.87


def paper(width=100, height=100):
    return np.full((height, width, 3), 255, np.uint8)


def is_color(image, rgb):
    """Where a BGR image has exactly an RGB color."""
    return (image == rgb[::-1]).all(axis=2)


def test_no_detections_leave_the_image_as_it_is():
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    drawn = draw_detections(image, [])
    assert np.array_equal(drawn, image)
    assert drawn is not image


def test_outline_is_in_the_class_color_inside_the_box():
    drawn = draw_detections(paper(), [Box('car', (10, 30, 30, 60))])
    red = is_color(drawn, RED)
    # The box covers the pixels 10 to 29 across and 30 to 59 down.
    assert red[45, 10] and red[45, 29]
    assert red[59, 20]
    assert not red[45, 9] and not red[45, 30] and not red[60, 20]
    assert not red[45, 20]


def test_input_is_not_modified():
    image = paper()
    draw_detections(image, [Box('car', (10, 30, 30, 60))])
    draw_pair(image, [Box('car', (10, 30, 30, 60))], [])
    assert (image == 255).all()


def test_read_only_image_is_accepted():
    image = paper()
    image.flags.writeable = False
    drawn = draw_detections(image, [Box('car', (10, 30, 30, 60))])
    assert is_color(drawn, RED).any()


def test_line_is_thicker_on_a_larger_image():
    small = draw_detections(paper(100, 100), [Box('car', (0, 50, 90, 90))])
    large = draw_detections(paper(900, 900), [Box('car', (0, 450, 810, 810))])
    assert is_color(small, RED)[70, :45].sum() == 1
    assert is_color(large, RED)[630, :405].sum() == 3


@pytest.mark.parametrize('box', [
    (-20, -20, 500, 500),
    (99.6, 99.6, 99.9, 99.9),
    (200, 200, 300, 300),
    (50, 50, 50, 50),
])
def test_box_over_the_edge_is_drawn_at_the_edge(box):
    drawn = draw_detections(paper(), [Box('car', box)])
    assert drawn.shape == (100, 100, 3)
    assert is_color(drawn, RED).any()


@pytest.mark.parametrize('size', [(1, 1), (6, 200), (200, 6), (20, 20)])
def test_tiny_images_have_boxes_and_no_failure(size):
    drawn = draw_detections(paper(*size), [Box('car', (0, 0, *size))])
    assert is_color(drawn, RED)[0, 0]


def test_long_name_is_cut_to_fit():
    name = 'a name much longer than this picture is wide'
    color = class_colors([*NAMES, name])[name]
    drawn = draw_detections(paper(), [Box(name, (60, 60, 90, 90))])
    tag = is_color(drawn, color)[:60]
    rows, columns = np.flatnonzero(tag.any(axis=1)), tag.any(axis=0)
    # The tag ends where the box begins, and is wider than the box.
    assert rows[-1] == 59
    assert columns.sum() > 80
    # Unlike the name, the score isn't cut: another one looks different.
    other = draw_detections(paper(), [Box(name, (60, 60, 90, 90), 0.51)])
    assert (other != drawn).any()


def test_tag_stands_above_its_box():
    assert place_tag((10, 40, 60, 90), (30, 12), (100, 100),
                     []) == (10, 28, 40, 40)


def test_tag_stands_inside_where_there_is_no_room_above():
    assert place_tag((10, 0, 60, 90), (30, 12), (100, 100),
                     []) == (10, 0, 40, 12)


def test_tag_is_moved_into_the_image():
    assert place_tag((90, 50, 99, 60), (30, 12), (100, 100),
                     []) == (70, 38, 100, 50)


def test_second_tag_of_the_same_box_goes_elsewhere():
    box, size = (10, 40, 90, 90), (30, 12)
    first = place_tag(box, size, (100, 100), [])
    second = place_tag(box, size, (100, 100), [first])
    assert first == (10, 28, 40, 40)
    assert second == (60, 28, 90, 40)


def test_color_of_a_new_class_is_the_same_in_every_image():
    names = ('raccoon', 'fox')
    fox = Box('fox', (10, 30, 30, 60))
    alone = draw_detections(paper(), [fox], names=names)
    both = draw_detections(
        paper(), [fox, Box('raccoon', (60, 30, 90, 60))], names=names)
    assert (alone[45, 10] == both[45, 10]).all()
    assert (both[45, 10] != both[45, 60]).any()


def test_korean_falls_back_to_english_without_a_font():
    boxes = [Box(c.name, (10, 30, 30, 60)) for c in CLASSES[:3]]
    korean = draw_detections(paper(), boxes, lang='ko', fonts=[])
    english = draw_detections(paper(), boxes, lang='en', fonts=[])
    assert np.array_equal(korean, english)


def test_pair_has_truth_left_and_prediction_right():
    pair = draw_pair(paper(), [Box('car', (10, 30, 30, 60))],
                     [Box('sun', (50, 30, 90, 60))])
    left = is_color(pair, RED)
    right = is_color(pair, (240, 90, 0))
    assert left[:, :100].any() and not left[:, 100:].any()
    assert right[:, 100:].any() and not right[:, :100].any()
    assert pair.shape[0] > 100 and pair.shape[1] > 200


def test_contact_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match='at least one image'):
        contact_sheet([])


def test_contact_sheet_grid():
    black = np.zeros((10, 10, 3), np.uint8)
    sheet = contact_sheet([black] * 3, columns=2, cell=10, gap=2)
    # Two cells of 10 with gaps of 2: 2 + 10 + 2 + 10 + 2.
    assert sheet.shape == (26, 26, 3)
    dark = (sheet == 0).all(axis=2)
    assert dark[2:12, 2:12].all() and dark[2:12, 14:24].all()
    assert dark[14:24, 2:12].all() and not dark[14:24, 14:24].any()
    assert dark.sum() == 300


def test_contact_sheet_shrinks_and_centers():
    wide = np.zeros((10, 40, 3), np.uint8)
    sheet = contact_sheet([wide], columns=4, cell=20, gap=0)
    assert sheet.shape == (20, 20, 3)
    # 40 x 10 becomes 20 x 5, in the rows 7 to 11.
    rows = np.flatnonzero((sheet == 0).all(axis=(1, 2)))
    assert rows.tolist() == [7, 8, 9, 10, 11]


def test_a_pair_tells_where_there_is_nothing():
    image = paper(300, 100)
    nothing = draw_pair(image, [], [])
    found = draw_pair(image, [], [Box('sun', (50, 30, 90, 60))])
    left, right = captioned(image, 'ground truth: No objects'), captioned(
        image, 'prediction: No objects')

    assert np.array_equal(nothing[:, :300], left)
    assert np.array_equal(nothing[:, -300:], right)
    assert np.array_equal(found[:, :300], left)
    assert np.array_equal(found[:20, -300:],
                          captioned(image, 'prediction: 1 object')[:20])
