"""RoI extractor for feature pyramids: all levels pooled in one pass."""
from typing import Any, Optional, Sequence, Tuple

import torch
from mmcv.ops import RoIAlign
from mmdet.models import SingleRoIExtractor
from mmdet.registry import MODELS
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from custom.ops.roi_align_avg import (RoIAlignOptions, roi_align_avg_backward,
                                      roi_align_avg_forward)
from custom.ops.roi_windows import computing_dtype, unflatten_map


@MODELS.register_module()
class MultiLevelRoIExtractor(SingleRoIExtractor):
    """RoI extractor of a pyramid, fast, and safe in half types.

    Each RoI is pooled from one level, by its scale, as in `FPN
    <https://arxiv.org/abs/1612.03144>`_. Arguments and results are those of
    MMDetection's ``SingleRoIExtractor``, with two differences: the results
    have the dtype of the features also under autocast, and RoIs stay in
    float32, because in bfloat16 a corner at 1000 pixels is off by up to 2.
    """

    def forward(self,
                feats: Tuple[Tensor, ...],
                rois: Tensor,
                roi_scale_factor: Optional[float] = None) -> Tensor:
        """Pools every RoI from its level.

        Args:
            feats: per level (N, C, H, W), of any memory format and dtype.
            rois: (R, 5), rows of image index, x1, y1, x2, y2 in image pixels.
            roi_scale_factor: by which RoIs grow about their centers, after
                their levels are chosen; with one level it is ignored.

        Returns:
            (R, C, pooled height, pooled width), contiguous.

        Raises:
            ValueError: a RoI that is not finite, names an image that is not
                in the batch, or has x2 < x1 or y2 < y1.
        """
        rois = rois.to(computing_dtype(feats[0]))
        if len(feats) == 1:
            levels = rois.new_zeros(len(rois), dtype=torch.long)
        else:
            # What no number can stand for becomes 0, and is refused later.
            levels = self.map_roi_levels(rois, len(feats)).clamp(min=0)
            if roi_scale_factor is not None:
                rois = self.roi_rescale(rois, roi_scale_factor)
        layer = self.roi_layers[0]
        together = (
            feats[0].device.type == 'cpu' and isinstance(layer, RoIAlign)
            and layer.pool_mode == 'avg')
        if not together:
            return self._pool_by_level(feats, rois, levels)
        scales = [layer.spatial_scale for layer in self.roi_layers]
        options = RoIAlignOptions(layer.output_size, layer.sampling_ratio,
                                  layer.aligned)
        return _AverageRoIAlign.apply(rois, levels, scales[:len(feats)],
                                      options, *feats)

    def _pool_by_level(self, feats: Tuple[Tensor, ...], rois: Tensor,
                       levels: Tensor) -> Tensor:
        inds, pooled = [], []
        for level, (layer, feat) in enumerate(zip(self.roi_layers, feats)):
            inds.append((levels == level).nonzero()[:, 0])
            if len(inds[-1]):
                pooled.append(layer(feat, rois[inds[-1]]))
            else:
                # Its gradient is zero, not None: distributed training waits
                # for the gradient of every parameter.
                pooled.append(feat[:0].reshape(0, feat.shape[1],
                                               *layer.output_size))
        return torch.cat(pooled).index_select(0, torch.cat(inds).argsort())


class _AverageRoIAlign(Function):
    """:func:`roi_align_avg_forward` of all levels at once."""

    @staticmethod
    def forward(ctx: Any, rois: Tensor, levels: Tensor,
                scales: Sequence[float], options: RoIAlignOptions, *feats:
                Tensor) -> Tensor:
        ctx.save_for_backward(rois, levels)
        ctx.scales = scales
        ctx.options = options
        ctx.shapes = [feat.shape for feat in feats]
        ctx.contiguous = [feat.is_contiguous() for feat in feats]
        output = feats[0].new_empty(
            len(rois), feats[0].shape[1], *options.size)
        roi_align_avg_forward(feats, rois, levels, scales, options, output)
        return output

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: Tensor) -> tuple:
        flat_grads = roi_align_avg_backward(grad_output, *ctx.saved_tensors,
                                            ctx.scales, ctx.options,
                                            ctx.shapes,
                                            ctx.needs_input_grad[4:])
        grads = (flat if flat is None else _as_map(flat, shape, contiguous)
                 for flat, shape, contiguous in zip(flat_grads, ctx.shapes,
                                                    ctx.contiguous))
        return (None, None, None, None, *grads)


def _as_map(flat: Tensor, shape: torch.Size, contiguous: bool) -> Tensor:
    """(N * H * W, C) as (N, C, H, W): a copy if contiguous, else a view."""
    num, channels, height, width = shape
    if not contiguous:
        return flat.view(num, height, width, channels).permute(0, 3, 1, 2)
    feature_map = flat.new_empty(shape)
    unflatten_map(flat, feature_map)
    return feature_map
