"""Fold folders of a cross-validation: data sets that all of its runs share."""
import json
from pathlib import Path
from typing import Dict, List, Mapping, Sequence

from custom.datasets.proposals.carry import carry_proposals
from custom.datasets.splitting.folds import Fold, choose_folds, write_folds
from custom.datasets.splitting.grouping import ImageGroups, group_images
from custom.datasets.splitting.resplit import (box_counts, load_all_splits,
                                               renumber)
from custom.engine.plan import require_same_plan
from custom.engine.run_folder import alone
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError
from custom.utils.progress import track

_PLAN = 'plan.json'


def make_folds(root: Path, data: Path, folds: int, group_by: str,
               plan: Mapping[str, str]) -> List[str]:
    """Makes the folders of the folds in ``root/data``, if they aren't there.

    One process makes them while others wait.

    Args:
        root: The work dir of the cross-validation.
        data: The data set folder; all its splits are taken.
        folds: How many.
        group_by: Regular expression, see
            :func:`custom.datasets.splitting.grouping.group_images`.
        plan: Of :func:`custom.engine.plan.make_plan`, kept beside them.

    Returns:
        Lines that tell what was made.

    Raises:
        InputError: Those that are there were made by another plan, or the
            data are bad or too few.
    """
    folder = root / 'data'
    with alone(root):
        if (folder / _PLAN).exists():
            require_same_plan(_read(folder / _PLAN), plan, root)
            return []
        pool = load_all_splits(data)
        count = len(pool.entries)
        groups = group_images(
            pool, group_by,
            lambda scans: track(scans, 'looking at images', count))
        chosen = choose_folds(box_counts(pool), groups.of_image, folds)
        renumber(pool)

        def finish(part: Path) -> None:
            for folder in part.iterdir():
                carry_proposals(data, folder)
            write_text(part / _PLAN, json.dumps(plan, indent=1))

        write_folds(
            folder, pool, chosen,
            lambda images: track(images, 'linking images', count *
                                 (folds + 1)), finish)
    return [*_sizes(chosen), *_kept_together(groups)]


def _sizes(folds: Sequence[Fold]) -> List[str]:
    return [
        f'fold {number}: {len(fold.train)} images to train, {len(fold.val)} '
        f'to choose the checkpoint, {len(fold.test)} to test'
        for number, fold in enumerate(folds, 1)
    ]


def _kept_together(groups: ImageGroups) -> List[str]:
    lines = [
        f'kept together: {count} groups of {reason}'
        for reason, count in groups.found.items()
    ]
    if groups.views:
        lines.append(f'note: {groups.views} images look like views of a fixed '
                     'camera and are in several folds all the same; '
                     '--group-by keeps scenes together')
    return lines


def _read(path: Path) -> Dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding='utf-8')))
    except (OSError, ValueError) as error:
        raise InputError(f'{path}: cannot be read ({error}); choose another '
                         '--work-dir') from None
