"""Data set check: runs all checks on a folder and reports the issues."""
import os
from os import PathLike
from pathlib import Path, PurePath
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Optional, Sequence, Tuple, Union)

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import (CODES, ERROR, NOTE, SEVERITIES,
                                                Issue)
from custom.datasets.annotations.layout import (SPLITS, SplitSummary,
                                                annotation_file, classes_by_id,
                                                image_folder, require_folder)
from custom.datasets.annotations.reader import read_table
from custom.datasets.checks.box_format_errors import (check_box_format,
                                                      check_outliers)
from custom.datasets.checks.boxes import check_boxes, check_finite
from custom.datasets.checks.categories import check_classes, labels
from custom.datasets.checks.duplicates import check_copies
from custom.datasets.checks.image_files import (check_images, check_unrecorded,
                                                meant_files, named_files)
from custom.datasets.checks.records import check_records
from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.scan import ImageScan, scan_images
from custom.utils.errors import InputError
from custom.utils.media import is_image
from custom.utils.paths import is_system_folder, of_macos

_RANK = {
    code: (SEVERITIES.index(entry.severity), position)
    for position, (code, entry) in enumerate(CODES.items())
}
# The fields of a scan that are the same for many.
_KIND = slice(1, ImageScan._fields.index('digest'))


class CheckReport(NamedTuple):
    """Report of a data set check.

    ``classes`` are the names that the categories were held against, ``splits``
    what each split holds, ``problems`` the worst first: errors, warnings,
    notes, and those of a code together, in the order of ``CODES``.
    """
    folder: Path
    classes: Tuple[str, ...]
    splits: List[SplitSummary]
    problems: List[Issue]


def check_dataset(folder: Union[str, PathLike],
                  classes: Optional[Sequence[str]] = None,
                  splits: Optional[Sequence[str]] = None,
                  decode: bool = True,
                  track: Optional[Callable] = None) -> CheckReport:
    """Checks annotations and images of a data set folder.

    Without an error among the problems,
    :func:`custom.datasets.annotations.strict_reader.read_annotations` takes
    the files.

    Args:
        folder: The data set folder.
        classes: The class names that the categories must mean; by default
            those of the first split. One of those that is nearly one of the
            22 drawing classes is told where most are drawing classes.
        splits: Which splits to check, each of which must be one that can be;
            by default all that are there.
        decode: Whether to decode every image. Otherwise headers alone are
            read, and images that look alike are not found: seconds for 10,000
            images.
        track: Passes the scanned images on while it shows progress, called
            as :func:`custom.utils.progress.track`.

    Raises:
        InputError: There is no such folder or split, or the first annotation
            file, or one that was asked for, holds nothing to check.
    """
    folder = Path(folder)
    require_folder(folder)
    tables, problems = _read_tables(folder, splits)
    own = classes is None
    names = _own_classes(tables[0]) if own else tuple(classes)
    files = [*dict.fromkeys(name for t in tables for name in t.file_names)]
    files = [name for name in files if name]  # '' where malformed
    scans = scan_images(image_folder(folder), files, decode)
    if track is not None:
        scans = track(scans, 'checking images', len(files))
    prints, by_name = _sorted_out(files, scans)
    # What is there is asked for only where it may tell something.
    is_whole = splits is None and not problems
    spare = _spare_files(image_folder(folder), tables) if is_whole or any(
        scan.missing for scan in by_name.values()) else []
    meant = meant_files(tables, by_name, spare)
    for table in tables:
        problems += _check_table(table, names, by_name, meant)
    problems += check_classes(tables, names, own)
    problems += check_copies(tables, files, prints)
    if is_whole:  # else other splits may name what these don't
        problems += check_unrecorded(tables, spare, meant)
    problems.sort(key=lambda problem: _RANK[problem.code])
    return CheckReport(folder, names, [*map(_summary, tables)], problems)


def exit_code(problems: Iterable[Issue]) -> int:
    """The exit code: 2 where there is an error, 1 where there is a warning,
    else 0."""
    found = {CODES[problem.code].severity for problem in problems} - {NOTE}
    return 2 if ERROR in found else len(found)


