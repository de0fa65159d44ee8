"""CUDA dispatch of operators: torchvision's, MMCV's compiled, or ours.

In this order, since torchvision installs with pip alone beside torch, and
ours on torch are made for the CPU. What is not the same in torchvision is
not taken from there: max pooling, NMS with offset 1, and its RoIPool, which
rounds the corners of a RoI.

All of them get float32 for the half types, and round once.
"""
import functools
from typing import Callable, Optional

import numpy as np
import torch
from torch import Tensor

HALF = (torch.float16, torch.bfloat16)


@functools.cache
def has_torchvision() -> bool:
    """Whether torchvision imports, with its compiled operators."""
    try:
        import torchvision  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        # A build for another torch raises any of the three.
        return False
    # A build for the CPU has nothing for a GPU to run.
    key = 'CUDA' if torch.cuda.is_available() else 'CPU'
    return torch._C._dispatch_has_kernel_for_dispatch_key(
        'torchvision::nms', key)


def cuda_operator(name: str, own: Callable, from_mmcv: Optional[Callable],
                  options: dict) -> Callable:
    """Chooses the operator to run on CUDA.

    Args:
        name: one of ``custom.ops.mmcv_ext.PROVIDED``.
        own: the operator on torch.
        from_mmcv: the compiled operator, if there is one.
        options: the keyword arguments of the call.
    """
    same = options.get('pool_mode', 1) == 1 and options.get('offset', 0) == 0
    if name in TORCHVISION and same and has_torchvision():
        return TORCHVISION[name]
    return own if from_mmcv is None else in_float32(from_mmcv)


def cuda_backend(compiled: bool) -> str:
    """Name of the CUDA backend for logs, the fallback last."""
    fallback = 'mmcv compiled' if compiled else 'custom.ops'
    if not has_torchvision():
        return fallback
    import torchvision
    return f'torchvision {torchvision.__version__}, then {fallback}'


def in_float32(operator: Callable) -> Callable:
    """Wraps MMCV's compiled operator: contiguous float32 tensors only.

    Its RoI kernels read any input as if it were contiguous NCHW, so that
    channels-last features silently give wrong values; and they know neither
    bfloat16 nor RoIs of another dtype than the features.
    """

    @functools.wraps(operator)
    def call(*tensors: Tensor, **options):
        wide = [to_float32(tensor).contiguous() for tensor in tensors]
        result = operator(*wide, **options)
        # The first two are only read, the others may be written to.
        for tensor, written in list(zip(tensors, wide))[2:]:
            if written is not tensor:
                tensor.copy_(written)
        return result

    return call


def to_float32(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype in HALF else tensor


def roi_align_forward(input: Tensor, rois: Tensor, output: Tensor,
                      argmax_y: Tensor, argmax_x: Tensor, aligned_height: int,
                      aligned_width: int, spatial_scale: float,
                      sampling_ratio: int, pool_mode: int,
                      aligned: bool) -> None:
    """:func:`custom.ops.roi_align.roi_align_forward` by torchvision."""
    values = to_float32(input)
    output.copy_(
        torch.ops.torchvision.roi_align(values, rois.to(values), spatial_scale,
                                        aligned_height, aligned_width,
                                        sampling_ratio, aligned))


def roi_align_backward(grad_output: Tensor, rois: Tensor, argmax_y: Tensor,
                       argmax_x: Tensor, grad_input: Tensor,
                       aligned_height: int, aligned_width: int,
                       spatial_scale: float, sampling_ratio: int,
                       pool_mode: int, aligned: bool) -> None:
    """:func:`custom.ops.roi_align.roi_align_backward` by torchvision."""
    grad = to_float32(grad_output)
    grad_input.copy_(
        torch.ops.torchvision._roi_align_backward(
            grad, rois.to(grad), spatial_scale, aligned_height, aligned_width,
            *grad_input.shape, sampling_ratio, aligned))


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float,
        offset: int) -> Tensor:
    """:func:`custom.ops.nms.nms` by torchvision."""
    # Rounded as in MMCV: torchvision compares with the float64, and
    # float32(0.3) is above 0.3.
    threshold = float(np.float32(iou_threshold))
    return torch.ops.torchvision.nms(boxes.float(), scores.float(), threshold)


TORCHVISION = dict(
    roi_align_forward=roi_align_forward,
    roi_align_backward=roi_align_backward,
    nms=nms)
