"""Average RoIAlign on the maps of a pyramid, as sums over their pixels.

A bin's value is the mean of bilinear samples on a regular grid, so the weight
of a pixel is a weight of its row times a weight of its column. Rows and
columns are worked out for all RoIs of all levels at once; the pixels then are
gathered with ``embedding_bag``, which is fast since all channels of a pixel
lie together in a channels-last map.
"""
import collections
import functools
import itertools
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from custom.ops.roi_windows import (check_rois, computing_dtype, flatten_map,
                                    group_windows)

# Bound the memory of a chunk of RoIs: 2**18 pixels, each with an index and a
# weight, are 2 MB, and 2**18 bins of four channels 4 MB. A chunk more costs
# nothing in the forward pass, but a gradient of the whole map in the backward
# pass.
FORWARD_PIXELS = 2**18
BACKWARD_PIXELS = 2**20


class RoIAlignOptions(NamedTuple):
    """RoIAlign options, the same for all RoIs.

    size: rows and columns of bins.
    sampling_ratio: samples per bin and axis; 0 or less for one per pixel.
    aligned: whether pixel centers lie at .5; if not, RoIs are at least one
        pixel large.
    """
    size: Tuple[int, int]
    sampling_ratio: int
    aligned: bool


class SamplingGrid(NamedTuple):
    """Sampling grid of RoIs; every field is (2, R): y first, then x.

    start, bin_size: pixels of the feature map, in the computing dtype.
    samples: samples per bin, int64.
    """
    start: Tensor
    bin_size: Tensor
    samples: Tensor


class _Chunk(NamedTuple):
    """RoIs of one level whose pixels are gathered together.

    kinds: (number of RoIs, rows, columns) of each kind of window.
    """
    level: int
    kinds: List[Tuple[int, int, int]]


class _Taps(NamedTuple):
    """The pixels under the bins of one chunk of RoIs, bin after bin.

    level: that of all its RoIs.
    alone: whether no other chunk has RoIs of this level.
    rois: (r, ) int64, which RoIs these are.
    per_bin: (r * bins, ) int64, how many pixels each bin has.
    pixel: (n, ) int32, into the flat map.
    weight: (n, ), of the computing dtype.
    """
    level: int
    alone: bool
    rois: Tensor
    per_bin: Tensor
    pixel: Tensor
    weight: Tensor


