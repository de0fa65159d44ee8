"""Automatic splits of an import that comes without, or with some."""
import re
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Optional, Sequence

import numpy as np

from custom.classes import match_class
from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.annotations.layout import SPLITS
from custom.datasets.formats.samples import ImportWarnings, Sample, Splits
from custom.datasets.images.near_duplicates import find_duplicate_groups
from custom.datasets.images.scan import ImageScan, scan_images
from custom.datasets.splitting.stratify import merge_groups, stratified_split
from custom.utils.errors import InputError

# Of the images, for val and for test each, unless the caller says otherwise.
FRACTION = 0.15


def complete_splits(found: Dict[str, List[Sample]],
                    val_fraction: Optional[float],
                    test_fraction: Optional[float],
                    notes: ImportWarnings,
                    track: Optional[Callable] = None) -> Splits:
    """The splits as found, or made as :func:`split_records` does.

    With both fractions None and train and val found, they stay as they are.
    With no val, or no train, both are made of the rest, and so is test if it
    isn't there. A given fraction splits all anew.

    Args:
        found: The records of each split, of '' where the source tells none.
        val_fraction: Part of the records for val.
        test_fraction: Part of the records for test.
        notes: Counts as :func:`group_alike`, and images of a split that
            doesn't stay as it is though nobody asked for that.
        track: As :func:`group_alike`.

    Raises:
        InputError: There are too few images, or some tell no split while
            others do.
    """
    anew = val_fraction is not None or test_fraction is not None
    if not anew and found.get('train') and found.get('val'):
        if found.get(''):
            raise InputError(
                f'{found[""][0].image}: is of no split, as '
                f'{len(found[""])} images are, while others are of train and '
                'val. Say which split they are of, or split all anew with '
                f'--val-fraction {FRACTION}.')
        return {split: found[split] for split in SPLITS if found.get(split)}
    val, test = (
        FRACTION if given is None else given
        for given in (val_fraction, test_fraction))
    kept: Splits = {}
    if found.get('test') and not anew:
        kept, test = dict(test=found['test']), 0
    for split, other in (('train', 'val'), ('val', 'train')):
        note = f'images of {split} split anew, since there is no {other}'
        notes[note] += 0 if anew else len(found.get(split, ()))
    rest = [
        record for split, records in found.items() if split not in kept
        for record in records
    ]
    groups = group_alike(rest, notes, track)
    return {**split_records(groups, val, test), **kept}


def add_to_splits(kept: Splits,
                  new: Sequence[Sample],
                  notes: ImportWarnings,
                  track: Optional[Callable] = None) -> Splits:
    """Splits as they are, with new records.

    One that looks like an image of a split joins that split; the rest is
    split as :func:`split_records` does, val and test getting 0.15 each of
    it where they are there. Fewer than it takes for that are for train.

    Args:
        kept: The records that stay where they are; none for new splits, as
            :func:`complete_splits` makes them.
        new: Records of other images.
        notes: As :func:`group_alike`.
        track: As :func:`group_alike`.
    """
    if not new or not kept:
        return complete_splits({'': [*new]}, None, None, notes,
                               track) if new else kept
    home = {
        record.image: split
        for split, records in kept.items()
        for record in records
    }
    added: Splits = {split: [] for split in kept}
    free = []
    old = [record for records in kept.values() for record in records]
    for group in group_alike([*old, *new], notes, track):
        fresh = [record for record in group if record.image not in home]
        known = [home[one.image] for one in group if one.image in home]
        if known:
            added[known[0]] += fresh
        else:
            free.append(fresh)
    if len(free) < len(kept):
        added['train'] += [record for group in free for record in group]
    else:
        val, test = (FRACTION * (split in kept) for split in ('val', 'test'))
        for split, records in split_records(free, val, test).items():
            added[split] += records
    return {split: [*kept[split], *added[split]] for split in kept}


