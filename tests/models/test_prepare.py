import torch
from mmcv.cnn import ConvModule
from torch import nn

from custom.models.prepare import prepare_for_inference, prepare_model

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
    prepare_model(model)
    prepare_for_inference(model, dtype)
    return model


@torch.no_grad()
def test_folding_changes_nothing_but_the_layers():
    expected = small()(IMAGE)
    model = prepared(small())

    assert not any(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    torch.testing.assert_close(model(IMAGE), expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_a_convolution_with_two_norms_is_not_folded():
    # As in RetinaSepBNHead: one convolution for two pyramid levels.
    conv = nn.Conv2d(3, 4, 3, bias=False)
    levels = nn.ModuleList(
        [nn.Sequential(conv, norm(4)),
         nn.Sequential(conv, nn.BatchNorm2d(4))]).eval()
    expected = [level(IMAGE) for level in levels]
    prepared(levels)

    for level, value in zip(levels, expected):
        torch.testing.assert_close(level(IMAGE), value, rtol=0, atol=1e-5)


@torch.no_grad()
def test_a_norm_before_its_convolution_is_not_folded():
    torch.manual_seed(0)
    model = ConvModule(
        4, 4, 3, norm_cfg=dict(type='BN'), order=('norm', 'conv', 'act'))
    model.bn.running_mean.fill_(0.5)
    model.eval()
    image = IMAGE.view(1, 4, 12, 8)
    expected = model(image)

    torch.testing.assert_close(
        prepared(model)(image), expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_bfloat16_is_what_autocast_gives():
    model = prepared(small())
    with torch.autocast('cpu', torch.bfloat16):
        expected = model(IMAGE)
    found = prepared(small(), torch.bfloat16)(IMAGE)

    assert found.dtype == torch.bfloat16
    assert found.tolist() == expected.tolist()


def test_features_are_channels_last():
    model = small()
    prepare_model(model)
    assert model(IMAGE).is_contiguous(memory_format=torch.channels_last)

    model = small()
    prepare_model(model, channels_last=False)
    assert model(IMAGE).is_contiguous()


class Head(nn.Module):
    """Two levels of scores, and nothing for a third thing, as heads give."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1)

    def forward(self, image):
        return [self.conv(image), self.conv(image)], None

    def predict_by_feat(self):
        """Makes it a head."""


def test_outputs_of_heads_are_float32_under_autocast():
    model = nn.ModuleDict(dict(head=Head(), conv=nn.Conv2d(3, 2, 1)))
    prepare_model(model)

    with torch.autocast('cpu', torch.bfloat16):
        scores, nothing = model['head'](IMAGE)
        assert model['conv'](IMAGE).dtype == torch.bfloat16
    assert [s.dtype for s in scores] == [torch.float32] * 2
    assert nothing is None
