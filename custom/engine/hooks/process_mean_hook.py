"""Hook that takes the mean over all processes of what each has for itself."""
from typing import Dict, List, Optional

import torch
from mmdet.registry import HOOKS
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


@HOOKS.register_module()
class ProcessMeanHook(Hook):
    """Mean over all processes of logged losses and batch norm statistics.

    Gradients are averaged by torch, and with them the weights are the same
    everywhere. Losses and the running statistics of batch norms, which each
    process has of its own images, are averaged here after each step: curves
    are of all images, the shares of a validation are of one model, and a
    checkpoint of the first process holds the state of all.
    :class:`custom.engine.runner.DetectionRunner` registers it.
    """
    # Before what logs, averages weights or saves.
    priority = 'HIGHEST'

    def after_train_iter(
            self,
            runner,
            batch_idx: int,
            data_batch=None,
            outputs: Optional[Dict[str, torch.Tensor]] = None) -> None:
        losses = {
            name: value.detach().clone()
            for name, value in (outputs or {}).items()
        }
        average([*losses.values(), *running_statistics(runner.model)])
        if losses:
            outputs.update(losses)


def running_statistics(model: nn.Module) -> List[torch.Tensor]:
    """Means and variances of the batch norms that learn."""
    return [
        buffer for module in model.modules()
        if isinstance(module, _BatchNorm) and module.training
        for buffer in (module.running_mean, module.running_var)
        if buffer is not None
    ]


def average(values: List[torch.Tensor]) -> None:
    """Sets tensors to their means over all processes, in one message.

    Args:
        values: As many and of the same shapes in each process.
    """
    if not values:
        return
    flat = torch.cat([value.flatten().float() for value in values])
    all_reduce(flat, 'mean')
    for value, mean in zip(values, flat.split([v.numel() for v in values])):
        value.copy_(mean.view_as(value))
