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
