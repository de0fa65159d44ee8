"""The operators of each device, type and layout, against those of the CPU in
float32.

Whatever :mod:`custom.ops.dispatch_cuda` chooses on a GPU is compared so.
"""
import itertools

import pytest
import torch
from mmcv.ops import (batched_nms, nms, roi_align, roi_pool,
                      sigmoid_focal_loss, soft_nms)

# Rounded once, float16 keeps 11 bits and bfloat16 8.
TOLERANCES = {torch.float: 1e-4, torch.half: 2e-3, torch.bfloat16: 1.6e-2}
LAYOUTS = (torch.contiguous_format, torch.channels_last)
# Inside, across two borders, outside, and a point.
ROIS = torch.tensor([[0, 3, 5, 60, 70.], [1, -20, 8, 30, 20],
                     [1, 130, 90, 150, 140], [0, 12, 12, 12, 12]])
every_input = pytest.mark.parametrize(
    'dtype, layout', [*itertools.product(TOLERANCES, LAYOUTS)])


def assert_same(found, expected, dtype=torch.float):
    """``expected`` is float32 of the CPU, ``found`` of that type."""
    assert found.dtype == dtype
    torch.testing.assert_close(
        found.cpu().float(), expected, rtol=TOLERANCES[dtype], atol=1e-4)


def pooled(pool, dtype, layout, device):
    """What ``pool(features, rois)`` gives, and the gradient of the features.

    The maps are of 30 x 20 pixels, a fourth of the image.
    """
    generator = torch.Generator().manual_seed(0)
    features = torch.randn((2, 3, 20, 30), generator=generator)
    features = features.to(device, dtype).to(memory_format=layout)
    features.requires_grad_()
    out = pool(features, ROIS.to(device, dtype))
    grad = torch.randn(out.shape, generator=generator)
    out.backward(grad.to(device, dtype))
    return out.detach(), features.grad


def in_float32(pool, dtype):
    """The same of the CPU in float32, from numbers rounded to a type."""

    def rounded(tensor):
        return tensor.to(dtype).float()

    generator = torch.Generator().manual_seed(0)
    features = rounded(torch.randn((2, 3, 20, 30), generator=generator))
    features.requires_grad_()
    out = pool(features, rounded(ROIS))
    out.backward(rounded(torch.randn(out.shape, generator=generator)))
    return out.detach(), features.grad


@every_input
@pytest.mark.parametrize('sampling', (0, 2))
@pytest.mark.parametrize('mode', ('avg', 'max'))
def test_roi_align(device, mode, sampling, dtype, layout):

    def pool(features, rois):
        return roi_align(features, rois, 7, .25, sampling, mode, True)

    out, grad = pooled(pool, dtype, layout, device)
    expected_out, expected_grad = in_float32(pool, dtype)
    assert_same(out, expected_out, dtype)
    # MMCV keeps the place of a maximum in the features' type, so that the
    # gradient of half types goes to a place that is rounded.
    if mode == 'avg' or dtype == torch.float:
        assert_same(grad, expected_grad, dtype)


@every_input
def test_roi_pool(device, dtype, layout):

    def pool(features, rois):
        return roi_pool(features, rois, 7, .25)

    for found, expected in zip(
            pooled(pool, dtype, layout, device), in_float32(pool, dtype)):
        assert_same(found, expected, dtype)


def boxes_and_scores():
    """200 boxes of 10 to 60 pixels, most of which overlap others."""
    generator = torch.Generator().manual_seed(0)
    corners = 100 * torch.rand((200, 2), generator=generator)
    sides = 10 + 50 * torch.rand((200, 2), generator=generator)
    scores = torch.rand(200, generator=generator)
    return torch.cat([corners, corners + sides], 1), scores


@pytest.mark.parametrize('offset', (0, 1))
@pytest.mark.gpu
def test_nms(offset):
    boxes, scores = boxes_and_scores()
    _, expected = nms(boxes, scores, .5, offset)
    dets, kept = nms(boxes.to('cuda'), scores.to('cuda'), .5, offset)
    assert dets.device.type == kept.device.type == 'cuda'
    assert 10 < len(kept) < 190
    assert kept.tolist() == expected.tolist()


@pytest.mark.gpu
def test_nms_by_class():
    boxes, scores = boxes_and_scores()
    classes = torch.arange(len(boxes)) % 3
    expected = batched_nms(boxes, scores, classes, dict(iou_threshold=.5))[1]
    kept = batched_nms(
        boxes.to('cuda'), scores.to('cuda'), classes.to('cuda'),
        dict(iou_threshold=.5))[1]
    assert kept.tolist() == expected.tolist()


@pytest.mark.gpu
def test_soft_nms():
    boxes, scores = boxes_and_scores()
    expected, _ = soft_nms(boxes, scores, min_score=.05)
    dets, _ = soft_nms(boxes.to('cuda'), scores.to('cuda'), min_score=.05)
    assert_same(dets, expected)


@pytest.mark.gpu
def test_focal_loss():
    generator = torch.Generator().manual_seed(0)
    logits = 4 * torch.randn((50, 22), generator=generator)
    target = torch.randint(23, (50, ), generator=generator)
    results = []
    for where in ('cuda', 'cpu'):
        leaf = logits.to(where).requires_grad_()
        loss = sigmoid_focal_loss(leaf, target.to(where), 2., .25, None,
                                  'none')
        loss.sum().backward()
        results.append((loss.detach(), leaf.grad))
    for found, expected in zip(*results):
        assert_same(found, expected)
