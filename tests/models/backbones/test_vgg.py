import pytest
import torch
from torch import nn

from custom.models import TorchvisionVGG


def names_of(backbone, kind):
    return [
        int(name.split('.')[1]) for name, module in backbone.named_modules()
        if isinstance(module, kind)
    ]


@pytest.mark.parametrize('with_bn, convs', [
    (False, [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
    (True, [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]),
])
def test_layers_stand_where_torchvision_has_them(with_bn, convs):
    backbone = TorchvisionVGG(16, with_bn)

    assert names_of(backbone, nn.Conv2d) == convs
    assert names_of(backbone,
                    nn.BatchNorm2d) == ([conv + 1
                                         for conv in convs] if with_bn else [])
    assert len(names_of(backbone, nn.MaxPool2d)) == 4


def test_one_map_at_stride_16():
    maps = TorchvisionVGG(11)(torch.zeros(2, 3, 32, 79))

    assert isinstance(maps, tuple)
    assert [m.shape for m in maps] == [(2, 512, 2, 4)]


def test_without_weights_a_signal_gets_through():
    torch.manual_seed(0)
    backbone = TorchvisionVGG(16)
    backbone.init_weights()
    map_, = backbone(torch.randn(1, 3, 64, 64))

    # As torch begins its convolutions, 13 of them leave a thousandth.
    assert 0.1 < map_.detach().std() < 10
