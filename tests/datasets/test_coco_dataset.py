import pytest
from mmdet.datasets import CocoDataset

from custom.datasets import CocoByNameDataset
from custom.utils.errors import InputError


def test_no_classes_are_named(folder):
    path = folder.write('train')
    for metainfo in (None, dict(), dict(classes=())):
        with pytest.raises(InputError, match='CocoByNameDataset: no classes'):
            CocoByNameDataset(ann_file=str(path), metainfo=metainfo)
    # MMDetection's own takes the 80 classes of COCO, and of this file's three
    # cat and dog; suns are gone.
    stock = CocoDataset(ann_file=str(path), data_prefix=dict(img=''))
    assert stock.cat_ids == [1, 2]


def test_any_classes_by_name(folder):
    path = folder.write('train', [3, 20, 0, 9, 9], [1, 0, 0, 9, 9])
    dataset = CocoByNameDataset(
        ann_file=str(path),
        data_prefix=dict(img=str(folder.root / 'images')),
        metainfo=dict(classes=('sun', 'dog', 'cat')))

    labels = [b['bbox_label'] for b in dataset.get_data_info(0)['instances']]
    assert labels == [0, 2]
    assert len(dataset.metainfo['palette']) == 3


def test_what_an_image_holds(folder):
    """Clipped boxes as corners, crowds ignored, masks where there are some."""
    polygon = [[2, 3, 12, 3, 12, 23]]
    ann = dict(image_id=1, category_id=1)
    path = folder.write(
        'train',
        annotations=[
            dict(ann, id=1, bbox=[2, 3, 10, 20], segmentation=polygon),
            dict(ann, id=2, bbox=[50, 30, 11, 10.5], iscrowd=1),
            dict(ann, id=3, bbox=[0, 0, 1, 1], segmentation=[], image_id='b')
        ],
        images=[
            dict(id='b', file_name='b.png', width=60.5, height=40),
            dict(id=1, file_name='a.png', width=60, height=40)
        ])
    dataset = CocoByNameDataset(
        ann_file=str(path),
        data_prefix=dict(img='images'),
        metainfo=dict(classes=('sun', 'dog', 'cat')),
        serialize_data=False)
    assert dataset.load_data_list() == [
        dict(
            img_path='images/b.png',
            img_id='b',
            height=40,
            width=60.5,
            instances=[dict(bbox=[0, 0, 1, 1], bbox_label=2, ignore_flag=0)]),
        dict(
            img_path='images/a.png',
            img_id=1,
            height=40,
            width=60,
            instances=[
                dict(
                    bbox=[2, 3, 12, 23],
                    bbox_label=2,
                    ignore_flag=0,
                    mask=polygon),
                dict(bbox=[50, 30, 60, 40], bbox_label=2, ignore_flag=1)
            ])
    ]  # yapf: disable
    assert isinstance(dataset.load_data_list()[1]['width'], int)
