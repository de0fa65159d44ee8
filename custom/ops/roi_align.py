"""RoIAlign as a weighted sum over the pixels of a channels-last map.

`Mask R-CNN <https://arxiv.org/abs/1703.06870>`_, with the options that MMCV
gave it (``aligned``, adaptive sampling, max pooling). Signatures are those of
the compiled ``mmcv._ext``: results are written into tensors of the caller.

A bin's value is the mean of bilinear samples on a regular grid, so the weight
of a pixel is a weight of its row times a weight of its column. Rows and
columns are worked out once per RoI; the pixels then are gathered with
``embedding_bag``, which is fast since all channels of a pixel lie together.
"""
import functools
from typing import Iterator, List, NamedTuple, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from custom.ops.gather import (check_rois, computing_dtype, flatten_map,
                               group_windows, regular_blocks)

# Bounds the memory of a chunk of RoIs: 2**20 pixels, each with an index and
# a weight, are 12 MB.
MAX_PIXELS = 2**20

# What MMCV's maximum starts from, and so the value of a bin without samples.
LOWEST = -10000.

Size = Tuple[int, int]  # height, width


class _Grid(NamedTuple):
    """Where the RoIs are sampled; every field is (2, R): y first, then x.

    start, bin_size: pixels of the feature map, in the computing dtype.
    samples: samples per bin, int64.
    """
    start: Tensor
    bin_size: Tensor
    samples: Tensor


class _Taps(NamedTuple):
    """The pixels under the bins of one chunk of RoIs, bin after bin.

    rois: (r, ) int64, which RoIs these are.
    begin: (r * pooled_h * pooled_w, ) int64, where each bin's pixels begin.
    pixel: (n, ) int64, into the flat map.
    weight: (n, ), of the computing dtype.
    """
    rois: Tensor
    begin: Tensor
    pixel: Tensor
    weight: Tensor


def roi_align_forward(input: Tensor, rois: Tensor, output: Tensor,
                      argmax_y: Tensor, argmax_x: Tensor, aligned_height: int,
                      aligned_width: int, spatial_scale: float,
                      sampling_ratio: int, pool_mode: int,
                      aligned: bool) -> None:
    """Pools every RoI into ``output``.

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
        aligned: whether pixel centres lie at .5; if not, RoIs are at least
            one pixel large.

    Raises:
        ValueError: a RoI that is not finite, names an image that is not in
            the batch, or (with ``aligned``) has x2 < x1 or y2 < y1.
    """
    if output.numel() == 0:
        return
    pooled = (aligned_height, aligned_width)
    grid = _sampling_grid(rois, input.shape[0], pooled, spatial_scale,
                          sampling_ratio, aligned)
    image = rois[:, 0].long()
    if pool_mode == 0:
        _max_forward(input, image, grid, output, argmax_y, argmax_x)
        return
    flat = flatten_map(input)
    pooled_rois = flat.new_empty(
        (rois.shape[0], pooled[0] * pooled[1], input.shape[1]))
    for taps in _average_taps(image, grid, input.shape, pooled,
                              sampling_ratio):
        bins = F.embedding_bag(
            taps.pixel,
            flat,
            taps.begin,
            mode='sum',
            per_sample_weights=taps.weight)
        pooled_rois[taps.rois] = bins.view(-1, *pooled_rois.shape[1:])
    output.copy_(pooled_rois.transpose(1, 2).view(output.shape))


def roi_align_backward(grad_output: Tensor, rois: Tensor, argmax_y: Tensor,
                       argmax_x: Tensor, grad_input: Tensor,
                       aligned_height: int, aligned_width: int,
                       spatial_scale: float, sampling_ratio: int,
                       pool_mode: int, aligned: bool) -> None:
    """The gradient of :func:`roi_align_forward` for its ``input``.

    Args:
        grad_output: (R, C, aligned_height, aligned_width).
        grad_input: (N, C, H, W), overwritten.

    The other arguments are those of the forward pass.
    """
    if grad_output.numel() == 0:
        grad_input.zero_()
        return
    if pool_mode == 0:
        _max_backward(grad_output, rois[:, 0].long(), argmax_y, argmax_x,
                      grad_input)
        return
    pooled = (aligned_height, aligned_width)
    grid = _sampling_grid(rois, grad_input.shape[0], pooled, spatial_scale,
                          sampling_ratio, aligned)
    num, channels, height, width = grad_input.shape
    dtype = computing_dtype(grad_output)
    grad_rois = grad_output.flatten(2).transpose(1, 2).to(dtype).contiguous()
    parts = (
        _scatter(taps, grad_rois[taps.rois].flatten(0, 1),
                 num * height * width)
        for taps in _average_taps(rois[:, 0].long(), grid, grad_input.shape,
                                  pooled, sampling_ratio))
    flat = functools.reduce(Tensor.add_, parts)
    grad_input.copy_(
        flat.view(num, height, width, channels).permute(0, 3, 1, 2))


