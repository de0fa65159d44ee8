"""ECC alignment: similarity of images that may be cropped or mirrored.

Loops, compiled when this is imported: a pair takes a hundredth of a
millisecond.
"""
import numpy as np

from custom.utils.numba import njit

# Correlation below which there is nothing to align. Of images cropped by
# 3 % on every side 99 % are above.
_ALIKE = .6
_STEPS = 4
# A crop of 5 % on one side scales by 5 % and shifts by half of it.
_MAX_SCALE, _MAX_SHIFT = .1, .06
# Of 1,500 pairs of different drawings that correlated less after one step
# none rose above 0.85 in three more.
_HOPELESS = .8

_IMAGE = 'float64[:, ::1]'


@njit(f'void({_IMAGE}, float64[::1], {_IMAGE}, {_IMAGE})', reorder=True)
def _crop(image, warp, across, cropped):
    """A part of the image, of the same size, into ``cropped``.

    ``warp`` is stretch and shift (in pixels) along x, then along y, from the
    center; what lies beyond the edge is as the edge. ``across`` is a buffer.
    """
    side = len(image)
    center = (side - 1) / 2
    for x in range(side):
        at = (x - center) * (1 + warp[0]) + warp[1] + center
        at = min(max(at, 0.), side - 1.)
        left = min(int(at), side - 2)
        share = at - left
        for y in range(side):
            low = image[y, left]
            across[y, x] = low + (image[y, left + 1] - low) * share
    for y in range(side):
        at = (y - center) * (1 + warp[2]) + warp[3] + center
        at = min(max(at, 0.), side - 1.)
        top = min(int(at), side - 2)
        share = at - top
        for x in range(side):
            low = across[top, x]
            cropped[y, x] = low + (across[top + 1, x] - low) * share


@njit(f'float64({_IMAGE}, {_IMAGE})', reorder=True)
def _dot(one, other):
    total = 0.
    for y in range(len(one)):
        for x in range(len(one)):
            total += one[y, x] * other[y, x]
    return total


@njit(f'void({_IMAGE})', reorder=True)
def _center(image):
    """Takes the mean away."""
    total = 0.
    for y in range(len(image)):
        for x in range(len(image)):
            total += image[y, x]
    mean = total / image.size
    for y in range(len(image)):
        for x in range(len(image)):
            image[y, x] -= mean


@njit(f'void({_IMAGE})', reorder=True)
def _normalize(image):
    """Takes the mean away and makes the length 1, or 0 of a blank image."""
    _center(image)
    factor = 1 / max(np.sqrt(_dot(image, image)), 1e-6)
    for y in range(len(image)):
        for x in range(len(image)):
            image[y, x] *= factor


@njit(f'float64[::1]({_IMAGE}, {_IMAGE}, float64)', reorder=True)
def _step(unit, target, score):
    """The change of the warp that fits best if the image changes linearly
    with it; both images are normalized."""
    side = len(unit)
    center = (side - 1) / 2
    # What the image changes by with each part of the warp.
    slopes = np.empty((4, side, side))
    for y in range(side):
        above, below = max(y - 1, 0), min(y + 1, side - 1)
        for x in range(side):
            left, right = max(x - 1, 0), min(x + 1, side - 1)
            along = (unit[y, right] - unit[y, left]) / (right - left)
            down = (unit[below, x] - unit[above, x]) / (below - above)
            slopes[0, y, x] = along * (x - center)
            slopes[1, y, x] = along
            slopes[2, y, x] = down * (y - center)
            slopes[3, y, x] = down
    # Less what makes it brighter or gives it contrast.
    aside = np.empty(4)
    for a in range(4):
        _center(slopes[a])
        aside[a] = _dot(slopes[a], unit)
    normal, wanted = np.empty((4, 4)), np.empty(4)
    pull = 1 / max(score, .3)
    for a in range(4):
        for b in range(4):
            normal[a, b] = _dot(slopes[a], slopes[b]) - aside[a] * aside[b]
        # Without it, an image of stripes has no one answer.
        normal[a, a] += 1e-6
        wanted[a] = pull * (_dot(slopes[a], target) - aside[a] * score)
    # Gauss-Jordan; with what was added, no pivot is 0.
    for a in range(4):
        for row in range(4):
            if row != a:
                factor = normal[row, a] / normal[a, a]
                for column in range(4):
                    normal[row, column] -= factor * normal[a, column]
                wanted[row] -= factor * wanted[a]
    for a in range(4):
        wanted[a] /= normal[a, a]
    return wanted


@njit(f'float64({_IMAGE}, {_IMAGE}, float64)')
def _fit(image, target, enough):
    """The best correlation of the target with a part of the image."""
    warp = np.zeros(4)
    limit = np.array([_MAX_SCALE, _MAX_SHIFT * len(image)] * 2)
    across, cropped = np.empty_like(image), np.empty_like(image)
    best = -1.
    for step in range(_STEPS + 1):
        _crop(image, warp, across, cropped)
        _normalize(cropped)
        score = _dot(cropped, target)
        best = max(best, score)
        if best >= enough or step == 1 and score < _HOPELESS:
            break
        if step < _STEPS:
            change = _step(cropped, target, score)
            for a in range(4):
                warp[a] = min(max(warp[a] + change[a], -limit[a]), limit[a])
    return best


@njit('float64[::1](uint8[:, :, ::1], int64[::1], int64[::1], float64)')
def ecc_similarity(images, ones, others, enough):
    """Correlation of pairs of images, the second as it is or mirrored,
    either one cropped to fit the other.

    Stretch and shift along both axes are found by Gauss-Newton steps that
    maximize the correlation, as in G. Evangelidis and E. Psarakis,
    "Parametric image alignment using enhanced correlation coefficient
    maximization", PAMI 2008. Pairs of less than 0.6 are not aligned.

    Args:
        images: uint8 (N, S, S), gray.
        ones, others: int64 (P, ), the rows of each pair.
        enough: Correlation above which no better one is looked for.

    Returns:
        float64 (P, ), 0 to 1; blind to brightness and contrast.
    """
    found = np.zeros(len(ones))
    for pair in range(len(ones)):
        one = images[ones[pair]].astype(np.float64)
        _normalize(one)
        for step in (1, -1):
            other = images[others[pair]][:, ::step].astype(np.float64)
            _normalize(other)
            score = _dot(one, other)
            if _ALIKE <= score < enough:
                score = max(score, _fit(one, other, enough))
            if _ALIKE <= score < enough:
                score = max(score, _fit(other, one, enough))
            found[pair] = max(found[pair], score)
    return found
