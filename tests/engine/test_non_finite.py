"""Losses scaled for float16: a step that overflows is skipped, as it was."""
import math

import pytest
import torch
from mmengine.optim import OptimWrapper

from custom.utils.errors import InputError
from tests.helpers.toy_run import Line, checkpoints, toy_runner


class ScaledOptimWrapper(OptimWrapper):
    """What MMEngine's AmpOptimWrapper does on a GPU, with torch's scaler."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.loss_scaler = torch.amp.GradScaler('cpu', init_scale=4.)

    def backward(self, loss, **kwargs):
        self.loss_scaler.scale(loss).backward(**kwargs)
        self._inner_count += 1

    def step(self, **kwargs):
        self.loss_scaler.step(self.optimizer, **kwargs)
        self.loss_scaler.update()


class Overflows(Line):
    """Its loss overflows at some of its steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.weights = list(steps), []

    def forward(self, inputs, mode='tensor'):
        out = super().forward(inputs, mode)
        if mode == 'loss':
            self.weights.append(self.line.weight.item())
            if len(self.weights) in self.steps:
                out['loss_line'] = out['loss_line'] * math.inf
        return out


@pytest.mark.parametrize('fused', [False, True])
def test_single_steps_that_overflow_are_skipped(fused, tmp_path):
    model = Overflows([2, 4])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, fused=fused)
    toy_runner(
        tmp_path,
        epochs=1,
        model=model,
        optim_wrapper=ScaledOptimWrapper(optimizer=optimizer)).train()

    first, second, third, fourth, fifth, sixth = model.weights
    assert second != first
    assert third == second
    assert fourth != third
    assert fifth == fourth
    assert sixth != fifth
    assert 'epoch_1.pth' in checkpoints(tmp_path)


def test_steps_that_overflow_at_any_scale_end_the_training(tmp_path):
    model = Overflows(range(1, 7))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    # 4, 2, 1 and 1/2: after the third step.
    with pytest.raises(InputError, match='step 3 .* at any scale'):
        toy_runner(
            tmp_path,
            model=model,
            optim_wrapper=ScaledOptimWrapper(optimizer=optimizer)).train()
    assert checkpoints(tmp_path) == []
