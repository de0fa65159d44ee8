"""RoI windows: flat feature maps, and RoIs in blocks of equal size."""
from typing import Iterator, List, Tuple

import torch
from torch import Tensor

# Bounds the memory of one gather, in numbers: 2**22 of float32 are 16 MB.
MAX_GATHERED = 2**22


def computing_dtype(tensor: Tensor) -> torch.dtype:
    """Accumulation dtype: float32 for the half types, else the own."""
    half = tensor.dtype in (torch.float16, torch.bfloat16)
    return torch.float32 if half else tensor.dtype


def flatten_map(feature_map: Tensor) -> Tensor:
    """Flattens (N, C, H, W) to (N * H * W, C), a view if channels-last."""
    # Of a single image, reshape alone would give a view with the channels of
    # a pixel far apart.
    flat = feature_map.permute(0, 2, 3, 1).contiguous()
    return flat.view(-1, feature_map.shape[1])


def unflatten_map(flat: Tensor, feature_map: Tensor) -> None:
    """Writes (N * H * W, C) into (N, C, H, W) of any memory format."""
    num, channels, height, width = feature_map.shape
    if not feature_map.is_contiguous():
        feature_map.copy_(
            flat.view(num, height, width, channels).permute(0, 3, 1, 2))
        return
    # A copy between two matrices is 4 times as fast.
    for image, rows in zip(feature_map, flat.chunk(num)):
        image.view(channels, -1).copy_(rows.t())


def check_rois(image: Tensor, size: Tensor, num_images: int) -> None:
    """Validates RoIs: none may be read from outside of the batch.

    Args:
        image: (R, ), the index of each RoI's image.
        size: (2, R), height and width of each RoI.
        num_images: images in the batch.

    Raises:
        ValueError: an index out of range, or a size that is not finite.
    """
    usable = size.isfinite().all(0) & (image >= 0) & (image < num_images)
    if not usable.all():
        row = int(usable.logical_not().nonzero()[0])
        raise ValueError(
            f'RoI {row} cannot be pooled: image {int(image[row])} of '
            f'0..{num_images - 1}, height and width on the feature map '
            f'{size[:, row].tolist()}')


def group_windows(sizes: Tensor) -> Tuple[Tensor, List[List[int]], List[int]]:
    """Groups RoIs by the size of their windows.

    Args:
        sizes: (D, R) int64, what must be equal: rows and columns of each
            RoI's window, say.

    Returns:
        (R, ) int64, the RoIs sorted by window; the D numbers of each kind of
        window in that order; and how many RoIs have it.
    """
    key = sizes[0]
    for size in sizes[1:]:
        key = key * (size.max() + 1) + size
    order = key.argsort()
    counts = key[order].unique_consecutive(return_counts=True)[1]
    kinds = sizes[:, order[counts.cumsum(0) - counts]]
    return order, kinds.t().tolist(), counts.tolist()


def regular_blocks(sizes: Tensor,
                   per_pixel: int) -> Iterator[Tuple[Tensor, int, int]]:
    """Blocks of RoIs with equally large windows, small enough to gather.

    Args:
        sizes: (2, R) int64, rows and columns of each RoI's window.
        per_pixel: numbers that a pixel of the window costs.

    Yields:
        The indices of the RoIs, (r, ) int64, and their rows and columns.
    """
    order, windows, counts = group_windows(sizes)
    for (rows, columns), group in zip(windows, order.split(counts)):
        cost = max(1, rows * columns * per_pixel)
        for block in group.split(max(1, MAX_GATHERED // cost)):
            yield block, rows, columns
