"""Check of duplicate and near-duplicate images, across and in splits."""
import posixpath
from array import array
from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.images.exact_duplicates import group_duplicates
from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.near_duplicates import near_duplicates

# Where an image that is in several splits stays: what measures is kept. A
# split of any other name, as of a config's train_small.json, is trained on.
_KEEPERS = {'test': 0, 'val': 1}
_TRAINED = len(_KEEPERS)


class _Entry(NamedTuple):
    """An image of a split. ``content`` is the same for the same bytes."""
    split: str
    record: str
    name: str
    content: int
    has_boxes: bool


def check_copies(tables: Sequence[AnnotationTable], names: Sequence[str],
                 hashes: ImageHashes) -> Iterator[Issue]:
    """``copy-across-splits``, ``copy-in-split``, ``similar-across-splits``
    and ``similar-in-split``.

    A problem across splits stands once for every image that is also in test,
    or else in val: its split is where the image should go, ``images`` are its
    name there and the name that it is kept under. A problem in a split names
    the first image and the one like it. Where none of those alike has a box,
    as empty pages taken as background, nothing is wrong.

    Args:
        tables: Of all splits.
        names: Every file name in the tables once, '' apart.
        hashes: Of those files. Where they were not decoded, nothing is found
            to be similar.
    """
    same = group_duplicates(
        range(len(names)),
        lambda row: hashes.digest(row) or posixpath.normpath(names[row]))
    content = _leaders(same, len(names))
    alike = _leaders(near_duplicates(hashes), len(names))
    # Millions of entries would take too much memory: just rows.
    places = _places(tables, names)
    with_boxes = [table.has_box() for table in tables]
    for leaders, kind, words in ((content, 'copy', 'is the same file as'),
                                 (alike, 'similar', 'looks like')):
        for group in group_duplicates(leaders[places[:, 2]]):
            entries = [
                _Entry(tables[number].split, tables[number].name_image(row),
                       names[file], content[file], with_boxes[number][row])
                for number, row, file in places[group].tolist()
            ]
            if any(entry.has_boxes for entry in entries):
                yield from _problems(entries, kind, words)


def _leaders(groups: Iterable[List[int]], count: int) -> np.ndarray:
    """int64 (count,): the first row of the group of each; its own of one that
    is in none."""
    leaders = np.arange(count)
    for group in groups:
        leaders[group] = group[0]
    return leaders


def _places(tables: Iterable[AnnotationTable],
            names: Sequence[str]) -> np.ndarray:
    """int64 (E, 3): which table, the image's row in it and that of its file
    among the names, once for every file of a split."""
    files = {name: row for row, name in enumerate(names)}
    places = array('q')
    for number, table in enumerate(tables):
        # One file in two records of a split is another problem.
        again = {
            row
            for rows in group_duplicates(table.file_names, posixpath.normpath)
            for row in rows[1:]
        }
        for row, name in enumerate(table.file_names):
            if name and row not in again:
                places.extend((number, row, files[name]))
    return np.frombuffer(places, np.int64).reshape(-1, 3)


def _problems(group: Sequence[_Entry], kind: str,
              words: str) -> Iterator[Issue]:
    """Pairs of one content for copies, of two for similar ones."""

    def partner(entry: _Entry, others: Iterable[_Entry]) -> List[_Entry]:
        return [
            other for other in others
            if (other.content == entry.content) == (kind == 'copy')
        ][:1]

    keeper = min((entry.split for entry in group),
                 key=lambda split: _KEEPERS.get(split, _TRAINED))
    kept = [entry for entry in group if entry.split == keeper]
    firsts: Dict[str, _Entry] = {}
    for entry in group:
        if entry.split != keeper:
            for other in partner(entry, kept):
                yield _problem(f'{kind}-across-splits', entry, other, entry,
                               f'{words} "{other.name}" of {other.split}')
        first = firsts.setdefault(entry.split, entry)
        if first is not entry:
            for other in partner(entry, [first]):
                yield _problem(f'{kind}-in-split', other, entry, entry,
                               f'{words} "{other.name}"')


def _problem(code: str, first: _Entry, second: _Entry, about: _Entry,
             words: str) -> Issue:
    return Issue(code, first.split, f'{first.record}, {second.record}',
                 f'"{about.name}" {words}', [first.name, second.name])
