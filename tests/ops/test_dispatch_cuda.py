import itertools

import pytest
import torch

from custom.ops import dispatch_cuda, nms, roi_align

CASES = list(itertools.product((0, 2), (True, False)))


def pool(module, sampling, aligned, dtype):
    generator = torch.Generator().manual_seed(0)
    features = torch.randn((2, 3, 20, 30), generator=generator).to(dtype)
    rois = torch.tensor([[0, 3, 5, 60, 70.], [1, -20, 8, 30, 20],
                         [1, 90, 50, 150, 90]])
    grad = torch.randn((3, 3, 7, 7), generator=generator).to(dtype)
    out, grad_input = torch.empty_like(grad), torch.empty_like(features)
    unused = torch.zeros(0)
    options = dict(
        aligned_height=7,
        aligned_width=7,
        spatial_scale=.25,
        sampling_ratio=sampling,
        pool_mode=1,
        aligned=aligned)
    module.roi_align_forward(
        features.to(memory_format=torch.channels_last), rois, out, unused,
        unused, **options)
    module.roi_align_backward(grad, rois, unused, unused, grad_input,
                              **options)
    return out, grad_input


def test_what_torchvision_does_otherwise_is_not_taken_from_it():
    for name, options in (('nms', dict(offset=1)), ('roi_pool_forward', {}),
                          ('roi_align_forward', dict(pool_mode=0))):
        assert dispatch_cuda.cuda_operator(name, nms.nms, None,
                                           options) is nms.nms


def test_the_fallback_is_told():
    assert dispatch_cuda.cuda_backend(compiled=True).endswith('mmcv compiled')
    assert dispatch_cuda.cuda_backend(compiled=False).endswith('custom.ops')


# torchvision is optional, and its wheels do not import beside the CPU build of
# torch that the tests install. Its operators take tensors of the CPU too, so
# that where it does import the wrappers are checked without a GPU.
@pytest.mark.torchvision
@pytest.mark.parametrize('dtype', (torch.float, torch.bfloat16))
@pytest.mark.parametrize('sampling,aligned', CASES)
def test_torchvision_roi_align_equals_ours(sampling, aligned, dtype):
    expected = pool(roi_align, sampling, aligned, dtype)
    torch.testing.assert_close(
        pool(dispatch_cuda, sampling, aligned, dtype), expected)


@pytest.mark.torchvision
def test_torchvision_nms_equals_ours():
    # IoU 3 / 10 in float32 is above the float64 0.3.
    boxes = torch.tensor([[0, 0, 10, 1.], [0, 0, 3, 1], [20, 0, 23, 1]])
    scores = torch.tensor([.7, .8, .9])
    for threshold in (.2, .3, .4):
        assert torch.equal(
            dispatch_cuda.nms(boxes, scores, threshold, 0),
            nms.nms(boxes, scores, threshold, 0))


def test_compiled_operators_see_float32():

    def double(values, rois, output, offset):
        assert values.is_contiguous()
        assert values.dtype == rois.dtype == output.dtype == torch.float
        output.copy_(values * 2)
        return offset

    values = torch.arange(24.).view(1, 2, 3, 4).bfloat16()
    values = values.to(memory_format=torch.channels_last)
    output = torch.zeros_like(values)
    result = dispatch_cuda.in_float32(double)(
        values, torch.zeros(1, 5), output, offset=5)
    assert result == 5
    assert torch.equal(output, values * 2)
