"""A small set as the ten kinds of waste come: train.json and test.json beside
the images, whose names are relative to them."""
import json
from pathlib import Path

import cv2

from tests.helpers.image_files import blots

NAMES = ('General trash', 'Paper', 'Paper pack', 'Metal', 'Glass', 'Plastic',
         'Styrofoam', 'Plastic bag', 'Battery', 'Clothing')
SIZES = dict(train=12, test=3)


def make_waste(folder: Path) -> None:
    """The last image has no box, the others two, of categories that follow
    each other."""
    for split, count in SIZES.items():
        (folder / f'batch_{split}').mkdir(parents=True)
        images, annotations = [], []
        for i in range(count):
            name = f'batch_{split}/{i:04}.jpg'
            cv2.imwrite(str(folder / name), blots(i + 100 * len(split)))
            images.append(dict(id=i, file_name=name, width=60, height=40))
            for k, x in enumerate(() if i == 11 else (2, 32)):
                annotations.append(
                    dict(
                        id=len(annotations),
                        image_id=i,
                        category_id=(i + k) % 10,
                        bbox=[x, 4, 20, 30],
                        area=600,
                        iscrowd=0))
        categories = [dict(id=i, name=name) for i, name in enumerate(NAMES)]
        (folder / f'{split}.json').write_text(
            json.dumps(
                dict(
                    images=images,
                    annotations=annotations,
                    categories=categories)))
