"""Sigmoid focal loss, in the form of MMCV's compiled operator.

`Focal Loss for Dense Object Detection <https://arxiv.org/abs/1708.02002>`_,
Lin et al. 2017. MMDetection calls it on a GPU; on a CPU it has its own way.
"""
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from custom.ops.roi_windows import computing_dtype


def sigmoid_focal_loss_forward(input: Tensor, target: Tensor, weight: Tensor,
                               output: Tensor, gamma: float,
                               alpha: float) -> None:
    """Focal loss of every score, into ``output``.

    FL = -alpha_t (1 - p_t)^gamma log p_t, where p_t is p = sigmoid(input) for
    the class of the row and 1 - p for all others, and alpha_t is alpha and
    1 - alpha.

    Args:
        input: (N, C) logits, of any floating dtype.
        target: (N, ) int64, the class of each row; C for none.
        weight: (C, ), by which the loss of a row whose class that is counts;
            empty for 1.
        output: (N, C), overwritten.
    """
    log_p_t, miss, scale = _terms(input, target, weight, alpha)
    output.copy_(-scale * miss**gamma * log_p_t)


def sigmoid_focal_loss_backward(input: Tensor, target: Tensor, weight: Tensor,
                                grad_input: Tensor, gamma: float,
                                alpha: float) -> None:
    """Gradient of :func:`sigmoid_focal_loss_forward` by ``input``.

    With x_t = +-input, so that p_t = sigmoid(x_t):
    dFL / dx_t = alpha_t (1 - p_t)^gamma (gamma p_t log p_t - (1 - p_t)).

    Args:
        grad_input: (N, C), overwritten.

    The other arguments are those of the forward pass.
    """
    log_p_t, miss, scale = _terms(input, target, weight, alpha)
    grad = scale * miss**gamma * (gamma * (1 - miss) * log_p_t - miss)
    grad_input.copy_(grad * _signs(input, target))


def _terms(input: Tensor, target: Tensor, weight: Tensor,
           alpha: float) -> Tuple[Tensor, Tensor, Tensor]:
    """(N, C) each: log p_t, 1 - p_t and alpha_t times the weight."""
    signs = _signs(input, target)
    x_t = input.to(computing_dtype(input)) * signs
    scale = torch.where(signs > 0, alpha, 1 - alpha)
    if len(weight):
        # A row without a class keeps 1.
        of_row = F.pad(weight.to(x_t), (0, 1), value=1.)[target]
        scale = scale * of_row[:, None]
    return F.logsigmoid(x_t), torch.sigmoid(-x_t), scale


def _signs(input: Tensor, target: Tensor) -> Tensor:
    """(N, C): 1 for the class of the row, -1 for all others."""
    classes = torch.arange(input.shape[1], device=input.device)
    return torch.where(target[:, None] == classes, 1., -1.)
