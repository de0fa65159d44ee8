"""RoIPool kernels, compiled by numba when this is imported."""
import numpy as np

from custom.utils.numba import njit

FLOATS = ('float32', 'float64')
BORDERS = 'int64[::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], ' \
    'int64[:, ::1]'


@njit(*(f'void({f}[::1], {f}[::1], int32[::1], int32)' for f in FLOATS))
def _compare(pixel, best, argmax, place):
    # Without a branch, so that it becomes vector instructions.
    for channel in range(len(best)):
        larger = pixel[channel] > best[channel]
        best[channel] = pixel[channel] if larger else best[channel]
        argmax[channel] = place if larger else argmax[channel]


@njit(*(f'void({f}[:, ::1], {BORDERS}, int64, int64, {f}[:, :, ::1], '
        'int32[:, :, ::1])' for f in FLOATS))
def max_pool_forward(flat, image, begin_y, end_y, begin_x, end_x, height,
                     width, output, argmax):
    """Max pooling: the largest pixel of each bin and its place, -1 for none.

    Args:
        flat: (N * height * width, C).
        image: (r, ), the index of each RoI's image.
        begin_y, end_y, begin_x, end_x: (r, bins), first and past-the-last
            pixel of each bin.
        output, argmax: (r, bins in y * bins in x, C), overwritten.
    """
    bins_y, bins_x = begin_y.shape[1], begin_x.shape[1]
    for roi in range(len(image)):
        for i in range(bins_y):
            for j in range(bins_x):
                best = output[roi, i * bins_x + j]
                place = argmax[roi, i * bins_x + j]
                best[:] = 0
                place[:] = -1
                first = True
                for y in range(begin_y[roi, i], end_y[roi, i]):
                    for x in range(begin_x[roi, j], end_x[roi, j]):
                        here = y * width + x
                        pixel = flat[image[roi] * height * width + here]
                        if first:
                            best[:] = pixel
                            place[:] = here
                            first = False
                        else:
                            _compare(pixel, best, place, np.int32(here))


@njit(*(f'void({f}[:, :, ::1], int32[:, :, ::1], int64[::1], int64, '
        f'{f}[:, ::1])' for f in FLOATS))
def max_pool_backward(grad, argmax, image, pixels, flat):
    """Max pooling backward: adds a bin's gradient to its largest pixel.

    Args:
        grad, argmax: (r, bins, C).
        image: (r, ), the index of each RoI's image.
        pixels: of a map.
        flat: (N * pixels, C).
    """
    for roi in range(len(image)):
        for i in range(grad.shape[1]):
            for channel in range(grad.shape[2]):
                if argmax[roi, i, channel] >= 0:
                    pixel = image[roi] * pixels + argmax[roi, i, channel]
                    flat[pixel, channel] += grad[roi, i, channel]
