"""Class checks over all splits: unknown, misspelled, missing, rare."""
import itertools
import re
from typing import Iterator, List, Sequence, Tuple

import numpy as np

from custom.classes import match_class, nearest_class
from custom.datasets.annotations.class_mapping import unknown_class
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue

# Boxes of a class in a split, below which its score is luck.
_FEW = 10
# Letters of the shorter name, from which one slip is more likely than two
# classes: cat and car, goat and boat, horse and house are none.
_SLIP, _WRONG_LETTER = 5, 8
# What joins the words of a name. At its end it is a mark: A+ and A- are two.
_JOINT = re.compile(r"(?<=[^\W_])[\s_.'’-]+(?=[^\W_])")
# Drawing classes from which, and the part of all classes from which, a class
# that is nearly one of them is meant to be it.
_DRAWINGS, _DRAWINGS_PART = 5, 2 / 3


def labels(table: AnnotationTable, classes: Sequence[str]) -> np.ndarray:
    """int64 (N,): the class of every annotation, -1 where it has none."""
    known = [match_class(name, classes) for name in table.category_names]
    # The last one is for the annotations whose category is not there.
    label = [-1 if name is None else classes.index(name) for name in known]
    return np.array([*label, -1])[table.category_of]


def check_classes(tables: Sequence[AnnotationTable],
                  classes: Sequence[str],
                  own: bool = True) -> Iterator[Issue]:
    """Problems with the names, and with how many boxes each class has.

    Args:
        tables: Of the splits, train first.
        classes: What the categories should be.
        own: Whether they are the categories of the first split: then all
            splits must have all of them.
    """
    for table in tables:
        yield from _unknown(table, classes, own)
    if own:
        for table in tables[1:]:
            yield from _missing(table, tables[0], classes)
    for table in tables[1:]:
        yield from _other_order(table, tables[0], classes)
    yield from _misspelled(classes)
    if own:
        yield from _nearly_drawings(classes)
    yield from _rare(tables, classes)


def _unknown(table: AnnotationTable, classes: Sequence[str],
             own: bool) -> Iterator[Issue]:
    for row, name in enumerate(table.category_names):
        if not name or match_class(name, classes) is not None:
            continue
        rows = np.flatnonzero(table.category_of == row)
        shown = [int(r) for r in rows if table.image_of[r] >= 0][:1]
        yield Issue(
            'class-differs' if own else 'class-unknown', table.split,
            f'category {table.category_ids[row]!r}',
            f'{unknown_class(name, classes)} It has {len(rows)} boxes.',
            [table.file_names[table.image_of[r]]
             for r in shown], [table.boxes[r].tolist() for r in shown],
            rows.tolist())


def _missing(table: AnnotationTable, first: AnnotationTable,
             classes: Sequence[str]) -> Iterator[Issue]:
    met = {match_class(name, classes) for name in table.category_names}
    for name in classes:
        if name not in met:
            yield Issue('class-differs', table.split, f'class {name}',
                        f'is a category in {first.split}, and none here')


def _other_order(table: AnnotationTable, first: AnnotationTable,
                 classes: Sequence[str]) -> Iterator[Issue]:
    here, there = (_numbered(t, classes) for t in (table, first))
    others = [*there.items()]
    moved = [
        key for row, (key, name) in enumerate(here.items())
        if (key, name) not in others[row:row + 1]
    ]
    if set(here.values()) != set(there.values()) or not moved:
        return
    key = moved[0]
    yield Issue(
        'class-order', table.split, f'category {key!r}',
        f'is "{here[key]}" here; in {first.split} '
        f'"{here[key]}" is '
        f'{", ".join(repr(k) for k, n in there.items() if n == here[key])}')


def _numbered(table: AnnotationTable, classes: Sequence[str]) -> dict:
    return {
        key: match_class(name, classes)
        for key, name in zip(table.category_ids, table.category_names)
        if key is not None and match_class(name, classes)
    }


def _misspelled(classes: Sequence[str]) -> Iterator[Issue]:
    for one, other in itertools.combinations(classes, 2):
        if is_typo(one, other):
            yield Issue('class-misspelled', '', f'classes {one}, {other}',
                        f'"{one}" and "{other}" may be one')


def _nearly_drawings(classes: Sequence[str]) -> Iterator[Issue]:
    """Misspelled drawing classes, where most classes are drawing classes."""
    known = [match_class(name) for name in classes]
    met = {*known} - {None}
    if len(met) < max(_DRAWINGS, _DRAWINGS_PART * len(classes)):
        return
    for name, drawing in zip(classes, known):
        nearest = nearest_class(name)
        if drawing is None and nearest and nearest not in met:
            yield Issue('class-misspelled', '', f'class {name}',
                        f'"{name}" may be "{nearest}" of the drawing classes')


def is_typo(one: str, other: str) -> bool:
    """Typo detection: whether two names look like one of them mistyped.

    They are the same but for what joins their words ("T-shirt", "tshirt"), or
    for one letter in one word: left out, doubled, or swapped with the next in
    words of five letters or more ("roket", "rocket"), or a wrong one in words
    of eight. The first letter is seldom mistyped, and makes other words
    ("table", "stable"). Digits, other marks ("C", "C++") and short words
    ("type_a", "type_b") tell classes apart.
    """
    (words, marks), (others, other_marks) = _parts(one), _parts(other)
    if marks != other_marks or not any(words):
        return False
    joined = ''.join(words), ''.join(others)
    if joined[0] == joined[1]:
        return True
    if len(words) == len(others):
        pairs = [(a, b) for a, b in zip(words, others) if a != b]
        return len(pairs) == 1 and _is_wrong_letter(*pairs[0])
    short, long = sorted((words, others), key=len)
    has_word_more = any(long[:i] + long[i + 1:] == short
                        for i in range(len(long)))
    return not has_word_more and _is_wrong_letter(*joined)


def _parts(name: str) -> Tuple[List[str], str]:
    """The letters and digits of every word, and all marks within words."""
    words = _JOINT.split(name.casefold().strip(" \t\r\n_.'"))
    return ([''.join(filter(str.isalnum, word)) for word in words],
            ''.join(c for word in words for c in word if not c.isalnum()))


def _is_wrong_letter(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or len(short) < _SLIP or one[0] != other[0]:
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long)) if a != b),
                 len(short))
    a, b = short[start:], long[start:]
    if len(short) < len(long):
        return a == b[1:] and not b[0].isdigit()
    if a[2:] == b[2:] and a[:2] == b[1::-1]:
        return not a[:2].isdigit()
    return (len(short) >= _WRONG_LETTER and a[1:] == b[1:]
            and not (a[0].isdigit() or b[0].isdigit()))


def _rare(tables: Sequence[AnnotationTable],
          classes: Sequence[str]) -> Iterator[Issue]:
    counts = []
    for table in tables:
        found = labels(table, classes)[~table.crowd]
        counts.append(np.bincount(found[found >= 0], minlength=len(classes)))
    for label, name in enumerate(classes):
        if not any(count[label] for count in counts):
            yield Issue('class-unused', '', f'class {name}',
                        'has no box in any split')
            continue
        for table, count in zip(tables, counts):
            if count[label] == 0:
                yield Issue('class-absent', table.split, f'class {name}',
                            'has no box here')
            elif count[label] < _FEW:
                yield Issue('class-few', table.split, f'class {name}',
                            f'has {count[label]} boxes here')
