import pytest
import torch

from custom.models import MeanL1Loss


def test_mean_of_the_values_whatever_the_number_of_samples():
    target = torch.tensor([[0., 0., 0., 4.], [0., 0., 0., 4.]])
    loss = MeanL1Loss(loss_weight=10.)

    # (4 + 4) / 8 = 1, and not (4 + 4) / 128.
    assert loss(
        torch.zeros(2, 4), target, torch.ones(2, 4), avg_factor=128) == 10
    assert loss(torch.zeros(2, 4), target) == 10
    assert loss(torch.full((2, 4), 4.), target).item() == pytest.approx(10 * 3)
