"""Splits a data set anew: stratified, and with no copies across splits.

    python tools/split_dataset.py data/NAME --out data/NEW
    python tools/split_dataset.py data/NAME --out data/NEW --folds 5 \\
        --fractions test=0.15 --group-by '(child\\d+)_'

Classes and numbers of boxes per image are spread evenly. Exact copies and
near-duplicates stay together. data/NAME stays as it is.
"""
import argparse
from pathlib import Path
from typing import Tuple

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'data', type=Path, help='data folder; all its splits are taken')
    parser.add_argument(
        '--out', type=Path, required=True, help='folder to make')
    parser.add_argument(
        '--fractions',
        nargs='+',
        type=fraction,
        default=[],
        metavar='SPLIT=PART',
        help='default: train=0.7 val=0.15 test=0.15; train may be left out '
        'and gets the rest')
    parser.add_argument(
        '--folds',
        type=int,
        metavar='K',
        help='make K data folders for cross-validation, OUT/fold1 to '
        'OUT/foldK; with --fractions test=PART that part is held out, and '
        'is test in all of them')
    parser.add_argument(
        '--group-by',
        default='',
        metavar='REGEX',
        help='images whose file names agree in its first (...), or in all '
        'that it matches, stay together')
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    if len(dict(args.fractions)) < len(args.fractions):
        parser.error('--fractions: names a split twice')
    if args.seed < 0:
        parser.error('--seed: at least 0')
    return args


def fraction(text: str) -> Tuple[str, float]:
    split, part = text.split('=')
    return split, float(part)


def split_dataset(args: argparse.Namespace) -> None:
    from custom.datasets.splitting.fractions import resolve_split_fractions
    from custom.datasets.splitting.grouping import group_images
    from custom.datasets.splitting.resplit import (box_counts, load_all_splits,
                                                   renumber, require_place,
                                                   write_parts)
    from custom.datasets.splitting.stratify import stratified_split
    from custom.utils.progress import track

    parts = resolve_split_fractions(dict(args.fractions), args.folds)
    require_place(args.out, args.data)
    pool = load_all_splits(args.data)
    groups = group_images(
        pool, args.group_by,
        lambda scans: track(scans, 'looking at images', len(pool.entries)))
    counts = box_counts(pool)
    chosen = stratified_split(counts, groups.of_image, [*parts.values()],
                              args.seed)
    renumbered = renumber(pool)
    write_parts(
        args.out, pool, [*parts], chosen,
        lambda images: track(images, 'linking images',
                             len(pool.entries) * (args.folds or 1)))

    print_summary(counts, chosen, parts, pool.classes)
    print_groups(groups)
    if renumbered:
        print(f'note: ids of {" and ".join(renumbered)} stood in two splits; '
              'all are numbered anew')
    print(f'written to {args.out}')


def print_summary(counts, chosen, parts, classes) -> None:
    from custom.datasets.splitting.split_report import share_rows
    from custom.datasets.splitting.stratify import mean_deviation
    from custom.utils.tables import print_table, results_table
    rows = share_rows(counts, chosen, parts, classes)
    print_table(results_table(rows, [*rows[0]]))
    off = mean_deviation(counts, chosen, [*parts.values()])
    print(f'class shares are {off:.2f} percentage points off on average; '
          '* marks the worst')


def print_groups(groups) -> None:
    import numpy as np
    for reason, count in groups.found.items():
        print(f'kept together: {count} groups of {reason}')
    if groups.views:
        print(f'note: {groups.views} images look like views of a fixed camera '
              'and are split all the same; --group-by keeps scenes together')
    largest = np.bincount(groups.of_image).max()
    if largest > 1:
        print(f'the largest group has {largest} images')


if __name__ == '__main__':
    run(parse_args, split_dataset, needs_torch=False)
