"""Every value of the notes, on the parts that the configs build."""
import ast
import copy
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import RUNNERS
from mmengine.structures import InstanceData

from custom.classes import NAMES
from custom.config.config import load_config, use_data
from custom.config.tree import nested_dicts
from custom.engine.hooks.val_loss_hook import (build_loss_loader,
                                               validation_losses)
from custom.engine.setup import setup_test, setup_training
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg

NOTES = ('configs/fast_rcnn/'
         'fast-rcnn_vgg16-bn_roipool_224px_1xb2-5e_bus-truck.py')
MODERN = 'configs/fast_rcnn/fast-rcnn_r50_fpn_1x_bus-truck.py'
# Of an image of 100 x 50 pixels, a bus on its left half.
BUS = [0, 0, 50, 50]
PROPOSALS = [[0, 0, 100, 50], [0, 0, 40, 50], [60, 0, 100, 50]]


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Two images for training and one for validation, and proposals."""
    folder = tmp_path_factory.mktemp('bus_truck')
    categories = [dict(id=1, name='Bus'), dict(id=2, name='Truck')]
    for split, numbers in (('train', (1, 2)), ('val', (3, ))):
        for number in numbers:
            write_jpeg(folder / f'images/{number}.jpg',
                       np.full((50, 100, 3), 80 * number, np.uint8))
        boxes = [
            dict(id=n, image_id=n, category_id=1, bbox=BUS, area=2500.)
            for n in numbers
        ]
        images = [
            dict(id=n, file_name=f'{n}.jpg', width=100, height=50)
            for n in numbers
        ]
        write(
            folder / f'annotations/{split}.json',
            json.dumps(
                dict(images=images, annotations=boxes,
                     categories=categories)).encode())
        proposals = dict(
            bboxes=np.array(PROPOSALS, np.float32),
            scores=np.array([1, 0.7, 0.3], np.float32))
        write(folder / f'proposals/{split}.pkl',
              pickle.dumps({f'images/{n}.jpg': proposals
                            for n in numbers}))
    return folder


def write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def build(config, data, work_dir, size=None):
    cfg = load_config(
        config, {
            'model.backbone.init_cfg': None,
            'train_dataloader.num_workers': 0,
            'train_dataloader.persistent_workers': False,
            'val_dataloader.num_workers': 0,
            'val_dataloader.persistent_workers': False,
        })
    cfg.work_dir = str(work_dir)
    cfg.experiment_name = cfg.visualizer.name = str(work_dir)
    cfg.log_level = 'ERROR'
    for step in nested_dicts(cfg._cfg_dict) if size else ():
        if step.get('type') == 'Resize':
            step.scale = size
    setup_training(cfg, data=str(data), check=False)
    runner = RUNNERS.build(cfg)
    runner._train_loop = runner.build_train_loop(cfg.train_cfg)
    runner.optim_wrapper = runner.build_optim_wrapper(cfg.optim_wrapper)
    torch.manual_seed(0)
    runner.model.init_weights()
    return runner


@pytest.fixture(scope='module')
def runner(data, tmp_path_factory):
    return build(NOTES, data, tmp_path_factory.mktemp('notes'))


@pytest.fixture(scope='module')
def model(runner):
    return runner.model


@pytest.fixture(scope='module')
def head(model):
    return model.roi_head.bbox_head


def test_vgg16_bn_without_the_last_pool(model):
    layers = [type(layer).__name__ for layer in model.backbone.features]
    map_, = model.backbone(torch.zeros(1, 3, 224, 224))

    assert layers.count('Conv2d') == layers.count('BatchNorm2d') == 13
    assert layers[-1] == 'ReLU'
    assert map_.shape == (1, 512, 14, 14)
    assert all(weight.requires_grad for weight in model.parameters())
    assert model.train().backbone.features[1].training


def test_roi_pool_of_7_at_a_sixteenth(model):
    layer, = model.roi_head.bbox_roi_extractor.roi_layers

    assert type(layer).__name__ == 'RoIPool'
    assert layer.output_size == (7, 7)
    assert layer.spatial_scale == 1 / 16


def test_one_layer_for_classes_and_two_for_the_box(head):
    assert not head.shared_fcs and not head.cls_fcs
    assert (head.fc_cls.in_features, head.fc_cls.out_features) == (7 * 7 * 512,
                                                                   3)
    hidden, = head.reg_fcs
    assert (hidden.in_features, hidden.out_features) == (7 * 7 * 512, 512)
    assert (head.fc_reg.in_features, head.fc_reg.out_features) == (512, 4)
    scores, boxes = head(torch.full((2, 512, 7, 7), 1e4))
    assert scores.shape == (2, 3)
    assert boxes.shape == (2, 4) and (boxes.abs() <= 1).all()
    # Without the tanh they were far outside.
    assert (
        head.fc_reg.weight @ torch.relu(hidden(torch.full(
            (25088, ), 1e4)))).abs().max() > 1


@pytest.mark.parametrize(
    'box, target',
    [
        ([0, 0, 10, 10], [0, 0, 0, 0]),
        # A third as wide and at one side: IoU 1 / 3.
        ([0, 0, 10 / 3, 10], [-1 / 3 / 1.25, 0, -np.log(3) / 1.25, 0]),
        # Three times as wide, to the right.
        ([0, 0, 30, 10], [1 / 1.25, 0, np.log(3) / 1.25, 0]),
        ([0, 0, 10, 10 / 0.3], [0, 7 / 6 / 1.25, 0, -np.log(0.3) / 1.25]),
    ])
def test_targets_are_within_the_tanh(head, box, target):
    proposal = torch.tensor([[0., 0., 10., 10.]])
    found = head.bbox_coder.encode(proposal, torch.tensor([box]).float())

    assert found[0].tolist() == pytest.approx(target, abs=1e-5)
    assert found.abs().max() < 1
    back = head.bbox_coder.decode(proposal, found)
    assert back[0].tolist() == pytest.approx(box, abs=1e-4)


def test_loss_is_cross_entropy_and_ten_times_l1(head):
    scores = torch.tensor([[2., 0., 0.], [0., 0., 1.], [0., 1., 0.]])
    deltas = torch.tensor([[.1, .2, .3, .4], [.9, .9, .9, .9],
                           [.9, .9, .9, .9]])
    labels = torch.tensor([0, 2, 2])
    targets = torch.zeros(3, 4)

    losses = head.loss(scores, deltas, None, labels, torch.ones(3), targets,
                       torch.ones(3, 4))

    assert losses['loss_cls'].item() == pytest.approx(
        torch.nn.functional.cross_entropy(scores, labels).item())
    # Of the one positive: (0.1 + 0.2 + 0.3 + 0.4) / 4.
    assert losses['loss_bbox'].item() == pytest.approx(10 * 0.25)


def test_all_proposals_are_samples_and_positive_above_0_3(model):
    roi_head = model.roi_head
    priors = torch.tensor([[0., 0., 100., 50.], [0, 0, 16, 50], [0, 0, 14, 50],
                           [60, 0, 100, 50]])
    truth = InstanceData(
        bboxes=torch.tensor([BUS]).float(), labels=torch.tensor([0]))
    proposals = InstanceData(priors=priors)
    assigned = roi_head.bbox_assigner.assign(proposals, truth)
    sampled = roi_head.bbox_sampler.sample(assigned, proposals, truth)

    # IoU 0.5, 0.32, 0.28 and 0; the truth itself is no sample.
    assert sampled.pos_inds.tolist() == [0, 1]
    assert sampled.neg_inds.tolist() == [2, 3]


def test_nms_0_05_over_both_classes(model):
    settings = model.roi_head.test_cfg
    head = copy.copy(model.roi_head.bbox_head)
    # A bus, and a truck that overlaps it by 10 of 190: 0.053.
    rois = torch.tensor([[0., 0, 0, 100, 10], [0, 90, 0, 190, 10],
                         [0, 100, 0, 200, 10]])
    scores = torch.tensor([[3., 0, 0], [0, 2.9, 0], [0, 2.8, 0]])
    found = head._predict_by_feat_single(
        rois,
        scores,
        torch.zeros(3, 4),
        dict(img_shape=(224, 224)),
        rcnn_test_cfg=settings)

    assert settings.nms.iou_threshold == 0.05
    assert found.labels.tolist() == [0, 1]
    assert found.bboxes[:, 0].tolist() == [0, 100]


@pytest.mark.parametrize('loader', ['train', 'val', 'losses'])
def test_images_and_proposals_are_stretched_to_224(runner, loader):
    dataset = dict(
        train=lambda: runner.train_dataloader,
        val=lambda: runner.build_dataloader(runner.cfg.val_dataloader),
        losses=lambda: build_loss_loader(runner.cfg))[loader]().dataset
    item = dataset[0]
    sample = item['data_samples']

    assert item['inputs'].shape == (3, 224, 224)
    expected = np.multiply(PROPOSALS, [2.24, 4.48] * 2)
    np.testing.assert_allclose(sample.proposals.bboxes, expected, rtol=1e-6)
    # Of the original image where detections are scored on it.
    bus = BUS if loader == 'val' else [0, 0, 112, 224]
    assert sample.gt_instances.bboxes.tensor.tolist() == [bus]


def test_optimizer(runner):
    optimizer = runner.optim_wrapper.optimizer
    group, = optimizer.param_groups

    assert type(optimizer) is torch.optim.SGD
    assert (group['lr'], group['momentum'], group['weight_decay']) == (0.001,
                                                                       0, 0)
    assert runner.cfg.param_scheduler == []
    assert runner.max_epochs == 5
    assert runner.train_dataloader.batch_sampler.batch_size == 2


@pytest.mark.parametrize('config', [NOTES, MODERN])
def test_a_step_of_training_and_validation(config, data, tmp_path):
    # As published, one step of R50 takes half a minute.
    runner = build(config, data, tmp_path, (64, 64))
    model, loader = runner.model, build_loss_loader(runner.cfg)

    losses = model.train_step(
        next(iter(runner.train_dataloader)), runner.optim_wrapper)
    val = validation_losses(model, loader)
    with torch.no_grad():
        found, = model.eval().val_step(next(iter(runner.val_dataloader)))

    assert losses.keys() == val.keys() == {
        'loss', 'loss_cls', 'loss_bbox', 'acc'
    }
    assert all(np.isfinite(value) for value in val.values())
    # On the original image.
    boxes = found.pred_instances.bboxes
    assert len(boxes) and (boxes[:, 2:] <= torch.tensor([100, 50])).all()


def test_the_modern_head_is_mmdetections():
    model = load_config(MODERN).model
    faster = load_config(
        'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py').model

    assert model.type == 'FastRCNN' and 'rpn_head' not in model
    assert model.roi_head.bbox_head.pop('num_classes') == 2
    assert faster.roi_head.bbox_head.pop('num_classes') == len(NAMES)
    for part in ('data_preprocessor', 'backbone', 'neck', 'roi_head'):
        assert model[part] == faster[part]
    assert model.train_cfg == dict(rcnn=faster.train_cfg.rcnn)


def test_proposals_follow_the_data_folder():
    cfg = load_config(NOTES)
    assert cfg.test_dataloader.dataset.proposal_file == 'proposals/val.pkl'

    use_data(cfg, 'data/other')

    for split in ('train', 'val', 'test'):
        dataset = cfg[f'{split}_dataloader'].dataset
        assert (dataset.data_root,
                dataset.proposal_file) == ('data/other',
                                           f'proposals/{split}.pkl')


def test_proposals_follow_the_split(data, tmp_path):
    torch.save(
        dict(
            state_dict={},
            meta=dict(dataset_meta=dict(classes=('Bus', 'Truck')))),
        tmp_path / 'a.pth')
    cfg = load_config(NOTES)
    setup_test(cfg, str(tmp_path / 'a.pth'), str(data), 'train')
    assert cfg.test_dataloader.dataset.proposal_file == 'proposals/train.pkl'


@pytest.mark.parametrize('content, wrong', [
    (None, 'cannot be read'),
    (b'', 'cannot be read'),
    (pickle.dumps({}), 'is not of the images of'),
    (pickle.dumps({
        'images/1.jpg': {},
        'images/3.jpg': {}
    }), 'is not of the'),
])
def test_missing_and_foreign_proposals_are_named(data, tmp_path, content,
                                                 wrong):
    file = tmp_path / 'train.pkl'
    if content is not None:
        file.write_bytes(content)
    cfg = load_config(NOTES)
    use_data(cfg, str(data))
    dataset = cfg.train_dataloader.dataset
    dataset.proposal_file = str(file)

    with pytest.raises(InputError) as caught:
        RUNNERS.get('Runner').build_dataloader(cfg.train_dataloader)
    assert f'{file}: {wrong}' in str(caught.value)
    assert f'python tools/make_proposals.py {data}' in str(caught.value)


def test_the_table_in_docs_is_the_config():
    cfg = load_config(NOTES)
    text = Path('docs/fast_rcnn.md').read_text(encoding='utf-8')
    rows = re.findall(r'^\|.*\| `([\w.]+)` \| `(.+)` \|$', text, re.M)

    assert len(rows) >= 20
    for key, value in rows:
        node = cfg
        for part in key.split('.'):
            node = node[int(part) if part.isdigit() else part]
        assert node == ast.literal_eval(value), key
