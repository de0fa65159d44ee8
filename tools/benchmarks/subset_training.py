"""Subset training: fine-tunes on some images of a data folder, tests on all
of its test split."""
import argparse
import json
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

import numpy as np

from custom.datasets.annotations.layout import image_folder
from custom.datasets.labeling.labeling_images import labeled_images
from custom.datasets.splitting.resplit import (SamplePool, load_all_splits,
                                               write_folders)
from custom.engine.child_process import run_child
from custom.engine.child_training import train_argv, trained_checkpoint

CONFIG = ('configs/faster_rcnn/faster-rcnn_efficientnet-lite0_fpn_256px_'
          '1xb4-14e_drawings22.py')
CHECKPOINT = 'checkpoints/drawings22.pth'


def subset_parser(description: str) -> argparse.ArgumentParser:
    """Command line of a benchmark: data folder, output, config, checkpoint."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=Path, help='data folder')
    parser.add_argument('--out', type=Path, required=True, help='for it all')
    parser.add_argument('--config', default=CONFIG)
    parser.add_argument(
        '--checkpoint',
        default=CHECKPOINT,
        help='what each training begins with (default: %(default)s)')
    return parser


class SplitRows(NamedTuple):
    """The records of a data folder, and the rows of each split in them."""
    pool: SamplePool
    rows: Dict[str, List[int]]

    def write_subset(self, folder: Path, train: Sequence[int]) -> None:
        """A data folder with these rows in train, unless it is there."""
        if not folder.exists():
            rows = {**self.rows, 'train': np.array(train)}
            write_folders(folder, self.pool, {'': rows})


def read_splits(data: Path) -> SplitRows:
    pool = load_all_splits(data)
    row_of = {name: row for row, name in enumerate(pool.file_names)}
    images = image_folder(data)
    return SplitRows(
        pool, {
            split:
            [row_of[path.relative_to(images).as_posix()] for path in paths]
            for split, paths in labeled_images(data).items()
        })


def train_and_test(config: str, checkpoint: str, data: Path, run: Path,
                   seed: int, words: Sequence[str]) -> dict:
    """Trains and tests what isn't yet; what ``tools/test.py`` has written."""
    results = run / 'test_results.json'
    if not results.exists():
        run_tool('train', [
            *train_argv(config, data, run, seed), '--from', checkpoint, *words
        ])
        run_tool('test', [
            str(run / Path(config).name),
            trained_checkpoint(run), '--data',
            str(data)
        ])
    return json.loads(results.read_text(encoding='utf-8'))


def run_tool(name: str, words: List[str]) -> None:
    tool = Path(__file__).resolve().parents[1] / f'{name}.py'
    code = run_child([sys.executable, str(tool), *words])
    if code:
        sys.exit(code)
