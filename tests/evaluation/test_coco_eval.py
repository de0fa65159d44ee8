import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from custom.datasets.annotations.columns import build_table
from custom.evaluation.coco_eval import OVERALL, score_boxes
from custom.utils.errors import InputError

CLASSES = ('sun', 'dog', 'cat')


def annotations(*boxes, num_images=2):
    """Boxes are (image id, name, x, y, w, h); categories stand cat, dog, sun.

    Ids start at 0, which the evaluation by itself takes for "no match".
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
    # As from a file; NumPy's numbers become Python's.
    records = json.loads(json.dumps(truth))
    return score_boxes(
        build_table(Path('val.json'), records.get), predictions, CLASSES,
        'val.json')


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
    """Corners and sizes in whole pixels, small, medium and large alike."""
    sizes = np.exp(rng.uniform(np.log(8), np.log(300), (num, 2))).round()
    return rng.uniform(0, 300, (num, 2)).round(), sizes


def random_truth(rng, num_images):
    """Up to 12 suns and dogs an image, one in eight a crowd; no cat."""
    boxes = [(image, rng.choice(['sun', 'dog']), *corner, *size)
             for image in range(num_images)
             for corner, size in zip(*random_boxes(rng, rng.integers(13)))]
    truth = annotations(*boxes, num_images=num_images)
    for ann in truth['annotations']:
        ann['iscrowd'] = int(rng.random() < 1 / 8)
        # The area of a mask, as in COCO, may put a box in another group.
        ann['area'] *= rng.choice([1, 0.7])
    return truth


def random_predictions(rng, truth, num_boxes):
    """Half are near true boxes; of the scores many are equal."""
    for image in truth['images'][:-1]:
        corners, sizes = random_boxes(rng, num_boxes)
        labels = rng.integers(0, 3, num_boxes)
        near = [
            a for a in truth['annotations'] if a['image_id'] == image['id']
        ]
        for i in range(num_boxes // 2 if near else 0):
            ann = near[rng.integers(len(near))]
            corners[i] = ann['bbox'][:2] + rng.normal(0, 2, 2)
            sizes[i] = ann['bbox'][2:] * rng.uniform(0.9, 1.1, 2)
            labels[i] = 2 - ann['category_id']
        scores = rng.uniform(0, 1, num_boxes).round(1)
        yield prediction(
            image['id'],
            *np.column_stack([labels, scores, corners, corners + sizes]))


def score_with_pycocotools(truth, predictions):
    """The six overall numbers, and AP, AP50, AP75 and AR of each class."""
    coco = COCO()
    # Annotation ids from 1: pycocotools takes 0 for "no match".
    coco.dataset = dict(
        truth,
        annotations=[dict(a, id=a['id'] + 1) for a in truth['annotations']])
    coco.createIndex()
    found = coco.loadRes([
        dict(
            image_id=p['img_id'],
            category_id=2 - label,
            bbox=[x1, y1, x2 - x1, y2 - y1],
            score=score)
        for p in predictions for label, score, (x1, y1, x2, y2) in zip(
            p['labels'].tolist(), p['scores'].tolist(), p['bboxes'].tolist())
    ])
    reference = COCOeval(coco, found, 'bbox')
    reference.evaluate()
    reference.accumulate()
    reference.summarize()
    precision = reference.eval['precision'][:, :, ::-1, 0, -1]
    recall = reference.eval['recall'][:, ::-1, 0, -1]
    per_class = np.stack([
        precision.mean((0, 1)), precision[0].mean(0), precision[5].mean(0),
        recall.mean(0)
    ], 1)
    return reference.stats[:6], per_class


@pytest.mark.parametrize('num_images, num_boxes', [(2, 6), (20, 40), (2, 500)])
@pytest.mark.parametrize('seed', range(4))
def test_same_as_pycocotools(seed, num_images, num_boxes):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng, num_images)
    found = list(random_predictions(rng, truth, num_boxes))
    overall, per_class = score_with_pycocotools(truth, found)
    scores = score(truth, found)
    assert list(scores.overall.values()) == pytest.approx(
        overall, rel=0, abs=1e-9)
    for ours, theirs in zip(scores.per_class, per_class):
        values = [ours[key] for key in ('AP', 'AP50', 'AP75', 'AR')]
        assert [-1 if v is None else v for v in values] == pytest.approx(
            theirs, rel=0, abs=1e-9)
    assert scores.per_class[2]['AP'] is None  # no cat to find


def test_equal_scores_stand_in_order_of_image_ids():
    """Of the second image of the file, whose id is the lower, the detection
    comes first, and is wrong."""
    truth = annotations((2, 'cat', 0, 0, 10, 10))
    truth['images'] = [dict(id=2), dict(id=1)]
    found = [prediction(i, (2, .9, 0, 0, 10, 10)) for i in (2, 1)]

    assert score(truth, found).overall['mAP'] == pytest.approx(.5)
    assert score_with_pycocotools(truth, found)[0][0] == pytest.approx(.5)


def test_nothing_is_printed(capfd):
    score(TRUTH, PERFECT)
    assert capfd.readouterr() == ('', '')
