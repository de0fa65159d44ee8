import json

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from custom.errors import InputError
from custom.metrics.coco_boxes import OVERALL, score_boxes

CLASSES = ('sun', 'dog', 'cat')


def annotations(*boxes, num_images=2):
    """Boxes are (image id, name, x, y, w, h); categories stand cat, dog, sun.

    Ids start at 0, which pycocotools by itself takes for "no match".
    """
    names = ['cat', 'dog', 'sun']
    return dict(
        images=[dict(id=i) for i in range(num_images)],
        categories=[dict(id=i, name=name) for i, name in enumerate(names)],
        annotations=[
            dict(
                id=i,
                image_id=image,
                category_id=names.index(name),
                bbox=bbox,
                area=bbox[2] * bbox[3],
                iscrowd=0) for i, (image, name, *bbox) in enumerate(boxes)
        ])


def prediction(image, *boxes):
    """Boxes are (label, score, x1, y1, x2, y2)."""
    boxes = np.array(boxes, dtype=np.float32).reshape(-1, 6)
    return dict(
        img_id=image,
        labels=boxes[:, 0].astype(int),
        scores=boxes[:, 1],
        bboxes=boxes[:, 2:])


TRUTH = annotations((0, 'cat', 0, 0, 10, 10), (0, 'sun', 50, 50, 40, 40),
                    (1, 'cat', 20, 0, 10, 10))
PERFECT = [
    prediction(0, (2, 0.9, 0, 0, 10, 10), (0, 0.8, 50, 50, 90, 90)),
    prediction(1, (2, 0.7, 20, 0, 30, 10)),
]


def score(truth, predictions):
    return score_boxes(truth, predictions, CLASSES, 'val.json')


@pytest.mark.parametrize('found', [[], [prediction(0), prediction(1)]])
def test_nothing_found(found):
    scores = score(TRUTH, found)
    assert scores.overall['mAP'] == 0
    assert scores.overall['mAP_50'] == 0
    assert [c['AP'] for c in scores.per_class] == [0, None, 0]


def test_nothing_to_find():
    scores = score(annotations(), PERFECT)
    assert scores.overall == dict.fromkeys(OVERALL, -1)
    assert [c['AP'] for c in scores.per_class] == [None, None, None]


def test_perfect_whatever_the_order_of_categories():
    scores = score(TRUTH, PERFECT)
    assert scores.overall == pytest.approx({
        'mAP': 1,
        'mAP_50': 1,
        'mAP_75': 1,
        'mAP_s': 1,
        'mAP_m': 1,
        'mAP_l': -1
    })
    sun, dog, cat = scores.per_class
    assert sun == pytest.approx({
        'class': 'sun',
        'images': 1,
        'boxes': 1,
        'AP': 1,
        'AP50': 1,
        'AP75': 1,
        'AR': 1
    })
    assert dog == {
        'class': 'dog',
        'images': 0,
        'boxes': 0,
        'AP': None,
        'AP50': None,
        'AP75': None,
        'AR': None
    }
    assert (cat['class'], cat['images'], cat['boxes']) == ('cat', 2, 2)


def test_swapped_labels():
    swap = np.array([2, 1, 0])
    swapped = [dict(p, labels=swap[p['labels']]) for p in PERFECT]
    assert score(TRUTH, swapped).overall['mAP'] == 0


def test_half_of_the_cats_found():
    # Recall stops at 0.5: 51 of the 101 recall points have precision 1.
    scores = score(TRUTH, PERFECT[:1])
    cat = scores.per_class[2]
    assert cat['AP'] == pytest.approx(51 / 101)
    assert cat['AR'] == pytest.approx(0.5)


def test_iou_of_0_62():
    # Right at IoU 0.50, 0.55 and 0.60, wrong at the seven others.
    truth = annotations((0, 'dog', 0, 0, 10, 10), num_images=1)
    found = [prediction(0, (1, 0.9, 0, 0, 6.2, 10))]
    dog = score(truth, found).per_class[1]
    assert dog['AP50'] == pytest.approx(1)
    assert dog['AP75'] == 0
    assert dog['AP'] == pytest.approx(0.3)
    assert dog['AR'] == pytest.approx(0.3)


def test_crowd_is_neither_found_nor_missed():
    truth = annotations((0, 'cat', 0, 0, 10, 10), (0, 'cat', 50, 50, 40, 40))
    truth['annotations'][1]['iscrowd'] = 1
    found = [prediction(0, (2, 0.9, 55, 55, 80, 80), (2, 0.8, 0, 0, 10, 10))]
    cat = score(truth, found).per_class[2]
    assert cat['AP'] == pytest.approx(1)
    assert cat['boxes'] == 1


def test_image_ids_of_any_kind():
    truth = annotations((1, 'cat', 0, 0, 10, 10))
    truth['images'] = [dict(id='b'), dict(id=7)]
    truth['annotations'][0]['image_id'] = 'b'
    found = [prediction('b', (2, 0.9, 0, 0, 10, 10))]
    assert score(truth, found).overall['mAP'] == pytest.approx(1)


def test_unknown_image():
    with pytest.raises(InputError, match='val.json: has no image id 5'):
        score(TRUTH, [prediction(5)])


def test_unknown_category():
    truth = annotations()
    truth['categories'][0]['name'] = 'catt'
    with pytest.raises(InputError, match='"catt" is none of the 3 classes'):
        score(truth, [])


def random_boxes(rng, num):
    corners = rng.uniform(0, 200, (num, 2))
    sizes = rng.uniform(5, 150, (num, 2))
    return np.hstack([corners, corners + sizes]).round(1)


def test_same_as_pycocotools(tmp_path):
    rng = np.random.default_rng(0)
    names = ['cat', 'dog', 'sun']
    boxes, found = [], []
    for image in range(8):
        truth = random_boxes(rng, 12)
        labels = rng.integers(0, 3, 12)
        boxes += [(image, CLASSES[label], x1, y1, x2 - x1, y2 - y1)
                  for label, (x1, y1, x2, y2) in zip(labels, truth)]
        noise = truth + rng.normal(0, 6, truth.shape)
        found.append(
            dict(
                img_id=image,
                bboxes=np.vstack([noise, random_boxes(rng, 5)]),
                scores=rng.uniform(0, 1, 17),
                labels=np.append(labels, rng.integers(0, 3, 5))))
    truth = annotations(*boxes, num_images=8)
    for ann in truth['annotations']:
        ann['id'] += 1
    path = tmp_path / 'val.json'
    path.write_text(json.dumps(truth))
    coco = COCO(str(path))
    results = coco.loadRes([
        dict(
            image_id=p['img_id'],
            category_id=names.index(CLASSES[label]),
            bbox=[x1, y1, x2 - x1, y2 - y1],
            score=score) for p in found for label, score, (
                x1, y1, x2,
                y2) in zip(p['labels'], p['scores'], p['bboxes'].tolist())
    ])
    reference = COCOeval(coco, results, 'bbox')
    reference.evaluate()
    reference.accumulate()
    reference.summarize()

    scores = score(truth, found)
    assert 0.2 < scores.overall['mAP'] < 0.8
    assert list(scores.overall.values()) == list(reference.stats[:6])
    cat = reference.eval['precision'][:, :, 0, 0, -1]
    assert scores.per_class[2]['AP'] == cat.mean()


def test_nothing_is_printed(capfd):
    score(TRUTH, PERFECT)
    assert capfd.readouterr() == ('', '')
