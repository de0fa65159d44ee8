import json

import pytest

from custom.datasets.annotations.strict_reader import read_records
from custom.datasets.formats.importers.coco_file import read_coco_file
from custom.utils.errors import InputError

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
    read = read_coco_file(write(tmp_path, data))
    assert [*read.images] == data['images']
    assert read.categories == data['categories']
    for row, image in enumerate(data['images']):
        assert read.annotations[row] == [
            ann for ann in data['annotations']
            if ann['image_id'] == image['id']
        ]


@pytest.mark.parametrize('data', [
    '',
    '{"images": [',
    '{"images": []}',
    '[' * 100_000,
    coco(image_ids=()),
    coco(image_ids=(7, 7)),
    coco(ids=(1, 1, 1)),
    coco(of=(7, 8, 9)),
    coco() | dict(categories=[dict(id=2, name="cat")]),
    coco() | dict(annotations=[3, dict(id=1)]),
    coco(area=float('nan')) | dict(annotations=[dict(bbox=[float('nan')])]),
])
def test_what_is_wrong_is_told_as_of_a_small_file(data, tmp_path):
    path = write(tmp_path, data)
    with pytest.raises(InputError) as expected:
        read_records(path)
    with pytest.raises(InputError) as caught:
        read_coco_file(path)
    assert str(caught.value) == str(expected.value)
