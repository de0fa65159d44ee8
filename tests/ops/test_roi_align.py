import itertools

import pytest
import torch
from mmcv.ops import roi_align

TOLERANCE = 1e-4
CASES = list(itertools.product((7, 14), (0, 2), (True, False), ('avg', 'max')))


def ramp(height, width):
    """(1, 2, height, width): channel 0 is x, channel 1 is y."""
    y, x = torch.meshgrid(
        torch.arange(float(height)), torch.arange(float(width)), indexing='ij')
    return torch.stack([x, y])[None]


@pytest.mark.parametrize('mode', ('avg', 'max'))
def test_no_rois(mode):
    features = torch.ones(1, 3, 8, 8, requires_grad=True)
    out = roi_align(features, torch.zeros(0, 5), 7, 1., 0, mode, True)
    assert out.shape == (0, 3, 7, 7)
    out.sum().backward()
    assert features.grad.shape == features.shape
    assert not features.grad.any()


def test_constant_map():
    features = torch.full((2, 1, 8, 8), 5.)
    rois = torch.tensor([[0, 1, 1, 5, 6.], [1, 0, 0, 8, 8]])
    out = roi_align(features, rois, 7, 1., 0, 'avg', True)
    torch.testing.assert_close(out, torch.full((2, 1, 7, 7), 5.))


def test_ramp_gives_centers_of_bins():
    # Bins of 2 x 4 pixels from (2, 4) on. Pixel centers lie at .5, so the
    # first bin's center (3, 6) has the value (2.5, 5.5).
    out = roi_align(
        ramp(16, 16), torch.tensor([[0, 2, 4, 6, 12.]]), 2, 1., 0, 'avg', True)
    assert out[0, 0].tolist() == [[2.5, 4.5], [2.5, 4.5]]
    assert out[0, 1].tolist() == [[5.5, 5.5], [9.5, 9.5]]


def test_ramp_not_aligned():
    out = roi_align(
        ramp(16, 16), torch.tensor([[0, 2, 4, 6, 10.]]), 2, 1., 2, 'avg',
        False)
    assert out[0, 0].tolist() == [[3., 5.], [3., 5.]]
    assert out[0, 1].tolist() == [[5.5, 5.5], [8.5, 8.5]]


def test_max_is_the_largest_sample():
    # One bin of 4 pixels in x and 1 in y: samples at x = 0, 1, 2, 3.
    features = ramp(8, 8).requires_grad_()
    out = roi_align(features, torch.tensor([[0, 0, 0, 4, 1.]]), 1, 1., 0,
                    'max', True)
    assert out.flatten().tolist() == [3., 0.]
    out.sum().backward()
    # The gradient goes to the sample that won; of equal ones to the first.
    assert features.grad[0, 0].nonzero().tolist() == [[0, 3]]
    assert features.grad[0, 1].nonzero().tolist() == [[0, 0]]


def test_roi_outside_is_zero():
    features = torch.ones(1, 1, 8, 8, requires_grad=True)
    out = roi_align(features, torch.tensor([[0, 20, 20, 30, 30.]]), 7, 1., 0,
                    'avg', True)
    assert not out.any()
    out.sum().backward()
    assert not features.grad.any()


def test_gradient_of_a_mean():
    # A bin over exactly 2 x 2 pixels is their mean.
    features = torch.zeros(2, 1, 4, 4, requires_grad=True)
    roi_align(features, torch.tensor([[1, 1, 1, 3, 3.]]), 1, 1., 0, 'avg',
              True).backward(torch.tensor([[[[8.]]]]))
    assert not features.grad[0].any()
    assert features.grad[1, 0].tolist() == [[0, 0, 0, 0], [0, 2, 2, 0],
                                            [0, 2, 2, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize('layout',
                         (torch.contiguous_format, torch.channels_last))
@pytest.mark.parametrize('size,sampling,aligned,mode', CASES)
def test_equals_compiled_mmcv(compiled_answers, size, sampling, aligned, mode,
                              layout):

    def answer(name):
        return torch.from_numpy(compiled_answers[f'roi_align/{name}'])

    features = answer('features').to(memory_format=layout).requires_grad_()
    out = roi_align(features, answer('rois'), size, .25, sampling, mode,
                    aligned)
    out.backward(answer(f'grad{size}'))
    case = f'{size}_{sampling}_{aligned}_{mode}'
    close = dict(rtol=0, atol=TOLERANCE)
    torch.testing.assert_close(out, answer(f'{case}/output'), **close)
    torch.testing.assert_close(features.grad.contiguous(),
                               answer(f'{case}/grad'), **close)


@pytest.mark.parametrize('mode', ('avg', 'max'))
@pytest.mark.parametrize('dtype', (torch.float16, torch.bfloat16))
def test_half_types(dtype, mode):
    generator = torch.Generator().manual_seed(0)
    features = torch.randn((1, 4, 16, 16),
                           generator=generator).to(dtype).requires_grad_()
    rois = torch.tensor([[0, 2, 3, 13, 11.]], dtype=dtype)
    out = roi_align(features, rois, 7, 1., 0, mode, True)
    out.float().sum().backward()
    same = features.detach().float().requires_grad_()
    expected = roi_align(same, rois.float(), 7, 1., 0, mode, True)
    expected.sum().backward()
    assert out.dtype == features.grad.dtype == dtype
    # Summed in float32 and rounded once, so equal to the last bit.
    assert torch.equal(out, expected.to(dtype))
    if mode == 'avg':
        assert torch.equal(features.grad, same.grad.to(dtype))


def test_gradient_by_finite_differences():
    features = torch.randn((1, 1, 5, 6), dtype=torch.double).requires_grad_()
    rois = torch.tensor([[0, .3, .6, 4.9, 4.2]], dtype=torch.double)
    assert torch.autograd.gradcheck(
        lambda x: roi_align(x, rois, 2, 1., 0, 'avg', True), features)


@pytest.mark.parametrize('mode', ('avg', 'max'))
def test_chunks_change_nothing(monkeypatch, compiled_answers, mode):
    features = torch.from_numpy(compiled_answers['roi_align/features'])
    rois = torch.from_numpy(compiled_answers['roi_align/rois'])

    def pool():
        leaf = features.clone().requires_grad_()
        out = roi_align(leaf, rois, 7, .25, 0, mode, True)
        out.sum().backward()
        return out, leaf.grad

    out, grad = pool()
    monkeypatch.setattr('custom.ops.roi_align_avg.FORWARD_PIXELS', 500)
    monkeypatch.setattr('custom.ops.roi_align_avg.BACKWARD_PIXELS', 500)
    monkeypatch.setattr('custom.ops.roi_windows.MAX_GATHERED', 500)
    chunked_out, chunked_grad = pool()
    assert torch.equal(out, chunked_out)
    torch.testing.assert_close(grad, chunked_grad)


@pytest.mark.parametrize('roi,message', (
    ([2, 0, 0, 4, 4], r'RoI 1 .* image 2 of 0..1'),
    ([-1, 0, 0, 4, 4], r'RoI 1 .* image -1 of 0..1'),
    ([0, 0, 0, float('nan'), 4], r'RoI 1 .* \[4.0, nan\]'),
    ([0, 5, 0, 4, 4], r'x2 < x1 or y2 < y1: \[\[0.0, 5.0,'),
))
def test_impossible_rois(roi, message):
    rois = torch.tensor([[0, 0, 0, 4, 4], roi], dtype=torch.float)
    with pytest.raises(ValueError, match=message):
        roi_align(torch.ones(2, 1, 8, 8), rois, 7, 1., 0, 'avg', True)
