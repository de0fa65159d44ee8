"""Automatic fixes of one annotation file: functions by issue code."""
import posixpath
from collections import Counter, defaultdict
from typing import (Any, Callable, Dict, Iterable, List, NamedTuple, Optional,
                    Sequence, Set, Tuple)

import numpy as np

from custom.datasets.annotations.box_format import (BoxFormat,
                                                    find_box_format_mismatch,
                                                    fraction_layout, to_xywh)
from custom.datasets.annotations.box_validation import (are_fractions,
                                                        clip_box,
                                                        restore_integers)
from custom.datasets.annotations.issues import Issue, validate_record
from custom.datasets.checks.box_format_errors import COCO, CODES, OTHER_LAYOUT
from custom.datasets.checks.image_files import one_factor
from custom.datasets.checks.image_size import (EITHER, FILE, boxes_inside,
                                               infer_box_reference_of_all)
from custom.datasets.images.exif import exif_transpose_box
from custom.datasets.images.headers import ImageInfo
from custom.utils.errors import InputError

# Where the image's size was wrong, another check must tell.
_BY_SIZE = ('box-outside', 'box-tiny')
# If more of a split's boxes are tiny, they are no slips, but of a kind that is
# not known.
_TINY = 0.5


class Fix(NamedTuple):
    """Fix: what was done to a record of a split, and for which code."""
    code: str
    split: str
    record: str
    what: str

    def __str__(self) -> str:
        return f'{self.split} {self.record}: {self.what} ({self.code})'


class DraftSplit:
    """Annotations of a split that are fixed in place, and a list of changes.

    Args:
        data: COCO JSON as loaded; keys that need no fix are kept, the
            ``segmentation`` of a box that is fixed is not.
        split: Whose data it is.
        info_of: Size and orientation of a file; InputError where it has none.
    """

    def __init__(self, data: dict, split: str,
                 info_of: Callable[[str], ImageInfo]) -> None:
        self.data = data
        self.split = split
        self.info_of = info_of
        self.changes: List[Fix] = []
        self.has_scaled = False
        # Of the issues that are being fixed.
        self.layout: Optional[str] = None
        self.annotations: List[Any] = []
        # Ids of images with another size now, and files that no size fits.
        self.resized: Set[Any] = set()
        self.misfits: Set[str] = set()

    def sound(self, kind: str) -> List[dict]:
        """The records of a list that lack nothing by themselves."""
        return [
            r for r in self.data[kind] if not any(validate_record(kind, r))
        ]

    def boxes(self) -> np.ndarray:
        """float64 (N, 4), of the annotations that lack nothing."""
        return np.array([a['bbox'] for a in self.sound('annotations')],
                        float).reshape(-1, 4)

    def images_by_id(self) -> Dict[Any, dict]:
        return {image['id']: image for image in self.sound('images')}

    def annotations_by_image(self) -> Dict[Any, List[dict]]:
        annotations = defaultdict(list)
        for ann in self.sound('annotations'):
            annotations[ann['image_id']].append(ann)
        return annotations

    def note(self, code: str, record: str, what: str) -> None:
        self.changes.append(Fix(code, self.split, record, what))

    def keep(self, kind: str, wanted: Callable[[Any], bool]) -> None:
        self.data[kind] = [r for r in self.data[kind] if wanted(r)]

    def set_box(self, code: str, ann: dict, bbox: List[float]) -> None:
        if bbox == ann['bbox']:
            return
        self.note(code, _name(ann), f'box {ann["bbox"]} is now {bbox}')
        ann['bbox'] = bbox
        # These were of the old box.
        ann.pop('area', None)
        ann.pop('segmentation', None)


