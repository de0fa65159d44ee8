"""Box layouts (xywh, xyxy, cxcywh, …), and which one a file's numbers are in.

Whoever reads boxes asks here before clipping them: once clipped, corners read
as sizes look like large boxes at the lower right, and nothing tells them any
more.
"""
from typing import Dict, Iterator, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from custom.datasets.annotations.box_validation import (OVERHANG, are_finite,
                                                        are_fractions,
                                                        has_area, lie_inside)

# What the four numbers are, in words, the likeliest first. "yx…" are those of
# who counts rows before columns, as TensorFlow does; "xxyy" is as the columns
# of Open Images stand.
LAYOUTS: Dict[str, str] = dict(
    xywh='x, y, width, height',
    xyxy='x1, y1, x2, y2',
    cxcywh='center x, center y, width, height',
    yxhw='y, x, height, width',
    yxyx='y1, x1, y2, x2',
    cycxhw='center y, center x, height, width',
    xxyy='x1, x2, y1, y2')
CORNERS = ('xyxy', 'yxyx', 'xxyy')
# What a whole side is in each; None where it is the image's own.
UNITS: Dict[str, Optional[float]] = dict(
    pixels=None, fractions=1.0, percent=100.0)

# Fewer boxes are no habit; of fractions fewer do, if all of them are.
_ENOUGH, _ENOUGH_FRACTIONS = 10, 3
# Boxes that must be far out of their images, and their part of all, before
# they are read another way. Of a healthy file none is, whatever it shows.
_FAR_OUT, _FAR_OUT_PART = 3, 0.02
# Of so few boxes fewer do.
_FEW, _FAR_OUT_OF_FEW = range(5, 21), 2
# Far is more than these pixels, and than this part of the box or that of the
# image: who is sloppy, or counts from 1, is out by some pixels.
_FAR_PIXELS, _FAR_OF_BOX, _FAR_OF_IMAGE = 2.0, 0.25, 0.05
# Part of the boxes that must fit when read another way: all but slips.
_FIT = 0.99
# No box of pixels is as small as fractions are, and in images as small as this
# it could be.
_SMALL_IMAGE = 16
# Part of the boxes that are fractions where it is a habit. As pixels all of
# them would be dots in one corner, so that the others are slips. Likewise of
# those beyond this that cannot be fractions.
_HABIT, _NO_FRACTION = 0.9, 1.5
# Pixels that a side has at least where boxes of percent, all below 100, would
# be in one corner; and the deviation of their centers from each other, above
# which they are all over the image.
_LARGE_IMAGE, _SPREAD = 200, 15
# What is out of the image by less, as part of it, lies in it.
_EDGE = 0.01


class BoxFormat(NamedTuple):
    """Box format: how four numbers are read, by a key of :data:`LAYOUTS` and
    one of :data:`UNITS`."""
    layout: str
    unit: str = 'pixels'

    def __str__(self) -> str:
        of = '' if self.unit == 'pixels' else f' in {self.unit}'
        return f'{LAYOUTS[self.layout]}{of}'


class BoxFormatMismatch(NamedTuple):
    """Box format mismatch of a whole file: another layout or unit fits.

    Attributes:
        box_format: By which they fit.
        out: Part of the boxes that are out of their images as the file is
            read, 0 to 1.
        fit: Part that fits by ``box_format``.
        count: Boxes looked at.
        example: Row of the box that shows it best.
        others: Other layouts by which as many fit.
    """
    box_format: BoxFormat
    out: float
    fit: float
    count: int
    example: int
    others: Sequence[str] = ()


def _counts_rows_first(layout: str) -> bool:
    return layout.startswith(('y', 'cy'))


def swap_axes(layout: str) -> str:
    """The layout with x and y exchanged."""
    return dict(
        xywh='yxhw',
        cxcywh='cycxhw',
        xyxy='yxyx',
        yxhw='xywh',
        cycxhw='cxcywh',
        yxyx='xyxy')[layout]


