"""One annotation file, mended as the problems found in it ask for."""
import posixpath
from collections import Counter, defaultdict
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Set

from custom.datasets.annotations import clip, faults
from custom.datasets.checks.problem import Problem
from custom.datasets.formats.place import turn_upright
from custom.datasets.photos import Photo

# Of several boxes the last is left out.
_DROP_BOX = ('image-id-dangling', 'category-id-dangling', 'box-not-finite',
             'box-empty', 'box-outside', 'box-tiny', 'box-repeated')
_DROP_IMAGE = ('image-missing', 'image-unreadable', 'image-truncated',
               'image-elsewhere')
# Sides that a resize has rounded differ from one factor by a pixel at most.
_ROUNDING = 1.0
_HABITS = {
    'boxes-normalised':
    lambda x, y, w, h, width, height:
    [x * width, y * height, w * width, h * height],
    'boxes-xyxy':
    lambda x1, y1, x2, y2, *_: [x1, y1, x2 - x1, y2 - y1],
    'boxes-swapped':
    lambda y, x, h, w, *_: [x, y, w, h],
}


class Change(NamedTuple):
    """What was done to a record of a split, and for which code."""
    code: str
    split: str
    record: str
    what: str

    def __str__(self) -> str:
        return f'{self.split} {self.record}: {self.what} ({self.code})'


class Mender:
    """Mends the data of one split in place, and lists every change.

    Args:
        data: COCO JSON as loaded; keys that need no mending are kept, the
            ``segmentation`` of a box that is mended is not.
        split: Whose data it is.
        photo_of: The photo of a file name.
    """

    def __init__(self, data: dict, split: str,
                 photo_of: Callable[[str], Photo]) -> None:
        self.data = data
        self.split = split
        self.photo_of = photo_of
        self.changes: List[Change] = []

    def mend(self, problems: Iterable[Problem]) -> None:
        """Does what the codes' ``fix`` promises, for one check's problems.

        Mending one thing can bring another to light, as leaving a category
        out leaves boxes without one: check again after it.
        """
        found: Dict[str, List[Problem]] = defaultdict(list)
        for problem in problems:
            found[problem.code].append(problem)
        for code, convert in _HABITS.items():
            if code in found:
                self._convert(code, convert)
        misfits = self._fit_to_photos(found['image-rotated'] +
                                      found['image-size'])
        self._clip(found['box-overhang'])
        # The positions in the problems hold until the first record is gone.
        self._drop_boxes([p for code in _DROP_BOX for p in found[code]])
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
        """Leaves images out, with their boxes."""
        gone = {
            image['id']: image['file_name']
            for image in self.data['images']
            if _get(image, 'file_name') in names and 'id' in image
        }
        if not gone:
            return
        boxes = Counter(_get(a, 'image_id') for a in self.data['annotations'])
        for image_id, name in gone.items():
            self._note(code, f'image {image_id!r} "{name}"',
                       f'left out, with {boxes[image_id]} boxes')
        self._keep('images', lambda image: _get(image, 'id') not in gone)
        self._keep('annotations',
                   lambda ann: _get(ann, 'image_id') not in gone)

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
        return [r for r in self.data[kind] if not any(faults(kind, r))]

    def _note(self, code: str, record: str, what: str) -> None:
        self.changes.append(Change(code, self.split, record, what))

    def _keep(self, kind: str, wanted: Callable[[Any], bool]) -> None:
        self.data[kind] = [r for r in self.data[kind] if wanted(r)]

    def _set_box(self, code: str, ann: dict, bbox: List[float]) -> None:
        self._note(code, _name(ann), f'box {ann["bbox"]} is now {bbox}')
        ann['bbox'] = bbox
        # These were of the old box.
        ann.pop('area', None)
        ann.pop('segmentation', None)

    def _convert(self, code: str, convert: Callable) -> None:
        images = {image['id']: image for image in self.sound('images')}
        for ann in self.sound('annotations'):
            image = images.get(ann['image_id'])
            if image is not None:
                self._set_box(
                    code, ann,
                    convert(*ann['bbox'], image['width'], image['height']))

    def _fit_to_photos(self, problems: List[Problem]) -> Set[str]:
        """Returns the images that no turn and no scale makes fit."""
        images = {i['file_name']: i for i in self.sound('images')}
        boxes = defaultdict(list)
        for ann in self.sound('annotations') if problems else ():
            boxes[ann['image_id']].append(ann)
        misfits = set()
        for problem in problems:
            image = images[problem.images[0]]
            photo = self.photo_of(problem.images[0])
            old = image['width'], image['height']
            scale = photo.width / old[0]
            if problem.code == 'image-size' and abs(old[1] * scale -
                                                    photo.height) > _ROUNDING:
                misfits.add(problem.images[0])
                continue
            image.update(width=photo.width, height=photo.height)
            self._note(
                problem.code, f'image {image["id"]!r} "{image["file_name"]}"',
                f'was {old[0]} x {old[1]}, is now {photo.width} x '
                f'{photo.height}, and its boxes likewise')
            for ann in boxes[image['id']]:
                if problem.code == 'image-size':
                    bbox = [value * scale for value in ann['bbox']]
                else:
                    bbox = turn_upright(ann['bbox'], *old, photo.orientation)
                self._set_box(problem.code, ann, bbox)
        return misfits

    def _clip(self, problems: List[Problem]) -> None:
        images = {image['id']: image for image in self.sound('images')}
        for problem in problems:
            ann = self.data['annotations'][problem.annotations[0]]
            bbox = clip(ann['bbox'], images[ann['image_id']])
            if bbox is not None:
                self._set_box(problem.code, ann, bbox)

    def _drop_boxes(self, problems: List[Problem]) -> None:
        gone: Dict[int, str] = {}
        for problem in problems:
            gone.setdefault(problem.annotations[-1], problem.code)
        for position, code in gone.items():
            ann = self.data['annotations'][position]
            self._note(code, _name(ann),
                       f'left out, its box was {_get(ann, "bbox")}')
        self.data['annotations'] = [
            ann for position, ann in enumerate(self.data['annotations'])
            if position not in gone
        ]

    def _drop_malformed(self) -> None:
        for kind in ('images', 'annotations', 'categories'):
            for position, record in enumerate(self.data[kind]):
                fault = next(faults(kind, record), None)
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
            seen = set()
            self._keep(
                kind, lambda r: len(names[r['id']]) > 1 or r['id'] not in seen
                and not seen.add(r['id']))
        self._number_repeated_annotations()

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
                self._note('image-repeated',
                           f'image {image["id"]!r} "{image["file_name"]}"',
                           f'joined to image {kept!r}')
        self._keep('images', lambda image: _get(image, 'id') not in joined)
        for ann in self.sound('annotations'):
            ann['image_id'] = joined.get(ann['image_id'], ann['image_id'])


def _get(record: Any, key: str) -> Any:
    return record.get(key) if isinstance(record, dict) else None


def _name(ann: Any) -> str:
    return f'annotation {_get(ann, "id")!r}'
