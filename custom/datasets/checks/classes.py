"""Class names, over all splits of a data set."""
import itertools
from typing import Iterator, Sequence

import numpy as np

from custom.classes import match_class
from custom.datasets.checks.problem import Problem
from custom.datasets.class_map import unknown_class
from custom.datasets.table import Table

# Boxes of a class in a split, below which its score is luck.
_FEW = 10
# Letters of the shorter name, from which one slip is more likely than two
# classes: cat and car, goat and boat, horse and house are none.
_SLIP, _WRONG_LETTER = 5, 8


def labels(table: Table, classes: Sequence[str]) -> np.ndarray:
    """int64 (N,): the class of every annotation, -1 where it has none."""
    known = [match_class(name, classes) for name in table.category_names]
    # The last one is for the annotations whose category is not there.
    label = [-1 if name is None else classes.index(name) for name in known]
    return np.array([*label, -1])[table.category_of]


def check_classes(tables: Sequence[Table],
                  classes: Sequence[str],
                  own: bool = True) -> Iterator[Problem]:
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
    yield from _misspelt(classes)
    yield from _rare(tables, classes)


def _unknown(table: Table, classes: Sequence[str],
             own: bool) -> Iterator[Problem]:
    for row, name in enumerate(table.category_names):
        if not name or match_class(name, classes) is not None:
            continue
        rows = np.flatnonzero(table.category_of == row)
        shown = [int(r) for r in rows if table.image_of[r] >= 0][:3]
        yield Problem(
            'class-differs' if own else 'class-unknown', table.split,
            f'category {table.category_ids[row]!r}',
            f'{unknown_class(name, classes)} It has {len(rows)} boxes.',
            [table.file_names[table.image_of[r]]
             for r in shown[:1]], [table.boxes[r].tolist() for r in shown[:1]],
            rows.tolist())


def _missing(table: Table, first: Table,
             classes: Sequence[str]) -> Iterator[Problem]:
    met = {match_class(name, classes) for name in table.category_names}
    for name in classes:
        if name not in met:
            yield Problem('class-differs', table.split, f'class {name}',
                          f'is a category in {first.split}, and none here')


def _other_order(table: Table, first: Table,
                 classes: Sequence[str]) -> Iterator[Problem]:
    here, there = (_numbered(t, classes) for t in (table, first))
    if set(here.values()) != set(
            there.values()) or here == there and [*here] == [*there]:
        return
    key = next(
        k for (k, name), other in zip(here.items(), there.items())
        if (k, name) != other)
    yield Problem(
        'class-order', table.split, f'category {key!r}',
        f'is "{here[key]}" here; in {first.split} '
        f'"{here[key]}" is '
        f'{", ".join(repr(k) for k, n in there.items() if n == here[key])}')


def _numbered(table: Table, classes: Sequence[str]) -> dict:
    return {
        key: match_class(name, classes)
        for key, name in zip(table.category_ids, table.category_names)
        if key is not None and match_class(name, classes)
    }


def _misspelt(classes: Sequence[str]) -> Iterator[Problem]:
    for one, other in itertools.combinations(classes, 2):
        if is_slip(one, other):
            yield Problem('class-misspelt', '', f'classes {one}, {other}',
                          f'"{one}" and "{other}" may be one')


def is_slip(one: str, other: str) -> bool:
    """Whether two names look like one of them mistyped.

    They are the same but for spaces and marks ("T-shirt", "tshirt"), or for
    one letter left out, doubled, or swapped with the next in names of five
    letters or more ("roket", "rocket"), or for one wrong letter in names of
    eight. The first letter is seldom mistyped, and makes other words
    ("table", "stable"). Digits count classes.
    """
    one, other = (''.join(filter(str.isalnum, name.casefold()))
                  for name in (one, other))
    if one == other:
        return True
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


def _rare(tables: Sequence[Table],
          classes: Sequence[str]) -> Iterator[Problem]:
    counts = []
    for table in tables:
        found = labels(table, classes)[~table.crowd]
        counts.append(np.bincount(found[found >= 0], minlength=len(classes)))
    for label, name in enumerate(classes):
        if not any(count[label] for count in counts):
            yield Problem('class-unused', '', f'class {name}',
                          'has no box in any split')
            continue
        for table, count in zip(tables, counts):
            if count[label] == 0:
                yield Problem('class-absent', table.split, f'class {name}',
                              'has no box here')
            elif count[label] < _FEW:
                yield Problem('class-few', table.split, f'class {name}',
                              f'has {count[label]} boxes here')
