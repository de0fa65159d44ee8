"""Box placement: raw boxes judged, turned and clipped onto their images."""
import os
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from custom.datasets.annotations.box_format import (CORNERS, BoxFormat,
                                                    explain_mismatch,
                                                    find_box_format_mismatch,
                                                    swap_axes, to_xywh)
from custom.datasets.annotations.box_validation import (OVERHANG, clip_box,
                                                        has_area, lie_inside,
                                                        overhangs,
                                                        restore_integers)
from custom.datasets.checks.image_files import one_factor
from custom.datasets.checks.image_size import (EITHER, FILE,
                                               infer_box_reference_of_all)
from custom.datasets.formats.disk_list import DiskList, LazyBoxes
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.samples import (ImportWarnings, Sample, SampleBox,
                                             Splits)
from custom.datasets.images.exif import (exif_transpose_box,
                                         exif_transpose_points)
from custom.datasets.images.headers import ImageInfo, read_image_infos
from custom.utils.errors import InputError

# Part of the boxes that may be clipped, and how many it takes: more are no
# slips of the hand but something that is wrong with the file.
_CLIPPED_PART, _CLIPPED = 0.05, 3
# Of boxes that stick out, as many are shown.
_EXAMPLES = 3
# Part of the photos' boxes that must fit as stored, where as shown they don't.
_FIT = 0.99
# Part of a side by which a size that was told is off by a slip.
_SLIP = 0.05
# Boxes, of which none reaches beyond this part of its image, that are many
# enough to be looked at.
_CORNER, _MANY = 0.55, 20


class _Place(NamedTuple):
    """Placement: how the boxes of an image come onto it.

    ``size`` is what they are measured against, and ``orientation`` the EXIF
    value by which they are turned after that, 1 for not at all. ``scale`` is
    what they are multiplied by.
    """
    size: Tuple[float, float]
    orientation: int = 1
    scale: Tuple[float, float] = (1, 1)


def place_boxes(raw: RawSamples,
                declared: BoxFormat,
                src: Path,
                first_pixel: int = 0) -> Splits:
    """Puts raw boxes onto their images.

    Images are measured. The boxes of all are judged before one is clipped:
    where they fit another way, or many stick out, the file is refused. Boxes
    partly outside their image are then clipped and counted.

    Args:
        raw: What was read. Gets problems with images and boxes.
        declared: How boxes of the format are to be read.
        src: What was read, for messages.
        first_pixel: What the first column and row are called; 1 where a
            format counts from 1 and includes the last pixel.

    Returns:
        The samples of each split.

    Raises:
        InputError: The boxes are not what the format says.
    """
    infos = _measure(raw)
    given = _given_format(raw, declared)
    box_format = given or declared
    places = _places(raw, infos, box_format, first_pixel)
    if raw.options.exif is None:
        _judge_exif(raw, infos, places, box_format, src)
    if given is None:
        box_format = _judged(raw, places, declared, src)
    placer = _Placer(raw, box_format, first_pixel)
    splits: Splits = {}
    spool = DiskList()
    names = _names(raw.images)
    for row, (image, boxes) in enumerate(raw):
        if row in places:
            info = infos[row]
            found = placer.place(image, boxes, places[row])
            splits.setdefault(image.split, []).append(
                Sample(image.path, info.width, info.height,
                       LazyBoxes(spool, found), names[image.path],
                       image.extra))
    placer.stop(src)
    _note_corner(raw, places, box_format)
    return splits


# A sum may be beyond the largest float.
@np.errstate(over='ignore', invalid='ignore')
def _note_corner(raw: RawSamples, places: Dict[int, _Place],
                 box_format: BoxFormat) -> None:
    """Notes boxes that are all in the upper left of their images."""
    numbers, rows = raw.sample()
    sizes = np.array([
        places[row].size if row in places else (np.nan, np.nan)
        for row in rows.tolist()
    ]).reshape(-1, 2)
    xywh = to_xywh(numbers, box_format, sizes)
    ends = (xywh[:, :2] + xywh[:, 2:]) / sizes
    if len(ends) >= _MANY and np.nanmax(ends, initial=0) <= _CORNER:
        raw.notes['boxes, all in the upper left quarter of their images: look '
                  'whether they are of a smaller copy'] = len(ends)


def _measure(raw: RawSamples) -> Dict[int, ImageInfo]:
    infos, kinds = {}, {}
    for row, info in enumerate(
            read_image_infos(image.path for image in raw.images)):
        if isinstance(info, InputError):
            raw.problems.add('image_unreadable',
                             f'{raw.images[row].where}: {info}.')
        else:
            infos[row] = kinds.setdefault(info, info)  # most are alike
    return infos


