import json

import pytest

from custom.datasets.annotations.reader import open_coco
from custom.datasets.annotations.strict_reader import require_valid_records
from custom.datasets.formats.exporters.base import group_by_image

IMAGE = dict(file_name='a.jpg', width=60, height=40)


def coco(image_ids=(7, 'b'), of=(7, 'b', 7), ids=(1, 2, 3), **further):
    """A file's content; annotations of images in the order of ``of``."""
    return dict(
        images=[dict(IMAGE, id=i) for i in image_ids],
        categories=[dict(id=1, name='cat')],
        annotations=[
            dict(
                id=i,
                image_id=image,
                category_id=1,
                bbox=[0, 0, 1, 1.5],
                **further) for i, image in zip(ids, of)
        ])


def write(path, data):
    path = path / 'a.json'
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


@pytest.mark.parametrize(
    'data',
    [
        coco(),
        coco(ids=(3, 'x', 1), of=('b', 7, 'b')),
        # -1 and -2 have one hash.
        coco(ids=(-1, -2, 10**40)),
        # What json writes and the fast parser doesn't read.
        coco(score=float('inf')),
        coco(of=()),
    ])
def test_all_that_the_file_holds(data, tmp_path):
    file = open_coco(write(tmp_path, data))
    require_valid_records(file)
    groups = group_by_image(file, file.records('annotations'))
    assert [*file.records('images')] == data['images']
    assert file.table.categories == data['categories']
    for row, image in enumerate(data['images']):
        assert groups[row] == [
            ann for ann in data['annotations']
            if ann['image_id'] == image['id']
        ]
