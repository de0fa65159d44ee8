"""Images that are there twice, as the same file or looking the same."""
import posixpath
from collections import Counter
from typing import (Dict, Iterable, Iterator, List, Mapping, NamedTuple,
                    Sequence)

from custom.datasets.checks.problem import Problem
from custom.datasets.scan import Scan
from custom.datasets.similar import near_duplicates
from custom.datasets.table import Table

# Where an image that is in several splits stays: what measures is kept.
_KEEPERS = ('test', 'val', 'train')


class _Entry(NamedTuple):
    """An image of a split. ``content`` is the same for the same bytes."""
    split: str
    record: str
    scan: Scan
    content: bytes


def check_copies(tables: Iterable[Table],
                 scans: Mapping[str, Scan]) -> Iterator[Problem]:
    """``copy-across-splits``, ``copy-in-split``, ``similar-across-splits``
    and ``similar-in-split``.

    A problem across splits stands once for every image that is also in test,
    or else in val: its split is where the image should go, ``images`` are its
    name there and the name that it is kept under. A problem in a split names
    the first image and the one like it.

    Args:
        tables: Of all splits.
        scans: Of every file name in the tables, '' apart. Where they were not
            decoded, nothing is found to be similar.
    """
    entries = [*_entries(tables, scans)]
    counts = Counter(entry.content for entry in entries)
    same: Dict[bytes, List[_Entry]] = {}
    for entry in entries:
        if counts[entry.content] > 1:
            same.setdefault(entry.content, []).append(entry)
    for group in same.values():
        yield from _problems(group, 'copy', 'is the same file as')
    for rows in near_duplicates([entry.scan for entry in entries]):
        group = [entries[row] for row in rows]
        yield from _problems(group, 'similar', 'looks like')


def _entries(tables: Iterable[Table],
             scans: Mapping[str, Scan]) -> Iterator[_Entry]:
    for table in tables:
        seen = set()
        for row, name in enumerate(table.file_names):
            path = posixpath.normpath(name)
            # One file in two records of a split is another problem.
            if name and path not in seen:
                seen.add(path)
                scan = scans[name]
                yield _Entry(table.split, table.name_image(row), scan,
                             scan.digest or path.encode(errors='replace'))


def _problems(group: Sequence[_Entry], kind: str,
              words: str) -> Iterator[Problem]:
    """Pairs of one content for copies, of two for similar ones."""

    def partner(entry: _Entry, others: Iterable[_Entry]) -> List[_Entry]:
        return [
            other for other in others
            if (other.content == entry.content) == (kind == 'copy')
        ][:1]

    keeper = min((entry.split for entry in group), key=_KEEPERS.index)
    kept = [entry for entry in group if entry.split == keeper]
    firsts: Dict[str, _Entry] = {}
    for entry in group:
        if entry.split != keeper:
            for other in partner(entry, kept):
                yield _problem(
                    f'{kind}-across-splits', entry, other, entry,
                    f'{words} "{other.scan.name}" of {other.split}')
        first = firsts.setdefault(entry.split, entry)
        if first is not entry:
            for other in partner(entry, [first]):
                yield _problem(f'{kind}-in-split', other, entry, entry,
                               f'{words} "{other.scan.name}"')


def _problem(code: str, first: _Entry, second: _Entry, about: _Entry,
             words: str) -> Problem:
    return Problem(code, first.split, f'{first.record}, {second.record}',
                   f'"{about.scan.name}" {words}',
                   [first.scan.name, second.scan.name])