def apply_fixes(draft: DraftSplit,
                issues: Iterable[Issue],
                layout: Optional[str] = None) -> None:
    """Does what the codes' ``fix`` promises, for one check's issues.

    Fixing one thing can bring another to light, as leaving a category out
    leaves boxes without one: check again after it.

    Args:
        draft: The split.
        issues: Of this split.
        layout: Key of :data:`custom.datasets.annotations.box_format.LAYOUTS`,
            how fractions are meant; by default what this split's look like.
    """
    found: Dict[str, List[Issue]] = defaultdict(list)
    for issue in issues:
        found[issue.code].append(issue)
    draft.layout = layout
    # The positions in the issues are of these.
    draft.annotations = [*draft.data['annotations']]
    draft.resized, draft.misfits = set(), set()
    for code, fix in FIXES:
        if code in found:
            fix(draft, found[code])


def drop_images(draft: DraftSplit, code: str, names: Set[str]) -> None:
    """Leaves images out, with their boxes.

    Records of the same id go with them: whose the boxes are cannot be told.
    """
    ids = {
        _get(image, 'id')
        for image in draft.data['images'] if _get(image, 'file_name') in names
    } - {None}

    def is_wanted(image: Any) -> bool:
        return (_get(image, 'file_name') not in names
                and _get(image, 'id') not in ids)

    gone = [i for i in draft.data['images'] if not is_wanted(i)]
    if not gone:
        return
    boxes = Counter(_get(a, 'image_id') for a in draft.data['annotations'])
    boxes.pop(None, None)
    for image in gone:
        draft.note(code, _image_name(image),
                   f'left out, with {boxes.pop(_get(image, "id"), 0)} boxes')
    draft.keep('images', is_wanted)
    draft.keep('annotations', lambda ann: _get(ann, 'image_id') not in ids)


def take_categories(draft: DraftSplit, categories: List[dict]) -> None:
    """Takes another split's categories, if they have the same names."""
    ids = {c['name']: c['id'] for c in categories}
    own = {c['id']: c['name'] for c in draft.data['categories']}
    if sorted(own.values()) != sorted(ids) or len(own) != len(categories):
        return
    for ann in draft.data['annotations']:
        ann['category_id'] = ids[own[ann['category_id']]]
    draft.data['categories'] = [dict(c) for c in categories]
    draft.note('class-order', 'categories', 'numbered as in train')


def _convert(draft: DraftSplit, issues: List[Issue]) -> None:
    """Reads boxes by another layout: the code's, or the one that fits."""
    images = draft.images_by_id()
    annotations = [
        ann for ann in draft.sound('annotations') if ann['image_id'] in images
    ]
    numbers = np.array([ann['bbox'] for ann in annotations], float)
    sizes = np.array([_size(images[a['image_id']]) for a in annotations])
    code = issues[0].code
    box_formats = [
        COCO._replace(layout=layout) for layout in CODES
        if CODES[layout] == code
    ]
    if code == OTHER_LAYOUT:
        found = find_box_format_mismatch(numbers, sizes, COCO)
        box_formats = [found.box_format] if found and not found.others else []
    for box_format in box_formats:
        boxes = to_xywh(numbers, box_format, sizes)
        for ann, bbox in zip(annotations, boxes.tolist()):
            draft.set_box(code, ann, restore_integers(ann['bbox'], bbox))


def _scale_fractions(draft: DraftSplit, _: List[Issue]) -> None:
    # What is as small afterwards was nothing to begin with.
    if draft.has_scaled:
        return
    draft.has_scaled = True
    fractions = are_fractions(draft.boxes())
    layout = draft.layout or fraction_layout(draft.boxes()[fractions])
    images = draft.images_by_id()
    draft.note('boxes-normalized', 'file',
               f'boxes are read as {BoxFormat(layout, "fractions")}')
    annotations = draft.sound('annotations')
    for ann, is_fraction in zip(annotations, fractions.tolist()):
        image = images.get(ann['image_id'])
        if image is not None and is_fraction:
            bbox, = to_xywh(
                np.array([ann['bbox']], float), BoxFormat(layout, 'fractions'),
                _size(image))
            draft.set_box('boxes-normalized', ann, bbox.tolist())


def _fit_rotated(draft: DraftSplit, issues: List[Issue]) -> None:
    # Fractions are of the file's size, but of an image before it is turned.
    fractions = are_fractions(draft.boxes())
    if fractions.sum() > len(fractions) / 2:
        _scale_fractions(draft, issues)
    _fit_to_files(draft, issues)


