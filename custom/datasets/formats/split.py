"""Splits for records that come without."""
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Optional, Sequence

import numpy as np

from custom.classes import match_class
from custom.datasets.class_map import class_list
from custom.datasets.formats.records import Record, Splits
from custom.datasets.scan import Scan, scan_images
from custom.datasets.similar import copies, near_duplicates
from custom.datasets.split import merge_groups, split_images
from custom.errors import InputError


def group_alike(records: Sequence[Record],
                track: Optional[Callable] = None) -> List[List[Record]]:
    """Records whose images are the same or look so, together.

    Collections from the web repeat pictures under several names and in
    several sizes; one copy to train on and one to test on would flatter the
    scores.

    Args:
        records: Each image is decoded; one that can't be is alone.
        track: Passes the images on while it shows progress, called as
            :func:`custom.progress.track`.
    """
    names = [str(record.image.absolute()) for record in records]
    scans: Iterable[Scan] = scan_images(Path('/'), names)
    if track is not None:
        scans = track(scans, 'comparing images', len(names))
    scans = [*scans]
    group_of = merge_groups(
        len(names), [copies(scans), near_duplicates(scans)])
    groups: Dict[int, List[Record]] = {}
    for record, group in zip(records, group_of.tolist()):
        groups.setdefault(group, []).append(record)
    return [*groups.values()]


def split_records(groups: Sequence[List[Record]],
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
    if min(val_fraction, test_fraction) < 0 or rest <= 0:
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
    chosen = split_images(
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


def _class_counts(records: Sequence[Record]) -> np.ndarray:
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
