import math

import pytest
import torch
from mmcv.ops import roi_pool

from custom.ops import roi_pool as roi_pool_module


def pool_by_loop(features, roi, size, scale):
    """Fast R-CNN's RoIPool for one RoI, bin by bin. (C, size, size)."""
    image = features[int(roi[0])]
    x1, y1 = roi[1] * scale, roi[2] * scale
    width = (roi[3] + 1) * scale - x1
    height = (roi[4] + 1) * scale - y1
    out = features.new_zeros(len(image), size, size)
    for row in range(size):
        for column in range(size):
            top = max(math.floor(y1 + row * height / size), 0)
            left = max(math.floor(x1 + column * width / size), 0)
            bottom = max(math.ceil(y1 + (row + 1) * height / size), 0)
            right = max(math.ceil(x1 + (column + 1) * width / size), 0)
            pixels = image[:, top:bottom, left:right]
            if pixels.numel() and width > 0 and height > 0:
                out[:, row, column] = pixels.amax((1, 2))
    return out


def test_no_rois():
    features = torch.ones(1, 3, 8, 8, requires_grad=True)
    out = roi_pool(features, torch.zeros(0, 5), 7, 1.)
    assert out.shape == (0, 3, 7, 7)
    out.sum().backward()
    assert not features.grad.any()


def test_largest_pixel_of_each_bin():
    features = torch.tensor([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 1, 1],
                             [3, 2, 1, 1.]])[None, None].requires_grad_()
    out = roi_pool(features, torch.tensor([[0, 0, 0, 3, 3.]]), 2, 1.)
    assert out[0, 0].tolist() == [[5, 7], [9, 1]]
    out.backward(torch.tensor([[[[10., 20], [30, 40]]]]))
    # Of the four equal pixels of the last bin the first gets the gradient.
    assert features.grad[0, 0].tolist() == [[0, 0, 0, 0], [0, 10, 0, 20],
                                            [0, 30, 40, 0], [0, 0, 0, 0]]


def test_negative_values_and_empty_bins():
    features = torch.full((1, 1, 4, 4), -3., requires_grad=True)
    rois = torch.tensor([[0, 0, 0, 3, 3.], [0, 20, 20, 30, 30],
                         [0, 3, 3, 1, 1]])
    out = roi_pool(features, rois, 1, 1.)
    assert out.flatten().tolist() == [-3, 0, 0]
    out.sum().backward()
    assert features.grad.sum() == 1


@pytest.mark.parametrize('layout',
                         (torch.contiguous_format, torch.channels_last))
@pytest.mark.parametrize('size', (7, 14))
def test_equals_the_equation(compiled_answers, size, layout):
    features = torch.from_numpy(compiled_answers['roi_align/features'])
    rois = torch.from_numpy(compiled_answers['roi_align/rois'])
    leaf = features.clone().to(memory_format=layout).requires_grad_()
    out = roi_pool(leaf, rois, size, .25)
    reference = features.clone().requires_grad_()
    expected = torch.stack(
        [pool_by_loop(reference, roi, size, .25) for roi in rois])
    assert torch.equal(out, expected)
    grad = torch.from_numpy(compiled_answers[f'roi_align/grad{size}'])
    out.backward(grad)
    expected.backward(grad)
    torch.testing.assert_close(
        leaf.grad.contiguous(), reference.grad, rtol=0, atol=1e-4)


@pytest.mark.parametrize('dtype', (torch.float16, torch.bfloat16))
def test_half_types(dtype):
    features = torch.arange(64.).view(1, 1, 8, 8).to(dtype).requires_grad_()
    rois = torch.tensor([[0, 0, 0, 7, 7.]], dtype=dtype)
    out = roi_pool(features, rois, 2, 1.)
    assert out.dtype == dtype
    assert out.flatten().tolist() == [27, 31, 59, 63]
    out.sum().backward()
    assert features.grad.dtype == dtype
    assert features.grad.sum() == 4


def test_chunks_change_nothing(monkeypatch, compiled_answers):
    features = torch.from_numpy(compiled_answers['roi_align/features'])
    rois = torch.from_numpy(compiled_answers['roi_align/rois'])
    out = roi_pool(features, rois, 7, .25)
    monkeypatch.setattr('custom.ops.roi_windows.MAX_GATHERED', 500)
    assert torch.equal(out, roi_pool(features, rois, 7, .25))


def test_impossible_roi():
    with pytest.raises(ValueError, match='RoI 0 .* image 1 of 0..0'):
        roi_pool(torch.ones(1, 1, 4, 4), torch.tensor([[1, 0, 0, 3, 3.]]), 1)


def test_torch_alone_does_the_same(monkeypatch, compiled_answers):
    features = torch.from_numpy(compiled_answers['roi_align/features'])
    rois = torch.from_numpy(compiled_answers['roi_align/rois'])
    grad = torch.from_numpy(compiled_answers['roi_align/grad7'])

    def pool():
        leaf = features.clone().requires_grad_()
        out = roi_pool(leaf, rois, 7, .25)
        return out, *torch.autograd.grad(out, leaf, grad)

    out, leaf_grad = pool()
    # What a GPU without compiled MMCV runs.
    monkeypatch.setattr(roi_pool_module, '_pool_by_loop',
                        roi_pool_module.pool_by_gathering)
    assert torch.equal(out, pool()[0])
    argmax = torch.empty(out.shape, dtype=torch.int)
    roi_pool_module.roi_pool_forward(features, rois, torch.empty_like(out),
                                     argmax, 7, 7, .25)
    scattered = torch.empty_like(features)
    roi_pool_module.scatter_grad(grad, rois[:, 0].long(), argmax, scattered)
    torch.testing.assert_close(leaf_grad, scattered, rtol=0, atol=1e-5)
