import copy

import pytest
import torch
from mmcv.cnn import ConvModule
from mmcv.cnn.bricks.conv_ws import ConvWS2d
from mmdet.models import ResNet, SingleRoIExtractor
from torch import nn

from custom.models import MultiLevelRoIExtractor
from custom.models.optimize import (optimize_for_inference,
                                    optimize_for_training)
from custom.ops.depthwise_conv import DepthwiseConv2d

IMAGE = torch.linspace(-1, 1, 2 * 3 * 64).view(2, 3, 8, 8)


def norm(channels):
    """A batch norm as training leaves it."""
    norm = nn.BatchNorm2d(channels)
    norm.running_mean.copy_(torch.linspace(-1, 1, channels))
    norm.running_var.copy_(torch.linspace(0.5, 2, channels))
    return norm


def small():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, bias=False), norm(4), nn.ReLU(), nn.Conv2d(4, 4, 1),
        norm(4)).eval()


def prepared(model, dtype=torch.float32):
    optimize_for_training(model)
    optimize_for_inference(model, dtype)
    return model


@torch.no_grad()
def test_folding_changes_nothing_but_the_layers():
    expected = small()(IMAGE)
    model = prepared(small())

    assert not any(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    torch.testing.assert_close(model(IMAGE), expected, rtol=0, atol=1e-5)


class Declared(nn.Module):
    """Runs its layers in another order than it declares them."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 3, 1)
        self.last = nn.Conv2d(3, 3, 1)
        self.norm = norm(3)

    def forward(self, image):
        return self.last(self.norm(self.first(image)))


class TwoLevels(nn.Module):
    """One convolution for two pyramid levels, as in RetinaSepBNHead."""

    def __init__(self):
        super().__init__()
        conv = nn.Conv2d(3, 3, 3, bias=False)
        self.levels = nn.ModuleList([
            nn.Sequential(conv, norm(3)),
            nn.Sequential(conv, nn.BatchNorm2d(3))
        ])

    def forward(self, image):
        return torch.cat([level(image) for level in self.levels])


def conv_module(order):
    return ConvModule(3, 3, 3, norm_cfg=dict(type='BN'), order=order)


@pytest.mark.parametrize('build, folds', [
    (lambda: conv_module(('conv', 'norm', 'act')), True),
    (lambda: ResNet(18, base_channels=8), True),
    (lambda: conv_module(('norm', 'conv', 'act')), False),
    (lambda: conv_module(('conv', 'act', 'norm')), False),
    (lambda: nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU(), norm(3)), False),
    (lambda: nn.Sequential(
        nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3, affine=False)), False),
    (lambda: nn.Sequential(ConvWS2d(3, 3, 1), norm(3)), False),
    (Declared, False),
    (TwoLevels, False),
])
@torch.no_grad()
def test_only_what_is_known_to_follow_a_convolution_is_folded(build, folds):
    torch.manual_seed(0)
    model = build()
    model.train()
    image = torch.randn(2, 3, 64, 64)
    model(image)  # moves the running statistics
    model.eval()
    expected = model(image)
    prepared(model)

    assert folds != any(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    torch.testing.assert_close(model(image), expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_bfloat16_is_what_autocast_gives():
    model = prepared(small())
    with torch.autocast('cpu', torch.bfloat16):
        expected = model(IMAGE)
    found = prepared(small(), torch.bfloat16)(IMAGE)

    assert found.dtype == torch.bfloat16
    assert found.tolist() == expected.tolist()


def test_a_copy_runs_its_own_weights():
    model = prepared(small(), torch.bfloat16)
    other = copy.deepcopy(model)
    other[4] = nn.Flatten()

    assert model(IMAGE).shape == (2, 4, 6, 6)
    assert other(IMAGE).shape == (2, 4 * 6 * 6)


def test_rois_stay_in_float32():
    # In bfloat16 the corner at 1001 would become 1000.
    model = nn.ModuleDict(
        dict(
            extractor=SingleRoIExtractor(
                dict(type='RoIAlign', output_size=1), 1, [1])))
    optimize_for_training(model)
    ramp = torch.arange(1024.).expand(1, 1, 4, 1024).bfloat16()
    rois = torch.tensor([[0, 1001, 0, 1003, 2.]])

    assert type(model['extractor']) is MultiLevelRoIExtractor
    # Of pixels 1001 and 1002, which bfloat16 holds as 1000 and 1004.
    assert model['extractor']([ramp], rois).item() == 1000


def test_depthwise_convolutions_train_fast_and_still_fold():
    model = nn.Sequential(nn.Conv2d(3, 3, 5, groups=3, bias=False),
                          norm(3)).eval()
    expected = model(IMAGE)
    optimize_for_training(model)

    assert type(model[0]) is DepthwiseConv2d
    assert torch.equal(model(IMAGE), expected)
    optimize_for_inference(model, torch.float32)
    assert type(model[1]) is nn.Identity
    torch.testing.assert_close(model(IMAGE), expected, rtol=0, atol=1e-5)


def test_features_are_channels_last():
    model = small()
    optimize_for_training(model)
    assert model(IMAGE).is_contiguous(memory_format=torch.channels_last)

    model = small()
    optimize_for_training(model, channels_last=False)
    assert model(IMAGE).is_contiguous()


class Head(nn.Module):
    """What heads give: lists, dicts, and nothing."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1)

    def forward(self, image):
        return [self.conv(image)], dict(box=self.conv(image)), None

    def predict_by_feat(self):
        """Makes it a head."""


def test_outputs_of_heads_are_float32_under_autocast():
    model = nn.ModuleDict(dict(head=Head(), conv=nn.Conv2d(3, 2, 1)))
    optimize_for_training(model)

    with torch.autocast('cpu', torch.bfloat16):
        scores, boxes, nothing = model['head'](IMAGE)
        assert model['conv'](IMAGE).dtype == torch.bfloat16
    assert scores[0].dtype == boxes['box'].dtype == torch.float32
    assert nothing is None
