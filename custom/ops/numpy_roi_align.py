"""Average RoIAlign in NumPy, as :mod:`custom.ops.roi_align`, without torch.

A bin is the mean of bilinear samples on a regular grid: the pixels under a RoI
times a weight for each row and a weight for each column.
"""
from typing import Tuple

import numpy as np


def roi_align(feature_map: np.ndarray, boxes: np.ndarray, scale: float,
              size: Tuple[int, int], sampling_ratio: int) -> np.ndarray:
    """RoIAlign with ``aligned=True``: pools each box of one feature map.

    Args:
        feature_map: float32 (C, H, W).
        boxes: float32 (R, 4) xyxy in pixels of the image, x1 <= x2 and
            y1 <= y2.
        scale: Size of the map over size of the image.
        size: Rows and columns of bins.
        sampling_ratio: Samples per bin and axis; 0 or less for one per pixel.

    Returns:
        float32 (R, C, *size).
    """
    channels, height, width = feature_map.shape
    # With the channels of a pixel together a bin is a product of matrices.
    pixels = np.ascontiguousarray(feature_map.transpose(1, 2, 0))
    pooled = np.empty((len(boxes), channels, *size), np.float32)
    corners = boxes * np.float32(scale) - np.float32(.5)
    for bins, (x1, y1, x2, y2) in zip(pooled, corners):
        rows, by_row = _weights(y1, y2, size[0], sampling_ratio, height)
        columns, by_column = _weights(x1, x2, size[1], sampling_ratio, width)
        lines = np.tensordot(by_row, pixels[rows, columns], 1)
        bins[:] = (by_column @ lines).transpose(2, 0, 1)
    return pooled


def _weights(start: np.float32, end: np.float32, bins: int,
             sampling_ratio: int, length: int) -> Tuple[slice, np.ndarray]:
    """The pixels under a RoI along one axis, and float32 (bins, pixels)."""
    bin_size = (end - start) / np.float32(bins)
    samples = (
        sampling_ratio if sampling_ratio > 0 else int(np.ceil(bin_size)))
    if not samples:  # the box is empty, and so are its bins
        return slice(0), np.zeros((bins, 0), np.float32)
    bin_index = np.arange(bins, dtype=np.float32)[:, None]
    in_bin = np.arange(samples, dtype=np.float32) + np.float32(.5)
    places = (
        start + bin_index * bin_size + in_bin * bin_size / np.float32(samples))
    # Up to one pixel outside counts as on the border, farther out as nothing.
    inside = (places >= -1) & (places <= length)
    places = places.clip(0, length - 1)
    pixels = np.arange(int(places[0, 0]), int(np.ceil(places[-1, -1])) + 1)
    distance = np.abs(pixels.astype(np.float32) - places[..., None])
    taps = (1 - distance).clip(0) * inside[..., None]
    return slice(pixels[0], pixels[-1] + 1), taps.mean(1, np.float32)
