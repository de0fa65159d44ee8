import numpy as np
import pytest
import torch
from mmcv.transforms import Compose
from mmengine.registry import init_default_scope


@pytest.mark.parametrize('direction, flipped', [
    ('horizontal', [[3, 2, 1]]),
    ('vertical', [[1, 2, 3]]),
    ('diagonal', [[3, 2, 1]]),
])
@pytest.mark.parametrize('turned', [False, True])
def test_a_strip_becomes_a_tensor(direction, flipped, turned):
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
