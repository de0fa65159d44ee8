import math

import pytest
import torch
from mmcv.ops import sigmoid_focal_loss
from mmdet.models import FocalLoss
from torch.autograd import gradcheck

from custom.ops import focal_loss


def loss(logits, target, gamma=2., alpha=.25, weight=None):
    return sigmoid_focal_loss(logits, target, gamma, alpha, weight, 'none')


def test_no_rows():
    logits = torch.zeros(0, 3, requires_grad=True)
    loss(logits, torch.zeros(0, dtype=torch.long)).sum().backward()
    assert logits.grad.shape == (0, 3)


def test_by_hand():
    # p is 0.5 everywhere: for the class 0.25 x 0.5^2 x log 2, for the other
    # 0.75 x 0.5^2 x log 2. The second row is background.
    found = loss(torch.zeros(2, 2), torch.tensor([1, 2]))
    expected = torch.tensor([[3., 1], [3, 3]]) * math.log(2) / 16
    torch.testing.assert_close(found, expected)


def test_gamma_0_is_cross_entropy():
    logits = torch.linspace(-4, 4, 12).view(4, 3)
    target = torch.tensor([0, 1, 2, 3])
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, torch.eye(4)[:, :3], reduction='none')
    torch.testing.assert_close(loss(logits, target, 0, .5), expected / 2)


@pytest.mark.parametrize('gamma', (0., 1.5, 2.))
def test_gradient_is_that_of_finite_differences(gamma):
    logits = torch.linspace(-5, 5, 12).double().view(4, 3).requires_grad_()
    target = torch.tensor([0, 1, 2, 3])
    assert gradcheck(lambda x: loss(x, target, gamma), logits)


def test_as_mmdetection_computes_it_on_a_cpu():
    torch.manual_seed(0)
    logits = (4 * torch.randn(50, 22)).requires_grad_()
    target = torch.randint(23, (50, ))
    expected = FocalLoss()(logits, target, reduction_override='sum')
    found = loss(logits, target).sum()
    grads = [
        torch.autograd.grad(value, logits)[0] for value in (found, expected)
    ]
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(*grads)


def test_sure_and_wrong_stays_finite():
    logits = torch.tensor([[200., -200]], requires_grad=True)
    found = loss(logits, torch.tensor([1]))
    found.sum().backward()
    # 0.75 x 1 x 200 and 0.25 x 1 x 200, of slope 0.75 and -0.25.
    assert found.tolist() == [[150, 50]]
    assert logits.grad.tolist() == [[0.75, -0.25]]


def test_half_types_are_rounded_once():
    logits = torch.linspace(-4, 4, 12).view(4, 3).bfloat16()
    target = torch.tensor([0, 1, 2, 3])
    expected = loss(logits.float(), target).bfloat16()
    assert loss(logits, target).tolist() == expected.tolist()


def test_weight_of_the_class_of_the_row():
    target = torch.tensor([1, 0])
    logits = torch.zeros(2, 2, requires_grad=True)
    found = loss(logits, target, weight=torch.tensor([1., 3]))
    plain = loss(logits, target)
    torch.testing.assert_close(found, plain * torch.tensor([[3.], [1]]))


def test_background_has_no_weight():
    output = torch.zeros(1, 2)
    focal_loss.sigmoid_focal_loss_forward(
        torch.zeros(1, 2), torch.tensor([2]), torch.tensor([5., 7]), output,
        2., .25)
    plain = loss(torch.zeros(1, 2), torch.tensor([2]))
    torch.testing.assert_close(output, plain)