def _given_format(raw: RawSamples, declared: BoxFormat) -> Optional[BoxFormat]:
    """Box format that the user has given."""
    layout, unit = raw.options.boxes, raw.options.unit
    if layout is None and unit is None:
        return None
    if layout == 'yx':
        layout = swap_axes(declared.layout)
    return BoxFormat(layout or declared.layout, unit or declared.unit)


def _places(raw: RawSamples, infos: Dict[int, ImageInfo],
            box_format: BoxFormat, first_pixel: int) -> Dict[int, _Place]:
    places, others, kinds = {}, {}, {}
    for row, info in infos.items():
        told = raw.images[row].size
        place = _place(told, info, raw.options.exif, raw.notes)
        if place is None:
            others[row] = told
        else:
            places[row] = kinds.setdefault(place, place)  # most are alike
    places.update(_resized(raw, infos, others, box_format, first_pixel))
    return places


def _place(told: Optional[Tuple[float, float]], info: ImageInfo,
           exif: Optional[str], notes: ImportWarnings) -> Optional[_Place]:
    """Placement by EXIF: None where the size that was told is neither that of
    the photo as shown nor that as stored."""
    shown = (info.width, info.height)
    stored = shown[::-1] if info.orientation >= 5 else shown
    if told not in (None, shown, stored):
        return None
    is_stored = exif == 'stored' or (exif is None and told is not None
                                     and told != shown)
    if info.orientation == 1:
        return _Place(shown)
    if is_stored:
        notes['photos whose boxes were rotated as their EXIF says'] += 1
        return _Place(stored, info.orientation)
    if exif is None:
        notes['photos turned by EXIF, boxes taken as of the photo as shown: '
              'look whether they fit'] += told is None
        notes['photos turned by EXIF to the same size: look whether their '
              'boxes fit'] += told is not None and stored == shown
    return _Place(shown)


def _resized(raw: RawSamples, infos: Dict[int, ImageInfo],
             others: Dict[int, Tuple[float, float]], box_format: BoxFormat,
             first_pixel: int) -> Dict[int, _Place]:
    """Places on images whose annotation tells another size, where that can be
    mended."""
    references = infer_box_reference_of_all({
        row: (_in_pixels(raw.boxes(row), box_format, told,
                         first_pixel).tolist(), infos[row][:2], told)
        for row, told in others.items()
    })
    places = {}
    for row, told in others.items():
        info, image = infos[row], raw.images[row]
        shown = (info.width, info.height)
        is_of_file = references[row] == FILE
        if references[row] == EITHER:
            is_of_file = _is_slip(told, shown)
        place = _Place(
            shown if is_of_file else told,
            scale=(1, 1) if is_of_file else
            (shown[0] / told[0], shown[1] / told[1]))
        words = (f'{image.where}: is for an image of {told[0]:g} x '
                 f'{told[1]:g} pixels, but {image.path} has {shown[0]} x '
                 f'{shown[1]}')
        if is_of_file or one_factor(told, shown):
            sentence = (
                f'{words}. Its boxes fit the file: width and height are '
                'wrong. Correct them.' if is_of_file else
                f'{words}. The boxes would be elsewhere: they were drawn on a '
                'copy of another size. Scale them.')
            if raw.problems.mend(
                    'image_size', sentence, 'the size is taken from the file'
                    if is_of_file else 'its boxes are scaled along'):
                places[row] = place
        else:
            raw.problems.add(
                'image_size',
                f'{words}. The boxes would be elsewhere; find the image that '
                'was annotated, or correct width and height.')
    return places


def _is_slip(told: Tuple[float, float], size: Tuple[float, float]) -> bool:
    """Whether a size is nearly the other, or that with its sides exchanged;
    else it is of another image, or of a copy that was stretched."""
    return any(
        np.allclose(told, other, rtol=_SLIP) for other in (size, size[::-1]))


def _in_pixels(boxes: Sequence[RawBox], box_format: BoxFormat,
               size: Tuple[float, float], first_pixel: int) -> np.ndarray:
    """float64 (N, 4), xywh in pixels from 0 of an image of that size."""
    numbers = np.array([box.numbers for box in boxes], float).reshape(-1, 4)
    xywh = to_xywh(numbers, box_format, size)
    if first_pixel and box_format.unit == 'pixels':
        xywh = xywh.copy()
        xywh[:, :2] -= first_pixel
        if box_format.layout in CORNERS:  # the last pixel is included
            xywh[:, 2:] += first_pixel
    return xywh