def to_xywh(
    numbers: np.ndarray,
    box_format: BoxFormat,
    sizes: Union[np.ndarray, Tuple[float, float]] = (1.0, 1.0)
) -> np.ndarray:
    """float64 (N, 4): boxes as x, y, width, height in pixels.

    Args:
        numbers: float64 (N, 4), as in the file.
        box_format: What they are.
        sizes: Width and height of each box's image, (N, 2), or of one for
            all (2, ). Pixels don't need it.
    """
    layout = box_format.layout
    if _counts_rows_first(layout):
        numbers, layout = numbers[:, [1, 0, 3, 2]], swap_axes(layout)
    if layout == 'xxyy':
        numbers, layout = numbers[:, [0, 2, 1, 3]], 'xyxy'
    first, second = numbers[:, :2], numbers[:, 2:]
    with np.errstate(over='ignore', invalid='ignore'):
        if layout == 'cxcywh':
            boxes = np.hstack([first - second / 2, second])
        elif layout == 'xyxy':
            boxes = np.hstack([first, second - first])
        else:
            boxes = numbers
        whole = UNITS[box_format.unit]
        return boxes if whole is None else boxes * (
            np.hstack([sizes, sizes]) / whole)


# A sum may be beyond the largest float.
@np.errstate(over='ignore', invalid='ignore')
def find_box_format_mismatch(
        numbers: np.ndarray, sizes: np.ndarray,
        read_as: BoxFormat) -> Optional[BoxFormatMismatch]:
    """Tells whether boxes are meant otherwise than a file is read.

    Args:
        numbers: float64 (N, 4), as in the file; those of NaN take no part.
        sizes: float64 (N, 2), width and height of each box's image in pixels;
            those of NaN take no part.
        read_as: How its format says that they are read.

    Returns:
        None where nothing speaks against ``read_as``, or nothing fits better.
    """
    usable = np.flatnonzero(are_finite(numbers) & (sizes > 0).all(1))
    numbers, sizes = numbers[usable], sizes[usable]
    if read_as.unit == 'pixels':
        found = (
            _as_fractions(numbers, sizes) or _as_percent(numbers, sizes)
            or _as_other_layout(numbers, sizes, read_as))
    else:
        found = (
            read_as.unit == 'percent' and _as_fractions(numbers, sizes)
            or _as_pixels(numbers, sizes, read_as)
            or _as_other_layout(numbers, sizes, read_as))
    return found and found._replace(example=int(usable[found.example]))


def fraction_layout(numbers: np.ndarray) -> str:
    """The layout by which most fractions lie in their images; of several the
    likeliest.

    Args:
        numbers: float64 (N, 4), fractions.
    """
    fit = {
        layout: _fit_fractions(numbers, layout)
        for layout in ('xywh', 'cxcywh', 'xyxy')
    }
    return max(fit, key=fit.__getitem__)


def _fit_fractions(numbers: np.ndarray, layout: str) -> float:
    boxes = to_xywh(numbers, BoxFormat(layout))
    return _fit(boxes, np.ones((len(boxes), 2)), _EDGE).mean()


def _as_fractions(numbers: np.ndarray,
                  sizes: np.ndarray) -> Optional[BoxFormatMismatch]:
    # In a small image a box of pixels may be as small, and 0, 0, 0, 0 is none.
    tellable = np.flatnonzero((sizes >= _SMALL_IMAGE).all(1)
                              & (numbers[:, 2:] > 0).all(1))
    are = are_fractions(numbers[tellable])
    count = len(are)
    if not (count >= _ENOUGH_FRACTIONS and are.all()
            or count >= _ENOUGH and are.mean() >= _HABIT):
        return None
    rows = tellable[are]
    layout = fraction_layout(numbers[rows])
    return BoxFormatMismatch(
        BoxFormat(layout, 'fractions'), are.mean(),
        _fit_fractions(numbers[rows], layout), count,
        int(rows[np.argmax(numbers[rows, 2])]))


def _as_percent(numbers: np.ndarray,
                sizes: np.ndarray) -> Optional[BoxFormatMismatch]:
    """Percent detection: numbers all over 0 to 100, in larger images."""
    if (len(numbers) < _ENOUGH or numbers.max() > 100 + OVERHANG
            or sizes.min() < _LARGE_IMAGE):
        return None
    layout = fraction_layout(numbers / 100)
    boxes = to_xywh(numbers, BoxFormat(layout))
    fit = _fit(boxes, np.full((len(boxes), 2), 100.0)).mean()
    centers = boxes[:, :2] + boxes[:, 2:] / 2
    if fit < _FIT or centers.std(0).min() < _SPREAD:
        return None
    return BoxFormatMismatch(
        BoxFormat(layout, 'percent'), 1, fit, len(boxes),
        int(np.argmax(numbers[:, 2])))


