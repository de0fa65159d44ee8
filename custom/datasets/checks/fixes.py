"""One annotation file, mended as the problems found in it ask for."""
import posixpath
from collections import Counter, defaultdict
from typing import (Any, Callable, Dict, Iterable, List, NamedTuple, Optional,
                    Set, Tuple)

import numpy as np

from custom.datasets.annotations.box_validation import are_fractions, clip_box
from custom.datasets.annotations.issues import Issue, validate_record
from custom.datasets.checks.box_format import LAYOUTS, fraction_layout
from custom.datasets.checks.image_size import (EITHER, FILE, boxes_inside,
                                               infer_box_reference_of_all)
from custom.datasets.checks.images import one_factor
from custom.datasets.images.exif import exif_transpose_box
from custom.datasets.images.headers import ImageInfo
from custom.utils.errors import InputError

# Of several boxes the last is left out.
_DROP_BOX = ('image-id-dangling', 'category-id-dangling', 'box-not-finite',
             'box-empty', 'box-outside', 'box-tiny', 'box-repeated')
# Where the image's size was wrong, another check must tell.
_BY_SIZE = ('box-outside', 'box-tiny')
# If more of a split's boxes are tiny, they are no slips, but of a kind that is
# not known.
_TINY = 0.5
_DROP_IMAGE = ('image-missing', 'image-unreadable', 'image-truncated',
               'image-elsewhere')
_HABITS = {
    'boxes-xyxy': lambda x1, y1, x2, y2: [x1, y1, x2 - x1, y2 - y1],
    'boxes-swapped': lambda y, x, h, w: [x, y, w, h],
}


class Fix(NamedTuple):
    """What was done to a record of a split, and for which code."""
    code: str
    split: str
    record: str
    what: str

    def __str__(self) -> str:
        return f'{self.split} {self.record}: {self.what} ({self.code})'


