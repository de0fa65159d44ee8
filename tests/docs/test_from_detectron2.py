"""Every line of the tables of docs/from_detectron2.md has its effect."""
import json
import os.path as osp

import pytest
import torch
from mmdet.registry import METRICS
from mmengine.config import Config
from mmengine.hooks import IterTimerHook, ParamSchedulerHook
from mmengine.registry import RUNNERS, init_default_scope
from mmengine.runner import IterBasedTrainLoop
from torch.utils.data import BatchSampler

from custom.apis import Predictor
from custom.datasets import (register_coco_instances, registered_coco,
                             use_registered)
from custom.engine.optim_wrapper import Bf16OptimWrapper
from custom.engine.runner import DetectionRunner
from tests.helpers.built_config import (Built, anchors, box_loss, mirrored,
                                        shapes, target, thresholds)
from tests.helpers.waste_dataset import NAMES, make_waste
from .conftest import DRAWINGS22, ROOT, blocks

PAGE = 'from_detectron2.md'


def table_rows():
    """Settings of Detectron2 to code, in the order of the page."""
    found = {}
    text = (ROOT / 'docs' / PAGE).read_text(encoding='utf-8')
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split('|')[1:-1]]
        if len(cells) == 3 and cells[1].startswith('`'):
            name = cells[0].replace('`', '')
            assert name not in found
            found[name] = cells[1].strip('`')
    return found


ROWS = table_rows()