def _max_forward(input: Tensor, image: Tensor, grid: _Grid, output: Tensor,
                 argmax_y: Tensor, argmax_x: Tensor) -> None:
    pooled = output.shape[2:]
    channels, height, width = input.shape[1:]
    flat = flatten_map(input)
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
        top, bottom, weight_top, weight_bottom = _bilinear(place_y, height)
        left, right, weight_left, weight_right = _bilinear(place_x, width)
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
    top, bottom, weight_top, weight_bottom = _bilinear(
        argmax_y.to(dtype), height)
    left, right, weight_left, weight_right = _bilinear(
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


def _places_in_bins(grid: _Grid, axis: int, rois: Tensor, pooled: int,
                    samples: int) -> Tensor:
    """(r, pooled, samples), where RoIs with equally many samples have them."""
    bin_index = torch.arange(pooled, device=rois.device)[:, None]
    in_bin = torch.arange(samples, device=rois.device)
    return _sample_places(
        *(field[axis][rois][:, None, None] for field in grid), bin_index,
        in_bin)


def _sampling_grid(rois: Tensor, num_images: int, pooled: Size,
                   spatial_scale: float, sampling_ratio: int,
                   aligned: bool) -> _Grid:
    boxes = rois.to(computing_dtype(rois))
    # The order of the operations is MMCV's: rounding decides on which side
    # of the border a sample falls, and how many samples there are.
    boxes = boxes[:, [2, 1, 4, 3]].t() * spatial_scale
    boxes = boxes - 0.5 if aligned else boxes
    start, size = boxes[:2], boxes[2:] - boxes[:2]
    check_rois(rois[:, 0], size, num_images)
    if not aligned:
        size = size.clamp(min=1.)
    elif (size < 0).any():
        raise ValueError('RoIs with x2 < x1 or y2 < y1: '
                         f'{rois[(size < 0).any(0)][:3].tolist()}')
    bin_size = size / size.new_tensor(pooled)[:, None]
    if sampling_ratio > 0:
        samples = torch.full_like(size, sampling_ratio, dtype=torch.long)
    else:
        samples = bin_size.ceil().long()
    return _Grid(start, bin_size, samples)


def _average_taps(image: Tensor, grid: _Grid, map_shape: Tuple[int, ...],
                  pooled: Size, sampling_ratio: int) -> Iterator[_Taps]:
    """The pixels and weights whose sum is average pooling, in chunks."""
    height, width = map_shape[2:]
    adaptive = sampling_ratio <= 0
    lengths = grid.samples.new_tensor([height, width])[:, None]
    if adaptive:
        # Adaptive samples are at most a pixel apart, so n of them touch
        # n + 1 neighbouring rows at most: fewer than two rows per sample.
        sizes = torch.minimum(grid.samples + 1, lengths)
    else:
        sizes = 2 * grid.samples
    order, windows, counts = group_windows(sizes)
    grid = _Grid(*(field[:, order] for field in grid))
    sizes = sizes[:, order]
    image = image[order]
    pixel_y, weight_y = _axis_taps(grid, 0, sizes[0], pooled[0], height,
                                   adaptive)
    pixel_x, weight_x = _axis_taps(grid, 1, sizes[1], pooled[1], width,
                                   adaptive)
    first_row = image.repeat_interleave(sizes[0] * pooled[0]) * height
    pixel_y = (pixel_y + first_row) * width

    num_bins = pooled[0] * pooled[1]
    begin = begin_y = begin_x = 0
    for chunk in _chunks(windows, counts, num_bins):
        pixels, weights = [], []
        first = begin
        for num, rows, columns in chunk:
            stop_y = begin_y + num * pooled[0] * rows
            stop_x = begin_x + num * pooled[1] * columns
            block_y = (num, pooled[0], 1, rows, 1)
            block_x = (num, 1, pooled[1], 1, columns)
            pixels.append((pixel_y[begin_y:stop_y].view(block_y) +
                           pixel_x[begin_x:stop_x].view(block_x)).flatten())
            weights.append((weight_y[begin_y:stop_y].view(block_y) *
                            weight_x[begin_x:stop_x].view(block_x)).flatten())
            begin, begin_y, begin_x = begin + num, stop_y, stop_x
        per_bin = sizes[:, first:begin].prod(0).repeat_interleave(num_bins)
        yield _Taps(order[first:begin],
                    per_bin.cumsum(0) - per_bin, torch.cat(pixels),
                    torch.cat(weights))


def _chunks(windows: List[List[int]], counts: List[int],
            bins: int) -> Iterator[List[Tuple[int, int, int]]]:
    """Packs RoIs into chunks of at most MAX_PIXELS pixels, or of one RoI.

    Args:
        windows: rows and columns of pixels under a bin, per kind of RoI.
        counts: how many RoIs there are of each kind.
        bins: bins of a RoI.

    Yields:
        A chunk: (number of RoIs, rows, columns) of each kind in it.
    """
    chunk, room = [], MAX_PIXELS
    for (rows, columns), count in zip(windows, counts):
        pixels = bins * rows * columns
        while count > 0:
            if chunk and room < pixels:
                yield chunk
                chunk, room = [], MAX_PIXELS
            num = min(count, max(1, room // pixels))
            chunk.append((num, rows, columns))
            room -= num * pixels
            count -= num
    yield chunk


def _axis_taps(grid: _Grid, axis: int, sizes: Tensor, pooled: int, length: int,
               adaptive: bool) -> Tuple[Tensor, Tensor]:
    """The positions along one axis under each bin, and their weights.

    Returns:
        Two flat tensors; RoI r has its next ``pooled * sizes[r]`` entries,
        bin after bin. Positions are in 0..length - 1, weights of a bin sum
        to 1 if all of its samples lie within the map.
    """
    samples = grid.samples[axis]
    num_samples = samples * pooled
    roi = torch.arange(
        len(samples), device=samples.device).repeat_interleave(num_samples)
    sample = torch.arange(len(roi), device=roi.device)
    in_roi = sample - (num_samples.cumsum(0) - num_samples)[roi]
    start, bin_size, samples = (field[axis][roi] for field in grid)
    bin_index = in_roi // samples
    in_bin = in_roi - bin_index * samples
    low, high, weight_low, weight_high = _bilinear(
        _sample_places(start, bin_size, samples, bin_index, in_bin), length)

    slots = sizes * pooled
    size = sizes[roi]
    first_slot = (slots.cumsum(0) - slots)[roi] + bin_index * size
    if adaptive:
        first = low[sample - in_bin]
        slot_low = low - first
        # Rounding may put the last sample a hair beyond the window; its
        # weight there is that hair.
        slot_high = torch.minimum(high - first, size - 1)
        high = first + slot_high
    else:
        slot_low = 2 * in_bin
        slot_high = slot_low + 1
    slot = torch.cat([first_slot + slot_low, first_slot + slot_high])
    weight = torch.cat([weight_low, weight_high]) / samples.repeat(2)
    total = int(slots.sum())
    return (low.new_zeros(total).scatter_(0, slot, torch.cat([low, high])),
            weight.new_zeros(total).scatter_add_(0, slot, weight))


def _sample_places(start: Tensor, bin_size: Tensor, samples: Tensor,
                   bin_index: Tensor, in_bin: Tensor) -> Tensor:
    """Coordinates of samples along an axis, in pixels of the map."""
    return (start + bin_index * bin_size + (in_bin + .5) * bin_size / samples)


def _bilinear(place: Tensor,
              length: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """The two pixels beside each place, and their weights.

    A place up to one pixel outside counts as on the border, one farther out
    gets zero weights.
    """
    inside = (place >= -1.) & (place <= length)
    place = place.clamp(0, length - 1)
    low = place.long()
    high = (low + 1).clamp(max=length - 1)
    weight_high = place - low
    return low, high, (1. - weight_high) * inside, weight_high * inside


def _scatter(taps: _Taps, bins: Tensor, num_pixels: int) -> Tensor:
    """The transposed gather: (num_pixels, C), what bins give to each pixel.

    Sorted by pixel it is a gather again, in which a pixel sums over the bins
    that it lies under. ``index_add_`` would hold all channels of every pair.
    """
    per_bin = taps.begin.diff(append=taps.begin.new_tensor([len(taps.pixel)]))
    bin_index = torch.arange(
        len(bins), device=bins.device).repeat_interleave(per_bin)
    pixel, pair = taps.pixel.sort()
    per_pixel = pixel.bincount(minlength=num_pixels)
    return F.embedding_bag(
        bin_index[pair],
        bins,
        per_pixel.cumsum(0) - per_pixel,
        mode='sum',
        per_sample_weights=taps.weight[pair])
