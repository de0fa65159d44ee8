import pytest
import torch
from mmdet.models import SingleRoIExtractor
from mmdet.registry import MODELS

from custom.models import MultiLevelRoIExtractor

STRIDES = [4, 8, 16, 32]
ALIGN = dict(type='RoIAlign', output_size=7, sampling_ratio=0)
LAYERS = (ALIGN, dict(ALIGN, sampling_ratio=2), dict(ALIGN, pool_mode='max'),
          dict(ALIGN, aligned=False), dict(type='RoIPool', output_size=7))
# Of sides 50, 150, 300 and 600 pixels, and so of levels 1, 3, 0, 2, 0.
ROIS = torch.tensor([[0, 20, 30, 170, 180.], [1, 0, 0, 600, 600],
                     [0, 100, 9.5, 150, 59.5], [1, 200, 300, 500, 600],
                     [1, 620, 620, 660, 660]])


def extractor(cls=MultiLevelRoIExtractor, layer=ALIGN, num_levels=4):
    return cls(
        dict(layer), out_channels=3, featmap_strides=STRIDES[:num_levels])


def pyramid(num_levels=4, dtype=torch.float, layout=torch.contiguous_format):
    """Maps of two images of 640 x 640 pixels; leaves that want gradients."""
    generator = torch.Generator().manual_seed(0)
    return tuple(
        torch.randn((2, 3, 640 // stride,
                     640 // stride), generator=generator).to(dtype).to(
                         memory_format=layout).requires_grad_()
        for stride in STRIDES[:num_levels])


def pool(module, feats, rois, **options):
    """The pooled RoIs and the gradients of their weighted sum."""
    out = module(feats, rois, **options)
    weight = torch.arange(out.numel(), dtype=torch.float).view(out.shape)
    grads = torch.autograd.grad((out.float() * weight.cos()).sum(), feats)
    return out, grads


def assert_same(found, expected, **close):
    torch.testing.assert_close(found[0], expected[0], **close)
    for grad, other in zip(found[1], expected[1]):
        torch.testing.assert_close(grad.contiguous(), other.contiguous(),
                                   **close)


@pytest.mark.parametrize('num_levels', (1, 4))
@pytest.mark.parametrize('layer', LAYERS)
def test_no_rois(layer, num_levels):
    feats = pyramid(num_levels)
    out, grads = pool(
        extractor(layer=layer, num_levels=num_levels), feats, ROIS[:0])
    assert out.shape == (0, 3, 7, 7)
    assert not any(grad.any() for grad in grads)


def test_registered():
    module = MODELS.build(
        dict(
            type='MultiLevelRoIExtractor',
            roi_layer=dict(ALIGN),
            out_channels=3,
            featmap_strides=STRIDES))
    assert isinstance(module, SingleRoIExtractor)


def test_each_roi_comes_from_its_level():
    feats = tuple(
        torch.full((2, 3, 640 // stride, 640 // stride), float(level))
        for level, stride in enumerate(STRIDES))
    out = extractor()(feats, ROIS[:4])
    assert out[:, 0, 3, 3].tolist() == [1, 3, 0, 2]


@pytest.mark.parametrize('layout',
                         (torch.contiguous_format, torch.channels_last))
@pytest.mark.parametrize('layer', LAYERS)
@pytest.mark.parametrize('options', ({}, dict(roi_scale_factor=1.5)))
def test_equals_single_roi_extractor(layer, layout, options):
    feats = pyramid(layout=layout)
    assert_same(
        pool(extractor(layer=layer), feats, ROIS, **options),
        pool(extractor(SingleRoIExtractor, layer), pyramid(), ROIS, **options),
        rtol=0,
        atol=1e-5)


@pytest.mark.parametrize('layer', LAYERS)
def test_one_level(layer):
    assert_same(
        pool(extractor(layer=layer, num_levels=1), pyramid(1), ROIS),
        pool(extractor(SingleRoIExtractor, layer, 1), pyramid(1), ROIS),
        rtol=0,
        atol=1e-5)


def test_gradient_is_exact_in_float64():
    assert_same(
        pool(extractor(), pyramid(dtype=torch.double), ROIS),
        pool(extractor(SingleRoIExtractor), pyramid(dtype=torch.double), ROIS),
        rtol=0,
        atol=1e-12)


@pytest.mark.parametrize('layer', LAYERS)
def test_levels_without_rois_get_zero_gradients(layer):
    _, grads = pool(extractor(layer=layer), pyramid(), ROIS[2:3])
    assert [bool(grad.any()) for grad in grads] == [True, False, False, False]


def test_only_the_gradients_that_are_wanted():
    feats = pyramid()
    feats[0].requires_grad_(False)
    extractor()(feats, ROIS).sum().backward()
    assert feats[0].grad is None
    assert all(feat.grad.any() for feat in feats[1:])


def test_gradient_has_the_layout_of_the_features():
    for layout in (torch.contiguous_format, torch.channels_last):
        _, grads = pool(extractor(), pyramid(layout=layout), ROIS)
        assert all(grad.is_contiguous(memory_format=layout) for grad in grads)


@pytest.mark.parametrize('layer', LAYERS)
def test_bfloat16_under_autocast(layer):
    wide = [feat.detach().bfloat16().float() for feat in pyramid()]
    expected = extractor(layer=layer)(wide, ROIS)
    with torch.autocast('cpu', torch.bfloat16):
        out, grads = pool(
            extractor(layer=layer), pyramid(dtype=torch.bfloat16), ROIS)
    # Computed in float32 with exact RoIs, and rounded once.
    assert torch.equal(out, expected.bfloat16())
    assert {grad.dtype for grad in grads} == {torch.bfloat16}


def test_inference_mode():
    with torch.inference_mode():
        assert torch.equal(extractor()(pyramid(), ROIS),
                           extractor()(pyramid(), ROIS))


@pytest.mark.parametrize('corner', (float('nan'), float('inf')))
def test_impossible_roi(corner):
    rois = ROIS.clone()
    rois[1, 3] = corner
    with pytest.raises(ValueError, match='RoI 1 cannot be pooled'):
        extractor()(pyramid(), rois)
