"""RoIPool: the largest value under each bin of a RoI.

`Fast R-CNN <https://arxiv.org/abs/1504.08083>`_, with the borders of the bins
computed as in MMCV's CUDA kernel. Signatures are those of the compiled
``mmcv._ext``: results are written into tensors of the caller.
"""
from typing import Tuple

import torch
from torch import Tensor

from custom.ops.gather import (check_rois, computing_dtype, flatten_map,
                               regular_blocks)


def roi_pool_forward(input: Tensor, rois: Tensor, output: Tensor,
                     argmax: Tensor, pooled_height: int, pooled_width: int,
                     spatial_scale: float) -> None:
    """Pools every RoI into ``output``.

    Args:
        input: (N, C, H, W), of any memory format and floating dtype.
        rois: (R, 5), rows of image index, x1, y1, x2, y2 in image pixels,
            x2 and y2 being the last pixel inside.
        output: (R, C, pooled_height, pooled_width), overwritten; an empty
            bin is 0.
        argmax: int32, shaped like ``output``, overwritten with y * W + x of
            the largest value, -1 for an empty bin.
        spatial_scale: size of the map over size of the image.

    Raises:
        ValueError: a RoI that is not finite or names an image that is not
            in the batch.
    """
    output.zero_()
    argmax.fill_(-1)
    if output.numel() == 0:
        return
    num, channels, height, width = input.shape
    pooled = (pooled_height, pooled_width)
    begin_y, end_y, begin_x, end_x = _bin_borders(rois, input.shape, pooled,
                                                  spatial_scale)
    first_row = rois[:, 0].long() * height
    flat = flatten_map(input)
    sizes = torch.stack([(end_y - begin_y).amax(1), (end_x - begin_x).amax(1)])
    for block, rows, columns in regular_blocks(
            sizes, pooled_height * pooled_width * channels):
        if rows * columns == 0:
            continue
        # (r, bins in y, bins in x, rows, columns)
        y = (begin_y[block, :, None] +
             torch.arange(rows, device=rois.device))[:, :, None, :, None]
        x = (begin_x[block, :, None] +
             torch.arange(columns, device=rois.device))[:, None, :, None, :]
        inside = ((y < end_y[block][:, :, None, None, None]) &
                  (x < end_x[block][:, None, :, None, None]))
        place = y.clamp(max=height - 1) * width + x.clamp(max=width - 1)
        pixel = first_row[block][:, None, None, None, None] * width + place
        value = flat[pixel.flatten()].masked_fill(~inside.flatten()[:, None],
                                                  float('-inf'))
        best, sample = value.view(
            len(block), *pooled, rows * columns, channels).max(3)
        best_place = place.flatten(3).gather(3, sample)
        filled = inside.flatten(3).any(3, keepdim=True)
        output[block] = best.where(filled, 0.).permute(0, 3, 1,
                                                       2).to(output.dtype)
        argmax[block] = best_place.where(filled,
                                         -1).permute(0, 3, 1,
                                                     2).to(argmax.dtype)


def roi_pool_backward(grad_output: Tensor, rois: Tensor, argmax: Tensor,
                      grad_input: Tensor, pooled_height: int,
                      pooled_width: int, spatial_scale: float) -> None:
    """The gradient of :func:`roi_pool_forward` for its ``input``.

    Args:
        grad_output: (R, C, pooled_height, pooled_width).
        grad_input: (N, C, H, W), overwritten.

    The other arguments are those of the forward pass.
    """
    num, channels, height, width = grad_input.shape
    plane = rois[:, :1].long() * channels + torch.arange(
        channels, device=rois.device)
    pixel = plane[:, :, None, None] * (height * width) + argmax.clamp(min=0)
    grad = grad_output.to(computing_dtype(grad_output)) * (argmax >= 0)
    flat = grad.new_zeros(grad_input.numel())
    flat.scatter_add_(0, pixel.flatten(), grad.flatten())
    grad_input.copy_(flat.view(grad_input.shape))


def _bin_borders(rois: Tensor, map_shape: Tuple[int, ...], pooled: Tuple[int,
                                                                         int],
                 spatial_scale: float) -> Tuple[Tensor, ...]:
    """First and past-the-last pixel of each bin: y, y, x, x, (R, bins) each.

    A RoI that ends before it begins gets empty bins.
    """
    boxes = rois.to(computing_dtype(rois))
    start = boxes[:, [2, 1]].t() * spatial_scale
    size = (boxes[:, [4, 3]].t() + 1) * spatial_scale - start
    check_rois(rois[:, 0], size, map_shape[0])
    malformed = (size <= 0).any(0)
    borders = []
    for axis, (bins, length) in enumerate(zip(pooled, map_shape[2:])):
        index = torch.arange(bins, device=rois.device)
        bin_size = (size[axis] / bins)[:, None]
        first = start[axis][:, None]
        begin = (index * bin_size + first).floor().clamp(0, length).long()
        end = ((index + 1) * bin_size + first).ceil().clamp(0, length).long()
        end = torch.where(malformed[:, None], begin, torch.maximum(begin, end))
        borders += [begin, end]
    return tuple(borders)
