"""Small data benchmark: mAP by the number of labeled images, and by ways to
fine-tune on them.

    python tools/benchmarks/small_data.py DATA --out work_dirs/small_data \
        --images 50 200 --way ema --ema --way freeze --freeze 2

Train of a data folder is the pool; each seed has images of its own by
chance, fewer being the first of more. Each way is tools/train.py with its
flags, from the same checkpoint; ``plain``, without any, is always there. The
same command goes on with the trainings that are missing.
"""
import argparse
import json
from typing import Dict, Iterator, List, Optional, Sequence

import numpy as np
from matplotlib.figure import Figure

from custom.utils.atomic_write import write_bytes, write_text
from custom.utils.errors import InputError, exit_on_input_error
from custom.utils.tables import print_table, results_table
from custom.visualization.png import png_bytes
from subset_training import read_splits, subset_parser, train_and_test

COLUMNS = ('way', 'pictures', 'trainings', 'mAP', 'mAP50', 'mAP50 of each')


def parse_args(words: Optional[Sequence[str]] = None) -> argparse.Namespace:
    parser = subset_parser(__doc__)
    parser.add_argument(
        '--pictures',
        type=int,
        nargs='+',
        default=[50, 200, 500],
        help='how many are labeled (default: 50 200 500)')
    parser.add_argument(
        '--seeds',
        type=int,
        default=3,
        help='of the pictures and of the trainings (default: 3)')
    parser.add_argument(
        '--classes',
        nargs='+',
        help='score these alone; default: all that test has')
    parser.add_argument(
        '--way',
        nargs=argparse.REMAINDER,
        default=[],
        help='NAME and its flags of tools/train.py; last, and once for each')
    args = parser.parse_args(words)
    if min(*args.pictures, args.seeds) < 1:
        parser.error('--pictures, --seeds: at least 1')
    return args


def split_ways(words: Sequence[str]) -> Dict[str, List[str]]:
    """Flags by the name of a way, of what follows the first ``--way``."""
    ways: Dict[str, List[str]] = dict(plain=[])
    for word in ('--way', *words) if words else ():
        if word == '--way':
            mine = None
        elif mine is not None:
            mine.append(word)
        elif word in ('data', *ways):
            raise InputError(f'--way {word}: that name is taken')
        else:
            mine = ways[word] = []
    return ways


def require_same_settings(args: argparse.Namespace,
                          ways: Dict[str, List[str]]) -> None:
    """Requires what the trainings in the folder were made with, and notes
    it."""
    path = args.out / 'settings.json'
    now = dict(
        data=str(args.data.resolve()),
        config=args.config,
        checkpoint=args.checkpoint,
        ways=ways)
    if path.exists():
        before = json.loads(path.read_text(encoding='utf-8'))
        now['ways'] = {**before['ways'], **ways}
        if now != {**before, 'ways': {**ways, **before['ways']}}:
            raise InputError(f'{args.out}: its trainings had another data '
                             'folder, config, checkpoint or flags; choose '
                             'another --out')
    write_text(path, json.dumps(now, indent=1))


def measure(args: argparse.Namespace) -> Iterator[dict]:
    """A dict for each training: way, images, seed, mAP and mAP50."""
    splits = read_splits(args.data)
    train, ways = splits.rows['train'], split_ways(args.way)
    if max(args.pictures) > len(train):
        raise InputError(f'{args.data}: train has {len(train)} pictures; '
                         f'--pictures {max(args.pictures)} are more')
    unknown = {*(args.classes or ())} - {*splits.pool.classes}
    if unknown:
        raise InputError(f'{args.data}: has no {", ".join(sorted(unknown))}')
    require_same_settings(args, ways)
    for seed in range(args.seeds):
        order = [*map(int, np.random.default_rng(seed).permutation(train))]
        for way, flags in ways.items():
            for count in args.pictures:
                folder = args.out / f'{count}_{seed}'
                splits.write_subset(folder / 'data', order[:count])
                tested = train_and_test(args.config, args.checkpoint,
                                        folder / 'data', folder / way, seed,
                                        flags)
                yield dict(
                    way=way,
                    pictures=count,
                    seed=seed,
                    **mean_scores(tested['per_class'], args.classes))


def mean_scores(per_class: Sequence[dict],
                classes: Optional[Sequence[str]]) -> Dict[str, float]:
    """mAP and mAP50 over those classes that have boxes."""
    rows = [
        row for row in per_class
        if row['boxes'] and (not classes or row['class'] in classes)
    ]
    return dict(
        mAP=float(np.mean([row['AP'] for row in rows])),
        mAP50=float(np.mean([row['AP50'] for row in rows])))


def summarize(trainings: Sequence[dict]) -> List[dict]:
    """A row with the keys of ``COLUMNS`` for each way and number."""
    groups: Dict[tuple, List[dict]] = {}
    for one in trainings:
        groups.setdefault((one['way'], one['pictures']), []).append(one)
    return [{
        'way': way,
        'pictures': count,
        'trainings': len(mine),
        'mAP': float(np.mean([one['mAP'] for one in mine])),
        'mAP50': float(np.mean([one['mAP50'] for one in mine])),
        'mAP50 of each': ' '.join(f'{one["mAP50"]:.3f}' for one in mine)
    } for (way, count), mine in groups.items()]


def draw(trainings: Sequence[dict]) -> bytes:
    """PNG: mAP50 by labeled images; a line for each way, a dot for each
    training."""
    figure = Figure(figsize=(6, 4), dpi=110, layout='constrained')
    axes = figure.subplots()
    rows = summarize(trainings)
    for way in dict.fromkeys(row['way'] for row in rows):
        points = sorted((row['pictures'], row['mAP50']) for row in rows
                        if row['way'] == way)
        line, = axes.plot(*zip(*points), 'o-', markersize=4, label=way)
        axes.plot(
            *zip(*((one['pictures'], one['mAP50']) for one in trainings
                   if one['way'] == way)),
            '.',
            color=line.get_color(),
            alpha=.4)
    counts = sorted({row['pictures'] for row in rows})
    axes.set_xscale('log')
    axes.set_xticks(counts, [str(count) for count in counts])
    axes.minorticks_off()
    axes.set(xlabel='labeled pictures', ylabel='mAP50 on test')
    axes.grid(alpha=.3)
    axes.legend()
    return png_bytes(figure)


def main() -> None:
    args = parse_args()
    trainings: List[dict] = []
    for one in measure(args):
        trainings.append(one)
        write_text(args.out / 'results.json', json.dumps(trainings, indent=1))
    write_bytes(args.out / 'curve.png', draw(trainings))
    print_table(results_table(summarize(trainings), COLUMNS))


if __name__ == '__main__':
    with exit_on_input_error():
        main()
