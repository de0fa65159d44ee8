import numpy as np
import pytest

from custom.classes import NAMES
from custom.sample_data.scene import (DrawnBox, SceneObject, boxes_of,
                                      make_drawing, visible_items)


def block(name, x, y, width, height):
    return SceneObject(name, np.full((height, width, 4), 255, np.uint8), x, y)


def test_no_items_no_boxes():
    assert visible_items([], 5, 5) == []
    assert boxes_of(np.full((5, 5), -1, np.int16), []) == []


def test_box_is_tight_around_owned_pixels():
    owner = np.full((10, 12), -1, np.int16)
    owner[2:5, 3:9] = 0
    owner[7, 11] = 1
    items = [block('sun', 0, 0, 1, 1), block('star', 0, 0, 1, 1)]
    assert boxes_of(owner, items) == [
        DrawnBox('sun', 3, 2, 6, 3),
        DrawnBox('star', 11, 7, 1, 1)
    ]


def test_hidden_objects_are_left_out():
    sun = block('sun', 0, 0, 10, 10)
    # 70 of the sun's 100 pixels are covered, then 50.
    assert visible_items([sun, block('cloud', 0, 0, 7, 10)], 20,
                         20) == [block_like('cloud', 7)]
    assert len(visible_items([sun, block('cloud', 0, 0, 5, 10)], 20, 20)) == 2


class block_like:
    """Equal to an item of this name and width."""

    def __init__(self, name, width):
        self.name, self.width = name, width

    def __eq__(self, item):
        return (item.name, item.layer.shape[1]) == (self.name, self.width)


@pytest.fixture(scope='module')
def sixty():
    """Drawings of sixty seeds."""
    return [make_drawing(np.random.default_rng(seed)) for seed in range(60)]


def test_drawings_keep_their_promises(sixty):
    kinds = set()
    for drawing in sixty:
        height, width, channels = drawing.image.shape
        kinds.add(channels)
        assert 200 <= min(height, width) <= max(height, width) <= 900
        assert 1 <= len(drawing.boxes) <= 20
        for box in drawing.boxes:
            assert box.name in NAMES
            assert box.x >= 0 and box.x + box.width <= width
            assert box.y >= 0 and box.y + box.height <= height
            assert box.width > 3 and box.height > 3
    assert kinds == {3, 4}


def test_every_side_of_a_box_touches_its_object(sixty):
    boxes = 0
    for drawing in sixty:
        if drawing.image.shape[2] == 3:
            continue
        ink = drawing.image[..., 3] >= 70
        for _, x, y, width, height in drawing.boxes:
            inside = ink[y:y + height, x:x + width]
            sides = (inside[0], inside[-1], inside[:, 0], inside[:, -1])
            assert all(side.any() for side in sides)
            boxes += 1
    assert boxes


def test_same_seed_same_drawing():
    one, two = (make_drawing(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.image, two.image)
    assert one.boxes == two.boxes
