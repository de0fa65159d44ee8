"""A data set folder beside the one that was checked, with what can be mended
mended."""
import json
from pathlib import Path
from typing import Callable, Dict, Iterable, List, NamedTuple, Set

from custom.datasets.checks.check import Report, check_dataset
from custom.datasets.checks.mend import Change, Mender
from custom.datasets.checks.problem import Problem
from custom.datasets.folder import annotation_file, image_folder
from custom.datasets.formats.write import write_tree
from custom.datasets.photos import probe

CHANGES = 'changes.txt'


class MendedCopy(NamedTuple):
    """What was changed, and what a fast check of the copy still finds."""
    changes: List[Change]
    left: List[Problem]


def mended_folder(folder: Path) -> Path:
    """Where the mended copy of a data set folder goes."""
    folder = Path(folder).resolve()
    return folder.with_name(f'{folder.name}-mended')


def write_mended(report: Report,
                 out: Path,
                 track: Callable[[Iterable], Iterable] = iter) -> MendedCopy:
    """Writes a mended copy, whole or not at all; what was checked is only
    read.

    The copy has a list of every change in ``changes.txt``, one line each.
    The annotations are held in memory: about 1 GB for a million boxes.

    Args:
        report: What was found, with every image decoded.
        out: The folder to make; it must not exist or be empty.
        track: Passes the copied images on while it shows progress.

    Raises:
        InputError: As :func:`custom.datasets.formats.write.write_tree`.
    """
    images = image_folder(report.folder)
    menders = _menders(report)
    changes = [
        Change(problem.code, '', f'file "{problem.images[0]}"', 'left out')
        for problem in report.problems if problem.code == 'image-unrecorded'
    ]
    _mend(menders, report.problems)
    left: List[Problem] = []

    def write_annotations(part: Path) -> None:
        left[:] = _mend_until_done(menders, part, report)
        # Mending what came to light later may have left out more.
        for name in written - _images(menders):
            (image_folder(part) / name).unlink()
        changes.extend(c for m in menders.values() for c in m.changes)
        (part / CHANGES).write_text(
            ''.join(f'{change}\n' for change in changes), encoding='utf-8')

    written = _images(menders)
    write_tree(
        out, {str(image_folder('') / name): images / name
              for name in written}, write_annotations, track)
    return MendedCopy(changes, left)


def _menders(report: Report) -> Dict[str, Mender]:
    images = image_folder(report.folder)
    return {
        split:
        Mender(
            json.loads(
                annotation_file(report.folder,
                                split).read_text(encoding='utf-8-sig')), split,
            lambda name: probe(images / name))
        for split in (summary.split for summary in report.splits)
    }


def _mend_until_done(menders: Dict[str, Mender], part: Path,
                     report: Report) -> List[Problem]:
    while True:
        for split, mender in menders.items():
            path = annotation_file(part, split)
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                json.dumps(mender.data, ensure_ascii=False), encoding='utf-8')
        problems = check_dataset(
            part, report.classes, [*menders], decode=False).problems
        before = sum(len(m.changes) for m in menders.values())
        _mend(menders, problems)
        if sum(len(m.changes) for m in menders.values()) == before:
            return problems


def _mend(menders: Dict[str, Mender], problems: List[Problem]) -> None:
    for split, mender in menders.items():
        mender.mend(p for p in problems if p.split == split)
    _part_copies(menders, problems)
    first, *others = menders.values()
    for mender in others:
        if ('class-order', mender.split) in {(p.code, p.split)
                                             for p in problems}:
            mender.take_categories(first.data['categories'])


def _part_copies(menders: Dict[str, Mender], problems: List[Problem]) -> None:
    """Keeps images that are in several splits in the last of them."""
    names = {
        split: {i['file_name']
                for i in mender.sound('images')}
        for split, mender in menders.items()
    }
    for problem in problems:
        if problem.code == 'copy-across-splits':
            having = [s for s in menders if names[s] & {*problem.images}]
            for split in having[:-1]:
                menders[split].drop_images(problem.code, {*problem.images})


def _images(menders: Dict[str, Mender]) -> Set[str]:
    return {
        image['file_name']
        for mender in menders.values()
        for image in mender.sound('images')
    }
