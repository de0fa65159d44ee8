"""Optimizer wrapper for bfloat16 autocast, and optimizer state on resume."""
from contextlib import contextmanager
from typing import Iterator, List, Union

import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import OPTIM_WRAPPERS
from mmengine.runner.amp import autocast
from torch import nn
from torch.optim import Optimizer


@OPTIM_WRAPPERS.register_module()
class Bf16OptimWrapper(OptimWrapper):
    """Optimizer wrapper with bfloat16 autocast; weights stay float32.

    bfloat16 has the exponent of float32, so gradients don't underflow and
    nothing has to be scaled. MMEngine's AmpOptimWrapper refuses a CPU.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """OptimWrapper.optim_context, under autocast."""
        with super().optim_context(model), autocast(dtype=torch.bfloat16):
            yield


def optim_wrappers(
    optim_wrapper: Union[OptimWrapper,
                         OptimWrapperDict]) -> List[OptimWrapper]:
    """The optimizer wrapper in a list, or those of a dict of several."""
    if isinstance(optim_wrapper, OptimWrapperDict):
        return [*optim_wrapper.values()]
    return [optim_wrapper]


def adapt_loaded_state(optimizer: Optimizer) -> None:
    """Adapts a loaded optimizer state to this run, in place.

    Whether the optimizer is fused was loaded too, from a run that may not
    have been. And the fused ones of torch 2.13 walk parameter, gradient and
    state on a CPU as if all had the same strides: state from a run without
    channels-last would be added to the wrong weights, silently.
    """
    for group in optimizer.param_groups:
        for key in ('fused', 'foreach'):
            if key in optimizer.defaults:
                group[key] = optimizer.defaults[key]
    for parameter, state in optimizer.state.items():
        for name, value in state.items():
            if (torch.is_tensor(value) and value.shape == parameter.shape
                    and value.stride() != parameter.stride()):
                state[name] = torch.empty_like(
                    parameter, dtype=value.dtype).copy_(value)