def roi_align_avg_forward(features: Sequence[Tensor], rois: Tensor,
                          levels: Tensor, scales: Sequence[float],
                          options: RoIAlignOptions, output: Tensor) -> None:
    """RoIAlign: pools every RoI from the map of its level into ``output``.

    Args:
        features: per level (N, C, H, W), of any memory format.
        rois: (R, 5), rows of image index, x1, y1, x2, y2 in image pixels.
        levels: (R, ) int64.
        scales: per level the size of the map over the size of the image.
        output: (R, C, *options.size), contiguous, overwritten.

    Raises:
        ValueError: a RoI that is not finite, names an image that is not in
            the batch, or (with ``aligned``) has x2 < x1 or y2 < y1.
    """
    if output.numel() == 0:
        return
    channels = output.shape[1]
    output = output.view(len(output), channels, -1)
    bins = output.shape[2]
    chunks = _average_taps(rois, levels, [f.shape for f in features], scales,
                           options, FORWARD_PIXELS, bins * channels // 4)
    for level, of_level in itertools.groupby(chunks, _level_of):
        flat = flatten_map(features[level])
        for taps in of_level:
            begin = taps.per_bin.cumsum(0) - taps.per_bin
            pooled = _weighted_sums(taps.pixel, flat, begin, taps.weight)
            # While it is in the cache, transposed on the way.
            output[taps.rois] = pooled.view(-1, bins, channels).transpose(1, 2)


def roi_align_avg_backward(grad_output: Tensor, rois: Tensor, levels: Tensor,
                           scales: Sequence[float], options: RoIAlignOptions,
                           shapes: Sequence[torch.Size],
                           wanted: Sequence[bool]) -> List[Optional[Tensor]]:
    """Gradients of :func:`roi_align_avg_forward` for its ``features``.

    Args:
        grad_output: (R, C, *options.size).
        shapes: those of the features.
        wanted: per level, whether its gradient is wanted.

    The other arguments are those of the forward pass.

    Returns:
        Per level (N * H * W, C) in the dtype of ``grad_output``, or None
        where it is not wanted.
    """
    grads: List[Optional[Tensor]] = [None] * len(shapes)
    if grad_output.numel():
        rows = grad_output.flatten(2).transpose(1, 2).contiguous()
        rows = rows.view(-1, rows.shape[2])
        chunks = _average_taps(rois, levels, shapes, scales, options,
                               BACKWARD_PIXELS)
        for level, of_level in itertools.groupby(chunks, _level_of):
            if not wanted[level]:
                continue
            num, _, height, width = shapes[level]
            parts = (
                _scatter(taps, rows, num * height * width)
                for taps in of_level)
            grads[level] = functools.reduce(Tensor.add_,
                                            parts).to(grad_output.dtype)
    for level, (num, channels, height, width) in enumerate(shapes):
        if wanted[level] and grads[level] is None:
            grads[level] = grad_output.new_zeros(num * height * width,
                                                 channels)
    return grads


def sampling_grid(rois: Tensor, num_images: int, scale: Tensor,
                  options: RoIAlignOptions) -> SamplingGrid:
    """The sampling grid of every RoI.

    Args:
        rois: (R, 5), as in :func:`roi_align_avg_forward`.
        num_images: images in the batch.
        scale: (R, ) or one number, size of the map over size of the image.

    Raises:
        ValueError: as in :func:`roi_align_avg_forward`.
    """
    boxes = rois.to(computing_dtype(rois))
    # The order of the operations is MMCV's: rounding decides on which side
    # of the border a sample falls, and how many samples there are.
    boxes = boxes[:, [2, 1, 4, 3]].t() * scale
    boxes = boxes - 0.5 if options.aligned else boxes
    start, size = boxes[:2], boxes[2:] - boxes[:2]
    check_rois(rois[:, 0], size, num_images)
    if not options.aligned:
        size = size.clamp(min=1.)
    elif (size < 0).any():
        raise ValueError('RoIs with x2 < x1 or y2 < y1: '
                         f'{rois[(size < 0).any(0)][:3].tolist()}')
    bin_size = size / size.new_tensor(options.size)[:, None]
    if options.sampling_ratio > 0:
        samples = torch.full_like(
            size, options.sampling_ratio, dtype=torch.long)
    else:
        samples = bin_size.ceil().long()
    return SamplingGrid(start, bin_size, samples)


def sample_places(start: Tensor, bin_size: Tensor, samples: Tensor,
                  bin_index: Tensor, in_bin: Tensor) -> Tensor:
    """Sample coordinates along an axis, in pixels of the map."""
    return (start + bin_index * bin_size + (in_bin + .5) * bin_size / samples)


def bilinear(place: Tensor, length) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Bilinear interpolation: the two pixels beside a place, their weights.

    A place up to one pixel outside counts as on the border, one farther out
    gets zero weights.

    Args:
        length: of the map along this axis, a number or a tensor.
    """
    inside = (place >= -1.) & (place <= length)
    place = place.clamp(min=0).clamp(max=length - 1)
    low = place.long()
    high = (low + 1).clamp(max=length - 1)
    weight_high = place - low
    return low, high, (1. - weight_high) * inside, weight_high * inside


def _average_taps(rois: Tensor,
                  levels: Tensor,
                  shapes: Sequence[torch.Size],
                  scales: Sequence[float],
                  options: RoIAlignOptions,
                  most: int,
                  least: int = 0) -> Iterator[_Taps]:
    """The pixels and weights whose sum is average pooling, level by level.

    Args:
        most: pixels of a chunk, unless one RoI has more.
        least: what a RoI counts for at least.
    """
    dtype = computing_dtype(rois)
    scale = torch.tensor(scales, dtype=dtype, device=rois.device)[levels]
    grid = sampling_grid(rois, shapes[0][0], scale, options)
    lengths = torch.tensor([shape[2:] for shape in shapes],
                           device=rois.device).t()[:, levels]
    adaptive = options.sampling_ratio <= 0
    if adaptive:
        # Adaptive samples are at most a pixel apart, so n of them touch
        # n + 1 neighboring rows at most: fewer than two rows per sample.
        sizes = torch.minimum(grid.samples + 1, lengths)
    else:
        sizes = 2 * grid.samples
    order, kinds, counts = group_windows(torch.cat([levels[None], sizes]))
    grid = SamplingGrid(*(field[:, order] for field in grid))
    sizes, lengths = sizes[:, order], lengths[:, order]
    pooled_h, pooled_w = options.size
    pixel, weight = _axis_taps(grid, sizes, lengths, options.size, adaptive)
    slots_y = sizes[0] * pooled_h
    pixel_y, pixel_x = pixel.split(
        [int(slots_y.sum()),
         len(pixel) - int(slots_y.sum())])
    weight_y, weight_x = weight.split([len(pixel_y), len(pixel_x)])
    height, width = lengths
    first_row = rois[order, 0].long() * height
    pixel_y = ((pixel_y + first_row.repeat_interleave(slots_y)) *
               width.repeat_interleave(slots_y)).int()
    pixel_x = pixel_x.int()
    num_bins = pooled_h * pooled_w
    per_bin = sizes.prod(0)
    begin = begin_y = begin_x = 0
    chunks = list(_chunks(kinds, counts, num_bins, most, least))
    per_level = collections.Counter(chunk.level for chunk in chunks)
    for chunk in chunks:
        pixels, weights = [], []
        first = begin
        for num, rows, columns in chunk.kinds:
            stop_y = begin_y + num * pooled_h * rows
            stop_x = begin_x + num * pooled_w * columns
            block_y = (num, pooled_h, 1, rows, 1)
            block_x = (num, 1, pooled_w, 1, columns)
            pixels.append((pixel_y[begin_y:stop_y].view(block_y) +
                           pixel_x[begin_x:stop_x].view(block_x)).flatten())
            weights.append((weight_y[begin_y:stop_y].view(block_y) *
                            weight_x[begin_x:stop_x].view(block_x)).flatten())
            begin, begin_y, begin_x = begin + num, stop_y, stop_x
        yield _Taps(chunk.level, per_level[chunk.level] == 1,
                    order[first:begin],
                    per_bin[first:begin].repeat_interleave(num_bins),
                    torch.cat(pixels), torch.cat(weights))


def _level_of(taps: _Taps) -> int:
    return taps.level


def _chunks(kinds: List[List[int]], counts: List[int], bins: int, most: int,
            least: int) -> Iterator[_Chunk]:
    """Packs RoIs of a level into chunks of ``most`` pixels, or of one RoI.

    Args:
        kinds: level, rows and columns of pixels under a bin.
        counts: how many RoIs there are of each kind.
        bins: bins of a RoI.
        least: what a RoI counts for at least.
    """
    chunk, room = None, 0
    for (level, rows, columns), count in zip(kinds, counts):
        cost = max(bins * rows * columns, least)
        while count > 0:
            if chunk is None or room < cost or chunk.level != level:
                if chunk is not None:
                    yield chunk
                chunk, room = _Chunk(level, []), most
            num = min(count, max(1, room // cost))
            chunk.kinds.append((num, rows, columns))
            room -= num * cost
            count -= num
    yield chunk


def _axis_taps(grid: SamplingGrid, sizes: Tensor, lengths: Tensor,
               pooled: Tuple[int,
                             int], adaptive: bool) -> Tuple[Tensor, Tensor]:
    """The positions along each axis under each bin, and their weights.

    Args:
        sizes: (2, R), how many positions a bin has.
        lengths: (2, R), those of the map.

    Returns:
        Two flat tensors, all of y and then all of x; RoI r has its next
        ``pooled * sizes[r]`` entries, bin after bin. Positions are in
        0..length - 1, weights of a bin sum to 1 if all of its samples lie
        within the map.
    """
    bins = sizes.new_tensor(pooled)[:, None].expand_as(sizes).flatten()
    slots = sizes.flatten() * bins
    num_samples = grid.samples.flatten() * bins
    line = torch.arange(
        len(bins), device=bins.device).repeat_interleave(num_samples)
    sample = torch.arange(len(line), device=bins.device)
    in_line = sample - (num_samples.cumsum(0) - num_samples)[line]
    start, bin_size, samples, size, length = (
        field.flatten()[line] for field in (*grid, sizes, lengths))
    bin_index = in_line // samples
    in_bin = in_line - bin_index * samples
    low, high, weight_low, weight_high = bilinear(
        sample_places(start, bin_size, samples, bin_index, in_bin), length)

    first_slot = (slots.cumsum(0) - slots)[line] + bin_index * size
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


def _weighted_sums(index: Tensor, table: Tensor, begin: Tensor,
                   weight: Tensor) -> Tensor:
    """Rows of sums over rows of ``table``, rounded once to its dtype.

    Args:
        index: (n, ) int32, rows of the table, bag after bag.
        table: (P, C), of any floating dtype.
        begin: (B, ), where each bag begins.
        weight: (n, ), float32 or float64.

    Returns:
        (B, C), of the table's dtype.
    """
    begin = begin.int()
    if table.dtype == weight.dtype:
        parts = [weight]
    else:
        # embedding_bag sums half types in float32 but wants weights of their
        # dtype: three bfloat16 hold the digits of a float32. It takes half
        # the time of a float32 copy of the table.
        parts, rest = [], weight
        for _ in range(3):
            parts.append(rest.to(table.dtype))
            rest = rest - parts[-1]
    num = len(parts)
    return F.embedding_bag(
        index[:, None].expand(-1, num).flatten(),
        table,
        begin * num,
        mode='sum',
        per_sample_weights=torch.stack(parts, 1).flatten())


def _scatter(taps: _Taps, bins: Tensor, num_pixels: int) -> Tensor:
    """The transposed gather: (num_pixels, C), what bins give to each pixel.

    Sorted by pixel it is a gather again, in which a pixel sums over the bins
    that it lies under. ``index_add_`` would hold all channels of every pair.

    Args:
        bins: (R * bins, C), the gradients of all RoIs.
    """
    # Parts that are going to be added must not be rounded before.
    bins = bins if taps.alone else bins.to(computing_dtype(bins))
    num_bins = len(taps.per_bin) // len(taps.rois)
    bin_index = taps.rois.int()[:, None] * num_bins + torch.arange(
        num_bins, dtype=torch.int, device=bins.device)
    bin_index = bin_index.flatten().repeat_interleave(taps.per_bin)
    pixel, pair = taps.pixel.sort()
    per_pixel = pixel.bincount(minlength=num_pixels)
    return _weighted_sums(bin_index[pair], bins,
                          per_pixel.cumsum(0) - per_pixel, taps.weight[pair])
