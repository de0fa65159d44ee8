import pytest
import torch
from mmengine.runner.checkpoint import load_state_dict

from custom.models import TorchvisionMobileNetV2

# Channels of the stages, how often each repeats, and their expansion.
STAGES = [(16, 1, 1), (24, 2, 6), (32, 3, 6), (64, 4, 6), (96, 3, 6),
          (160, 3, 6), (320, 1, 6)]


def torchvision_layers():
    """Names of convolution and norm in torchvision, and weight shapes."""
    yield 'features.0.0', 'features.0.1', (32, 3, 3, 3)
    number, width = 1, 32
    for channels, repeats, expansion in STAGES:
        for _ in range(repeats):
            block = f'features.{number}.conv'
            hidden = width * expansion
            inner = [(hidden, width, 1, 1)] if expansion > 1 else []
            inner.append((hidden, 1, 3, 3))
            for i, shape in enumerate(inner):
                yield f'{block}.{i}.0', f'{block}.{i}.1', shape
            i = len(inner)
            yield f'{block}.{i}', f'{block}.{i + 1}', (channels, hidden, 1, 1)
            number, width = number + 1, channels
    yield 'features.18.0', 'features.18.1', (1280, 320, 1, 1)


def torchvision_weights():
    """Every weight has the number of its layer as its value."""
    weights = {}
    for number, (conv, norm, shape) in enumerate(torchvision_layers()):
        value = torch.tensor(float(number))
        weights[f'{conv}.weight'] = value.expand(shape)
        for name in ('weight', 'bias', 'running_mean', 'running_var'):
            weights[f'{norm}.{name}'] = value.expand(shape[0])
        weights[f'{norm}.num_batches_tracked'] = value.long()
    weights['classifier.1.weight'] = torch.zeros(1000, 1280)
    weights['classifier.1.bias'] = torch.zeros(1000)
    return weights


def numbers_of_layers(backbone):
    found = []
    for value in backbone.state_dict().values():
        number, = value.unique().tolist()
        if number not in found:
            found.append(number)
    return found


def test_maps_of_three_strides():
    backbone = TorchvisionMobileNetV2(out_indices=(2, 4, 6))

    maps = backbone(torch.zeros(2, 3, 64, 96))

    assert [m.shape for m in maps] == [(2, 32, 8, 12), (2, 96, 4, 6),
                                       (2, 320, 2, 3)]


def test_every_weight_serves():
    backbone = TorchvisionMobileNetV2(out_indices=(2, 4, 6))
    sum(m.sum() for m in backbone(torch.rand(2, 3, 64, 64))).backward()

    assert all(weight.grad is not None for weight in backbone.parameters())


@pytest.mark.parametrize('prefix', ['', 'backbone.'])
def test_weights_of_torchvision(prefix):
    module = torch.nn.ModuleDict(dict(backbone=TorchvisionMobileNetV2()))
    weights = {prefix + k: v for k, v in torchvision_weights().items()}

    # As a Pretrained init_cfg loads them; strict: all, and nothing else.
    load_state_dict(
        module if prefix else module.backbone, weights, strict=True)

    # 52 layers, of which the last serves classification alone.
    assert numbers_of_layers(module.backbone) == [*range(51)]


def test_own_weights():
    torch.manual_seed(0)
    saved = TorchvisionMobileNetV2()
    loaded = TorchvisionMobileNetV2()

    loaded.load_state_dict(saved.state_dict())

    image = torch.rand(1, 3, 64, 64)
    for backbone in (saved, loaded):
        backbone.eval()
    assert torch.equal(saved(image)[-1], loaded(image)[-1])
