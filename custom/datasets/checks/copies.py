"""Images that are there twice, as the same file or looking the same."""
import posixpath
from typing import (Dict, Iterable, Iterator, List, Mapping, NamedTuple,
                    Sequence)

from custom.datasets.checks.problem import Problem
from custom.datasets.scan import Scan
from custom.datasets.similar import equal_rows, near_duplicates
from custom.datasets.table import Table

# Where an image that is in several splits stays: what measures is kept. A
# split of any other name, as of a config's train_small.json, is trained on.
_KEEPERS = {'test': 0, 'val': 1}
_TRAINED = len(_KEEPERS)


class _Entry(NamedTuple):
    """An image of a split. ``content`` is the same for the same bytes."""
    split: str
    record: str
    scan: Scan
    content: bytes
    has_boxes: bool


def check_copies(tables: Iterable[Table],
                 scans: Mapping[str, Scan]) -> Iterator[Problem]:
    """``copy-across-splits``, ``copy-in-split``, ``similar-across-splits``
    and ``similar-in-split``.

    A problem across splits stands once for every image that is also in test,
    or else in val: its split is where the image should go, ``images`` are its
    name there and the name that it is kept under. A problem in a split names
    the first image and the one like it. Where none of those alike has a box,
    as empty pages taken as background, nothing is wrong.

    Args:
        tables: Of all splits.
        scans: Of every file name in the tables, '' apart. Where they were not
            decoded, nothing is found to be similar.
    """
    entries = [*_entries(tables, scans)]
    same = equal_rows([entry.content for entry in entries])
    alike = near_duplicates([entry.scan for entry in entries])
    for groups, kind, words in ((same, 'copy', 'is the same file as'),
                                (alike, 'similar', 'looks like')):
        for rows in groups:
            group = [entries[row] for row in rows]
            if any(entry.has_boxes for entry in group):
                yield from _problems(group, kind, words)


def _entries(tables: Iterable[Table],
             scans: Mapping[str, Scan]) -> Iterator[_Entry]:
    for table in tables:
        with_boxes = {*table.image_of.tolist()}
        seen = set()
        for row, name in enumerate(table.file_names):
            path = posixpath.normpath(name)
            # One file in two records of a split is another problem.
            if name and path not in seen:
                seen.add(path)
                scan = scans[name]
                yield _Entry(table.split, table.name_image(row), scan,
                             scan.digest or path.encode(errors='replace'), row
                             in with_boxes)


def _problems(group: Sequence[_Entry], kind: str,
              words: str) -> Iterator[Problem]:
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
