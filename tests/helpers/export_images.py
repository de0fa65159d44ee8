"""A data set folder, written by hand, with all that is awkward to export."""
import json

import cv2
import numpy as np

CLASSES = ['cat', '강아지', 'sun & moon <big>']
# file name, width, height, and boxes: class, x, y, w, h, further keys.
SPLITS = dict(
    train=[
        (
            'a.png',
            60,
            40,
            [
                ('cat', 10, 20, 30, 10, {}),
                # Edges that no whole pixel has.
                ('강아지', 10.5, 20.25, 30.4, 9.75, {}),
                # The whole image, its last pixel, and its last column.
                ('cat', 0, 0, 60, 40, {}),
                ('sun & moon <big>', 59, 39, 1, 1, {}),
                ('cat', 59, 0, 1, 40, {}),
            ]),
        ('sub folder/내 그림.jpg', 101, 67, [
            ('강아지', 1 / 3, 2 / 3, 50.123, 1.5, dict(difficult=1)),
            ('cat', 0, 0, 101, 67, dict(iscrowd=1)),
        ]),
        ('empty.png', 30, 30, []),
    ],
    val=[
        ('b.png', 640, 480, [
            ('cat', 99.49, 0, 540.51, 480, {}),
            ('cat', 639.5, 479, 0.5, 1, {}),
        ]),
        # One name in two folders, and with two extensions.
        ('other/b.png', 50, 50, [('cat', 0.5, 0.5, 49, 49, {})]),
        ('b.jpg', 50, 50, [('cat', 49, 0, 1, 50, {})]),
    ],
    test=[('c.png', 3, 2, [('강아지', 1, 1, 1, 1, {})])])


def write_images(root, splits=SPLITS, classes=CLASSES):
    """Writes ``images`` and ``annotations`` below ``root``."""
    categories = [dict(id=i, name=name) for i, name in enumerate(classes, 1)]
    (root / 'annotations').mkdir(parents=True)
    for split, rows in splits.items():
        images, annotations = [], []
        for i, (name, width, height, boxes) in enumerate(rows, 1):
            path = root / 'images' / name
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = np.full((height, width, 3), 10 * i % 256, np.uint8)
            path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
            images.append(
                dict(id=i, file_name=name, width=width, height=height))
            for cls, *bbox, further in boxes:
                annotations.append(
                    dict(
                        id=len(annotations) + 1,
                        image_id=i,
                        category_id=classes.index(cls) + 1,
                        bbox=bbox,
                        **further))
        (root / 'annotations' / f'{split}.json').write_text(
            json.dumps(
                dict(
                    images=images,
                    annotations=annotations,
                    categories=categories)),
            encoding='utf-8')
    return root