def _fit_to_files(draft: DraftSplit, issues: List[Issue]) -> None:
    """Gives images the size of their files, and scales or turns boxes."""
    code = issues[0].code
    infos = {name: draft.info_of(name) for name in _names(issues)}
    images = [i for i in draft.sound('images') if i['file_name'] in infos]
    annotations = draft.annotations_by_image()
    # One record of each id: its boxes must not be scaled twice.
    cases: Dict[Any, dict] = {}
    for image in images:
        if _size(image) != infos[image['file_name']][:2]:
            cases.setdefault(image['id'], image)
    references = infer_box_reference_of_all({
        key: ([ann['bbox']
               for ann in annotations[key]], infos[image['file_name']][:2],
              _size(image))
        for key, image in cases.items()
    })
    resized = set()
    for key, image in cases.items():
        if _resize(draft, code, image, infos[image['file_name']],
                   references[key], annotations[key]):
            resized.add(key)
        elif code == 'image-size':
            draft.misfits.add(image['file_name'])
    for image in images:
        if image['id'] in resized:
            info = infos[image['file_name']]
            image.update(width=info.width, height=info.height)
    draft.resized |= resized


def _resize(draft: DraftSplit, code: str, image: dict, info: ImageInfo,
            reference: str, annotations: List[dict]) -> bool:
    """Whether the image can be made to fit its file, and was."""
    old, new = _size(image), info[:2]
    factor = one_factor(old, new)
    how = 'and its boxes likewise'
    if reference == FILE:
        how, annotations = 'its boxes fit that already', []
    elif code == 'image-size' and factor is None:
        # Code that takes an array's shape for width and height.
        if reference != EITHER or old != new[::-1]:
            return False
        how, annotations = 'its boxes fit that too', []
    elif reference == EITHER:
        how += ', though they fit either size'
    image.update(width=new[0], height=new[1])
    draft.note(
        code, _image_name(image), f'was {old[0]} x {old[1]}, is now '
        f'{new[0]} x {new[1]}, {how}')
    for ann in annotations:
        if code == 'image-size':
            bbox = [value * factor for value in ann['bbox']]
        else:
            bbox = exif_transpose_box(ann['bbox'], *old, info.orientation)
        draft.set_box(code, ann, bbox)
    return True


def _measure(draft: DraftSplit, _: List[Issue]) -> None:
    """Gives images without a size that of their files, where their boxes fit
    it."""
    annotations = draft.annotations_by_image()
    for image in draft.data['images']:
        if not _lacks_size_alone(image):
            continue
        try:
            width, height, *_ = draft.info_of(image['file_name'])
        except InputError:
            continue
        boxes = [ann['bbox'] for ann in annotations[image['id']]]
        if boxes_inside(boxes, (width, height)):
            image.update(width=width, height=height)
            draft.resized.add(image['id'])
            draft.note('record-malformed', _image_name(image),
                       f'had no size, is now {width} x {height}')


def _clip(draft: DraftSplit, issues: List[Issue]) -> None:
    images = draft.images_by_id()
    for issue in issues:
        ann = draft.annotations[issue.annotations[0]]
        image = images.get(_get(ann, 'image_id'))
        bbox = image and clip_box(ann['bbox'], image['width'], image['height'])
        if bbox:
            draft.set_box(issue.code, ann, bbox)


def _drop_boxes(draft: DraftSplit, issues: List[Issue]) -> None:
    """Leaves annotations out; of several the last."""
    code = issues[0].code
    if code == 'box-tiny' and len(issues) > _TINY * len(draft.annotations):
        return
    left = {id(ann) for ann in draft.data['annotations']}
    for issue in issues:
        ann = draft.annotations[issue.annotations[-1]]
        if id(ann) not in left or (code in _BY_SIZE
                                   and _get(ann, 'image_id') in draft.resized):
            continue
        left.remove(id(ann))
        draft.note(code, _name(ann),
                   f'left out, its box was {_show(ann, "bbox")}')
    draft.keep('annotations', lambda ann: id(ann) in left)