def group_alike(records: Sequence[Sample],
                notes: ImportWarnings,
                track: Optional[Callable] = None) -> List[List[Sample]]:
    """Records whose images are the same or look so, together.

    Collections from the web repeat images under several names and in
    several sizes; one copy to train on and one to test on would flatter the
    scores.

    Args:
        records: Each image is decoded; one that can't be is alone.
        notes: Counts images that are not alone, and those that look alike
            but too many to stay together.
        track: Passes the images on while it shows progress, called as
            :func:`custom.utils.progress.track`.
    """
    names = [str(record.image.absolute()) for record in records]
    scans: Iterable[ImageScan] = scan_images(Path('/'), names)
    if track is not None:
        scans = track(scans, 'comparing images', len(names))
    scans = [*scans]
    alike = find_duplicate_groups(scans)
    group_of = merge_groups(len(names), [alike.copies, alike.similar])
    groups: Dict[int, List[Sample]] = {}
    for record, group in zip(records, group_of.tolist()):
        groups.setdefault(group, []).append(record)
    notes['images look like another, and are in its split'] += (
        len(names) - len(groups))
    notes['images look like views of a fixed camera: they are split, look '
          'at tools/split_dataset.py --group-by'] += alike.views
    return [*groups.values()]


def split_records(groups: Sequence[List[Sample]],
                  val_fraction: float,
                  test_fraction: float,
                  seed: int = 0) -> Splits:
    """Splits that are alike in classes and in boxes per image.

    The same records in any order make the same splits. A split with a
    fraction above 0 gets one group at least; one with fraction 0 isn't made.

    Args:
        groups: Lists of records that must stay in one split.
        val_fraction: Part of the records for val.
        test_fraction: Part of the records for test.
        seed: Of the order in which equal groups are taken.

    Raises:
        InputError: The fractions or the number of records leave nothing to
            train on.
    """
    rest = 1 - val_fraction - test_fraction
    # Written so that NaN, which is neither above nor below 0, is refused.
    if not (val_fraction >= 0 and test_fraction >= 0 and rest > 0):
        raise InputError(
            f'the fractions for val ({val_fraction}) and test '
            f'({test_fraction}) must be 0 or more and leave something to '
            'train on. Choose smaller ones.')
    fractions = dict(train=rest, val=val_fraction, test=test_fraction)
    wanted = [split for split, fraction in fractions.items() if fraction]
    if len(groups) < len(wanted):
        raise InputError(
            f'{sum(map(len, groups))} images are too few for '
            f'{", ".join(wanted)}. Add some, or give the fraction 0 to one of '
            'them.')
    ordered = sorted(
        (sorted(group, key=lambda record: record.name) for group in groups),
        key=lambda group: group[0].name)
    records = [record for group in ordered for record in group]
    chosen = stratified_split(
        _class_counts(records),
        np.repeat(np.arange(len(ordered)), [*map(len, ordered)]),
        [fractions[split] for split in wanted], seed)
    splits: Splits = {split: [] for split in wanted}
    for record, position in zip(records, chosen):
        splits[wanted[position]].append(record)
    return {
        split: sorted(members, key=lambda record: record.name)
        for split, members in splits.items()
    }


def _class_counts(records: Sequence[Sample]) -> np.ndarray:
    """Boxes of each class in each image, crowds left out: int (images,
    classes)."""
    names = sorted({box.name for record in records for box in record.boxes})
    classes = class_list(names)
    column = {
        name: classes.index(match_class(name, classes))
        for name in names
    }
    counts = np.zeros((len(records), len(classes)), int)
    for row, record in enumerate(records):
        for box in record.boxes:
            counts[row, column[box.name]] += not box.crowd
    return counts


SPLIT_WORDS = dict(
    train='train',
    training='train',
    val='val',
    valid='val',
    validation='val',
    test='test',
    testing='test')


def split_of(name: str) -> str:
    """The split that the name of a file or folder tells, such as
    "instances_train2017"; '' where it tells none or several."""
    words = re.findall('[a-z]+', name.lower())
    splits = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    return splits.pop() if len(splits) == 1 else ''


def split_of_path(path: Path, root: Path) -> str:
    """The split that a file's name tells, or else that of a folder below
    ``root``; '' for none."""
    parts = path.relative_to(root).parts
    return next(filter(None, map(split_of, reversed(parts))), '')


def splits_by_folder(paths: Iterable[Path],
                     root: Path,
                     by_name: bool = False) -> Dict[Path, str]:
    """The splits of annotation files that their folders tell; '' for all
    where they don't for one.

    Args:
        paths: Files below ``root``, or ``root`` itself.
        root: Of what is above it, nothing counts.
        by_name: Whether the names of files tell it, too.
    """
    splits = {}
    for path in paths:
        parts = path.relative_to(root).parts
        told = reversed(parts) if by_name else parts[:-1]
        splits[path] = next(filter(None, map(split_of, told)), '')
    return splits if all(splits.values()) else dict.fromkeys(splits, '')
