"""Operator job tensors: features on a device, and the backward pass."""
from typing import Callable

import torch
from torch import Tensor


def place_features(job: dict,
                   dtype: torch.dtype = torch.float32,
                   channels_last: bool = False) -> Tensor:
    """The job's feature map on its device, wanting a gradient if the job is
    about that."""
    layout = (
        torch.channels_last if channels_last else torch.contiguous_format)
    features = job['features'].to(
        job['device'], dtype, memory_format=layout, copy=True)
    return features.requires_grad_(job['backward'])


def backward_of(forward: Callable[[], Tensor],
                features: Tensor) -> Callable[[], Tensor]:
    """The backward pass alone, of a forward pass that is run once."""
    output = forward()
    generator = torch.Generator().manual_seed(1)
    # Laid out as the output is: so the layers above would give it.
    grad = torch.empty_like(output).copy_(
        torch.randn(output.shape, generator=generator))

    def backward() -> Tensor:
        return torch.autograd.grad(
            output, features, grad, retain_graph=True)[0]

    return backward
