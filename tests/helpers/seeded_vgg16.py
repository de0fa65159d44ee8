"""Seeded VGG16: an image and weights that are the same everywhere.

NumPy promises that the stream of a ``RandomState`` never changes; torch
promises no such thing of its generators.
"""
from typing import Dict, Tuple

import numpy as np
import torch
from torch import Tensor

CLASSES = 22
ANCHORS = 9  # at every place of the map
CHANNELS = ((3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256),
            (256, 256), (256, 512), (512, 512), (512, 512), (512, 512),
            (512, 512), (512, 512))
# Where they stand in torchvision's VGG16, between ReLUs and pools.
POSITIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
# Minus what a class scores on average, or one would win all RoIs. The
# background is the last.
CLASS_BIASES = (2., 6., -3., 0., -7., -7., 12., 1., -9., -7., 8., 4., -5., 0.,
                7., 0., -5., 0., -5., 3., -1., 11., -11.)


def make_image() -> np.ndarray:
    """(400, 600, 3) uint8, BGR: 40 colored rectangles on white."""
    random = np.random.RandomState(0)
    image = np.full((400, 600, 3), 255, np.uint8)
    for _ in range(40):
        x, y = random.randint(0, 560), random.randint(0, 360)
        width, height = random.randint(16, 200, 2)
        image[y:y + height, x:x + width] = random.randint(0, 256, 3)
    return image


def make_weights() -> Dict[str, Tensor]:
    """137 million weights under MMDetection's names.

    A layer keeps the size of what passes through it, and the last ones are
    scaled so that objectness, boxes and classes differ from place to place.
    """
    random = np.random.RandomState(1)
    weights = {}
    for position, (inputs, outputs) in zip(POSITIONS, CHANNELS):
        _add(weights, random, f'backbone.features.{position}',
             (outputs, inputs, 3, 3))
    _add(weights, random, 'rpn_head.rpn_conv', (512, 512, 3, 3))
    _add(weights, random, 'rpn_head.rpn_cls', (ANCHORS, 512, 1, 1), 0.5)
    _add(weights, random, 'rpn_head.rpn_reg', (4 * ANCHORS, 512, 1, 1), 0.03)
    head = 'roi_head.bbox_head'
    _add(weights, random, f'{head}.shared_fcs.0', (4096, 512 * 7 * 7))
    _add(weights, random, f'{head}.shared_fcs.1', (4096, 4096))
    _add(weights, random, f'{head}.fc_cls', (CLASSES + 1, 4096), 2)
    _add(weights, random, f'{head}.fc_reg', (4 * CLASSES, 4096), 0.2)
    weights[f'{head}.fc_cls.bias'] = torch.tensor(CLASS_BIASES)
    return weights


def _add(weights: Dict[str, Tensor],
         random: np.random.RandomState,
         name: str,
         shape: Tuple[int, ...],
         gain: float = 1.) -> None:
    """Adds a layer; its weights are uniform around 0, and so are its biases.

    Their deviations are gain x sqrt(2 / inputs), of He et al., 2015, and 0.2.
    """
    outputs, inputs = shape[0], int(np.prod(shape[1:]))
    values = _uniform(random, outputs * inputs, gain * (2 / inputs)**0.5)
    weights[f'{name}.weight'] = values.view(shape)
    weights[f'{name}.bias'] = _uniform(random, outputs, 0.2)


def _uniform(random: np.random.RandomState, num: int,
             deviation: float) -> Tensor:
    drawn = np.frombuffer(random.bytes(num), np.uint8).astype(np.float32)
    # 0 to 255 has a mean of 127.5 and a deviation of 73.9.
    return torch.from_numpy(drawn).sub_(127.5).mul_(deviation / 73.9)
