import pytest
import torch
from torch import nn

from custom.ops.depthwise_conv import DepthwiseConv2d


def gradients(kind, kernel, stride, bias, amp):
    """Output and gradients of the image, weight and bias, in that order."""
    torch.manual_seed(0)
    conv = kind(
        6, 6, kernel, stride, kernel // 2, groups=6,
        bias=bias).to(memory_format=torch.channels_last)
    image = torch.randn(2, 6, 12, 16).requires_grad_()
    with torch.autocast('cpu', torch.bfloat16, enabled=amp):
        output = conv(image)
    output.float().square().sum().backward()
    return output, image.grad, *(p.grad for p in conv.parameters())


@pytest.mark.parametrize('kernel, stride', [(3, 2), (5, 1), (5, 2)])
@pytest.mark.parametrize('bias', [False, True])
def test_same_as_torch(kernel, stride, bias):
    settings = kernel, stride, bias, False
    for ours, theirs in zip(
            gradients(DepthwiseConv2d, *settings),
            gradients(nn.Conv2d, *settings),
            strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('kernel, stride', [(3, 2), (5, 1), (5, 2)])
def test_gradients_in_bfloat16_are_no_further_off(kernel, stride):
    settings = kernel, stride, True
    exact = gradients(nn.Conv2d, *settings, False)[1:]
    ours = gradients(DepthwiseConv2d, *settings, True)
    theirs = gradients(nn.Conv2d, *settings, True)

    assert ours[0].dtype == torch.bfloat16
    assert torch.equal(ours[0], theirs[0])
    for mine, other, right in zip(ours[1:], theirs[1:], exact):
        assert mine.dtype == torch.float32
        assert (mine - right).norm() <= 1.05 * (other - right).norm()


def test_only_wanted_gradients():
    conv = DepthwiseConv2d(2, 2, 5, padding=2, groups=2, bias=False)
    conv.weight.requires_grad_(False)
    image = torch.ones(1, 2, 8, 8, requires_grad=True)
    conv(image).sum().backward()

    assert conv.weight.grad is None
    # All 25 weights pass over the pixel in the middle.
    torch.testing.assert_close(image.grad[0, :, 4, 4],
                               conv.weight.sum((1, 2, 3)))


@pytest.mark.parametrize('conv, helps', [
    (nn.Conv2d(4, 4, 5, groups=4), True),
    (nn.Conv2d(4, 4, 3, 2, groups=4), True),
    (nn.Conv2d(4, 4, 3, groups=4), False),
    (nn.Conv2d(4, 4, 5, groups=2), False),
    (nn.Conv2d(4, 8, 5, groups=4), False),
    (nn.Conv2d(4, 4, 5), False),
    (nn.Conv2d(4, 4, 5, padding='same', groups=4), False),
    (nn.Conv2d(4, 4, 5, groups=4, padding_mode='reflect'), False),
])
def test_where_it_helps(conv, helps):
    assert DepthwiseConv2d.helps(conv) == helps