def require_no_errors(report: CheckReport) -> None:
    """Raises InputError for the worst problem, if it is an error.

    The message names the file and the record, counts the other errors, and
    tells of the tool that shows them, and mends those that it can.
    """
    errors = [
        problem for problem in report.problems
        if CODES[problem.code].severity == ERROR
    ]
    if errors:
        first = errors[0]
        count = len(errors) - 1
        others = f' ({count} more error{"s" * (count > 1)})' if count else ''
        mends = (', and with --fix writes a mended copy'
                 if CODES[first.code].fix else '')
        raise InputError(
            f'{annotation_file(report.folder, first.split)}: {first.record}: '
            f'{first.detail}{others} [{first.code}]; '
            f'{CODES[first.code].fix_hint}. "python tools/check_dataset.py '
            f'{report.folder}" tells all of it{mends}')


def _read_tables(
    folder: Path, splits: Optional[Sequence[str]]
) -> Tuple[List[AnnotationTable], List[Issue]]:
    """Tables of the splits, and an issue for each but the first that can't be
    read, unless it was asked for."""
    tables: List[AnnotationTable] = []
    problems: List[Issue] = []
    for split in splits or _splits(folder):
        path = annotation_file(folder, split)
        try:
            tables.append(read_table(path))
        except InputError as error:
            if splits or not tables:
                raise
            why = str(error).removeprefix(f'{path}: ')
            problems.append(Issue('split-unreadable', split, 'file', why))
    return tables, problems


def _splits(folder: Path) -> List[str]:
    found = [s for s in SPLITS if annotation_file(folder, s).exists()]
    if not found:
        raise InputError(
            f'{annotation_file(folder, "train")}: no such file, nor val.json '
            'or test.json. Make the data set with tools/convert_dataset.py.')
    return found


def _sorted_out(
        names: Sequence[str], scans: Iterable[ImageScan]
) -> Tuple[ImageHashes, Dict[str, ImageScan]]:
    """Collects scans: the hashes as a table, all else by name, shared."""
    prints = ImageHashes()
    by_name: Dict[str, ImageScan] = {}
    kinds: Dict[tuple, ImageScan] = {}
    for scan, name in zip(scans, names):
        prints.add(scan)
        kind = scan[_KIND]
        by_name[name] = kinds.get(kind) or kinds.setdefault(
            kind, ImageScan('', *kind))
    return prints, by_name


def _spare_files(folder: Path, tables: Sequence[AnnotationTable]) -> List[str]:
    """The image files under a folder, relative to it, that no split names;
    without those that the system adds."""
    named = named_files(tables)
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_system_folder(name)]
        inner = PurePath(os.path.relpath(parent, folder))
        for name in names:
            path = (inner / name).as_posix()
            if path not in named and not of_macos(name) and is_image(
                    Path(parent, name)):
                found.append(path)
    return sorted(found)


def _own_classes(table: AnnotationTable) -> Tuple[str, ...]:
    return classes_by_id(
        (key, name)
        for key, name in zip(table.category_ids, table.category_names)
        if key is not None and name)


def _check_table(table: AnnotationTable, classes: Sequence[str],
                 scans: Dict[str, ImageScan],
                 meant: Dict[str, str]) -> Iterator[Issue]:
    label = labels(table, classes)
    yield from check_records(table)
    yield from check_images(table, scans, meant)
    yield from check_finite(table)
    habits = list(check_box_format(_without_misfits(table, scans)))
    yield from habits
    # A habit makes a problem of every box; it is to be mended first.
    if not habits:
        wrong = list(check_boxes(table, label))
        yield from wrong
        told = {row for problem in wrong for row in problem.annotations}
        for problem in check_outliers(table, label):
            # A box that is too thin to be seen is an outlier, of course.
            if told.isdisjoint(problem.annotations):
                yield problem


def _without_misfits(table: AnnotationTable,
                     scans: Dict[str, ImageScan]) -> AnnotationTable:
    """Masks the sizes of images that are another size in their files: that
    is what is wrong with those, whatever their boxes look like."""
    sizes = table.sizes.copy()
    for row, name in enumerate(table.file_names):
        scan = scans.get(name)
        if scan and scan.width and (scan.width,
                                    scan.height) != (*sizes[row], ):
            sizes[row] = np.nan
    return table._replace(sizes=sizes)


def _summary(table: AnnotationTable) -> SplitSummary:
    return SplitSummary(
        table.split,
        images=len(table.image_ids),
        empty=int((~table.has_box()).sum()),
        boxes=len(table.boxes),
        ignored=int(table.crowd.sum()))
