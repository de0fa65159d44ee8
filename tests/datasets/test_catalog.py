import pickle

import pytest
from mmdet.registry import DATASETS
from mmengine.config import Config

from custom.checkpoint.dataset_meta import config_classes
from custom.config.config import load_config
from custom.datasets import (RegisteredDataset, register_coco_instances,
                             registered_coco, use_registered)
from custom.utils.errors import InputError

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


@pytest.fixture
def zoo(folder, request):
    """Registers a file under a name of this test's own, and returns it."""
    path = folder.write('train', [3, 20, 0, 9, 9], [1, 0, 0, 9, 9])
    name = request.node.name
    register_coco_instances(name, path, folder.root / 'images')
    return name


def labels(dataset):
    return [b['bbox_label'] for b in dataset.get_data_info(0)['instances']]


def test_by_name_with_the_classes_of_the_file(zoo, folder):
    dataset = DATASETS.build(dict(type='RegisteredDataset', name=zoo))

    assert dataset.metainfo['classes'] == ('cat', 'dog', 'sun')
    assert labels(dataset) == [2, 0]
    assert dataset.get_data_info(0)['img_path'] == str(folder.root /
                                                       'images/train.png')


def test_classes_in_another_order(zoo):
    dataset = RegisteredDataset(
        zoo, metainfo=dict(classes=('sun', 'dog', 'cat')), test_mode=True)

    assert labels(dataset) == [0, 2]


def test_a_test_needs_the_classes_of_the_training(zoo):
    with pytest.raises(InputError, match='names no classes for its test'):
        RegisteredDataset(zoo, test_mode=True)


def test_a_name_and_a_path(zoo):
    with pytest.raises(InputError, match='is also given ann_file'):
        RegisteredDataset(zoo, ann_file='a.json')


def test_nothing_is_read_before_it_is_used(tmp_path):
    register_coco_instances('gone', tmp_path / 'gone.json', tmp_path)

    with pytest.raises(InputError, match='gone.json: cannot be read'):
        RegisteredDataset('gone')


def test_a_loader_with_processes_of_its_own(zoo):
    # They need not have registered anything.
    dataset = pickle.loads(pickle.dumps(RegisteredDataset(zoo)))

    assert labels(dataset) == [2, 0]


def test_a_name_given_twice(zoo, folder):
    coco = registered_coco(zoo)
    register_coco_instances(zoo, coco.json, coco.image_root)

    with pytest.raises(InputError, match=f'"{zoo}": is registered twice'):
        register_coco_instances(zoo, coco.json, folder.root)


def test_unknown_name(zoo):
    with pytest.raises(InputError, match=f'the nearest is "{zoo}"'):
        registered_coco(zoo[:-1])
    with pytest.raises(InputError, match='there are .*' + zoo):
        registered_coco('?')


def test_a_config_that_uses_it(zoo, folder):
    folder.categories.reverse()
    val = folder.write('val', [1, 0, 0, 9, 9])
    register_coco_instances(f'{zoo}_val', val, folder.root / 'images')
    cfg = load_config(R50)
    use_registered(cfg, train=zoo, val=f'{zoo}_val')

    assert config_classes(cfg) == ('cat', 'dog', 'sun')
    assert cfg.model.roi_head.bbox_head.num_classes == 3
    assert cfg.val_evaluator.ann_file == str(val)
    assert cfg.test_dataloader is cfg.test_evaluator is cfg.test_cfg is None
    dataset = dict(cfg.val_dataloader.dataset, pipeline=[])
    # Category 1 of this file is again a cat, though it stands last.
    assert labels(DATASETS.build(dataset)) == [0]
    assert 'ann_file' not in dataset
    # What MMEngine stores of a run can be read again.
    assert Config.fromstring(cfg.pretty_text, '.py').val_cfg.type == 'ValLoop'
