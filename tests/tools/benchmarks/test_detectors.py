import torch

from benchmarks.detectors import R18, DetectorCase, detector_job
from benchmarks.workers.torchvision_weights import (convert_weights,
                                                    unrounded_anchors)


def test_both_sides_get_the_same_job():
    tiny = DetectorCase('tiny', R18, (64, 96))

    first, second = (detector_job(tiny, 'train', 2, 'cpu') for _ in range(2))

    assert str(tiny) == 'tiny 64x96'
    assert [image.shape for image in first['images']] == [(3, 64, 96)] * 2
    assert all(
        torch.equal(a, b) for a, b in zip(first['images'], second['images']))
    assert all(
        torch.equal(first['weights'][name], second['weights'][name])
        for name in first['weights'])
    boxes = torch.cat(first['boxes'])
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    assert boxes.min() >= 0
    assert boxes[:, 2].max() <= 96


def test_the_stock_side_has_a_stock_optimizer():
    job = detector_job(DetectorCase('tiny', R18, (64, 64)), 'train', 1, 'cpu')

    assert 'fused' in job['optim_wrapper']['optimizer']
    assert 'fused' not in job['stock_optim_wrapper']['optimizer']


def test_weights_under_the_names_of_torchvision():
    head = 'roi_head.bbox_head.'
    converted = convert_weights({
        'backbone.layer1.0.conv1.weight':
        torch.zeros(1),
        'backbone.bn1.num_batches_tracked':
        torch.tensor(0),
        'neck.lateral_convs.2.conv.bias':
        torch.zeros(1),
        'rpn_head.rpn_conv.weight':
        torch.zeros(1),
        # Two classes, then the background.
        head + 'fc_cls.bias':
        torch.tensor([1., 2., 3.]),
        head + 'fc_reg.bias':
        torch.arange(1., 9.),
    })

    predictor = 'roi_heads.box_predictor.'
    assert set(converted) == {
        'backbone.body.layer1.0.conv1.weight',
        'backbone.fpn.inner_blocks.2.0.bias', 'rpn.head.conv.0.0.weight',
        predictor + 'cls_score.bias', predictor + 'bbox_pred.bias'
    }
    assert converted[predictor + 'cls_score.bias'].tolist() == [3, 1, 2]
    assert converted[predictor + 'bbox_pred.bias'].tolist() == [
        0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8
    ]


def test_anchors_with_fractions():
    # 32 pixels square, and twice as wide as high: 45.25 x 22.63.
    anchors = unrounded_anchors(32, (.5, 1.))

    assert torch.allclose(
        anchors,
        torch.tensor([[-22.627, -11.314, 22.627, 11.314],
                      [-16., -16., 16., 16.]]),
        atol=1e-3)
