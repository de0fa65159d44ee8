"""Fixed copy of a data set folder, beside the one that was checked."""
import json
import posixpath
from collections import defaultdict
from pathlib import Path
from typing import (Callable, Dict, Iterable, List, NamedTuple, Optional,
                    Sequence, Set)

import numpy as np

from custom.datasets.annotations.box_format import fraction_layout
from custom.datasets.annotations.box_validation import are_fractions
from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.layout import annotation_file, image_folder
from custom.datasets.annotations.reader import LISTS, open_coco
from custom.datasets.checks.fixes import (DraftSplit, Fix, apply_fixes,
                                          drop_images, take_categories)
from custom.datasets.checks.run import CheckReport, check_dataset
from custom.datasets.images.headers import read_image_info
from custom.utils.atomic_folder import write_tree
from custom.utils.errors import InputError

CHANGES = 'changes.txt'


class FixedCopy(NamedTuple):
    """What was changed, and what a fast check of the copy still finds."""
    changes: List[Fix]
    left: List[Issue]


def fixed_folder(folder: Path) -> Path:
    """Folder of the mended copy of a data set folder."""
    folder = Path(folder).resolve()
    return folder.with_name(f'{folder.name}-mended')


def write_fixed(report: CheckReport,
                out: Path,
                track: Callable[[Iterable], Iterable] = iter) -> FixedCopy:
    """Writes a mended copy, whole or not at all; what was checked is only
    read.

    The copy has a list of every change in ``changes.txt``, one line each.
    The annotations are held in memory: about 1 GB for a million boxes.

    Args:
        report: What was found, with every image decoded.
        out: The folder to make; it must not exist or be empty.
        track: Passes the copied images on while it shows progress.

    Raises:
        InputError: As :func:`custom.utils.atomic_folder.write_tree`,
            or nothing is left of train.
    """
    images = image_folder(report.folder)
    drafts = _drafts(report)
    changes = [
        Fix(problem.code, '', f'file "{problem.images[0]}"', 'left out')
        for problem in report.problems if problem.code == 'image-unrecorded'
    ]
    changes += [
        Fix(problem.code, problem.split, 'file', 'left out')
        for problem in report.problems if problem.code == 'split-unreadable'
    ]
    # Who names classes that are not the categories has checked for them.
    are_own = 'class-unknown' not in {p.code for p in report.problems}
    classes = None if are_own else report.classes
    left: List[Issue] = []

    def write_annotations(part: Path) -> None:
        left[:] = _fix_until_done(drafts, part, report.folder, classes,
                                  changes)
        # Mending what came to light later may have left out more.
        for name in written - _images(drafts):
            (image_folder(part) / name).unlink()
        for draft in drafts.values():
            changes.extend(draft.changes)
        (part / CHANGES).write_text(
            ''.join(f'{change}\n' for change in changes),
            encoding='utf-8',
            errors='backslashreplace')

    _fix(drafts, report.problems)
    _leave_out_empty(report.folder, drafts, changes)
    written = _images(drafts)
    write_tree(
        out, {str(image_folder('') / name): images / name
              for name in written}, write_annotations, track)
    return FixedCopy(changes, left)


def _drafts(report: CheckReport) -> Dict[str, DraftSplit]:
    images = image_folder(report.folder)
    return {
        split:
        DraftSplit(
            _load(annotation_file(report.folder, split)), split,
            lambda name: read_image_info(images / name))
        for split in (summary.split for summary in report.splits)
    }


def _load(path: Path) -> dict:
    file = open_coco(path)
    return dict(file.others(),
                **{kind: [*file.records(kind)]
                   for kind in LISTS})


def _fix_until_done(drafts: Dict[str, DraftSplit], part: Path, folder: Path,
                    classes: Optional[Sequence[str]],
                    changes: List[Fix]) -> List[Issue]:
    while True:
        for split, draft in drafts.items():
            path = annotation_file(part, split)
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                json.dumps(draft.data, ensure_ascii=False), encoding='utf-8')
        problems = check_dataset(
            part, classes, [*drafts], decode=False).problems
        before = _count(drafts)
        _fix(drafts, problems)
        if _count(drafts) == before:
            return problems
        for split in _leave_out_empty(folder, drafts, changes):
            annotation_file(part, split).unlink()


def _fix(drafts: Dict[str, DraftSplit], problems: List[Issue]) -> None:
    before = _count(drafts)
    layout = _layout([
        drafts[problem.split] for problem in problems
        if problem.code == 'boxes-normalized'
    ])
    for split, draft in drafts.items():
        apply_fixes(draft, (p for p in problems if p.split == split), layout)
    _part_copies(drafts, problems)
    # What was wrong with the records themselves must be mended before.
    if _count(drafts) == before:
        first, *others = drafts.values()
        differ = {p.split for p in problems if p.code == 'class-order'}
        for draft in others:
            if draft.split in differ:
                take_categories(draft, first.data['categories'])


def _layout(drafts: Sequence[DraftSplit]) -> Optional[str]:
    """Box format of the fractions of all splits: a small one cannot tell."""
    if not drafts:
        return None
    boxes = np.concatenate([draft.boxes() for draft in drafts])
    return fraction_layout(boxes[are_fractions(boxes)])


def _part_copies(drafts: Dict[str, DraftSplit], problems: List[Issue]) -> None:
    """Keeps images that are in several splits in the last of them."""
    names = {
        split: {i['file_name']
                for i in draft.sound('images')}
        for split, draft in drafts.items()
    }
    gone: Dict[str, Set[str]] = defaultdict(set)
    for problem in problems:
        if problem.code == 'copy-across-splits':
            having = [s for s in drafts if names[s] & {*problem.images}]
            for split in having[:-1]:
                gone[split].update(problem.images)
    for split, copies in gone.items():
        drop_images(drafts[split], 'copy-across-splits', copies)


def _leave_out_empty(folder: Path, drafts: Dict[str, DraftSplit],
                     changes: List[Fix]) -> List[str]:
    """Takes away splits without an image or a category, and returns them.

    Raises:
        InputError: One of them is the first, mostly train.
    """
    first = next(iter(drafts))
    empty = []
    for split, draft in [*drafts.items()]:
        kind = next(
            (kind
             for kind in ('images', 'categories') if not draft.data[kind]),
            None)
        if kind is None:
            continue
        last = draft.changes[-1]
        if split == first:
            raise InputError(
                f'{annotation_file(folder, split)}: nothing would be left in '
                f'"{kind}" of the mended copy; the last to go is: {last}. '
                'Mend the others by hand, see --json.')
        del drafts[split]
        changes += draft.changes
        changes.append(
            Fix(last.code, split, 'file',
                f'left out, nothing is left in "{kind}"'))
        empty.append(split)
    return empty


def _count(drafts: Dict[str, DraftSplit]) -> int:
    return sum(len(draft.changes) for draft in drafts.values())


def _images(drafts: Dict[str, DraftSplit]) -> Set[str]:
    """The files, each by one name: ``./a.jpg`` is ``a.jpg``."""
    return {
        posixpath.normpath(image['file_name'])
        for draft in drafts.values()
        for image in draft.sound('images')
    }
