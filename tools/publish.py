"""Write the part of a checkpoint that others need: weights, classes, config.

    python tools/publish.py work_dirs/NAME/best.pth NAME.pth --half

What only resuming needs is left out.
"""
import argparse
import os.path as osp
from typing import Tuple

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write the part of a checkpoint that others need: '
        'weights, classes, thresholds, config and scores')
    parser.add_argument('checkpoint', help='a .pth file that was trained here')
    parser.add_argument('out', help='the .pth file to write')
    parser.add_argument(
        '--half',
        action='store_true',
        help='store the weights in float16, half the size; they are used in '
        'float32')
    parser.add_argument(
        '--results',
        nargs='+',
        default=[],
        type=_named_file,
        metavar='NAME=JSON',
        help='scores to put in: what was measured on, and the file that '
        'tools/test.py wrote')
    return parser.parse_args()


def _named_file(text: str) -> Tuple[str, str]:
    name, equals, path = text.partition('=')
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f'{text!r}: give NAME=JSON')
    return name, path


def write(args: argparse.Namespace) -> None:
    from custom.checkpoint.publish import publish
    publish(args.checkpoint, args.out, dict(args.results), args.half)
    before, after = (f'{osp.getsize(path) / 1e6:.1f} MB'
                     for path in (args.checkpoint, args.out))
    print(f'{after} of {before}: {args.out}')


if __name__ == '__main__':
    run(parse_args, write)