class Fixer:
    """Mends the data of one split in place, and lists every change.

    Args:
        data: COCO JSON as loaded; keys that need no mending are kept, the
            ``segmentation`` of a box that is mended is not.
        split: Whose data it is.
        photo_of: The photo of a file name; InputError where it has none.
    """

    def __init__(self, data: dict, split: str,
                 photo_of: Callable[[str], ImageInfo]) -> None:
        self.data = data
        self.split = split
        self.photo_of = photo_of
        self.changes: List[Fix] = []
        self._has_scaled = False

    def mend(self,
             problems: Iterable[Issue],
             layout: Optional[str] = None) -> None:
        """Does what the codes' ``fix`` promises, for one check's problems.

        Mending one thing can bring another to light, as leaving a category
        out leaves boxes without one: check again after it.

        Args:
            problems: Of this split.
            layout: Key of :data:`custom.datasets.checks.box_format.LAYOUTS`,
                how fractions are meant; by default what this split's look
                like.
        """
        found: Dict[str, List[Issue]] = defaultdict(list)
        for problem in problems:
            found[problem.code].append(problem)
        for code, convert in _HABITS.items():
            if code in found:
                self._convert(code, convert)
        resized, misfits = self._fit_to_photos('image-size',
                                               found['image-size'])
        # Fractions are of the file's size, but of a photo before it is turned.
        if 'boxes-normalised' in found or found[
                'image-rotated'] and self._has_fractions():
            self._scale_fractions(layout)
        resized |= self._fit_to_photos('image-rotated',
                                       found['image-rotated'])[0]
        if 'record-malformed' in found:
            resized |= self._measure()
        self._clip(found['box-overhang'])
        # The positions in the problems hold until the first record is gone.
        self._drop_boxes(found, resized)
        for code in _DROP_IMAGE:
            self.drop_images(code, {p.images[0] for p in found[code]})
        self.drop_images('image-size', misfits)
        if 'record-malformed' in found:
            self._drop_malformed()
        if 'id-repeated' in found:
            self._part_repeated_ids()
        if 'image-repeated' in found:
            self._join_repeated_images()

    def drop_images(self, code: str, names: Set[str]) -> None:
        """Leaves images out, with their boxes.

        Records of the same id go with them: whose the boxes are cannot be
        told.
        """
        ids = {
            _get(image, 'id')
            for image in self.data['images']
            if _get(image, 'file_name') in names
        } - {None}

        def is_wanted(image: Any) -> bool:
            return (_get(image, 'file_name') not in names
                    and _get(image, 'id') not in ids)

        gone = [i for i in self.data['images'] if not is_wanted(i)]
        if not gone:
            return
        boxes = Counter(_get(a, 'image_id') for a in self.data['annotations'])
        boxes.pop(None, None)
        for image in gone:
            self._note(
                code, _image_name(image),
                f'left out, with {boxes.pop(_get(image, "id"), 0)} boxes')
        self._keep('images', is_wanted)
        self._keep('annotations', lambda ann: _get(ann, 'image_id') not in ids)

    def boxes(self) -> np.ndarray:
        """float64 (N, 4), of the annotations that lack nothing."""
        return np.array([a['bbox'] for a in self.sound('annotations')],
                        float).reshape(-1, 4)

    def take_categories(self, categories: List[dict]) -> None:
        """Takes another split's categories, if they have the same names."""
        ids = {c['name']: c['id'] for c in categories}
        own = {c['id']: c['name'] for c in self.data['categories']}
        if sorted(own.values()) != sorted(ids) or len(own) != len(categories):
            return
        for ann in self.data['annotations']:
            ann['category_id'] = ids[own[ann['category_id']]]
        self.data['categories'] = [dict(c) for c in categories]
        self._note('class-order', 'categories', 'numbered as in train')

    def sound(self, kind: str) -> List[dict]:
        """The records of a list that lack nothing by themselves."""
        return [
            r for r in self.data[kind] if not any(validate_record(kind, r))
        ]

    def _note(self, code: str, record: str, what: str) -> None:
        self.changes.append(Fix(code, self.split, record, what))

    def _keep(self, kind: str, wanted: Callable[[Any], bool]) -> None:
        self.data[kind] = [r for r in self.data[kind] if wanted(r)]

    def _set_box(self, code: str, ann: dict, bbox: List[float]) -> None:
        if bbox == ann['bbox']:
            return
        self._note(code, _name(ann), f'box {ann["bbox"]} is now {bbox}')
        ann['bbox'] = bbox
        # These were of the old box.
        ann.pop('area', None)
        ann.pop('segmentation', None)

    def _convert(self, code: str, convert: Callable) -> None:
        images = {image['id'] for image in self.sound('images')}
        for ann in self.sound('annotations'):
            if ann['image_id'] in images:
                self._set_box(code, ann, convert(*ann['bbox']))

    def _has_fractions(self) -> bool:
        fractions = are_fractions(self.boxes())
        return fractions.sum() > len(fractions) / 2

    def _scale_fractions(self, layout: Optional[str]) -> None:
        # What is as small afterwards was nothing to begin with.
        if self._has_scaled:
            return
        self._has_scaled = True
        annotations = self.sound('annotations')
        fractions = are_fractions(self.boxes())
        layout = layout or fraction_layout(self.boxes()[fractions])
        images = {image['id']: image for image in self.sound('images')}
        self._note('boxes-normalised', 'file',
                   f'boxes are read as {layout}, as fractions')
        for ann, is_fraction in zip(annotations, fractions.tolist()):
            image = images.get(ann['image_id'])
            if image is not None and is_fraction:
                size = [image['width'], image['height']] * 2
                self._set_box('boxes-normalised', ann, [
                    value * side
                    for value, side in zip(LAYOUTS[layout](*ann['bbox']), size)
                ])

    def _fit_to_photos(self, code: str,
                       problems: List[Issue]) -> Tuple[Set[Any], Set[str]]:
        """Returns the ids of the images that have another size now, and the
        names of those that no turn and no scale makes fit."""
        names = {p.images[0] for p in problems}
        if not names:
            return set(), set()
        boxes = self._boxes_by_image()
        images = [i for i in self.sound('images') if i['file_name'] in names]
        photos = {name: self.photo_of(name) for name in names}
        # One record of each id: its boxes must not be scaled twice.
        cases: Dict[Any, dict] = {}
        for image in images:
            photo = photos[image['file_name']]
            if (image['width'], image['height']) != photo[:2]:
                cases.setdefault(image['id'], image)
        whose = infer_box_reference_of_all({
            key: ([ann['bbox']
                   for ann in boxes[key]], photos[image['file_name']][:2],
                  (image['width'], image['height']))
            for key, image in cases.items()
        })
        resized, misfits = set(), set()
        for key, image in cases.items():
            photo = photos[image['file_name']]
            if self._resize(code, image, photo, whose[key], boxes[key]):
                resized.add(key)
            else:
                misfits.add(image['file_name'])
        for image in images:
            if image['id'] in resized:
                photo = photos[image['file_name']]
                image.update(width=photo.width, height=photo.height)
        return resized, misfits

    def _resize(self, code: str, image: dict, photo: ImageInfo, whose: str,
                annotations: List[dict]) -> bool:
        """Whether the image can be made to fit its photo, and was."""
        old = image['width'], image['height']
        new = photo.width, photo.height
        factor = one_factor(old, new)
        how = 'and its boxes likewise'
        if whose == FILE:
            how, annotations = 'its boxes fit that already', []
        elif code == 'image-size' and factor is None:
            # Code that takes an array's shape for width and height.
            if whose != EITHER or old != new[::-1]:
                return False
            how, annotations = 'its boxes fit that too', []
        elif whose == EITHER:
            how += ', though they fit either size'
        image.update(width=new[0], height=new[1])
        self._note(
            code, _image_name(image), f'was {old[0]} x {old[1]}, is now '
            f'{new[0]} x {new[1]}, {how}')
        for ann in annotations:
            if code == 'image-size':
                bbox = [value * factor for value in ann['bbox']]
            else:
                bbox = exif_transpose_box(ann['bbox'], *old, photo.orientation)
            self._set_box(code, ann, bbox)
        return True

    def _measure(self) -> Set[Any]:
        """Gives images without a size that of their files, where their boxes
        fit it; returns their ids."""
        boxes = self._boxes_by_image()
        measured = set()
        for image in self.data['images']:
            if not _lacks_size_alone(image):
                continue
            try:
                photo = self.photo_of(image['file_name'])
            except InputError:
                continue
            size = (photo.width, photo.height)
            if boxes_inside([a['bbox'] for a in boxes[image['id']]], size):
                image.update(width=size[0], height=size[1])
                measured.add(image['id'])
                self._note('record-malformed', _image_name(image),
                           f'had no size, is now {size[0]} x {size[1]}')
        return measured

    def _boxes_by_image(self) -> Dict[Any, List[dict]]:
        boxes = defaultdict(list)
        for ann in self.sound('annotations'):
            boxes[ann['image_id']].append(ann)
        return boxes

    def _clip(self, problems: List[Issue]) -> None:
        images = {image['id']: image for image in self.sound('images')}
        for problem in problems:
            ann = self.data['annotations'][problem.annotations[0]]
            image = images.get(_get(ann, 'image_id'))
            if image is not None:
                bbox = clip_box(ann['bbox'], image['width'], image['height'])
                if bbox is not None:
                    self._set_box(problem.code, ann, bbox)

    def _drop_boxes(self, found: Dict[str, List[Issue]],
                    resized: Set[Any]) -> None:
        annotations = self.data['annotations']
        if len(found['box-tiny']) > _TINY * len(annotations):
            found['box-tiny'] = []
        gone: Dict[int, str] = {}
        for problem in (p for code in _DROP_BOX for p in found[code]):
            position = problem.annotations[-1]
            if problem.code not in _BY_SIZE or _get(annotations[position],
                                                    'image_id') not in resized:
                gone.setdefault(position, problem.code)
        for position, code in gone.items():
            ann = annotations[position]
            self._note(code, _name(ann),
                       f'left out, its box was {_show(ann, "bbox")}')
        self.data['annotations'] = [
            ann for position, ann in enumerate(annotations)
            if position not in gone
        ]

    def _drop_malformed(self) -> None:
        for kind in ('images', 'annotations', 'categories'):
            for position, record in enumerate(self.data[kind]):
                fault = next(validate_record(kind, record), None)
                if fault:
                    self._note('record-malformed', f'{kind}[{position}]',
                               f'left out, it {fault}')
            self.data[kind] = self.sound(kind)

    def _part_repeated_ids(self) -> None:
        for kind, name in (('images', 'file_name'), ('categories', 'name')):
            names = defaultdict(set)
            for record in self.sound(kind):
                names[record['id']].add(record[name])
            several = [n for n in names.values() if len(n) > 1]
            if kind == 'images':
                # Which of them a box belongs to cannot be told.
                self.drop_images('id-repeated', set().union(*several))
            self._drop_again(kind, names)
        self._number_repeated_annotations()

    def _drop_again(self, kind: str, names: Dict[Any, Set[str]]) -> None:
        """Leaves out what stands twice with one id and one name."""
        seen = set()
        kept = []
        for record in self.data[kind]:
            key = _get(record, 'id')
            if key in seen and len(names[key]) == 1:
                name = (
                    _image_name(record) if kind == 'images' else _record_name(
                        kind, record))
                self._note('id-repeated', name, 'left out, it stands twice')
                continue
            if key is not None:
                seen.add(key)
            kept.append(record)
        self.data[kind] = kept

    def _number_repeated_annotations(self) -> None:
        annotations = self.sound('annotations')
        fresh = 1 + max(
            (a['id'] for a in annotations if isinstance(a['id'], int)),
            default=0)
        seen = set()
        for ann in annotations:
            if ann['id'] in seen:
                self._note('id-repeated', _name(ann), f'is now {fresh}')
                ann['id'] = fresh
                fresh += 1
            seen.add(ann['id'])

    def _join_repeated_images(self) -> None:
        first: Dict[str, Any] = {}
        joined = {}
        for image in self.sound('images'):
            name = posixpath.normpath(image['file_name'])
            kept = first.setdefault(name, image['id'])
            if kept != image['id']:
                joined[image['id']] = kept
                self._note('image-repeated', _image_name(image),
                           f'joined to image {kept!r}')
        self._keep('images', lambda image: _get(image, 'id') not in joined)
        for ann in self.sound('annotations'):
            ann['image_id'] = joined.get(ann['image_id'], ann['image_id'])


def _lacks_size_alone(image: Any) -> bool:
    return (isinstance(image, dict) and any(validate_record('images', image))
            and
            not any(validate_record('images', dict(image, width=1, height=1))))


def _get(record: Any, key: str) -> Any:
    """An id or a text of a record; None where it is of another kind."""
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, (int, str)) else None


def _show(record: Any, key: str) -> str:
    return repr(record.get(key) if isinstance(record, dict) else None)


def _name(ann: Any) -> str:
    return _record_name('annotations', ann)


def _image_name(image: Any) -> str:
    return f'{_record_name("images", image)} "{_get(image, "file_name")}"'


def _record_name(kind: str, record: Any) -> str:
    word = {
        'images': 'image',
        'annotations': 'annotation',
        'categories': 'category'
    }[kind]
    return f'{word} {_show(record, "id")}'
