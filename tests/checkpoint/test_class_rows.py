"""Class rows that a checkpoint of a, b, c brings to a model of c, d, a."""
import re

import pytest
import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.registry import init_default_scope

from custom.checkpoint.class_rows import transfer_weights
from custom.config.config import load_config, use_classes
from custom.utils.errors import InputError
from tests.helpers.small_detectors import CASES, ONE_HEAD

OLD, NEW = ('a', 'b', 'c'), ('c', 'd', 'a')
FASTER = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
AGNOSTIC = {'model.roi_head.bbox_head.reg_class_agnostic': True}
MODEL = {kind: CASES[kind][:2] for kind in ('mask', 'cascade', 'retinanet')}
MODEL['faster'] = (FASTER, ONE_HEAD)
MODEL['agnostic'] = (FASTER, {**ONE_HEAD, **AGNOSTIC})
# So many detections that no class crowds out another.
MODEL['yolov3'] = (CASES['yolov3'].path, {
    **CASES['yolov3'].options, 'model.test_cfg.max_per_img':
    1000
})
BOX_HEAD = 'roi_head.bbox_head'


def build(kind, classes, seed=0, **options):
    """A small detector and its config, the weights by the seed."""
    init_default_scope('mmdet')
    path, small = MODEL[kind]
    cfg = load_config(path, {
        **small, 'model.backbone.init_cfg': None,
        **options
    })
    use_classes(cfg, classes)
    torch.manual_seed(seed)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return model.eval(), cfg.model


def checkpoint_of(model, classes):
    return dict(
        state_dict=model.state_dict(),
        meta=dict(dataset_meta=dict(classes=classes)))


def carry(checkpoint, kind, classes, **options):
    """A new model with the weights of a checkpoint, and where they are from.
    """
    model, config = build(kind, classes, 1, **options)
    carried = transfer_weights(model, config, classes, checkpoint, 'old.pth')
    model.load_state_dict(carried.state_dict)
    return model, carried


def anew(carried):
    return sorted(n for n, how in carried.origin.items() if how == 'anew')


@pytest.mark.parametrize('old, new, rows', [
    ('abc', 'abc', [1, 2, 3, 9]),
    ('abc', 'cab', [3, 1, 2, 9]),
    ('abc', 'cda', [3, 0, 1, 9]),
    ('ab', 'xaby', [0, 1, 2, 0, 9]),
    ('abc', 'x', [0, 9]),
])
def test_a_class_keeps_its_row_and_the_background_too(old, new, rows):
    """1, 2, 3 are those of a, b, c and 9 the background's; new ones are 0."""
    model, _ = build('faster', tuple(old))
    model.roi_head.bbox_head.fc_cls.bias.data = torch.tensor(
        [*range(1, 1 + len(old)), 9.])

    carried, _ = carry(checkpoint_of(model, tuple(old)), 'faster', tuple(new))

    assert carried.roi_head.bbox_head.fc_cls.bias.tolist() == rows


def test_each_of_a_retinanets_anchors_has_all_classes():
    """Of 9 anchors, the first has 1, 2, 3 for a, b, c, the next 11, 12, 13."""
    model, _ = build('retinanet', OLD)
    model.bbox_head.retina_cls.bias.data = torch.tensor(
        [[10. * anchor + label for label in (1, 2, 3)]
         for anchor in range(9)]).flatten()

    carried, _ = carry(checkpoint_of(model, OLD), 'retinanet', ('c', 'a'))

    bias = carried.bbox_head.retina_cls.bias.view(9, 2)
    assert bias[:2].tolist() == [[3, 1], [13, 11]]
    assert bias[8].tolist() == [83, 81]


def test_a_yolos_boxes_and_objectness_come_before_its_classes():
    model, _ = build('yolov3', OLD)
    model.bbox_head.convs_pred[2].bias.data = torch.arange(3 * 8.)

    carried, _ = carry(checkpoint_of(model, OLD), 'yolov3', ('c', 'a'))

    assert carried.bbox_head.convs_pred[2].bias.view(3, 7).tolist() == [
        [0, 1, 2, 3, 4, 7, 5],
        [8, 9, 10, 11, 12, 15, 13],
        [16, 17, 18, 19, 20, 23, 21],
    ]


SSD = dict(
    type='SSDHead',
    in_channels=(8, 8, 8),
    anchor_generator=dict(
        type='SSDAnchorGenerator',
        scale_major=False,
        input_size=300,
        basesize_ratio_range=(0.15, 0.9),
        strides=[8, 16, 32],
        ratios=[[2], [2, 3], [2]]))


@pytest.mark.parametrize('head, layer, rows', [
    (dict(type='FCOSHead', in_channels=8), 'conv_cls', [2, 0]),
    (dict(type='YOLOXHead', in_channels=8), 'multi_level_conv_cls.1', [2, 0]),
    (SSD, 'cls_convs.0.0', [2, 0, 3, 6, 4, 7, 10, 8, 11, 14, 12, 15]),
    (dict(type='MaskPointHead'), 'fc_logits', [2, 0]),
])
def test_heads_of_other_detectors_are_understood(head, layer, rows):
    """Rows 0 to 2 are a, b, c; each of an SSD's anchors has a background."""
    init_default_scope('mmdet')
    old = MODELS.build(dict(head, num_classes=3))
    checkpoint = checkpoint_of(old, OLD)
    bias = checkpoint['state_dict'][f'{layer}.bias']
    bias.copy_(torch.arange(len(bias)))
    config = dict(head, num_classes=2)

    carried = transfer_weights(
        MODELS.build(config), config, ('c', 'a'), checkpoint, 'old.pth')

    assert carried.state_dict[f'{layer}.bias'].tolist() == rows
    # It sees the scores of all classes, in columns: nobody knows which.
    assert anew(carried) == ([
        'fc_logits.weight', *(f'fcs.{i}.conv.weight' for i in range(3))
    ] if head['type'] == 'MaskPointHead' else [])


