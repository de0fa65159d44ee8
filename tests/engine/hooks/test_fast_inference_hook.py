import functools
import logging
from types import SimpleNamespace

import torch
from mmengine.hooks import EMAHook
from mmengine.runner.priority import get_priority
from torch import nn

from custom.engine.hooks import FastInferenceHook, SafeCheckpointHook


def make_runner():
    return SimpleNamespace(
        model=nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)),
        logger=logging.getLogger('test'))


def test_a_copy_is_evaluated_and_the_model_stays():
    hook, runner = FastInferenceHook('bf16'), make_runner()
    model = runner.model

    hook.before_run(runner)
    hook.before_val_epoch(runner)
    assert isinstance(runner.model[1], nn.Identity)
    assert runner.model[0].weight.dtype == torch.bfloat16
    assert not runner.model.training
    hook.after_val_epoch(runner)

    assert runner.model is model
    assert isinstance(model[1], nn.BatchNorm2d)
    assert model[0].weight.dtype == torch.float32
    assert model.training


def test_a_model_whose_forward_was_replaced_is_not_copied():
    # As activation_checkpointing does: a copy would run, and change, the
    # norms of the model itself.
    hook, runner = FastInferenceHook('fp32'), make_runner()
    model = runner.model
    model[1].forward = functools.partial(nn.BatchNorm2d.forward, model[1])

    hook.before_run(runner)
    hook.before_val_epoch(runner)
    assert runner.model is model
    hook.after_val_epoch(runner)

    assert runner.model is model


def test_it_comes_between_weight_averages_and_checkpoints():
    first, hook, last = (
        get_priority(h.priority)
        for h in (EMAHook, FastInferenceHook, SafeCheckpointHook))
    assert first < hook < last
