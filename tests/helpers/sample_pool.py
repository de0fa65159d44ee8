import json
import os

import cv2
import numpy as np

CATEGORIES = [dict(id=3, name='cat'), dict(id=7, name='dog', supercategory=1)]


def random_image(seed):
    """Blots that look like those of no other seed."""
    blots = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    return cv2.resize(blots, (60, 40), interpolation=cv2.INTER_CUBIC)


def write(root, split, names, first_id=1, categories=CATEGORIES):
    """An image for each name, with a box of its first letter: c or d."""
    letters = {c['name'][0].lower(): c['id'] for c in categories}
    images, annotations = [], []
    for i, name in enumerate(names, first_id):
        path = root / 'images' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), random_image(sum(map(ord, name)) + 1000 * i))
        images.append(dict(id=i, file_name=name, width=60, height=40, by='B'))
        annotations.append(
            dict(
                id=i,
                image_id=i,
                category_id=letters[os.path.basename(name)[0]],
                bbox=[i, 2, 3, 4],
                mood='merry'))
    path = root / 'annotations' / f'{split}.json'
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps(
            dict(
                info='ours',
                images=images,
                annotations=annotations,
                categories=categories)))
