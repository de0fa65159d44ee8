"""Records from columns are those of a list of dicts."""
import pickle

import pytest
from mmdet.datasets import CocoDataset

from custom.datasets import CocoByNameDataset

BOXES = [
    dict(id=1, image_id=2, category_id=1, bbox=[1, 2, 10, 20], area=200),
    dict(id=2, image_id=1, category_id=2, bbox=[0, 0, 5.5, 6], area=33),
    dict(
        id=3, image_id=2, category_id=2, bbox=[3, 4, 7, 8], area=56,
        iscrowd=1),
]
IMAGES = [
    dict(id=key, file_name=name, width=width, height=40)
    for key, name, width in ((1, 'ein Bild.png', 60), (2, '그림.png', 60),
                             (3, 'empty.png', 60), (4, 'narrow.png', 9))
]


@pytest.fixture
def path(folder):
    narrow = dict(id=4, image_id=4, category_id=1, bbox=[0, 0, 2, 2], area=4)
    return str(
        folder.write('train', annotations=[*BOXES, narrow], images=IMAGES))


def dataset(path, **options):
    return CocoByNameDataset(
        ann_file=path,
        data_prefix=dict(img='images'),
        metainfo=dict(classes=('dog', 'cat', 'sun')),
        **options)


def test_boxes_of_an_image_in_the_order_of_the_file(path):
    assert dataset(path).get_data_info(1) == dict(
        img_path='images/그림.png',
        img_id=2,
        width=60,
        height=40,
        sample_idx=1,
        instances=[
            dict(bbox=[1, 2, 11, 22], bbox_label=1, ignore_flag=0),
            dict(bbox=[3, 4, 10, 12], bbox_label=0, ignore_flag=1)
        ])


@pytest.mark.parametrize('empty', [False, True])
@pytest.mark.parametrize('smallest', [0, 10])
def test_filter_of_mmdetection(path, empty, smallest):
    filter_cfg = dict(filter_empty_gt=empty, min_size=smallest)
    theirs = CocoDataset(
        ann_file=path,
        data_prefix=dict(img='images'),
        metainfo=dict(classes=('cat', 'dog')),
        filter_cfg=filter_cfg)
    ours = dataset(path, filter_cfg=filter_cfg)

    assert [info['img_id'] for info in ours] == [i['img_id'] for i in theirs]
    assert len(dataset(path, filter_cfg=filter_cfg, test_mode=True)) == 4


def test_subsets_and_copies(path):
    whole = dataset(path)
    assert [i['img_id'] for i in whole.get_subset(2)] == [1, 2]
    assert [i['img_id'] for i in whole.get_subset([3, 0])] == [4, 1]
    assert [i['img_id'] for i in dataset(path, indices=-1)] == [4]
    again = pickle.loads(pickle.dumps(whole))  # as for workers of Windows
    assert [*again] == [*whole]
    assert whole[-1] == whole[3]
    with pytest.raises(IndexError):
        whole[4]


def test_a_record_is_nobody_elses(path):
    whole = dataset(path)
    whole[0]['instances'].clear()
    assert len(whole[0]['instances']) == 1