# Setting of Detectron2: what to look at, and what it is after the line of the
# page was run. Before, it must be something else.
EFFECTS = {
    # Solver
    'SOLVER.BASE_LR': (lambda b: b.group('fc.weight')['lr'], 0.01),
    'SOLVER.REFERENCE_WORLD_SIZE': (lambda b: b.scaled_rate(), 0.02 * 2 / 8),
    'SOLVER.IMS_PER_BATCH': (lambda b: b.loader().batch_sampler.batch_size, 4),
    'SOLVER.MAX_ITER': (lambda b:
                        (type(b.loop), b.loop.max_iters, b.loop.val_interval),
                        (IterBasedTrainLoop, 90000, 5000)),
    # Half of it half-way, at iteration 60 of 120.
    'SOLVER.LR_SCHEDULER_NAME': (lambda b: b.rates(1, 60)[::60], [0.02, 0.01]),
    'SOLVER.STEPS':
    (lambda b: b.rates(1, 11)[4:11:2], [0.02, 0.002, 0.002, 0.0002]),
    'SOLVER.GAMMA': (lambda b: b.rates(1, 8)[-1], 0.01),
    'SOLVER.WARMUP_ITERS': (lambda b: b.rates(0, 1000).index(0.02), 999),
    'SOLVER.WARMUP_FACTOR': (lambda b: b.rates(0, 0), [0.02 * 0.01]),
    'SOLVER.WARMUP_METHOD':
    (lambda b: b.rates(0, 500)[::250], [0.00002, 0.00002, 0.02]),
    'SOLVER.MOMENTUM': (lambda b: b.group('fc.weight')['momentum'], 0.8),
    'SOLVER.NESTEROV': (lambda b: b.group('fc.weight')['nesterov'], True),
    'SOLVER.WEIGHT_DECAY':
    (lambda b: b.group('fc.weight')['weight_decay'], 0.0005),
    'SOLVER.WEIGHT_DECAY_NORM': (lambda b: b.decays(), [0.0001, 0.0001, 0]),
    'SOLVER.WEIGHT_DECAY_BIAS': (lambda b: b.decays(), [0.0001, 0, 0.0001]),
    'SOLVER.BIAS_LR_FACTOR': (lambda b: b.group('fc.bias')['lr'], 0.04),
    'SOLVER.CLIP_GRADIENTS.ENABLED':
    (lambda b: b.clipped([70., 0., 0.]), [35, 0, 0]),
    'SOLVER.CLIP_GRADIENTS.CLIP_TYPE': (lambda b: b.clipped([70., -0.5, -3.]),
                                        [1, -0.5, -1]),
    'SOLVER.CLIP_GRADIENTS.CLIP_VALUE': (lambda b: b.clipped([30., 40., 0.]),
                                         [6, 8, 0]),
    'SOLVER.CLIP_GRADIENTS.NORM_TYPE': (lambda b: b.clipped([20., 20., 0.]),
                                        [5, 5, 0]),
    'SOLVER.CHECKPOINT_PERIOD': (lambda b: b.hook('checkpoint').interval, 2),
    'SOLVER.AMP.ENABLED': (lambda b: type(b.optim), Bf16OptimWrapper),
    # Model
    'MODEL.WEIGHTS': (lambda b: b.runner()._load_from,
                      'checkpoints/detector.pth'),
    'MODEL.WEIGHTS (backbone)':
    (lambda b: b.model.backbone.init_cfg['checkpoint'],
     'checkpoints/resnet50.pth'),
    'MODEL.PIXEL_MEAN': (lambda b: b.preprocessor.mean.flatten().tolist(),
                         [120, 115, 100]),
    'MODEL.PIXEL_STD': (lambda b: b.preprocessor.std.flatten().tolist(),
                        [58, 57, 56]),
    'INPUT.FORMAT': (lambda b: b.preprocessor._channel_conversion, False),
    'MODEL.RESNETS.DEPTH': (lambda b: len(b.model.backbone.layer3), 23),
    'MODEL.RESNETS.NORM':
    (lambda b: b.model.backbone.layer4[0].bn1.weight.requires_grad, False),
    'MODEL.BACKBONE.FREEZE_AT': (lambda b: b.frozen_layers(),
                                 ['layer1', 'layer2']),
    'MODEL.FPN.OUT_CHANNELS':
    (lambda b:
     (b.model.neck.fpn_convs[0].conv.out_channels, b.model.rpn_head.rpn_conv.
      in_channels, b.model.roi_head.bbox_roi_extractor.out_channels, b.box_head
      .shared_fcs[0].in_features), (128, 128, 128, 128 * 49)),
    'MODEL.ANCHOR_GENERATOR.SIZES':
    (lambda b: [round(a[1, 2].item() * 2)
                for a in anchors(b)], [16, 32, 64, 128, 256]),
    'MODEL.ANCHOR_GENERATOR.ASPECT_RATIOS': (shapes, [0.5, 1, 2, 4]),
    'MODEL.ANCHOR_GENERATOR.OFFSET':
    (lambda b: (anchors(b)[0][1, 0] + anchors(b)[0][1, 2]).item() / 2, 2),
    'MODEL.RPN.BOUNDARY_THRESH':
    (lambda b: b.model.rpn_head.train_cfg.allowed_border, 0),
    'MODEL.RPN.IOU_THRESHOLDS':
    (lambda b: thresholds(b.model.rpn_head.assigner), (0.4, 0.6, 0)),
    'MODEL.RPN.BATCH_SIZE_PER_IMAGE': (lambda b: b.model.rpn_head.sampler.num,
                                       128),
    'MODEL.RPN.POSITIVE_FRACTION':
    (lambda b: b.model.rpn_head.sampler.pos_fraction, 0.25),
    'MODEL.RPN.BBOX_REG_WEIGHTS':
    (lambda b: target(b.model.rpn_head.bbox_coder), 0.1 * 2),
    'MODEL.RPN.SMOOTH_L1_BETA':
    (lambda b: box_loss(b.model.rpn_head.loss_bbox), 0.5),
    'MODEL.RPN.LOSS_WEIGHT': (lambda b:
                              (b.model.rpn_head.loss_cls.loss_weight, b.model.
                               rpn_head.loss_bbox.loss_weight), (0.5, 0.5)),
    'MODEL.RPN.PRE_NMS_TOPK_TRAIN':
    (lambda b: b.model.train_cfg.rpn_proposal.nms_pre, 3000),
    'MODEL.RPN.PRE_NMS_TOPK_TEST':
    (lambda b: b.model.rpn_head.test_cfg.nms_pre, 500),
    'MODEL.RPN.POST_NMS_TOPK_TRAIN':
    (lambda b: b.model.train_cfg.rpn_proposal.max_per_img, 500),
    'MODEL.RPN.POST_NMS_TOPK_TEST':
    (lambda b: b.model.rpn_head.test_cfg.max_per_img, 300),
    'MODEL.RPN.NMS_THRESH': (lambda b:
                             (b.model.train_cfg.rpn_proposal.nms.iou_threshold,
                              b.model.rpn_head.test_cfg.nms.iou_threshold),
                             (0.8, 0.8)),
    'MODEL.ROI_HEADS.NUM_CLASSES': (lambda b: b.box_head.fc_cls.out_features,
                                    10 + 1),
    'MODEL.ROI_HEADS.BATCH_SIZE_PER_IMAGE':
    (lambda b: b.model.roi_head.bbox_sampler.num, 128),
    'MODEL.ROI_HEADS.POSITIVE_FRACTION':
    (lambda b: b.model.roi_head.bbox_sampler.pos_fraction, 0.5),
    'MODEL.ROI_HEADS.PROPOSAL_APPEND_GT':
    (lambda b: b.model.roi_head.bbox_sampler.add_gt_as_proposals, False),
    'MODEL.ROI_HEADS.IOU_THRESHOLDS':
    (lambda b: thresholds(b.model.roi_head.bbox_assigner), (0.6, 0.6, 0.6)),
    'MODEL.ROI_HEADS.SCORE_THRESH_TEST':
    (lambda b: b.model.roi_head.test_cfg.score_thr, 0.5),
    'MODEL.ROI_HEADS.NMS_THRESH_TEST':
    (lambda b: b.model.roi_head.test_cfg.nms.iou_threshold, 0.3),
    'MODEL.ROI_BOX_HEAD.POOLER_TYPE': (lambda b: type(b.roi_layer).__name__,
                                       'RoIPool'),
    'MODEL.ROI_BOX_HEAD.POOLER_RESOLUTION':
    (lambda b: (b.roi_layer.output_size, b.box_head.shared_fcs[0].in_features),
     ((14, 14), 256 * 14 * 14)),
    'MODEL.ROI_BOX_HEAD.POOLER_SAMPLING_RATIO':
    (lambda b: b.roi_layer.sampling_ratio, 2),
    'MODEL.ROI_BOX_HEAD.NUM_FC': (lambda b: len(b.box_head.shared_fcs), 3),
    'MODEL.ROI_BOX_HEAD.FC_DIM':
    (lambda b: b.box_head.shared_fcs[-1].out_features, 512),
    'MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS':
    (lambda b: target(b.box_head.bbox_coder), 0.1 * 20),
    'MODEL.ROI_BOX_HEAD.SMOOTH_L1_BETA':
    (lambda b: box_loss(b.box_head.loss_bbox), 0.05),
    'MODEL.ROI_BOX_HEAD.CLS_AGNOSTIC_BBOX_REG':
    (lambda b: b.box_head.fc_reg.out_features, 4),
    'TEST.DETECTIONS_PER_IMAGE':
    (lambda b: b.model.roi_head.test_cfg.max_per_img, 300),
    # Data
    'DATASETS.TRAIN, DATASETS.TEST':
    (lambda b: [len(b.dataset(split)) for split in b.registered()], [12, 3,
                                                                     3]),
    'MetadataCatalog.get(name).thing_classes':
    (lambda b: b.names.get('classes'), NAMES),
    'DATALOADER.NUM_WORKERS': (lambda b: b.loader().num_workers, 1),
    # One of the twelve images has no box.
    'DATALOADER.FILTER_EMPTY_ANNOTATIONS': (lambda b: len(b.dataset()), 11),
    'DATALOADER.ASPECT_RATIO_GROUPING':
    (lambda b: type(b.loader().batch_sampler), BatchSampler),
    'INPUT.MIN_SIZE_TRAIN, INPUT.MAX_SIZE_TRAIN':
    (lambda b: b.resized('train', 2), (1000, 500)),
    'INPUT.MIN_SIZE_TRAIN (several)':
    (lambda b: {b.resized('train', 2)
                for _ in range(20)}, {(1000, 500), (800, 400)}),
    'INPUT.MIN_SIZE_TEST, INPUT.MAX_SIZE_TEST':
    (lambda b:
     (b.resized('val', 1), b.resized('test', 1)), ((1000, 500), (1000, 500))),
    'INPUT.RANDOM_FLIP': (lambda b: b.step('train', 3).direction, 'vertical'),
    # Half of the time from the left to the right.
    'mapper': (mirrored, [0, 50]),
    # Trainer, hooks and the rest
    'HookBase, register_hooks': (lambda b: [
        type(hook).__name__ for hook in b.runner().hooks
        if 'Cache' in type(hook).__name__
    ], ['EmptyCacheHook']),
    'hooks.EvalHook, TEST.EVAL_PERIOD': (lambda b: b.loop.val_interval, 2),
    'hooks.BestCheckpointer': (lambda b: b.hook('checkpoint').key_indicators,
                               ['coco/bbox_mAP_50']),
    'hooks.PeriodicCheckpointer':
    (lambda b: b.hook('checkpoint').max_keep_ckpts, 3),
    'hooks.PeriodicWriter': (lambda b: b.hook('logger').interval, 20),
    'OUTPUT_DIR': (lambda b: osp.relpath(b.runner().work_dir),
                   'work_dirs/mine'),
    'SEED': (lambda b: b.runner().seed, 7),
    'CUDNN_BENCHMARK':
    (lambda b: bool(b.runner()) and torch.backends.cudnn.benchmark, True),
}