def _drop_images(draft: DraftSplit, issues: List[Issue]) -> None:
    drop_images(draft, issues[0].code, _names(issues))


def _drop_misfits(draft: DraftSplit, _: List[Issue]) -> None:
    drop_images(draft, 'image-size', draft.misfits)


def _drop_malformed(draft: DraftSplit, _: List[Issue]) -> None:
    for kind in ('images', 'annotations', 'categories'):
        for position, record in enumerate(draft.data[kind]):
            fault = next(validate_record(kind, record), None)
            if fault:
                draft.note('record-malformed', f'{kind}[{position}]',
                           f'left out, it {fault}')
        draft.data[kind] = draft.sound(kind)


def _part_repeated_ids(draft: DraftSplit, _: List[Issue]) -> None:
    for kind, name in (('images', 'file_name'), ('categories', 'name')):
        names = defaultdict(set)
        for record in draft.sound(kind):
            names[record['id']].add(record[name])
        several = [n for n in names.values() if len(n) > 1]
        if kind == 'images':
            # Which of them a box belongs to cannot be told.
            drop_images(draft, 'id-repeated', set().union(*several))
        _drop_again(draft, kind, names)
    _number_repeated_annotations(draft)


def _drop_again(draft: DraftSplit, kind: str, names: Dict[Any,
                                                          Set[str]]) -> None:
    """Drops duplicate records, of the same id and the same name."""
    seen = set()
    kept = []
    for record in draft.data[kind]:
        key = _get(record, 'id')
        if key in seen and len(names[key]) == 1:
            name = _record_name(kind, record)
            if kind == 'images':
                name = _image_name(record)
            draft.note('id-repeated', name, 'left out, it stands twice')
            continue
        if key is not None:
            seen.add(key)
        kept.append(record)
    draft.data[kind] = kept


def _number_repeated_annotations(draft: DraftSplit) -> None:
    annotations = draft.sound('annotations')
    fresh = 1 + max(
        (a['id'] for a in annotations if isinstance(a['id'], int)), default=0)
    seen = set()
    for ann in annotations:
        if ann['id'] in seen:
            draft.note('id-repeated', _name(ann), f'is now {fresh}')
            ann['id'] = fresh
            fresh += 1
        seen.add(ann['id'])


def _join_repeated_images(draft: DraftSplit, _: List[Issue]) -> None:
    first: Dict[str, Any] = {}
    joined = {}
    for image in draft.sound('images'):
        name = posixpath.normpath(image['file_name'])
        kept = first.setdefault(name, image['id'])
        if kept != image['id']:
            joined[image['id']] = kept
            draft.note('image-repeated', _image_name(image),
                       f'joined to image {kept!r}')
    draft.keep('images', lambda image: _get(image, 'id') not in joined)
    for ann in draft.sound('annotations'):
        ann['image_id'] = joined.get(ann['image_id'], ann['image_id'])


def _names(issues: List[Issue]) -> Set[str]:
    return {issue.images[0] for issue in issues}


def _size(image: dict) -> Tuple[float, float]:
    return image['width'], image['height']


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


# The code and what fixes it, in the order in which that is done: what is to be
# left out goes after what is changed.
FIXES: Sequence[Tuple[str, Callable[[DraftSplit, List[Issue]], None]]] = (
    *((code, _convert) for code in (*CODES.values(), OTHER_LAYOUT)),
    ('image-size', _fit_to_files),
    ('boxes-normalized', _scale_fractions),
    ('image-rotated', _fit_rotated),
    ('record-malformed', _measure),
    ('box-overhang', _clip),
    *((code, _drop_boxes)
      for code in ('image-id-dangling', 'category-id-dangling',
                   'box-not-finite', 'box-empty', 'box-outside', 'box-tiny',
                   'box-repeated')),
    *((code, _drop_images) for code in ('image-missing', 'image-unreadable',
                                        'image-truncated', 'image-elsewhere')),
    ('image-size', _drop_misfits),
    ('record-malformed', _drop_malformed),
    ('id-repeated', _part_repeated_ids),
    ('image-repeated', _join_repeated_images),
)
