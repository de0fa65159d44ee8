import torch

from custom.models import TanhLinear


def test_outputs_are_between_minus_one_and_one():
    layer = TanhLinear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1., 2.]]))
        layer.bias.fill_(-3.)

    assert layer(torch.empty(0, 2)).shape == (0, 1)
    # 1 + 2 - 3 = 0, and far out on both sides.
    found = layer(torch.tensor([[1., 1.], [99., 0.], [-99., 0.]]))
    assert found.flatten().tolist() == [0., 1., -1.]
