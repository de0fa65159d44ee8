import tracemalloc

import cv2
import numpy as np
import pytest

from custom.inference.sliced_predictor import (SlicedPredictor, make_tiles,
                                               merge_detections)
from custom.structures.detection import Detection
from custom.structures.resize import ResizedImage
from custom.utils.errors import InputError

CLASSES = ('ink', 'blot')


class InkFinder:
    """Finds connected ink on white paper, as a detector of 100 x 100 pixels
    does: in a larger image what is under 8 pixels when shrunk is missed."""
    runtime = 'OpenCV'
    classes = CLASSES
    thresholds = dict(ink=0.3)
    divisor = 32

    def __init__(self):
        self.seen = []  # the shapes of the images of each pass

    def __call__(self, image):
        return self.batch([image])[0]

    def batch(self, images):
        self.seen.append([image.shape[:2] for image in images])
        return [self.find(image) for image in images]

    def find(self, image):
        ink = (image[..., 0] < 128).astype(np.uint8)
        rows = cv2.connectedComponentsWithStats(ink)[2][1:]
        smallest = 8 * max(1, max(image.shape) / 100)
        return [
            Detection(
                'ink', 0.9,
                (float(x), float(y), float(x + width), float(y + height)))
            for x, y, width, height, _ in rows.tolist()
            if min(width, height) >= smallest
        ]


def paper(width, height, *boxes):
    """White, with black rectangles x1, y1, x2, y2."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    for x1, y1, x2, y2 in boxes:
        pixels[y1:y2, x1:x2] = 0
    return pixels


def found(pixels, size=100):
    detections = SlicedPredictor(InkFinder(), size)(pixels)
    return sorted(d.box for d in detections)


def test_an_image_no_larger_than_a_tile_is_looked_at_once():
    pixels = paper(100, 80, (10, 10, 30, 30), (90, 70, 100, 80))
    plain = InkFinder()

    assert SlicedPredictor(plain, 100)(pixels) == InkFinder()(pixels)
    assert plain.seen == [[(80, 100)]]


def test_tiles_cover_the_image_and_overlap_by_a_quarter():
    assert make_tiles(100, 100, 100) == [(0, 0, 100, 100)]
    assert make_tiles(175, 60, 100) == [(0, 0, 100, 60), (75, 0, 175, 60)]
    # Three of 100 with overlaps of 25 reach to 250; spread over 230.
    assert [tile[:2] for tile in make_tiles(230, 176, 100)
            ] == [(x, y) for y in (0, 38, 76) for x in (0, 65, 130)]


def test_small_objects_are_where_they_belong():
    """10 pixels of 1000 are nothing; of a tile of 100 they are enough."""
    boxes = [(5, 5, 15, 15), (500, 300, 510, 312), (985, 780, 1000, 800)]
    pixels = paper(1000, 800, *boxes)

    assert InkFinder()(pixels) == []
    assert found(pixels) == boxes


def test_an_object_in_two_tiles_is_found_once():
    """Tiles end at 100 and begin at 75; in the first the second is cut."""
    assert found(paper(175, 100, (78, 10, 98, 40),
                       (88, 60, 112, 90))) == [(78, 10, 98, 40),
                                               (88, 60, 112, 90)]


def test_a_large_object_is_seen_in_the_whole():
    """It spans all tiles, and each sees a part."""
    assert found(paper(250, 250, (20, 30, 230, 220))) == [(20, 30, 230, 220)]


def test_parts_are_better_than_nothing():
    """A strip through all tiles, too thin to be seen in the whole."""
    parts = found(paper(1000, 100, (0, 50, 1000, 60)))

    assert min(x1 for x1, *_ in parts) == 0
    assert max(x2 for _, _, x2, _ in parts) == 1000


@pytest.mark.parametrize(
    'whole, cut, kept',
    [
        ([], [], []),
        # IoU 0.6 of one class, and of two.
        ([('ink', .9, (0, 0, 10, 10)), ('ink', .5, (0, 0, 6, 10))], [], [.9]),
        ([('ink', .9, (0, 0, 10, 10)),
          ('blot', .5, (0, 0, 6, 10))], [], [.9, .5]),
        # Half of what was cut lies in a whole one, or less than half.
        ([('ink', .3, (0, 0, 10, 10))], [('blot', .9, (5, 0, 15, 10))], [.3]),
        ([('ink', .3, (0, 0, 10, 10))], [('blot', .9,
                                          (6, 0, 16, 10))], [.9, .3]),
        # A small one inside stands for no large one.
        ([('ink', .3, (4, 4, 6, 6))], [('blot', .9,
                                        (0, 0, 10, 10))], [.9, .3]),
    ])
def test_merging(whole, cut, kept):
    merged = merge_detections([Detection(*one) for one in whole],
                              [Detection(*one) for one in cut], CLASSES)
    assert [one.score for one in merged] == kept


def test_it_is_a_predictor():
    """An image of 200 x 100 was reduced to 100 x 50 before."""
    sliced = SlicedPredictor(InkFinder(), 100)
    pixels = paper(100, 50, (10, 10, 30, 30))

    assert (sliced.classes, sliced.thresholds) == (CLASSES, dict(ink=0.3))
    assert [len(one) for one in sliced.batch([pixels, paper(90, 9)])] == [1, 0]
    scaled, = sliced.batch_resized([ResizedImage(pixels, 200, 100)])
    assert scaled[0].box == (20, 20, 60, 60)


def test_an_image_file(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), paper(300, 100, (220, 40, 240, 60)))

    assert found(tmp_path / 'a.png') == [(220, 40, 240, 60)]
    with pytest.raises(InputError, match='b.png: cannot be read'):
        found(tmp_path / 'b.png')


def test_tiles_are_no_copies_and_come_by_eight():
    pixels = paper(4000, 3000)

    class Blind(InkFinder):

        def find(self, image):
            return []

    plain = Blind()
    tracemalloc.start()
    SlicedPredictor(plain, 100)(pixels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(plain.seen[0]) == 1
    assert {len(batch) for batch in plain.seen[1:-1]} == {8}
    assert sum(map(len, plain.seen)) == 1 + 53 * 40
    assert peak < pixels.nbytes / 20


@pytest.mark.parametrize('size', [-1, 0, 31, 640.0, '640', (640, 640), None])
def test_what_is_no_side_of_a_tile(size):
    with pytest.raises(InputError, match='as an int, at least 32'):
        SlicedPredictor(InkFinder(), size)


def test_an_int_of_numpy_is_a_side():
    assert SlicedPredictor(InkFinder(), np.int64(100)).size == 100
