import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from custom.evaluation.average_precision import (average_precision, max_recall,
                                                 nan_mean, summarize,
                                                 summary_names)
from custom.evaluation.matching import AREA_RANGES, match_boxes, match_overlaps
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, matched,
                                       random_case)


def test_nothing_to_find():
    assert np.isnan(average_precision(matched())).all()
    assert np.isnan(summarize(average_precision(matched()))).all()
    assert np.isnan(max_recall(matched())).all()


def test_nothing_found():
    matches = matched([(0, CAT, 0, 0, 10, 10)])
    assert average_precision(matches)[:, CAT].tolist() == [0] * 10
    assert max_recall(matches)[:, CAT].tolist() == [0] * 10


def test_half_of_the_cats_found():
    # Recall stops at 0.5: 51 of the 101 recalls have precision 1.
    matches = matched([(0, CAT, 0, 0, 10, 10), (1, CAT, 0, 0, 10, 10)],
                      [(0, CAT, .9, 0, 0, 10, 10)])
    assert average_precision(matches)[0, CAT] == pytest.approx(51 / 101)
    assert max_recall(matches)[0, CAT] == .5


def test_summary():
    precision = np.full((10, 3), np.nan)
    precision[:, SUN] = [.9, 0, 0, 0, 0, .1, 0, 0, 0, 0]
    precision[:, DOG] = [.7, 0, 0, 0, 0, .5, 0, 0, 0, 0]
    values = dict(zip(summary_names(CLASSES), summarize(precision)))
    assert values == pytest.approx(
        dict(mAP=.11, mAP_50=.8, mAP_75=.3, sun=.1, dog=.12, cat=np.nan),
        nan_ok=True)


def test_nan_mean():
    values = np.array([[1, np.nan, 3], [np.nan] * 3])
    assert nan_mean(values).tolist() == pytest.approx([2, np.nan], nan_ok=True)


def reference(table, predictions):
    """Precision (T, R, K, A) and recall (T, K, A) of pycocotools; A is all,
    small, medium and large."""
    coco = COCO()
    coco.dataset = dict(
        images=[dict(id=i) for i in range(len(table.image_ids))],
        categories=[dict(id=i) for i in range(len(CLASSES))],
        annotations=[
            dict(
                id=i + 1,
                image_id=int(table.image_of[i]),
                category_id=int(2 - table.category_of[i]),
                bbox=table.boxes[i].tolist(),
                area=float(table.areas[i]),
                iscrowd=int(table.crowd[i])) for i in range(len(table.crowd))
        ])
    coco.createIndex()
    found = coco.loadRes([
        dict(
            image_id=one['img_id'] - 1,
            category_id=label,
            bbox=[x1, y1, x2 - x1, y2 - y1],
            score=score) for one in predictions
        for label, score, (x1, y1, x2, y2) in zip(one['labels'].tolist(
        ), one['scores'].tolist(), one['bboxes'].tolist())
    ])
    evaluation = COCOeval(coco, found, 'bbox')
    evaluation.evaluate()
    evaluation.accumulate()
    return (evaluation.eval['precision'][...,
                                         -1], evaluation.eval['recall'][...,
                                                                        -1])


def without_nan(values):
    return np.where(np.isnan(values), -1, values)


@pytest.mark.parametrize('num_images, num_boxes', [(2, 6), (20, 40), (3, 500)])
@pytest.mark.parametrize('seed', range(5))
def test_same_as_pycocotools(seed, num_images, num_boxes):
    table, predictions = random_case(seed, num_images, num_boxes)
    precision, recall = reference(table, predictions)
    matches = match_boxes(table, predictions, CLASSES, 'val.json')
    ranges = [None, *AREA_RANGES.values()]
    for a, area_range in enumerate(ranges):
        of_range = match_overlaps(matches.overlaps, area_range)
        np.testing.assert_allclose(
            without_nan(average_precision(of_range)),
            precision[..., a].mean(1),
            rtol=0,
            atol=1e-9)
        np.testing.assert_allclose(
            without_nan(max_recall(of_range)),
            recall[..., a],
            rtol=0,
            atol=1e-9)


def test_weights_of_one_change_nothing():
    table, predictions = random_case(0, 10, 30)
    matches = match_boxes(table, predictions, CLASSES, 'val.json')
    weights = np.ones((3, 10), int)
    weighted = average_precision(matches, weights)
    assert weighted.shape == (3, 10, 3)
    for row in weighted:
        np.testing.assert_array_equal(row, average_precision(matches))


def repeated(table, predictions, weights):
    """The data set in which every image stands as often as its weight."""
    image_of, rows, found = [], [], []
    number = 0
    for image, weight in enumerate(weights.tolist()):
        own = np.flatnonzero(table.image_of == image)
        for _ in range(weight):
            rows += own.tolist()
            image_of += [number] * len(own)
            number += 1
            found += [
                dict(one, img_id=number) for one in predictions
                if one['img_id'] == image + 1
            ]
    return table._replace(
        image_ids=[*range(1, number + 1)],
        annotation_ids=[*range(len(rows))],
        image_of=np.array(image_of, int),
        category_of=table.category_of[rows],
        boxes=table.boxes[rows],
        areas=table.areas[rows],
        crowd=table.crowd[rows]), found


@pytest.mark.parametrize('seed', range(5))
def test_weights_are_repeated_images(seed):
    # Scores of many digits: equal ones of an image would stand twice each.
    table, predictions = random_case(seed, 8, 30, decimals=9)
    matches = match_boxes(table, predictions, CLASSES, 'val.json')
    weights = np.random.default_rng(seed).integers(0, 4, (4, 8))
    weighted = average_precision(matches, weights)
    for row, values in zip(weights, weighted):
        again = match_boxes(*repeated(table, predictions, row), CLASSES,
                            'val.json')
        np.testing.assert_allclose(
            values, average_precision(again), rtol=0, atol=1e-12)


def test_no_image_at_all():
    table, predictions = random_case(0, 5, 9)
    matches = match_boxes(table, predictions, CLASSES, 'val.json')
    none = average_precision(matches, np.zeros((1, 5), int))
    assert np.isnan(none).all()
    assert average_precision(matches, np.empty((0, 5),
                                               int)).shape == (0, 10, 3)