def _judged(raw: RawSamples, places: Dict[int, _Place], declared: BoxFormat,
            src: Path) -> BoxFormat:
    """The box format by which the boxes fit, refused if it isn't the declared
    one; with --mend it is taken."""
    numbers, rows = raw.sample()
    sizes = np.full((len(raw.images), 2), np.nan)
    for row, place in places.items():
        sizes[row] = place.size
    found = find_box_format_mismatch(numbers, sizes[rows], declared)
    if found is None:
        return declared
    if raw.options.mend and not found.others:
        raw.notes[f'boxes read as {found.box_format}'] = found.count
        return found.box_format
    image = raw.images[rows[found.example]]
    shown = ', '.join(f'{value:g}' for value in numbers[found.example])
    advice = (
        f' {_option(found.box_format, declared)} reads them so; '
        f'{_option(declared, found.box_format)} if they are right as they are.'
    )
    raise InputError(
        f'{src}: {"; ".join(explain_mismatch(found, declared))}. For example '
        f'{shown} on {image.path} ({image.where}).' +
        advice * raw.options.flags)


def _option(box_format: BoxFormat, other: BoxFormat) -> str:
    words = [f'--boxes {box_format.layout}'] * (
        box_format.layout != other.layout)
    words += [f'--unit {box_format.unit}'] * (box_format.unit != other.unit)
    return ' '.join(words)


def _judge_exif(raw: RawSamples, infos: Dict[int, ImageInfo],
                places: Dict[int, _Place], box_format: BoxFormat,
                src: Path) -> None:
    """Refuses boxes that are of photos as stored though nothing says so, or
    as shown though the annotation tells the size as stored."""
    fits: Dict[str, list] = dict(shown=[], stored=[])
    for row, place in places.items():
        if infos[row].orientation < 5:
            continue
        boxes = _in_pixels(raw.boxes(row), box_format, place.size, 0)
        fits['shown' if place.orientation == 1 else 'stored'] += zip(
            lie_inside(boxes, np.array(place.size)),
            lie_inside(boxes, np.array(place.size[::-1])))
    for taken, other in (('shown', 'stored'), ('stored', 'shown')):
        fit, fit_other = np.array(fits[taken], bool).reshape(-1, 2).T
        if (~fit).sum() >= _CLIPPED and fit_other.mean() >= _FIT:
            advice = (f' --exif {other} reads them so; --exif {taken} if they '
                      'are right as they are.')
            raise InputError(
                f'{src}: {(~fit).mean():.0%} of {len(fit)} boxes on photos '
                f'that EXIF turns stick out; on the photos as {other} all '
                'fit.' + advice * raw.options.flags)


class _Placer:
    """Boxes of one image after the other, and a count of those clipped."""

    def __init__(self, raw: RawSamples, box_format: BoxFormat,
                 first_pixel: int) -> None:
        self._raw = raw
        self._box_format = box_format
        self._first_pixel = first_pixel
        self._boxes = self._clipped = 0
        self._examples: List[str] = []

    def place(self, image: RawImage, boxes: List[RawBox],
              place: _Place) -> List[SampleBox]:
        """The boxes of an image, but those that have a problem."""
        self._raw.notes['images without a box, kept as background'] += (
            not boxes)
        xywh = _in_pixels(boxes, self._box_format, place.size,
                          self._first_pixel)
        found = []
        for box, bbox, whole, by in zip(boxes, xywh.tolist(), has_area(xywh),
                                        overhangs(xywh, np.array(place.size))):
            bbox = restore_integers(box.numbers, bbox)
            if not whole:
                bbox = self._with_area(box, bbox, image)
                by = np.inf  # how far it sticks out now is not known
            if bbox and by > 0:
                bbox = self._inside(box, bbox, image, place)
            if bbox:
                bbox, extra = _moved(box, bbox, place, self._raw.notes,
                                     self._box_format)
                crowd = box.crowd and not self._raw.options.crowd_as_objects
                found.append(SampleBox(box.name, bbox, crowd, extra))
        self._boxes += len(boxes)
        return found

    def stop(self, src: Path) -> None:
        """Counts clipped boxes, and refuses a file that has many."""
        self._raw.notes['boxes clipped to their image'] = self._clipped
        part = self._clipped / max(self._boxes, 1)
        if (self._clipped >= _CLIPPED and part > _CLIPPED_PART
                and not self._raw.options.mend):
            raise InputError(
                f'{src}: {self._clipped} of {self._boxes} boxes ({part:.0%}) '
                'stick out of their images, which is more than slips of the '
                'hand. For example:\n' + '\n'.join(self._examples) +
                '\nLook whether images and boxes belong together' +
                '; --mend clips them' * self._raw.options.flags + '.')

    def _with_area(self, box: RawBox, bbox: List[float],
                   image: RawImage) -> Optional[List[float]]:
        x, y, w, h = bbox
        numbers = ', '.join(f'{value:g}' for value in box.numbers)
        what = (f'{box.where}: the box of "{box.name}", {numbers} '
                f'({self._box_format}), on {image.path},')
        if w and h:
            if self._raw.problems.mend(
                    'exchanged', f'{what} has its corners exchanged: it ends '
                    'before it begins. Exchange them.', 'they are exchanged'):
                included = (
                    self._first_pixel
                    if self._box_format.layout in CORNERS else 0)
                x, w = _exchanged(x, w, included)
                y, h = _exchanged(y, h, included)
                return [x, y, w, h]
        else:
            self._raw.problems.add(
                'empty', f'{what} is a box without area. Draw it again or '
                'delete it.')
        return None

    def _inside(self, box: RawBox, bbox: List[float], image: RawImage,
                place: _Place) -> Optional[List[float]]:
        """The part of a box in the image that it is measured against."""
        inside = clip_box(bbox, *place.size)
        words = (f'{_edges(bbox)}, on {image.path} of {place.size[0]:g} x '
                 f'{place.size[1]:g} pixels')
        by, = overhangs(np.array([bbox], float), np.array(place.size))
        if inside is None:
            self._raw.problems.add(
                'outside', f'{box.where}: the box of "{box.name}", {words}, '
                'is outside the image. Draw it again or delete it.')
        # Tools that count from 0 end up one pixel out: nothing to report.
        elif by > OVERHANG:
            self._clipped += 1
            if len(self._examples) < _EXAMPLES:
                self._examples.append(f'{box.where}: "{box.name}", {words}')
        return inside


