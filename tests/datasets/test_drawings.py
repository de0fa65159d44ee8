from logging.handlers import MemoryHandler

import pytest
from mmdet.datasets import CocoDataset
from mmengine.logging import MMLogger

from custom.classes import CLASSES, NAMES
from custom.datasets import DrawingsDataset
from custom.utils.errors import InputError

# Categories stand as cat 1, dog 2, sun 3 in the file; one box of each.
BOXES = [1, 0, 0, 9, 9], [2, 10, 0, 9, 9], [3, 20, 0, 9, 9]


def load(cls, folder, classes=None, **options):
    return cls(
        ann_file='annotations/train.json',
        data_root=str(folder.root),
        data_prefix=dict(img='images/'),
        metainfo=dict(classes=classes) if classes else None,
        **options)


def names(dataset):
    classes = dataset.metainfo['classes']
    return [
        classes[box['bbox_label']]
        for box in dataset.get_data_info(0)['instances']
    ]


def test_the_bug_in_mmdetection(folder):
    boxes = [
        dict(id=i, image_id=1, category_id=c, bbox=bbox, area=81)
        for i, (c, *bbox) in enumerate(BOXES, 1)
    ]
    folder.write('train', annotations=boxes)
    # The boxes are cat, dog, sun in this order. Two names are wrong here,
    stock = load(CocoDataset, folder, ('sun', 'dog', 'cat'))
    assert names(stock) == ['sun', 'dog', 'cat']
    # and a misspelled one loses its boxes and shifts those after it.
    stock = load(CocoDataset, folder, ('cta', 'dog', 'sun'))
    assert names(stock) == ['cta', 'dog']


def test_labels_by_name(folder):
    folder.write('train', *BOXES)
    dataset = load(DrawingsDataset, folder, ('sun', 'dog', 'cat'))
    assert names(dataset) == ['cat', 'dog', 'sun']
    labels = [b['bbox_label'] for b in dataset.get_data_info(0)['instances']]
    assert labels == [2, 1, 0]


def test_misspelled_class(folder):
    path = folder.write('train', *BOXES)
    with pytest.raises(InputError) as caught:
        load(DrawingsDataset, folder, ('cta', 'dog', 'sun'))
    assert str(path) in str(caught.value)
    assert '"cat" is none of the 3 classes' in str(caught.value)
    assert 'the nearest is "cta"' in str(caught.value)


def test_aliases(folder):
    folder.categories = [
        dict(id=i, name=name)
        for i, name in enumerate(['roket', ' SUN ', '나무'], 1)
    ]
    folder.write('train', *BOXES)
    dataset = load(DrawingsDataset, folder)
    assert dataset.metainfo['classes'] == NAMES
    assert names(dataset) == ['rocket', 'sun', 'tree']


def test_two_categories_of_one_class(folder):
    folder.categories[1]['name'] = 'Cat'
    folder.write('train', *BOXES)
    dataset = load(DrawingsDataset, folder, ('cat', 'sun'))
    assert names(dataset) == ['cat', 'cat', 'sun']


def test_class_without_category(folder):
    folder.write('train', *BOXES)
    dataset = load(DrawingsDataset, folder, ('bus', 'cat', 'dog', 'sun'))
    assert names(dataset) == ['cat', 'dog', 'sun']


def test_data_info(folder):
    folder.write('train', [3, 20, 5.5, 9, 0.5])
    info = load(DrawingsDataset, folder,
                ('cat', 'dog', 'sun')).get_data_info(0)
    assert info['img_path'] == str(folder.root / 'images' / 'train.png')
    assert (info['img_id'], info['height'], info['width']) == (1, 40, 60)
    # Half a pixel high: MMDetection would drop this box.
    assert info['instances'] == [
        dict(bbox=[20, 5.5, 29, 6.0], bbox_label=2, ignore_flag=0)
    ]


def test_crowd_is_ignored_not_background(folder):
    crowd = dict(id=1, image_id=1, category_id=1, bbox=[1, 2, 3, 4], iscrowd=1)
    folder.write('train', annotations=[crowd])
    info = load(DrawingsDataset, folder,
                ('cat', 'dog', 'sun')).get_data_info(0)
    assert info['instances'][0]['ignore_flag'] == 1


@pytest.fixture
def said():
    """What MMEngine logs, whoever has made its logger first."""
    handler = MemoryHandler(capacity=100)
    logger = MMLogger.get_current_instance()
    logger.addHandler(handler)
    yield handler.buffer
    logger.removeHandler(handler)


def test_images_without_boxes_are_left_out_of_training(folder, said):
    images = [
        dict(id=i, file_name=f'{i}.png', width=60, height=40) for i in (1, 2)
    ]
    box = dict(id=1, image_id=2, category_id=3, bbox=[1, 2, 3, 4])
    folder.write('train', images=images, annotations=[box])
    options = dict(filter_cfg=dict(filter_empty_gt=True))
    classes = ('sun', 'dog', 'cat')
    train = load(DrawingsDataset, folder, classes, **options)
    assert [info['img_id'] for info in train] == [2]
    assert '1 of 2 images left out' in said[0].getMessage()
    test = load(DrawingsDataset, folder, classes, test_mode=True, **options)
    assert len(test) == 2


def test_palette_follows_the_class_not_the_position(folder):
    folder.write('train')
    dataset = load(DrawingsDataset, folder, ('sun', 'dog', 'cat'))
    colors = {one.name: one.color for one in CLASSES}
    assert dataset.metainfo['palette'] == [
        colors['sun'], colors['dog'], colors['cat']
    ]
