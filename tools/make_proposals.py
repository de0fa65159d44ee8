"""Proposes boxes by selective search, for Fast R-CNN, and measures them.

    python tools/make_proposals.py data/NAME

Writes data/NAME/proposals/train.pkl, val.pkl and test.pkl for MMDetection's
LoadProposals, and beside each a plot of the recall.
"""
import argparse
import sys
from pathlib import Path

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Propose boxes by selective search. An interrupted '
        'search goes on with the same command')
    parser.add_argument('data', help='data set folder, data/NAME')
    parser.add_argument(
        '--split',
        choices=('train', 'val', 'test', 'all'),
        default='all',
        help='default: all that the data set has')
    parser.add_argument(
        '--out',
        type=Path,
        help='folder to fill; default: data/NAME/proposals')
    parser.add_argument(
        '--scale',
        type=float,
        default=200,
        help='of the first segmentation: larger makes larger regions; '
        'default: %(default)s')
    parser.add_argument(
        '--min-size',
        type=int,
        default=100,
        help='pixels of the smallest region of the first segmentation; '
        'default: %(default)s')
    parser.add_argument(
        '--min-share',
        type=float,
        default=0.05,
        help='part of the image that a proposed region covers at least; '
        'default: %(default)s')
    args = parser.parse_args()
    if not 0 < args.scale < float('inf'):
        parser.error('--scale: above 0')
    if args.min_size < 1:
        parser.error('--min-size: at least 1')
    if not 0 <= args.min_share <= 1:
        parser.error('--min-share: from 0 to 1')
    args.out = args.out or Path(args.data) / 'proposals'
    return args


def propose(args: argparse.Namespace) -> None:
    from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                    require_folder)

    require_folder(args.data)
    splits = [args.split]
    if args.split == 'all':
        splits = [s for s in SPLITS if annotation_file(args.data, s).exists()]
        splits = splits or ['train']  # the error names the file
    for split in splits:
        propose_split(args, split)


def propose_split(args: argparse.Namespace, split: str) -> None:
    from custom.datasets.proposals.make import make_proposals
    from custom.datasets.proposals.recall import plot_recall, recall_rows
    from custom.datasets.proposals.selective_search import \
        SelectiveSearchSettings
    from custom.utils.progress import track
    from custom.utils.tables import print_table, results_table

    out = args.out / f'{split}.pkl'
    settings = SelectiveSearchSettings(args.scale, args.min_size,
                                       args.min_share)
    try:
        made = make_proposals(
            args.data, split, settings, out,
            lambda found, total: track(found, f'{split}: searching', total))
    except KeyboardInterrupt:
        print(
            f'{out}: not done yet; the same command goes on where it stopped',
            file=sys.stderr)
        raise
    print(f'{split}: {made.images} images ({made.reused} searched before), '
          f'{made.recall.mean_count:.1f} proposals each: {out}')
    if not made.recall.objects:
        return
    rows = recall_rows(made.recall)
    print_table(
        results_table(
            rows, [*rows[0]], title=f'Recall of {made.recall.objects} boxes'))
    plot = out.with_suffix('.png')
    plot_recall(made.recall,
                f'{Path(args.data).name}, {split}: boxes by selective search',
                plot)
    print(f'plot: {plot}')


if __name__ == '__main__':
    run(parse_args, propose)
