"""Batched tensor operations for tracing: top-k, gather, scatter, compact.

Sizes are known only at run time. A box that is not there has the score
:data:`NO_SCORE`; real ones have 0 to 1.
"""
from typing import Tuple

import torch
from torch import Tensor

from custom.export.symbolic_ops import NO_SCORE

# While a function is traced, tensor.shape holds int64 tensors without axes.
Dim = Tensor

IS_BOX = NO_SCORE / 2  # scores above are those of boxes


def topk(scores: Tensor, limit: int) -> Tuple[Tensor, Tensor]:
    """Top-k scores of each row, best first, and their indices.

    Args:
        scores: (B, N).
        limit: How many at most; below 1 for all of them.

    Returns:
        (B, K) and int64 (B, K).
    """
    count = scores.shape[1]
    return scores.topk(count.clamp(max=limit) if limit > 0 else count)


def gather_rows(rows: Tensor, index: Tensor) -> Tensor:
    """Gathers from ``rows`` (B, N, D) those at ``index`` (B, K): (B, K, D)."""
    index = index.unsqueeze(-1).expand(-1, -1, rows.shape[2])
    return rows.gather(1, index)


def flatten_anchors(feature_map: Tensor, width: int) -> Tensor:
    """Flattens (B, A * width, H, W) to (B, H * W * A, width), anchor order."""
    batch = feature_map.shape[0]
    return feature_map.permute(0, 2, 3, 1).reshape(batch, -1, width)


def clip_boxes(boxes: Tensor, shape: Tuple[Dim, Dim]) -> Tensor:
    """Clips boxes (..., 4) to an image of ``shape`` (height, width)."""
    height, width = shape
    largest = torch.stack([width, height, width, height]).to(boxes.dtype)
    return torch.minimum(boxes.clamp(min=0), largest)


def drop_small(boxes: Tensor, scores: Tensor, size: float) -> Tensor:
    """Scores (B, N), :data:`NO_SCORE` for those of ``boxes`` (B, N, 4) xyxy
    that have a side of at most ``size`` pixels."""
    sides = boxes[..., 2:] - boxes[..., :2]
    return torch.where((sides > size).all(2), scores, NO_SCORE)


def scatter_rows(values: Tensor, places: Tensor, count: Dim,
                 empty: float) -> Tensor:
    """Scatters ``values`` (R, D) to rows ``places`` (R, ) of a tensor
    (count, D) whose other rows are ``empty``."""
    rows = values.new_full((count, values.shape[1]), empty)
    return rows.index_put((places, ), values)


def compact(scores: Tensor, *others: Tensor) -> Tuple[Tensor, ...]:
    """Compacts dense (B, K, ...) tensors to lists of the boxes that are there.

    Returns:
        ``scores`` (N, ), ``others`` (N, ...) and int64 (N, ), which image of
        the batch each is of; image by image, in the order of the rows.
    """
    there = (scores.flatten() > IS_BOX).nonzero()[:, 0]
    return (*(dense.flatten(0, 1)[there]
              for dense in (scores, *others)), there // scores.shape[1])
