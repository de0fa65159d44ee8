"""Plan of a cross-validation: what all of its runs have in common."""
import contextlib
import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence

from mmengine.config import Config

from custom.config.config import settings
from custom.config.tree import flatten
from custom.datasets.annotations.layout import SPLITS, annotation_file
from custom.datasets.annotations.reader import open_coco
from custom.datasets.proposals.carry import carry_proposals
from custom.datasets.splitting.folds import Fold, choose_folds, write_folds
from custom.datasets.splitting.grouping import ImageGroups, group_images
from custom.datasets.splitting.resplit import (box_counts, load_all_splits,
                                               renumber)
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError
from custom.utils.file_lock import wait_and_lock
from custom.utils.progress import track

# Settings in which the runs may differ: of chance, of the machine, and of what
# is told of them.
_FREE = re.compile(
    r'randomness\.seed|work_dir|load_from|resume|launcher|visualizer\..*|'
    r'\w+_dataloader\.(num_workers|prefetch_factor|persistent_workers|'
    r'pin_memory)|default_hooks\.(track\..*|checkpoint\.save_every)')
_SHOWN = 3  # of what differs
_PLAN = 'plan.json'


def make_plan(cfg: Config, data: Path,
              options: Mapping[str, Any]) -> Dict[str, str]:
    """The plan as flat text, which two commands have in common or not.

    Args:
        cfg: The config, with the flags of the command line in it.
        data: The data set folder.
        options: Of the command line, by their names, that are not in it.

    Returns:
        By name: the options, hashes of the annotations, and the settings.
    """
    plan = {name: repr(value) for name, value in options.items()}
    for split in SPLITS:
        path = annotation_file(data, split)
        if path.exists():
            digest = open_coco(path).digest.hex()[:16]
            plan[f'annotations/{path.name}'] = digest
    for key, value in flatten(settings(cfg)).items():
        if not _FREE.fullmatch(key):
            plan[key] = repr(value)
    return plan


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
        plan: Of :func:`make_plan`, kept beside them.

    Returns:
        Lines that tell what was made.

    Raises:
        InputError: Those that are there were made by another plan, or the
            data are bad or too few.
    """
    folder = root / 'data'
    with alone(root):
        if (folder / _PLAN).exists():
            _require_same(_read(folder / _PLAN), plan, root)
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


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Waits until no other process makes or pools the folds in ``root``.

    Raises:
        InputError: It can't be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        file = open(root / '.lock', 'a')
    except OSError as error:
        raise InputError(f'{root}: cannot be written ({error.strerror}); '
                         'choose another --work-dir') from None
    with file:
        wait_and_lock(file)
        yield


def _read(path: Path) -> Dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding='utf-8')))
    except (OSError, ValueError) as error:
        raise InputError(f'{path}: cannot be read ({error}); choose another '
                         '--work-dir') from None


def _require_same(before: Mapping[str, str], now: Mapping[str, str],
                  root: Path) -> None:
    changed = [
        f'{name} is {now.get(name, "not set")}, was '
        f'{before.get(name, "not set")}'
        for name in dict.fromkeys((*before, *now))
        if before.get(name) != now.get(name)
    ]
    if changed:
        more = len(changed) - _SHOWN
        others = f', and {more} more' if more > 0 else ''
        raise InputError(
            f'{root}: was begun otherwise: {"; ".join(changed[:_SHOWN])}'
            f'{others}. Repeat the command as it was, choose another '
            '--work-dir, or remove it')
