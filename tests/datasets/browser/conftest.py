import json

import pytest

from custom.datasets.annotations.reader import read_table
from custom.datasets.browser.gallery import make_gallery
from tests.helpers.image_files import write_image

EVIL = '<script>alert(1)</script>'
SPLITS = ('train', 'val')


def silent(items, label, total):
    return items


def write_coco(path, images, categories, boxes):
    """``boxes`` are (image id, category id, xywh, iscrowd)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=i, file_name=name, width=width, height=height)
                    for i, (name, width, height) in enumerate(images, 1)
                ],
                categories=[
                    dict(id=i, name=name)
                    for i, name in enumerate(categories, 1)
                ],
                annotations=[
                    dict(
                        id=i,
                        image_id=image,
                        category_id=category,
                        bbox=box,
                        iscrowd=crowd) for i, (image, category, box,
                                               crowd) in enumerate(boxes, 1)
                ])))


@pytest.fixture
def folder(tmp_path):
    """Two images for training, one of which is not there, and one of
    another class order for validation."""
    root = tmp_path / 'data' / 'zoo'
    write_image(root / 'images' / 'red.png', 40, 20, (0, 0, 255))
    write_image(root / 'images' / '고양이 #1.png', 30, 60, (255, 0, 0))
    write_coco(root / 'annotations' / 'train.json', [('red.png', 40, 20),
                                                     ('gone.png', 50, 50)],
               ['고양이', EVIL], [(2, 2, [1, 2, 3, 4], 0),
                               (1, 1, [10, 5, 20.5, 10], 0),
                               (1, 2, [0, 0, 40, 20], 1)])
    write_coco(root / 'annotations' / 'val.json', [('고양이 #1.png', 30, 60)],
               [EVIL, '고양이'], [(1, 2, [5, 5, 10, 10], 0)])
    return root


@pytest.fixture
def gallery(folder):
    return read_gallery(folder)


def read_gallery(folder):
    return make_gallery(folder, [
        read_table(folder / 'annotations' / f'{split}.json')
        for split in SPLITS
    ], ())
