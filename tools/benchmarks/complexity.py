"""Model complexity: the parameters and FLOPs of a detector."""
from typing import NamedTuple, Tuple

import torch
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.structures import InstanceData
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from custom.config.tree import nested_dicts

# Given to a detector that finds none itself; as many as an RPN's by default.
PROPOSALS = 1000


class Complexity(NamedTuple):
    """Parameters and FLOPs of a detector.

    Attributes:
        parameters: Weights and biases, frozen ones included.
        flops: Multiplications, each with its addition, of convolutions and
            linear layers over one image; what pools RoIs, suppresses boxes
            or normalizes is not counted.
    """
    parameters: int
    flops: int


def complexity(model: nn.Module, size: Tuple[int, int]) -> Complexity:
    """Counts the FLOPs of a forward pass, up to raw outputs.

    Two-stage detectors classify as many RoIs as they test with, and Mask
    R-CNN draws the masks of 100, its ``max_per_img``.

    Args:
        model: A detector, in eval mode.
        size: Height and width of the image, as padded.
    """
    sample = DetDataSample(
        metainfo=dict(
            img_shape=size,
            ori_shape=size,
            batch_input_shape=size,
            scale_factor=(1., 1.)))
    sample.proposals = InstanceData(bboxes=_boxes(size))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, *size), [sample], mode='tensor')
    return Complexity(
        sum(weight.numel() for weight in model.parameters()),
        # It counts a multiplication and its addition as two.
        counter.get_total_flops() // 2)


def input_size(cfg: Config) -> Tuple[int, int]:
    """Height and width of the largest image that a config tests with, as
    its model pads it."""
    width, height = next(
        node['scale']
        for node in nested_dicts(cfg.test_dataloader.dataset.pipeline)
        if node.get('type') == 'Resize')
    divisor = cfg.model.data_preprocessor.get('pad_size_divisor', 1)
    return -(-height // divisor) * divisor, -(-width // divisor) * divisor


def _boxes(size: Tuple[int, int]) -> torch.Tensor:
    """(PROPOSALS, 4) xyxy within an image."""
    generator = torch.Generator().manual_seed(0)
    corners = torch.rand((PROPOSALS, 2, 2), generator=generator)
    corners *= torch.tensor(size[::-1])
    return torch.cat([corners.amin(1), corners.amax(1)], 1)
