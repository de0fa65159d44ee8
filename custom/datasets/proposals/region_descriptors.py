"""Region descriptors of selective search: size, box, histograms."""
from typing import NamedTuple

import cv2
import numpy as np

COLOR_BINS = 25
TEXTURE_BINS = 10
_ORIENTATIONS = 8
_SIGMA = 1.0
# The blurred edge of black and white, gray levels per pixel.
_STEEPEST = 255 / (_SIGMA * np.sqrt(2 * np.pi))


class Regions(NamedTuple):
    """N regions of an image, one per row.

    Attributes:
        sizes: float64 (N, ), pixels.
        boxes: float64 (N, 4), xyxy, x2 and y2 just outside.
        histograms: float64 (N, D). The first 75 columns are color and sum
            to 1, the other 240 are texture and sum to 1.
    """
    sizes: np.ndarray
    boxes: np.ndarray
    histograms: np.ndarray


def describe_regions(image: np.ndarray, labels: np.ndarray) -> Regions:
    """Measures the regions of a segmentation.

    Args:
        image: uint8 (height, width, 3), BGR.
        labels: intp (height, width), values 0 to N - 1, all used.
    """
    sizes = np.bincount(labels.ravel()).astype(float)
    histograms = np.hstack([
        _histograms(_color_bins(image), COLOR_BINS, labels),
        _histograms(_texture_bins(image), TEXTURE_BINS, labels)
    ])
    return Regions(sizes, _boxes(labels, len(sizes)), histograms)


def neighbors(labels: np.ndarray) -> np.ndarray:
    """Regions that share an edge of a pixel.

    Args:
        labels: intp (height, width), values from 0.

    Returns:
        intp (P, 2), each pair once, the lower label first, in order.
    """
    pairs = []
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        edge = a != b
        pairs.append(np.stack([a[edge], b[edge]], 1))
    pairs = np.sort(np.concatenate(pairs), axis=1)
    # One number per pair: numpy sorts numbers far faster than rows.
    count = labels.max() + 1
    return np.stack(
        np.divmod(np.unique(pairs[:, 0] * count + pairs[:, 1]), count), 1)


def _boxes(labels: np.ndarray, count: int) -> np.ndarray:
    """Bounding boxes xyxy, float64 (count, 4)."""
    boxes = np.empty((count, 4))
    for axis in range(2):  # y, then x
        # Along the axis, each region's first and last place.
        lines = labels if axis == 0 else labels.T
        places = np.arange(len(lines)).repeat(lines.shape[1])
        flat = lines.ravel()
        # What is assigned last stays.
        boxes[flat[::-1], 1 - axis] = places[::-1]
        boxes[flat, 3 - axis] = places + 1
    return boxes


def _color_bins(image: np.ndarray) -> np.ndarray:
    """uint8 (3, height, width): the bin of hue, saturation and value."""
    hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV_FULL)
    bins = np.arange(256) * COLOR_BINS // 256
    return bins.astype(np.uint8)[hsv].transpose(2, 0, 1)


def _texture_bins(image: np.ndarray) -> np.ndarray:
    """uint8 (24, height, width): the bin of the slope of each channel in 8
    directions.

    As in the paper, the slope is a Gaussian derivative (sigma 1). Downhill
    counts as 0: it is uphill in the opposite direction.
    """
    slope_x, slope_y = _gaussian_derivatives(image.astype(np.float32))
    slopes = []
    for k in range(_ORIENTATIONS // 2):
        angle = 2 * np.pi * k / _ORIENTATIONS
        slope = np.cos(angle) * slope_x + np.sin(angle) * slope_y
        slopes += [slope, -slope]
    bins = np.concatenate(slopes, 2) * (TEXTURE_BINS / _STEEPEST)
    bins = np.clip(bins, 0, TEXTURE_BINS - 1, out=bins).astype(np.uint8)
    return bins.transpose(2, 0, 1)


def _gaussian_derivatives(image: np.ndarray):
    """The slopes along x and y, float32 of the image's shape."""
    places = np.arange(-4, 5, dtype=np.float32)
    blur = np.exp(-places**2 / (2 * _SIGMA**2))
    blur /= blur.sum()
    slope = places / _SIGMA**2 * blur
    options = dict(borderType=cv2.BORDER_REPLICATE)
    return (cv2.sepFilter2D(image, cv2.CV_32F, slope, blur, **options),
            cv2.sepFilter2D(image, cv2.CV_32F, blur, slope, **options))


def _histograms(bins: np.ndarray, bin_count: int,
                labels: np.ndarray) -> np.ndarray:
    """Histograms of all channels side by side, for each region.

    Args:
        bins: uint8 (C, height, width), values below ``bin_count``.

    Returns:
        float64 (N, C * bin_count); each row sums to 1.
    """
    count = labels.max() + 1
    by_channel = [
        np.bincount(
            (labels * bin_count + channel).ravel(),
            minlength=count * bin_count).reshape(count, bin_count)
        for channel in bins
    ]
    histograms = np.hstack(by_channel).astype(float)
    return histograms / histograms.sum(1, keepdims=True)
