"""Columnar annotations of one COCO JSON file, read on past what is wrong."""
import itertools
import math
import re
import sys
from array import array
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, List, NamedTuple, Sequence,
                    Tuple, Union)

import numpy as np

from custom.classes import match_class
from custom.datasets.annotations.boolean_fields import may_be_set
from custom.datasets.annotations.issues import Issue, validate_record

# Short enough for Python to make a number of.
_WHOLE = re.compile(r'-?[0-9]{1,30}')
_ID = (int, str)
_REAL = (int, float)
_BLANK = [math.nan] * 4
# JavaScript writes null for NaN.
_NUMBERS = frozenset((int, float, type(None)))


class AnnotationTable(NamedTuple):
    """One COCO JSON file as columns. Rows are positions in the file's lists.

    A malformed record keeps its row, with what could not be read left empty,
    and stands in ``issues``. Several may hold one table: its columns can't be
    written to.

    Attributes:
        path: The file.
        split: ``'train'``, ``'val'`` or ``'test'``: the name of the file.
        image_ids: One id (int or str) per image; None where malformed.
        file_names: One per image, relative to ``images/``; '' where malformed.
        sizes: float64 (I, 2), width and height in pixels; NaN where malformed.
        category_ids: One id per category; None where malformed.
        category_names: One per category, as spelled; '' where malformed.
        annotation_ids: One id per annotation; None where malformed. Whole
            numbers of 64 bits, if all are that, in an array, which takes a
            fifth of the memory.
        image_of: int64 (N,), row of the annotation's image; -1 if none.
        category_of: int64 (N,), row of the annotation's category; -1 if none.
        boxes: float64 (N, 4), xywh as in the file. NaN for null, NaN and
            infinity, and in the whole row of a malformed box.
        areas: float64 (N,), ``area`` as in the file, square pixels; NaN where
            it tells none above 0.
        crowd: bool (N,), ``iscrowd`` or ``ignore``: neither object nor
            background.
        malformed: bool (N,), annotations with a ``record-malformed``.
        has_masks: Whether an annotation has a ``segmentation``.
        issues: Found while reading: ``record-malformed``,
            ``image-id-dangling`` and ``category-id-dangling``.
    """
    path: Path
    split: str
    image_ids: list
    file_names: List[str]
    sizes: np.ndarray
    category_ids: list
    category_names: List[str]
    annotation_ids: Union[array, list]
    image_of: np.ndarray
    category_of: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray
    crowd: np.ndarray
    malformed: np.ndarray
    has_masks: bool
    issues: List[Issue]

    @property
    def categories(self) -> List[dict]:
        """``id`` and ``name`` of each category."""
        return [
            dict(id=key, name=name)
            for key, name in zip(self.category_ids, self.category_names)
        ]

    def of_classes(self, classes: Sequence[str]) -> 'AnnotationTable':
        """Table of all images, with the annotations of some classes alone."""
        rows = [
            row for row, name in enumerate(self.category_names)
            if match_class(name, classes) is not None
        ]
        kept = np.isin(self.category_of, rows)
        columns = ('image_of', 'boxes', 'areas', 'crowd', 'malformed')
        return self._replace(
            category_ids=[self.category_ids[row] for row in rows],
            category_names=[self.category_names[row] for row in rows],
            annotation_ids=[*itertools.compress(self.annotation_ids, kept)],
            category_of=np.searchsorted(rows, self.category_of[kept]),
            **{name: getattr(self, name)[kept]
               for name in columns})

    def image_sizes(self,
                    which: Union[slice, np.ndarray] = np.s_[:]) -> np.ndarray:
        """float64 (N, 2): width and height of the image of every annotation,
        or of ``which``, NaN where it has none, or one of unknown size."""
        # Row -1 is the one without.
        sizes = np.vstack([self.sizes, [[np.nan, np.nan]]])
        sizes[np.isnan(sizes).any(1)] = np.nan
        return sizes[self.image_of[which]]

    def has_box(self) -> np.ndarray:
        """bool (I,), the images with an annotation."""
        found = np.zeros(len(self.image_ids) + 1, bool)
        found[self.image_of] = True  # -1 is the one more
        return found[:-1]

    def image_size(self, row: int) -> Tuple[float, float]:
        """Width and height of an image, whole numbers where they are."""
        width, height = self.sizes[row].tolist()
        return _whole(width), _whole(height)

    def name_image(self, row: int) -> str:
        """Name of a row's image in an issue."""
        return f'image {self.image_ids[row]!r}'

    def name_annotation(self, row: int) -> str:
        """Name of a row's annotation in an issue."""
        return f'annotation {self.annotation_ids[row]!r}'


