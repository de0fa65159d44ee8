"""Make one HTML page and contact sheets of a data set, to look at it."""
import argparse
from pathlib import Path

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'data',
        type=Path,
        help='folder with images/ and annotations/{train,val,test}.json')
    parser.add_argument(
        '--config',
        help='also show what a model sees of it: images after the train '
        'pipeline of this config')
    parser.add_argument(
        '--out',
        type=Path,
        help='folder for index.html and sheets/ (default: '
        'work_dirs/browse/<name of the data folder>)')
    return parser.parse_args()


def browse(args: argparse.Namespace) -> None:
    from custom.config.config import load_config
    from custom.datasets.browser.build import browse_dataset
    from custom.utils.progress import track
    cfg = load_config(args.config) if args.config else None
    out = args.out or Path('work_dirs/browse') / args.data.absolute().name
    made = browse_dataset(args.data, out, cfg, track)
    print(f'{made.images} images, {made.boxes} boxes, {made.problems} '
          f'problems; {len(made.sheets)} contact sheets: {out / "sheets"}')
    if made.stops:
        print(f'warning: {made.stops}')
    print(f'open this page in a browser: {made.page}')


if __name__ == '__main__':
    run(parse_args, browse)
