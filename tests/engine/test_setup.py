import json

import numpy as np
import pytest
import torch
from mmdet.registry import DATASETS
from mmengine.evaluator import Evaluator
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

from custom.config.config import load_config, use_classes, use_data
from custom.datasets.annotations.layout import class_names
from custom.engine.setup import measured_split, setup_test, setup_training
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
FAST = 'configs/fast_rcnn/fast-rcnn_r50_fpn_1x_bus-truck.py'


@pytest.mark.parametrize('config, split', [(R50, 'test'), (FAST, 'val')])
def test_the_split_that_is_measured(config, split):
    cfg = load_config(config)

    assert measured_split(cfg) == split
    cfg.val_dataloader = None
    assert measured_split(cfg) == 'test'
    cfg = load_config(config)
    use_data(cfg, 'data/zoo')
    assert measured_split(cfg) == 'test'
    cfg.train_dataloader.dataset = dict(
        type='RepeatDataset', times=3, dataset=cfg.test_dataloader.dataset)
    assert measured_split(cfg) == 'train'


def test_metrics_beside_each_other_agree(tmp_path):
    """Two boxes of an ape and one of a lion; the ape's second isn't found."""
    write_jpeg(
        str(tmp_path / 'images' / 'a.jpg'), np.full((64, 64, 3), 255,
                                                    np.uint8))
    (tmp_path / 'annotations').mkdir()
    (tmp_path / 'annotations' / 'test.json').write_text(
        json.dumps(
            dict(
                images=[dict(id=1, file_name='a.jpg', width=64, height=64)],
                categories=[dict(id=1, name='lion'),
                            dict(id=2, name='ape')],
                annotations=[
                    dict(id=1, image_id=1, category_id=2, bbox=[0, 0, 20, 20]),
                    dict(id=2, image_id=1, category_id=2, bbox=[40, 0, 9, 9]),
                    dict(
                        id=3, image_id=1, category_id=1, bbox=[0, 32, 30, 30])
                ])))
    cfg = load_config(R50)
    cfg.test_evaluator = [
        dict(type='VOCMetric', eval_mode='area'), cfg.test_evaluator
    ]
    use_data(cfg, str(tmp_path))
    use_classes(cfg, ('ape', 'lion'))
    init_default_scope('mmdet')
    dataset = DATASETS.build(cfg.test_dataloader.dataset)
    evaluator = Evaluator(cfg.test_evaluator)
    evaluator.dataset_meta = dataset.metainfo
    sample = dataset[0]['data_samples']
    truth = sample.gt_instances
    sample.pred_instances = InstanceData(
        bboxes=truth.bboxes.tensor,
        labels=truth.labels,
        scores=truth.labels + 0.5)[[0, 2]]
    evaluator.process([sample])
    scores = evaluator.evaluate(1)

    # Of the ape half of the recall is reached: 0.5, or 51 of 101 points.
    assert scores['pascal_voc/mAP'] == pytest.approx((0.5 + 1) / 2)
    assert scores['coco/bbox_mAP'] == pytest.approx((51 / 101 + 1) / 2)


def test_a_mistyped_metric_is_refused_before_the_first_epoch(drawings):
    cfg = load_config(R50)
    cfg.default_hooks.checkpoint.save_best = 'coco/bbox_MAP'
    with pytest.raises(InputError, match='did you mean coco/bbox_mAP?'):
        setup_training(cfg, str(drawings))


def test_an_unknown_optimizer(drawings):
    cfg = load_config(R50)
    cfg.optim_wrapper.optimizer = dict(type='AdamWW', lr=.001)
    with pytest.raises(
            InputError, match='AdamWW: no such .*did you mean Adam'):
        setup_training(cfg, str(drawings))


def test_a_run_goes_beside_the_one_that_is_there(drawings, tmp_path):
    cfg = load_config(R50)
    cfg.work_dir = str(tmp_path / 'run')
    (tmp_path / 'run').mkdir()
    (tmp_path / 'run' / 'epoch_3.pth').touch()

    lines = setup_training(cfg, str(drawings))

    assert cfg.work_dir == str(tmp_path / 'run-2')
    assert f'this one goes to {cfg.work_dir}' in lines[-1]
    cfg.work_dir = str(tmp_path / 'run')
    setup_training(cfg, str(drawings), overwrite=True)
    assert cfg.work_dir == str(tmp_path / 'run')


def test_a_file_where_the_work_dir_should_be(drawings, tmp_path):
    cfg = load_config(R50)
    cfg.work_dir = str(tmp_path / 'run')
    (tmp_path / 'run').touch()

    with pytest.raises(InputError, match='run: is a file; choose another'):
        setup_training(cfg, str(drawings))


def test_the_config_of_a_resumed_run_begins_anew(drawings, tmp_path):
    cfg = load_config(R50)
    cfg.work_dir = str(tmp_path / 'run')
    cfg.resume, cfg.load_from = True, str(tmp_path / 'run' / 'epoch_2.pth')

    lines = setup_training(cfg, str(drawings))

    assert (cfg.resume, cfg.load_from) == (False, None)
    assert lines[0].endswith(
        'has resume=True; without --resume it begins anew')


@pytest.fixture
def checkpoint(drawings, tmp_path):
    """One of the classes of the drawings, without weights."""
    meta = dict(dataset_meta=dict(classes=class_names(str(drawings))))
    torch.save(dict(state_dict={}, meta=meta), tmp_path / 'a.pth')
    return str(tmp_path / 'a.pth')


def test_a_split_that_is_repeated(checkpoint, drawings):
    cfg = load_config(R50)
    use_data(cfg, str(drawings))
    train = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(
        type='RepeatDataset', times=3, dataset=train)
    setup_test(cfg, checkpoint, split='train')
    assert cfg.test_dataloader.dataset.ann_file == 'annotations/train.json'
    assert cfg.test_evaluator.ann_file.endswith('annotations/train.json')


def test_a_split_that_is_joined_or_missing(checkpoint, drawings):
    cfg = load_config(R50)
    use_data(cfg, str(drawings))
    train = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(
        type='ConcatDataset', datasets=[train, train])
    cfg.val_dataloader = None

    for split, count in (('train', '2'), ('val', 'no')):
        with pytest.raises(InputError, match=f'has {count} data sets for '):
            setup_test(cfg, checkpoint, split=split)
        setup_test(cfg, checkpoint, str(drawings), split)
        dataset = cfg.test_dataloader.dataset
        assert dataset.ann_file == f'annotations/{split}.json'


def test_a_config_without_hooks_of_its_own(checkpoint, drawings):
    cfg = load_config(R50)
    cfg.custom_hooks = None
    setup_test(cfg, checkpoint, str(drawings), precision='fp32')
    assert [hook.type for hook in cfg.custom_hooks] == ['FastInferenceHook']


def test_one_schedule_that_is_no_list(drawings, tmp_path):
    cfg = load_config(R50)
    cfg.work_dir = str(tmp_path / 'run')
    cfg.param_scheduler = dict(type='MultiStepLR', milestones=[8], end=11)
    lines = setup_training(cfg, str(drawings))
    assert lines[-1].startswith(
        'note: param_scheduler ends at epoch 11 and training at 12; ')


def test_one_process_tests_what_several_have_trained(checkpoint, drawings):
    cfg = load_config(R50)
    cfg.launcher = 'pytorch'
    setup_test(cfg, checkpoint, str(drawings))
    assert cfg.launcher == 'none'