def build_table(path: Path,
                records: Callable[[str], Iterable[Any]]) -> AnnotationTable:
    """Makes the columns of what stands in the three lists of a file.

    Args:
        path: The file; its name tells the split.
        records: What stands in ``'images'``, ``'annotations'`` or
            ``'categories'``. Called once for each.
    """
    split = path.stem
    issues: List[Issue] = []
    image_ids: list = []
    file_names: List[str] = []
    sizes = array('d')
    for position, record in enumerate(records('images')):
        image_ids.append(_value(record, 'id', _ID))
        file_names.append(_text(record, 'file_name'))
        sizes.extend(
            _positive(_value(record, key, _REAL))
            for key in ('width', 'height'))
        # To ask what is wrong takes twice as long as all of the above.
        if (image_ids[-1] is None or not file_names[-1]
                or math.isnan(sizes[-2] + sizes[-1])):
            issues += _malformed(split, 'images', position, record,
                                 file_names[-1:])

    category_ids: list = []
    category_names: List[str] = []
    for position, record in enumerate(records('categories')):
        category_ids.append(_value(record, 'id', _ID))
        category_names.append(_text(record, 'name'))
        issues += _malformed(split, 'categories', position, record)

    annotation_ids: Union[array, list] = array('q')
    image_rows, category_rows = _rows(image_ids), _rows(category_ids)
    image_of, category_of = array('q'), array('q')
    boxes, areas, crowd = array('d'), array('d'), array('b')
    malformed: List[int] = []
    has_masks = False
    for position, record in enumerate(records('annotations')):
        is_wrong = False
        if _is_plain(record):
            identity, image, category = (record['id'], record['image_id'],
                                         record['category_id'])
            bbox = record['bbox']
        else:
            identity, image, category = (
                _value(record, key, _ID)
                for key in ('id', 'image_id', 'category_id'))
            row = image_rows.get(image)
            wrong = _malformed(split, 'annotations', position, record,
                               [] if row is None else [file_names[row]],
                               [position])
            issues += wrong
            is_wrong = bool(wrong)
            if is_wrong:
                malformed.append(position)
            bbox = _BLANK if is_wrong else record['bbox']
            record = record if type(record) is dict else {}
        try:
            annotation_ids.append(identity)
        except (TypeError, OverflowError):
            annotation_ids = [*annotation_ids, identity]
        image_row = image_rows.get(image, -1)
        category_row = category_rows.get(category, -1)
        image_of.append(image_row)
        category_of.append(category_row)
        if image_row < 0 and not is_wrong:
            issues.append(
                _dangling(split, identity, 'image_id', image, 'images',
                          image_rows, [position]))
        if category_row < 0 and not is_wrong:
            issues.append(
                _dangling(split, identity, 'category_id', category,
                          'categories', category_rows, [position]))
        boxes.extend(_without_null(bbox) if None in bbox else bbox)
        areas.append(_positive(record.get('area')))
        ignored = record.get('iscrowd') or record.get('ignore')
        crowd.append(
            may_be_set(ignored) if type(ignored) is str else bool(ignored))
        if not has_masks and record.get('segmentation'):
            has_masks = True
    is_malformed = np.zeros(len(crowd), bool)
    is_malformed[malformed] = True
    # The columns are the arrays' own memory: at a million boxes a copy of all
    # would take another 50 MB.
    columns = np.frombuffer(boxes).reshape(-1, 4)
    columns[~np.isfinite(columns)] = np.nan
    table = AnnotationTable(path, split, image_ids, file_names,
                            np.frombuffer(sizes).reshape(-1, 2), category_ids,
                            category_names, annotation_ids,
                            np.frombuffer(image_of, np.int64),
                            np.frombuffer(category_of, np.int64), columns,
                            np.frombuffer(areas), np.frombuffer(crowd, bool),
                            is_malformed, has_masks, issues)
    for column in table:
        if isinstance(column, np.ndarray):
            column.flags.writeable = False
    return table


def _is_plain(record: Any) -> bool:
    """Quick validation of an annotation: True is right, False may be wrong."""
    if type(record) is not dict:
        return False
    bbox = record.get('bbox')
    return (type(bbox) is list and len(bbox) == 4
            and _NUMBERS.issuperset(map(type, bbox))
            and type(record.get('id')) in _ID
            and type(record.get('image_id')) in _ID
            and type(record.get('category_id')) in _ID)


def _malformed(
    split: str,
    kind: str,
    position: int,
    record: Any,
    images: Sequence[str] = (),
    annotations: Sequence[int] = ()
) -> List[Issue]:
    where = f'{kind}[{position}]'
    if isinstance(record, dict) and 'id' in record:
        where += f' (id {record["id"]!r:.60})'
    return [
        Issue('record-malformed', split, where, fault,
              [name for name in images if name], (), annotations)
        for fault in validate_record(kind, record)
    ]


def _dangling(split: str, identity: object, key: str, value: object, kind: str,
              rows: Dict[object, int], annotations: Sequence[int]) -> Issue:
    detail = f'has {key} {value!r:.60}, which is not in "{kind}"'
    # Numbers and text are two things, and some tools write either.
    if isinstance(value, str):
        other = int(value) if _WHOLE.fullmatch(value) else None
    else:
        other = str(value)
    if other in rows:
        kind = 'text' if isinstance(other, str) else 'number'
        detail += f'; the {kind} {other!r} is'
    return Issue(f'{key.replace("_", "-")}-dangling', split,
                 f'annotation {identity!r}', detail, (), (), annotations)


def _value(record: Any, key: str, kinds: tuple) -> Any:
    value = record.get(key) if type(record) is dict else None
    return value if isinstance(value, kinds) else None


def _text(record: Any, key: str) -> str:
    text = _value(record, key, (str, )) or ''
    return text if text.strip() else ''


def _positive(value: Any) -> float:
    return (value if type(value) in _REAL and 0 < value <= sys.float_info.max
            else math.nan)


def _rows(ids: list) -> Dict[object, int]:
    """The first row of every id."""
    rows = dict(zip(reversed(ids), reversed(range(len(ids)))))
    rows.pop(None, None)
    return rows


def _without_null(bbox: list) -> list:
    return [math.nan if value is None else value for value in bbox]


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value
