"""Depthwise convolution whose gradients are computed in float32 on a CPU.

oneDNN has fast bfloat16 kernels for the forward pass of all depthwise
convolutions, but for the backward pass only of those of 3x3 pixels and stride
1. Of a map (4, 96, 128, 128) at stride 2 the gradient takes 39 ms in bfloat16
and 4 ms in float32; that of the weights of 1152 filters of 5x5 on (4, 1152, 8,
8) 35 ms and 5 ms (one core of an AMD EPYC, Zen 4, torch 2.13).
"""
from typing import Any, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


class DepthwiseConv2d(nn.Conv2d):
    """Depthwise ``nn.Conv2d`` of the same results, whatever the autocast, and
    gradients that are no worse."""

    @staticmethod
    def helps(conv: nn.Conv2d) -> bool:
        """Whether a plain convolution is depthwise and slow to train in
        bfloat16."""
        return (conv.groups == conv.in_channels == conv.out_channels > 1
                and conv.padding_mode == 'zeros'
                and not isinstance(conv.padding, str)
                and (max(conv.kernel_size) > 3 or max(conv.stride) > 1))

    def forward(self, features: Tensor) -> Tensor:
        if not (torch.is_grad_enabled() and features.is_cpu):
            return super().forward(features)
        return _Convolution.apply(features, self.weight, self.bias,
                                  self.stride, self.padding, self.dilation)


class _Convolution(torch.autograd.Function):

    @staticmethod
    def forward(ctx: Any, features: Tensor, weight: Tensor,
                bias: Optional[Tensor], *settings: Tuple[int, int]) -> Tensor:
        ctx.save_for_backward(features, weight)
        ctx.has_bias, ctx.settings = bias is not None, settings
        return F.conv2d(features, weight, bias, *settings, len(weight))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tuple[Optional[Tensor], ...]:
        features, weight = ctx.saved_tensors
        stride, padding, dilation = ctx.settings
        wanted = [*ctx.needs_input_grad[:3]]
        grads = torch.ops.aten.convolution_backward(
            grad.float(), features.float(), weight.float(),
            [len(weight)] if ctx.has_bias else None, stride, padding, dilation,
            False, [0, 0], len(weight), wanted)
        return (*grads, None, None, None)
