import json

import numpy as np
import pytest
from mmengine.registry import init_default_scope
from pycocotools import mask as rle

from custom.datasets.coco_dataset import CocoByNameDataset
from custom.datasets.transforms import BoxesToMasks
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg

HEIGHT, WIDTH = 8, 12
TRIANGLE = [0, 0, 8, 0, 0, 8]


def masks_of(folder, *segmentations):
    """Bitmaps that a data set loads for the box (2, 3) to (6, 8)."""
    init_default_scope('mmdet')
    write_jpeg(
        str(folder / 'a.jpg'), np.full((HEIGHT, WIDTH, 3), 255, np.uint8))
    (folder / 'boxes.json').write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=1, file_name='a.jpg', width=WIDTH, height=HEIGHT)
                ],
                annotations=[
                    dict(
                        id=number,
                        image_id=1,
                        category_id=1,
                        bbox=[2, 3, 4, 5],
                        **kept) for number, kept in enumerate(segmentations)
                ],
                categories=[dict(id=1, name='cat')])))
    dataset = CocoByNameDataset(
        ann_file='boxes.json',
        data_root=str(folder),
        data_prefix=dict(img=''),
        metainfo=dict(classes=('cat', )),
        pipeline=[
            dict(type='LoadImageOnWhite'),
            dict(type='BoxesToMasks'),
            dict(type='LoadAnnotations', with_bbox=True, with_mask=True),
        ])
    results = dataset[0]
    assert not results['gt_ignore_flags'].any()
    assert results['gt_masks'].masks.shape == (len(segmentations), HEIGHT,
                                               WIDTH)
    return results['gt_masks'].masks


def rectangle():
    bitmap = np.zeros((HEIGHT, WIDTH), np.uint8)
    bitmap[3:8, 2:6] = 1
    return bitmap


def test_no_objects(tmp_path):
    assert len(masks_of(tmp_path)) == 0


@pytest.mark.parametrize('kept', [{}, {
    'segmentation': []
}, {
    'segmentation': [[]]
}, {
    'segmentation': None
}, {
    'segmentation': [[1, 1, 5, 5]]
}])
def test_rectangle_where_there_is_no_mask(tmp_path, kept):
    assert (masks_of(tmp_path, kept)[0] == rectangle()).all()


def test_polygon(tmp_path):
    mask, = masks_of(tmp_path, dict(segmentation=[TRIANGLE]))

    # Half of 8 x 8 pixels, give or take those on the diagonal.
    assert 28 <= mask.sum() <= 36
    assert mask[0, 0] and not mask[7, 7]


def test_run_lengths(tmp_path):
    bitmap = np.asfortranarray(np.eye(HEIGHT, WIDTH, dtype=np.uint8))
    packed = rle.encode(bitmap)
    packed['counts'] = packed['counts'].decode()
    # Column by column: none, the first of each column, ...
    counts = [0, 1] + [HEIGHT, 1] * 7 + [4 * HEIGHT]
    plain = dict(size=[HEIGHT, WIDTH], counts=counts)

    masks = masks_of(tmp_path, dict(segmentation=packed), {},
                     dict(segmentation=plain, iscrowd=0))

    assert (masks == [bitmap, rectangle(), bitmap]).all()


def test_run_lengths_of_another_image():
    results = dict(
        img_path='a.jpg',
        ori_shape=(HEIGHT, WIDTH),
        instances=[
            dict(bbox=[2, 3, 6, 8], mask=dict(size=[12, 8], counts='1'))
        ])
    with pytest.raises(
            InputError, match=r'a.jpg: has a mask of size \[12, 8\]'):
        BoxesToMasks()(results)
