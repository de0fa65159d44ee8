"""RoIAlign, average and max, in the form of MMCV's compiled operators.

`Mask R-CNN <https://arxiv.org/abs/1703.06870>`_, with the options that MMCV
gave it (``aligned``, adaptive sampling, max pooling). Signatures are those of
the compiled ``mmcv._ext``: results are written into tensors of the caller.
"""
import torch
from torch import Tensor

from custom.ops.roi_align_avg import (RoIAlignOptions, SamplingGrid, bilinear,
                                      roi_align_avg_backward,
                                      roi_align_avg_forward, sample_places,
                                      sampling_grid)
from custom.ops.roi_windows import (computing_dtype, flatten_map,
                                    regular_blocks, unflatten_map)

# What MMCV's maximum starts from, and so the value of a bin without samples.
LOWEST = -10000.


def roi_align_forward(input: Tensor, rois: Tensor, output: Tensor,
                      argmax_y: Tensor, argmax_x: Tensor, aligned_height: int,
                      aligned_width: int, spatial_scale: float,
                      sampling_ratio: int, pool_mode: int,
                      aligned: bool) -> None:
    """RoIAlign: pools every RoI into ``output``.

    Args:
        input: (N, C, H, W), of any memory format and floating dtype.
        rois: (R, 5), rows of image index, x1, y1, x2, y2 in image pixels.
        output: (R, C, aligned_height, aligned_width), overwritten.
        argmax_y, argmax_x: shaped like ``output``, overwritten with the
            place of the largest sample in pixels of the map, -1 for none;
            not touched by average pooling.
        spatial_scale: size of the map over size of the image.
        sampling_ratio: samples per bin and axis; 0 or less for one per pixel.
        pool_mode: 0 for max, 1 for average.
        aligned: whether pixel centers lie at .5; if not, RoIs are at least
            one pixel large.

    Raises:
        ValueError: a RoI that is not finite, names an image that is not in
            the batch, or (with ``aligned``) has x2 < x1 or y2 < y1.
    """
    options = RoIAlignOptions((aligned_height, aligned_width), sampling_ratio,
                              aligned)
    if pool_mode == 0:
        _max_forward(input, rois, spatial_scale, options, output, argmax_y,
                     argmax_x)
        return
    levels = rois.new_zeros(len(rois), dtype=torch.long)
    roi_align_avg_forward([input], rois, levels, [spatial_scale], options,
                          output)


def roi_align_backward(grad_output: Tensor, rois: Tensor, argmax_y: Tensor,
                       argmax_x: Tensor, grad_input: Tensor,
                       aligned_height: int, aligned_width: int,
                       spatial_scale: float, sampling_ratio: int,
                       pool_mode: int, aligned: bool) -> None:
    """Gradient of :func:`roi_align_forward` for its ``input``.

    Args:
        grad_output: (R, C, aligned_height, aligned_width).
        grad_input: (N, C, H, W), overwritten.

    The other arguments are those of the forward pass.
    """
    if pool_mode == 0:
        _max_backward(grad_output, rois[:, 0].long(), argmax_y, argmax_x,
                      grad_input)
        return
    options = RoIAlignOptions((aligned_height, aligned_width), sampling_ratio,
                              aligned)
    levels = rois.new_zeros(len(rois), dtype=torch.long)
    flat, = roi_align_avg_backward(grad_output, rois, levels, [spatial_scale],
                                   options, [grad_input.shape], [True])
    unflatten_map(flat, grad_input)


def _max_forward(input: Tensor, rois: Tensor, spatial_scale: float,
                 options: RoIAlignOptions, output: Tensor, argmax_y: Tensor,
                 argmax_x: Tensor) -> None:
    if output.numel() == 0:
        return
    channels, height, width = input.shape[1:]
    pooled = options.size
    grid = sampling_grid(rois, len(input), spatial_scale, options)
    image = rois[:, 0].long()
    flat = flatten_map(input.to(computing_dtype(input)))
    output.fill_(LOWEST)
    argmax_y.fill_(-1)
    argmax_x.fill_(-1)
    per_sample = pooled[0] * pooled[1] * channels
    for rois, rows, columns in regular_blocks(grid.samples, per_sample):
        if rows * columns == 0:
            continue
        place_y = _places_in_bins(grid, 0, rois, pooled[0], rows)
        place_x = _places_in_bins(grid, 1, rois, pooled[1], columns)
        # (r, bins in y, bins in x, samples in y, samples in x)
        shape = (len(rois), *pooled, rows, columns)
        place_y = place_y[:, :, None, :, None]
        place_x = place_x[:, None, :, None, :]
        top, bottom, weight_top, weight_bottom = bilinear(place_y, height)
        left, right, weight_left, weight_right = bilinear(place_x, width)
        first_row = (image[rois] * height)[:, None, None, None, None]

        def term(row, column, weight_row, weight_column):
            pixel = (first_row + row) * width + column
            weight = (weight_row * weight_column).flatten()[:, None]
            return flat[pixel.flatten()] * weight

        # Summed in MMCV's order, so that equal samples stay equal and the
        # first one of them wins.
        value = term(top, left, weight_top, weight_left)
        value += term(top, right, weight_top, weight_right)
        value += term(bottom, left, weight_bottom, weight_left)
        value += term(bottom, right, weight_bottom, weight_right)
        best, sample = value.view(*shape[:3], rows * columns, channels).max(3)
        bin_y = torch.arange(pooled[0], device=rois.device)[:, None, None]
        bin_x = torch.arange(pooled[1], device=rois.device)[:, None]
        roi = torch.arange(len(rois), device=rois.device)[:, None, None, None]
        found = best > LOWEST
        best_y = place_y[roi, bin_y, 0, sample // columns, 0]
        best_x = place_x[roi, 0, bin_x, 0, sample % columns]
        for target, result in ((output, best.clamp(min=LOWEST)),
                               (argmax_y, best_y.where(found, -1.)),
                               (argmax_x, best_x.where(found, -1.))):
            target[rois] = result.permute(0, 3, 1, 2).to(target.dtype)


def _max_backward(grad_output: Tensor, image: Tensor, argmax_y: Tensor,
                  argmax_x: Tensor, grad_input: Tensor) -> None:
    dtype = computing_dtype(grad_output)
    num, channels, height, width = grad_input.shape
    top, bottom, weight_top, weight_bottom = bilinear(
        argmax_y.to(dtype), height)
    left, right, weight_left, weight_right = bilinear(
        argmax_x.to(dtype), width)
    # -1 stands for "no sample", though it might be a place.
    grad = grad_output.to(dtype) * (argmax_y != -1)
    plane = image[:, None] * channels + torch.arange(
        channels, device=image.device)
    first_row = plane[:, :, None, None] * height
    flat = grad.new_zeros(grad_input.numel())
    for row, column, weight in ((top, left, weight_top * weight_left),
                                (top, right, weight_top * weight_right),
                                (bottom, left, weight_bottom * weight_left),
                                (bottom, right, weight_bottom * weight_right)):
        pixel = (first_row + row) * width + column
        flat.scatter_add_(0, pixel.flatten(), (grad * weight).flatten())
    grad_input.copy_(flat.view(grad_input.shape))


def _places_in_bins(grid: SamplingGrid, axis: int, rois: Tensor, pooled: int,
                    samples: int) -> Tensor:
    """(r, pooled, samples), where RoIs with equally many samples have them."""
    bin_index = torch.arange(pooled, device=rois.device)[:, None]
    in_bin = torch.arange(samples, device=rois.device)
    return sample_places(*(field[axis][rois][:, None, None] for field in grid),
                         bin_index, in_bin)
