import pytest
import torch
from mmengine.optim import build_optim_wrapper
from torch import nn

from custom.engine.optim_wrapper import adapt_loaded_state


def make(channels_last, fused=True):
    torch.manual_seed(0)
    conv = nn.Conv2d(3, 5, 3)
    if channels_last:
        conv.to(memory_format=torch.channels_last)
    return conv, torch.optim.SGD(
        conv.parameters(), lr=0.1, momentum=0.9, fused=fused)


def step(conv, optimizer):
    optimizer.zero_grad()
    conv(torch.linspace(0, 1, 2 * 3 * 64).view(2, 3, 8, 8)).sum().backward()
    optimizer.step()


def resumed(mend):
    """Weights after two steps, the second with state of the first that was
    run without channels-last; and what they should be."""
    conv, optimizer = make(False)
    step(conv, optimizer)
    other, other_optimizer = make(True)
    other.load_state_dict(conv.state_dict())
    other_optimizer.load_state_dict(optimizer.state_dict())
    if mend:
        adapt_loaded_state(other_optimizer)
    step(conv, optimizer)
    step(other, other_optimizer)
    return other.weight, conv.weight


def test_state_of_another_memory_format_is_laid_out_anew():
    weight, expected = resumed(mend=True)
    torch.testing.assert_close(weight, expected)


def test_torch_mixes_weights_up_without_it():
    weight, expected = resumed(mend=False)
    assert (weight - expected).abs().max() > 1


def test_a_fused_optimizer_stays_fused():
    _, optimizer = make(True)
    optimizer.load_state_dict(make(True, fused=None)[1].state_dict())
    assert optimizer.param_groups[0]['fused'] is None

    adapt_loaded_state(optimizer)
    assert optimizer.param_groups[0]['fused'] is True


@pytest.mark.parametrize('wrapper, dtype', [
    ('OptimWrapper', torch.float32),
    ('Bf16OptimWrapper', torch.bfloat16),
])
def test_only_the_forward_pass_is_in_bfloat16(wrapper, dtype):
    model = nn.Linear(2, 1, bias=False)
    nn.init.ones_(model.weight)
    wrapper = build_optim_wrapper(
        model, dict(type=wrapper, optimizer=dict(type='SGD', lr=0.5)))

    with wrapper.optim_context(model):
        output = model(torch.tensor([1., 2.]))
    wrapper.update_params(output.sum())

    assert output.dtype == dtype
    # 1 - 0.5 * 1, 1 - 0.5 * 2
    assert model.weight.tolist() == [[0.5, 0.]]
    assert model.weight.dtype == torch.float32
