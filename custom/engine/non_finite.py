"""Non-finite guard: NaN or inf in loss or gradients ends a training."""
import math
from typing import Any, Dict, List, Tuple, Union

import torch
from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import nn
from torch.optim import Optimizer

from custom.checkpoint.newest import resumable
from custom.engine.optim_wrapper import optim_wrappers
from custom.utils.errors import InputError


class NonFiniteGuard:
    """Guard that looks at losses and gradients before the optimizer steps.

    A step with NaN would make every weight NaN, and all that follows
    worthless. Where losses are scaled for float16, a step that overflows is
    skipped by the scaler; only a scale below 1, which no overflow of the
    scaling explains, ends the training then.

    Attributes:
        batch: The batch of the step under way, for the message.
    """

    def __init__(self, runner: Runner) -> None:
        self.batch: Any = None
        self._runner = runner
        self._losses: Dict[str, torch.Tensor] = {}
        self._watch_losses(runner.model)
        for optim_wrapper in optim_wrappers(runner.optim_wrapper):
            self._watch_gradients(optim_wrapper)

    def _watch_losses(self, model: nn.Module) -> None:
        if is_model_wrapper(model):
            model = model.module
        parse = model.parse_losses

        def parse_losses(losses: dict) -> Tuple[torch.Tensor, dict]:
            loss, self._losses = parse(losses)
            if model.training and not self._is_scaled():
                self._require(loss.detach(), 'the loss')
            return loss, self._losses

        model.parse_losses = parse_losses

    def _watch_gradients(self, optim_wrapper: OptimWrapper) -> None:

        def check(optimizer: Optimizer, args: tuple, kwargs: dict) -> None:
            # Of a fused optimizer, which is told and skips the step itself.
            if getattr(optimizer, 'found_inf', None) is not None:
                return
            self._require(_gradient_norm(optim_wrapper), 'the gradient')

        optim_wrapper.optimizer.register_step_pre_hook(check)

    def require_scale(self) -> None:
        """Ends a training in float16 whose steps all overflow."""
        for optim_wrapper in optim_wrappers(self._runner.optim_wrapper):
            scaler = getattr(optim_wrapper, 'loss_scaler', None)
            if scaler is not None and 0 < scaler.get_scale() < 1:
                raise InputError(self._message('the loss, at any scale,'))

    def _is_scaled(self) -> bool:
        return any(
            hasattr(optim_wrapper, 'loss_scaler')
            for optim_wrapper in optim_wrappers(self._runner.optim_wrapper))

    def _require(self, value: Union[torch.Tensor, float], what: str) -> None:
        if not math.isfinite(value):
            raise InputError(self._message(what))

    def _message(self, what: str) -> str:
        runner = self._runner
        losses = ', '.join(f'{name} {float(value.detach()):.4g}'
                           for name, value in self._losses.items())
        return (
            f'step {runner.iter + 1} (epoch {runner.epoch + 1}): {what} is '
            f'not finite, so nothing was changed or saved by it.\n'
            f'  losses: {losses}\n  images: {", ".join(_images(self.batch))}\n'
            f'  Try a lower learning rate ({_rates(runner.optim_wrapper)}; '
            '--lr) and clipped gradients (--cfg-options '
            'optim_wrapper.clip_grad.max_norm=10); '
            'without --amp if it is on; and look at these images '
            '(tools/check_dataset.py, tools/browse_dataset.py).' +
            (' --resume goes on from the last checkpoint.'
             if resumable(runner.work_dir) else ''))


def _rates(optim_wrapper: OptimWrapper) -> str:
    """The rate of the step, and in a warm-up the one that --lr stands for."""
    group = optim_wrappers(optim_wrapper)[0].optimizer.param_groups[0]
    rate, full = group['lr'], group.get('initial_lr', group['lr'])
    of_full = '' if rate == full else f' of {full:.3g}'
    return f'here it is {rate:.3g}{of_full}'


def _gradient_norm(optim_wrapper: OptimWrapper) -> float:
    """Norm of the gradients; where they were clipped it is known."""
    if getattr(optim_wrapper, 'clip_func', None) is nn.utils.clip_grad_norm_:
        name = f'train/{optim_wrapper.grad_name}'
        return optim_wrapper.message_hub.get_scalar(name).current()
    return float(
        nn.utils.get_total_norm([
            parameter.grad for group in optim_wrapper.optimizer.param_groups
            for parameter in group['params'] if parameter.grad is not None
        ]))


def _images(batch: Any) -> List[str]:
    """Ids and paths of the images of a batch."""
    samples = batch.get('data_samples', ()) if isinstance(batch, dict) else ()
    return [
        f'{sample.metainfo.get("img_id")} ({sample.metainfo.get("img_path")})'
        for sample in samples
    ] or ['unknown']
