import numpy as np
import pytest

from custom.evaluation.average_precision import average_precision
from custom.evaluation.matching import AREA_RANGES, match_boxes, match_overlaps
from custom.evaluation.slices import (aspect_slices, box_slice_precision,
                                      image_size_slices, image_slice_precision,
                                      object_count_slices, place_slices,
                                      size_slices)
from tests.helpers.box_matches import CAT, CLASSES, matched, random_case

ANY = np.zeros(3)


def rows(masks):
    """Which rows are in each slice."""
    return {
        name: np.flatnonzero(mask).tolist()
        for name, mask in masks.items()
    }


def truth_rows(slices):
    return rows({name: part.truth for name, part in slices.items()})


def detection_rows(slices):
    return rows({name: part.detections for name, part in slices.items()})


def cats(*boxes):
    """Overlaps of boxes (x, y, w, h) of one image, all found as they are."""
    truth = [(0, CAT, *box) for box in boxes]
    found = [(0, CAT, .9 - i / 100, *box) for i, box in enumerate(boxes)]
    return matched(truth, found).overlaps


def test_sizes():
    slices = size_slices(cats((0, 0, 31, 31), (0, 0, 32, 32), (0, 0, 96, 97)))
    expected = dict(small=[0, 1], medium=[1], large=[2])
    assert truth_rows(slices) == detection_rows(slices) == expected


def test_size_slices_are_area_ranges():
    matches = match_boxes(*random_case(0, 20, 30), CLASSES, 'val.json')
    for name, part in size_slices(matches.overlaps).items():
        np.testing.assert_array_equal(
            box_slice_precision(matches.overlaps, part),
            average_precision(
                match_overlaps(matches.overlaps, AREA_RANGES[name])))


def test_aspects():
    slices = aspect_slices(
        cats((0, 0, 49, 100), (0, 0, 50, 100), (0, 0, 199, 100),
             (0, 0, 200, 100)))
    expected = dict(tall=[0], balanced=[1, 2], wide=[3])
    assert truth_rows(slices) == detection_rows(slices) == expected


def test_places():
    # On an image of 400 x 300 pixels.
    sizes = np.array([[400., 300.], [800., 800.]])
    slices = place_slices(
        cats((0, 9, 9, 9), (9, 1, 9, 9), (9, 9, 390.5, 9), (9, 9, 9, 291),
             (2, 2, 396, 296)), sizes)
    expected = dict(border=[0, 1, 2, 3], inside=[4])
    assert truth_rows(slices) == detection_rows(slices) == expected


def test_object_counts():
    matches = matched([(image, CAT, 0, 0, 9, 9) for image in range(11)
                       for _ in range(image)],
                      num_images=11,
                      crowd=[0])
    assert rows(object_count_slices(matches.overlaps)) == {
        'none': [0, 1],
        '1': [],
        '2 to 4': [2, 3, 4],
        '5 to 9': [5, 6, 7, 8, 9],
        '10 and more': [10]
    }


def test_image_sizes():
    sizes = np.array([[1., 512 * 512], [511, 511], [1024, 1024], [1023, 1023]])
    assert rows(image_size_slices(sizes)) == {
        'below 512': [1],
        '512 to 1023': [0, 3],
        '1024 and more': [2]
    }


def test_precision_of_boxes():
    # The wide cat is missed, the other is found. A wrong wide detection costs
    # the wide ones alone.
    overlaps = matched([(0, CAT, 0, 0, 50, 50), (0, CAT, 100, 0, 99, 20)],
                       [(0, CAT, .9, 0, 200, 99, 20),
                        (0, CAT, .8, 0, 0, 50, 50)]).overlaps
    slices = aspect_slices(overlaps)
    assert [
        box_slice_precision(overlaps, slices[name])[0, CAT]
        for name in ('tall', 'balanced', 'wide')
    ] == pytest.approx([np.nan, 1, 0], nan_ok=True)


def test_precision_of_images():
    matches = matched([(0, CAT, 0, 0, 9, 9), (1, CAT, 0, 0, 9, 9)],
                      [(0, CAT, .9, 0, 0, 9, 9)])
    for images, expected in (([True,
                               False], 1), ([False,
                                             True], 0), ([True,
                                                          True], 51 / 101)):
        precision = image_slice_precision(matches, np.array(images))
        assert precision[0, CAT] == pytest.approx(expected)