def look_trained(model):
    """No two scores alike: random rows, and norms that fit their inputs."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.
    model.train()
    with torch.no_grad():
        model.extract_feat(torch.randn(2, 3, 128, 128))
        for name, weight in model.named_parameters():
            if re.search('fc_cls|fc_reg|conv_logits|retina_cls|convs_pred',
                         name):
                weight.normal_(std=.1)
    model.eval()


def silence(model, label):
    """No score for a class."""
    heads = model.bbox_head if hasattr(
        model, 'bbox_head') else model.roi_head.bbox_head
    if hasattr(heads, 'retina_cls'):
        heads.retina_cls.bias.data.view(9, 3)[:, label] = -1e4
    elif hasattr(heads, 'convs_pred'):
        for conv in heads.convs_pred:
            conv.bias.data.view(3, 8)[:, 5 + label] = -1e4
    else:
        for head in (heads
                     if isinstance(heads, torch.nn.ModuleList) else [heads]):
            head.fc_cls.bias.data[label] = -1e4


def found(model, classes):
    """Scores, boxes and, if it has them, masks of each class."""
    torch.manual_seed(2)
    sample = DetDataSample(
        metainfo=dict(
            img_shape=(128, 128),
            ori_shape=(128, 128),
            batch_input_shape=(128, 128),
            scale_factor=(1., 1.)))
    with torch.no_grad():
        result, = model.predict(torch.randn(1, 3, 128, 128), [sample])
    boxes = result.pred_instances
    return {
        name: boxes[boxes.labels == label]
        for label, name in enumerate(classes)
    }


@pytest.mark.parametrize('kind', MODEL)
def test_shared_classes_are_found_as_before(kind):
    old, _ = build(kind, OLD)
    look_trained(old)
    silence(old, OLD.index('b'))

    new, carried = carry(checkpoint_of(old, OLD), kind, NEW)
    silence(new, NEW.index('d'))
    before, now = found(old, OLD), found(new, NEW)

    assert anew(carried) == []
    assert len(before['b']) == len(now['d']) == 0
    for name in ('a', 'c'):
        assert len(before[name]) > 0
        for key in ('scores', 'bboxes', 'masks'):
            if key in before[name]:
                torch.testing.assert_close(
                    now[name][key], before[name][key], rtol=0, atol=1e-6)


def test_without_class_names_the_class_layers_start_anew():
    checkpoint = checkpoint_of(build('faster', OLD)[0], OLD)
    del checkpoint['meta']

    _, carried = carry(checkpoint, 'faster', OLD)

    assert anew(carried) == [
        f'{BOX_HEAD}.{name}' for name in ('fc_cls.bias', 'fc_cls.weight',
                                          'fc_reg.bias', 'fc_reg.weight')
    ]
    assert carried.lines()[0] == (
        '0 of 3 classes carried, the checkpoint names none')


def test_a_layout_that_differs_starts_anew():
    """One box for all classes is none for each of them."""
    checkpoint = checkpoint_of(build('agnostic', OLD)[0], OLD)

    _, carried = carry(checkpoint, 'faster', NEW)

    assert anew(carried) == [
        f'{BOX_HEAD}.fc_reg.bias', f'{BOX_HEAD}.fc_reg.weight'
    ]


def test_another_number_of_anchors_starts_anew():
    """4 x 3 rows are no 9 for each of 3 classes."""
    checkpoint = checkpoint_of(
        build(
            'retinanet', OLD, **{
                'model.bbox_head.anchor_generator.scales_per_octave': 2,
                'model.bbox_head.anchor_generator.ratios': [1., 2.]
            })[0], OLD)

    _, carried = carry(checkpoint, 'retinanet', NEW)

    assert anew(carried) == [
        f'bbox_head.retina_{layer}.{weight}' for layer in ('cls', 'reg')
        for weight in ('bias', 'weight')
    ]


def test_what_another_detector_shares_is_carried():
    checkpoint = checkpoint_of(build('mask', OLD)[0], OLD)
    del checkpoint['meta']

    _, carried = carry(checkpoint, 'retinanet', NEW)

    parts = {name.split('.')[0] for name in anew(carried)}
    assert parts == {'neck', 'bbox_head'}


def test_nothing_that_fits_is_an_error():
    checkpoint = dict(state_dict={'some.weight': torch.ones(1)})

    with pytest.raises(InputError, match=r'old\.pth: none of its weights'):
        carry(checkpoint, 'faster', NEW)


def test_names_tell_what_came_along():
    checkpoint = checkpoint_of(build('faster', OLD)[0], OLD)

    _, carried = carry(checkpoint, 'faster', NEW)

    assert carried.lines() == [
        '2 of 3 classes carried', 'new: d', 'dropped: b'
    ]
    assert list(carried.table().columns[0].cells) == [
        'backbone', 'neck', 'rpn_head', 'roi_head'
    ]


def test_numbers_of_the_run_stay_the_same():
    checkpoint = checkpoint_of(build('faster', OLD)[0], OLD)
    model, config = build('faster', NEW)
    before = torch.get_rng_state()

    transfer_weights(model, config, NEW, checkpoint, 'old.pth')

    assert torch.equal(torch.get_rng_state(), before)
