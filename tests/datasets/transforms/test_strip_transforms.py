import mmdet.datasets.transforms as mmdet_transforms
import numpy as np
import pytest
import torch
from mmcv.transforms import Compose
from mmengine.registry import init_default_scope


def noise(width, height):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3),
                                             np.uint8)


def resize(image, **options):
    """What the Resize of a config makes of an image."""
    init_default_scope('mmdet')
    return Compose([dict(type='Resize', **options)])(dict(img=image))


@pytest.mark.parametrize('options', [
    dict(scale=(256, 256), keep_ratio=True),
    dict(scale=(160, 128), keep_ratio=True),
    dict(scale=(160, 128), keep_ratio=False),
    dict(scale=64, interpolation='nearest', keep_ratio=True),
    dict(scale_factor=0.5),
    dict(scale_factor=0.37, keep_ratio=True),
])
@pytest.mark.parametrize('size', [(80, 60), (61, 83), (400, 8)])
def test_resize_is_mmdetections(size, options):
    image = noise(*size)
    found = resize(image, **options)
    expected = mmdet_transforms.Resize(**options)(dict(img=image))

    assert {*found} == {*expected}
    for key in ('scale', 'keep_ratio', 'img_shape', 'scale_factor'):
        assert found[key] == expected[key]
    np.testing.assert_array_equal(found['img'], expected['img'])


@pytest.mark.parametrize('size, options, shape, factors', [
    ((800, 1), dict(scale=(256, 256), keep_ratio=True), (1, 256), (.32, 1)),
    ((1, 800), dict(scale=(256, 256), keep_ratio=True), (256, 1), (1, .32)),
    ((800, 1), dict(scale_factor=0.25), (1, 200), (.25, 1)),
])
def test_a_resized_strip_keeps_a_pixel(size, options, shape, factors):
    found = resize(noise(*size), **options)

    assert found['img'].shape == (*shape, 3)
    assert found['img_shape'] == shape
    assert found['scale_factor'] == factors


@pytest.mark.parametrize('direction, flipped', [
    ('horizontal', [[3, 2, 1]]),
    ('vertical', [[1, 2, 3]]),
    ('diagonal', [[3, 2, 1]]),
])
@pytest.mark.parametrize('turned', [False, True])
def test_a_flipped_strip_becomes_a_tensor(direction, flipped, turned):
    """1, 2, 3 in a row; and in a column, in which the directions change."""
    init_default_scope('mmdet')
    strip, expected = np.uint8([[1, 2, 3]]), np.uint8(flipped)
    if turned:
        strip, expected = strip.T, expected.T
        direction = dict(
            horizontal='vertical',
            vertical='horizontal').get(direction, direction)
    flip = Compose([dict(type='RandomFlip', prob=1.0, direction=direction)])

    image = flip(dict(img=np.stack([strip] * 3, -1)))['img']
    assert torch.from_numpy(image)[..., 0].tolist() == expected.tolist()