def _as_pixels(numbers: np.ndarray, sizes: np.ndarray,
               read_as: BoxFormat) -> Optional[BoxFormatMismatch]:
    """Pixel detection, where fractions or percent are expected."""
    beyond = (numbers > _NO_FRACTION * UNITS[read_as.unit]).any(1)
    if len(beyond) < _ENOUGH_FRACTIONS or beyond.mean() < _HABIT:
        return None
    units = ['pixels']
    if read_as.unit == 'fractions' and numbers.max() <= 100 + OVERHANG:
        units = ['percent', 'pixels']
    layouts = dict.fromkeys([read_as.layout, *LAYOUTS])
    box_formats = [BoxFormat(at, unit) for unit in units for at in layouts]
    fits = [_fit_as(numbers, sizes, box_format) for box_format in box_formats]
    best = int(np.argmax(fits))
    return BoxFormatMismatch(box_formats[best], beyond.mean(), fits[best],
                             len(numbers), int(np.argmax(numbers[:, 2])))


def _as_other_layout(numbers: np.ndarray, sizes: np.ndarray,
                     read_as: BoxFormat) -> Optional[BoxFormatMismatch]:
    boxes = to_xywh(numbers, read_as, sizes)
    far = _far_out(boxes, sizes)
    least = _FAR_OUT_OF_FEW if len(far) in _FEW else _FAR_OUT
    if far.sum() < max(least, _FAR_OUT_PART * len(far)):
        return None
    out = 1 - _fit(boxes, sizes).mean()
    # One habit is likelier than two at once.
    alike = [
        layout for layout in LAYOUTS
        if _counts_rows_first(layout) == _counts_rows_first(read_as.layout)
    ]
    for layouts in ([*alike, swap_axes(read_as.layout)], LAYOUTS):
        fits = {
            layout: _fit_as(numbers, sizes, read_as._replace(layout=layout))
            for layout in layouts if layout != read_as.layout
        }
        best = max(fits, key=fits.__getitem__)
        if fits[best] >= _FIT:
            # The largest box shows it best.
            example = int(np.argmax(np.where(far, boxes[:, 2], -np.inf)))
            return BoxFormatMismatch(
                read_as._replace(layout=best), out, fits[best], len(boxes),
                example,
                [k for k in fits if fits[k] == fits[best] and k != best])
    return None


def _fit_as(numbers: np.ndarray, sizes: np.ndarray,
            box_format: BoxFormat) -> float:
    return _fit(to_xywh(numbers, box_format, sizes), sizes).mean()


def _far_out(boxes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Implausible boxes (xywh): far outside of their images, or of negative
    size."""
    slack = np.minimum(_FAR_OF_BOX * np.abs(boxes[:, 2:]),
                       _FAR_OF_IMAGE * sizes)
    slack = np.maximum(slack, _FAR_PIXELS)
    inside = (boxes[:, :2] >= -slack) & (
        boxes[:, :2] + boxes[:, 2:] <= sizes + slack)
    return ~inside.all(1) | (boxes[:, 2:] < 0).any(1)


def _fit(boxes: np.ndarray,
         sizes: np.ndarray,
         slack: Union[float, np.ndarray] = OVERHANG) -> np.ndarray:
    """Which boxes (xywh) have an area, and lie in their images."""
    return has_area(boxes) & lie_inside(boxes, sizes, slack)


def explain_mismatch(found: BoxFormatMismatch,
                     read_as: BoxFormat) -> Iterator[str]:
    """Message about a misread box format, in two parts of a sentence."""
    if found.box_format.unit != read_as.unit:
        yield (f'{found.out:.0%} of {found.count} boxes cannot be '
               f'{read_as.unit}')
    else:
        yield (f'{found.out:.0%} of {found.count} boxes stick out of their '
               f'images read as {read_as}')
    every = 'all' if found.fit == 1 else f'{found.fit:.0%}'
    others = ''.join(f', as {LAYOUTS[layout]} too' for layout in found.others)
    yield f'read as {found.box_format} {every} fit{others}'