def _edges(xywh: Sequence[float]) -> str:
    x, y, w, h = xywh
    return f'{x:g}, {y:g} to {x + w:g}, {y + h:g}'


def _exchanged(start: float, length: float,
               included: int) -> Tuple[float, float]:
    """Start and length of a side, the right way round; ``included`` is 1
    where the last pixel belongs to a box."""
    if length > 0:
        return start, length
    return start + length - included, -length + 2 * included


def _moved(box: RawBox, bbox: List[float], place: _Place,
           notes: ImportWarnings,
           box_format: BoxFormat) -> Tuple[List[float], dict]:
    """A box and what else is known of it, turned and scaled along."""
    stays = place.orientation == 1 and place.scale == (1, 1)
    if stays and box_format.unit == 'pixels':
        return bbox, {**box.extra, **box.points}
    extra = dict(box.extra)
    if box_format.unit != 'pixels' or place.scale != (1, 1):
        extra.pop('area', None)
    points = {
        key: [_points_in_pixels(part, box_format, place) for part in parts]
        for key, parts in box.points.items()
    }
    if stays:
        return bbox, {**extra, **points}
    bbox = [value * factor for value, factor in zip(bbox, place.scale * 2)]
    size = (place.size[0] * place.scale[0], place.size[1] * place.scale[1])
    points = {
        key: [
            exif_transpose_points(
                [v * f for v, f in zip(part, _repeat(place.scale, part))],
                *size, place.orientation) for part in parts
        ]
        for key, parts in points.items()
    }
    if isinstance(extra.get('segmentation'), dict):
        del extra['segmentation']
        notes['masks of rotated or scaled photos, left out'] += 1
    if extra.pop('keypoints', None):
        extra.pop('num_keypoints', None)
        notes['keypoints of rotated or scaled photos, left out'] += 1
    return exif_transpose_box(bbox, *size, place.orientation), {
        **extra,
        **points
    }


def _points_in_pixels(points: List[float], box_format: BoxFormat,
                      place: _Place) -> List[float]:
    if box_format.unit == 'pixels':
        return points
    whole = 100 if box_format.unit == 'percent' else 1
    return [
        value * side / whole
        for value, side in zip(points, _repeat(place.size, points))
    ]


def _repeat(pair: Tuple[float, float], points: List[float]) -> List[float]:
    return [pair[i % 2] for i in range(len(points))]


def _names(images: Sequence[RawImage]) -> Dict[Path, str]:
    """Names of images in the data set: what their file says, else
    their own names, with their folders where two have one name."""
    plain = [image.path for image in images if not image.file_name]
    if len({path.name.casefold() for path in plain}) == len(plain):
        own = {path: path.name for path in plain}
    else:
        root = os.path.commonpath([path.parent for path in plain])
        own = {path: path.relative_to(root).as_posix() for path in plain}
    told = {image.path: image.file_name for image in images if image.file_name}
    return {**own, **told}