# What the config has already: the line says it in full.
THERE = {
    'register_coco_instances':
    (lambda b: osp.relpath(registered_coco('d2_train').json),
     'data/trash/train.json'),
    'DefaultTrainer(cfg)':
    (lambda b: type(b.names['runner']), DetectionRunner),
    'DefaultPredictor(cfg)': (lambda b: b.names['Predictor'], Predictor),
    'hooks.LRScheduler':
    (lambda b: type(b.hook('param_scheduler')), ParamSchedulerHook),
    'hooks.IterationTimer': (lambda b: type(b.hook('timer')), IterTimerHook),
    'COCOEvaluator': (lambda b: METRICS.build(b.cfg.val_evaluator).ann_file,
                      'data/trash/test.json'),
}


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """A working directory with data/trash and my_maps.py."""
    folder = tmp_path_factory.mktemp('here')
    make_waste(folder / 'data/trash')
    (folder / 'my_maps.py').write_text(blocks('python.md', 'python')[2])
    for split in ('train', 'test'):
        register_coco_instances(f'd2_{split}',
                                folder / f'data/trash/{split}.json',
                                folder / 'data/trash')
    return folder


@pytest.fixture
def here(folder, monkeypatch):
    init_default_scope('mmdet')
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    # Runners set it, and never back.
    monkeypatch.setattr(torch.backends.cudnn, 'benchmark', False)


