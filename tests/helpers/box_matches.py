"""Annotations and predictions made in memory, for the tests of metrics."""
import numpy as np

from custom.evaluation.matching import match_boxes
from tests.helpers.annotation_tables import make_table

CLASSES = ('sun', 'dog', 'cat')
SUN, DOG, CAT = range(3)

# Ten boxes: four cats to be found; three detections find one each, another
# doubles the first, and two lie in the background.
TRUTH = [(0, CAT, 40 * i, 0, 30, 30) for i in range(4)]
FOUND = [(0, CAT, .9, 0, 0, 30, 30), (0, CAT, .8, 0, 100, 30, 30),
         (0, CAT, .7, 40, 0, 30, 30), (0, CAT, .6, 0, 0, 30, 30),
         (0, CAT, .5, 80, 0, 30, 30), (0, CAT, .4, 0, 100, 30, 30)]


def truth_table(boxes=(), num_images=2, crowd=(), areas=None):
    """Boxes are (image row, label, x, y, w, h) on images of 400 x 300 pixels;
    categories stand in another order than classes."""
    boxes = np.array(boxes, float).reshape(-1, 6)
    table = make_table(
        boxes[:, 2:],
        boxes[:, 0].astype(int).tolist(),
        (2 - boxes[:, 1]).astype(int).tolist(),
        sizes=[(400, 300)] * num_images,
        names=CLASSES[::-1])
    is_crowd = np.zeros(len(boxes), bool)
    is_crowd[[*crowd]] = True
    if areas is None:
        areas = table.boxes[:, 2:].prod(1)
    return table._replace(areas=areas, crowd=is_crowd)


def predictions_of(boxes):
    """One prediction a box: (image row, label, score, x, y, w, h)."""
    return [
        dict(
            img_id=1 + image,
            labels=np.array([label]),
            scores=np.array([score]),
            bboxes=np.array([[x, y, x + w, y + h]]))
        for image, label, score, x, y, w, h in boxes
    ]


def matched(truth=(), found=(), num_images=2, crowd=()):
    """Matches of boxes as above."""
    return match_boxes(
        truth_table(truth, num_images, crowd), predictions_of(found), CLASSES,
        'val.json')


def random_case(seed, num_images, num_boxes, decimals=1):
    """An annotation table with suns and dogs, one in eight a crowd, and no
    cat; and predictions, half of them near, with many equal scores.

    The last image has no prediction.
    """
    rng = np.random.default_rng(seed)
    images = np.repeat(np.arange(num_images), rng.integers(0, 13, num_images))
    count = len(images)
    corners, sizes = _boxes(rng, count)
    table = truth_table(
        np.column_stack([images,
                         rng.integers(0, 2, count), corners, sizes]),
        num_images,
        crowd=np.flatnonzero(rng.random(count) < 1 / 8))
    # The area of a mask, as in COCO, may put a box in another range.
    table = table._replace(areas=table.areas * rng.choice([1, .7], count))
    return table, [
        _prediction(rng, table, image, num_boxes, decimals)
        for image in range(num_images - 1)
    ]


def _prediction(rng, table, image, count, decimals):
    corners, sizes = _boxes(rng, count)
    labels = rng.integers(0, 3, count)
    near = np.flatnonzero(table.image_of == image)
    for i in range(count // 2 if len(near) else 0):
        row = rng.choice(near)
        corners[i] = table.boxes[row, :2] + rng.normal(0, 3, 2)
        sizes[i] = table.boxes[row, 2:] * rng.uniform(.8, 1.2, 2)
        if rng.random() < .8:
            labels[i] = 2 - table.category_of[row]
    return dict(
        img_id=image + 1,
        labels=labels,
        scores=rng.uniform(0, 1, count).round(decimals).astype(np.float32),
        bboxes=np.hstack([corners, corners + sizes]).astype(np.float32))


def _boxes(rng, count):
    """Corners and sizes, small, medium and large alike."""
    sizes = np.exp(rng.uniform(np.log(8), np.log(200), (count, 2))).round()
    return rng.uniform(0, 200, (count, 2)).round(), sizes
