"""Draws buses and trucks: images and a CSV file as Open Images has them.

    python tools/make_vehicle_dataset.py SRC
    python tools/convert_dataset.py openimages SRC --out data/bus_truck \
        --val-fraction 0.1 --test-fraction 0
"""
import argparse
from pathlib import Path

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Draw a sample data set of buses and trucks in the layout '
        'of Open Images')
    parser.add_argument('out', type=Path, help='folder to make')
    parser.add_argument(
        '--images', type=int, default=200, help='default: %(default)s')
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    if args.images < 1:
        parser.error('--images: at least 1')
    if args.seed < 0:
        parser.error('--seed: at least 0')
    return args


def draw(args: argparse.Namespace) -> None:
    from custom.sample_data.road import make_vehicle_dataset
    from custom.utils.progress import track
    make_vehicle_dataset(args.out, args.images, args.seed,
                         lambda images: track(images, 'drawing', args.images))
    print(f'{args.out}: {args.images} pictures drawn')


if __name__ == '__main__':
    run(parse_args, draw, needs_torch=False)