def test_every_line_is_looked_at():
    assert sorted(ROWS) == sorted([*EFFECTS, *THERE])


@pytest.mark.parametrize('name', EFFECTS)
def test_the_effect_of_a_line(name, here):
    look, value = EFFECTS[name]

    assert look(Built()) != value
    assert look(Built(ROWS[name])) == value


@pytest.mark.parametrize('name', THERE)
def test_what_is_there_already(name, here):
    look, value = THERE[name]

    assert look(Built(ROWS[name])) == value


def test_the_first_block():
    names = {}
    exec(blocks(PAGE, 'python')[0], names)

    assert names['cfg'].optim_wrapper.optimizer.lr == 0.01


def test_iterations_instead_of_epochs(place):
    # The same, ten thousand times shorter.
    code = blocks(PAGE, 'python')[1]
    for number, short in (('90000', '4'), ('60000, 80000', '2, 3'), ('5000',
                                                                     '2')):
        assert number in code
        code = code.replace(number, short)
    for split in ('train', 'test'):
        register_coco_instances(f'short_{split}', f'data/trash/{split}.json',
                                'data/trash')
    cfg = Config.fromfile(DRAWINGS22)
    use_registered(cfg, train='short_train', val='short_test')
    cfg.work_dir = 'short'
    cfg.default_hooks.logger.interval = 1
    exec(code, dict(cfg=cfg))
    RUNNERS.build(cfg).train()

    assert (place / 'short/iter_4.pth').exists()
    assert [*place.glob('short/best_coco_bbox_mAP_iter_*.pth')]
    scalars, = place.glob('short/*/vis_data/scalars.json')
    lines = [json.loads(line) for line in scalars.read_text().splitlines()]
    assert [line['step'] for line in lines
            if 'coco/bbox_mAP' in line] == [2, 4]
    assert len([line for line in lines if 'loss' in line]) == 4
