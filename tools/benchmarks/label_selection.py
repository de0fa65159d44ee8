"""Label selection benchmark: what is labeled next by tools/select_images.py,
against as many images by chance.

    python tools/benchmarks/label_selection.py DATA --out work_dirs/selection

Train of a data folder is the pool. Both ways begin with the same images by
chance, and add as many in each round. Each round fine-tunes the same
checkpoint in as many steps, and is measured on test. The same command goes on
with the rounds that are missing.

What is selected looks like no other image of the data folder; what comes by
chance may. So near-duplicates in the pool, or in test of it, are to be mended
first (tools/check_dataset.py).
"""
import argparse
import json
from pathlib import Path
from typing import Iterator, List, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from custom.config.config import load_config
from custom.datasets.annotations.layout import image_folder
from custom.engine.child_training import trained_checkpoint
from custom.engine.cross_validation.fold_run import NO_VALIDATION
from custom.utils.atomic_folder import write_tree
from custom.utils.atomic_write import write_bytes, write_text
from custom.utils.errors import exit_on_input_error
from custom.utils.tables import print_table, results_table
from custom.visualization.png import png_bytes
from subset_training import (SplitRows, read_splits, run_tool, subset_parser,
                             train_and_test)

COLUMNS = ('seed', 'way', 'pictures', 'boxes', 'mAP', 'mAP_50')
COLORS = dict(selected='#2171b5', random='#8b94a3')


def parse_args() -> argparse.Namespace:
    parser = subset_parser(__doc__)
    numbers = dict(
        seeds=(3, 'of the first pictures and of the trainings'),
        rounds=(4, 'trainings of each way'),
        pictures=(25, 'first ones, and those that a round adds'),
        steps=(100, 'of each training'))
    for name, (default, text) in numbers.items():
        parser.add_argument(
            f'--{name}',
            type=int,
            default=default,
            help=f'{text} (default: {default})')
    args = parser.parse_args()
    for name in numbers:
        if getattr(args, name) < 1:
            parser.error(f'--{name}: at least 1')
    return args


class Benchmark(NamedTuple):
    """Benchmark: what all rounds share, the records of the data folder, and
    the command line."""
    splits: SplitRows
    args: argparse.Namespace

    @property
    def images(self) -> Path:
        """Folder of the images of train, and of nothing else."""
        return self.args.out / 'pool'


class Round(NamedTuple):
    """A training in its folder, and the rows of the images in it."""
    folder: Path
    rows: List[int]

    @property
    def data(self) -> Path:
        return self.folder / 'data'

    @property
    def run(self) -> Path:
        return self.folder / 'run'


def link_pool(benchmark: Benchmark) -> None:
    if not benchmark.images.exists():
        names = benchmark.splits.pool.file_names
        images = image_folder(benchmark.args.data)
        write_tree(
            benchmark.images, {
                names[row]: images / names[row]
                for row in benchmark.splits.rows['train']
            },
            lambda part: None,
            link=True)


def measure(benchmark: Benchmark) -> Iterator[dict]:
    """Rows with the keys of ``COLUMNS``, one for each round."""
    args = benchmark.args
    for seed in range(args.seeds):
        rng = np.random.default_rng(seed)
        order = [*map(int, rng.permutation(benchmark.splits.rows['train']))]
        for way in COLORS:
            last = Round(args.out / f'seed_{seed}/first',
                         order[:args.pictures])
            for number in range(1, args.rounds + 1):
                if number > 1:
                    folder = args.out / f'seed_{seed}/{way}_{number}'
                    many = number * args.pictures
                    chosen = (
                        order[:many] if way == 'random' else last.rows +
                        select(benchmark, last, folder))
                    last = Round(folder, chosen)
                scores = train_round(benchmark, last, seed)
                yield dict(scores, seed=seed, way=way)


def select(benchmark: Benchmark, last: Round, folder: Path) -> List[int]:
    """The rows that tools/select_images.py adds to those of a round."""
    out = folder / 'selection.jsonl'
    if not out.exists():
        run_tool('select_images', [
            str(benchmark.images), '--labeled',
            str(last.data), '--checkpoint',
            trained_checkpoint(last.run), '-n',
            str(benchmark.args.pictures), '--out',
            str(out)
        ])
    row_of = {
        str((benchmark.images / name).absolute()): row
        for row, name in enumerate(benchmark.splits.pool.file_names)
    }
    return [
        row_of[json.loads(line)['path']]
        for line in out.read_text(encoding='utf-8').splitlines()
    ]


def train_round(benchmark: Benchmark, one: Round, seed: int) -> dict:
    """Does what of a round is not done yet; what it was tested with."""
    args = benchmark.args
    benchmark.splits.write_subset(one.data, one.rows)
    batch = load_config(args.config).train_dataloader.batch_size
    epochs = max(round(args.steps * batch / len(one.rows)), 1)
    tested = train_and_test(
        args.config, args.checkpoint, one.data, one.run, seed,
        ['--epochs', str(epochs), '--cfg-options', *NO_VALIDATION])
    entries = [benchmark.splits.pool.entries[row] for row in one.rows]
    return dict(
        pictures=len(one.rows),
        boxes=sum(len(entry.labels) for entry in entries),
        **{
            key: tested['scores'][f'coco/bbox_{key}']
            for key in ('mAP', 'mAP_50')
        })


def draw(rows: List[dict]) -> bytes:
    """PNG: mAP by labeled images, of each seed and as a mean."""
    figure = Figure(figsize=(6, 4), dpi=110, layout='constrained')
    axes = figure.subplots()
    for way, color in COLORS.items():
        mine = [row for row in rows if row['way'] == way]
        seeds = {row['seed'] for row in mine}
        curves = np.array([[(row['pictures'], row['mAP']) for row in mine
                            if row['seed'] == seed] for seed in seeds])
        for curve in curves:
            axes.plot(*curve.T, color=color, alpha=.35, linewidth=1)
        axes.plot(*curves.mean(0).T, 'o-', color=color, label=f'{way}, mean')
    axes.set(xlabel='labeled pictures', ylabel='mAP on test')
    axes.xaxis.set_major_locator(MultipleLocator(rows[0]['pictures']))
    axes.grid(alpha=.3)
    axes.legend(loc='lower right')
    return png_bytes(figure)


def main() -> None:
    args = parse_args()
    benchmark = Benchmark(read_splits(args.data), args)
    link_pool(benchmark)
    rows: List[dict] = []
    for row in measure(benchmark):
        rows.append(row)
        write_text(args.out / 'results.json', json.dumps(rows, indent=1))
    write_bytes(args.out / 'curve.png', draw(rows))
    print_table(results_table(rows, COLUMNS))


if __name__ == '__main__':
    with exit_on_input_error():
        main()
