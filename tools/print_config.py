"""Prints a config as it is after all its bases are merged.

    python tools/print_config.py CONFIG
    python tools/print_config.py CONFIG --diff OTHER
    python tools/print_config.py CONFIG --origin
    python tools/print_config.py CONFIG --epochs 4 --imgsz 640 --origin
"""
import argparse
import difflib
from typing import TYPE_CHECKING

from _flags import add_config_flags, config_flags
from _run import run

if TYPE_CHECKING:
    from mmengine.config import Config


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Print a config as it is after all its bases are merged, '
        'as a config file of its own')
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--diff',
        metavar='OTHER',
        help='print what changes from CONFIG to this one instead: - before, '
        '+ after; with --origin, key by key and with the files')
    parser.add_argument(
        '--origin',
        action='store_true',
        help='one key a line, with the file that set it')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of CONFIG, and of OTHER too')
    add_config_flags(parser)
    args = parser.parse_args()
    if args.batch == 'auto':
        parser.error('--batch auto is found by a rehearsal of tools/train.py')
    return args


def show(args: argparse.Namespace) -> None:
    if args.origin:
        print_origins(args)
    elif args.diff:
        print_diff(args)
    else:
        print(load(args.config, args).pretty_text, end='')


def print_diff(args: argparse.Namespace) -> None:
    from mmengine.config import Config

    from custom.config.config import settings
    old, new = (
        Config(settings(load(path, args)))
        for path in (args.config, args.diff))
    print(Config.diff(old, new).strip() or 'no difference')


def load(path: str, args: argparse.Namespace) -> 'Config':
    from custom.config.config import load_config, parse_options
    from custom.config.flags import set_flags
    cfg = load_config(path)
    set_flags(cfg, config_flags(args), parse_options(args.cfg_options))
    return cfg


def print_origins(args: argparse.Namespace) -> None:
    lines = origin_lines(args.config, args)
    if args.diff:
        changes = difflib.unified_diff(
            lines, origin_lines(args.diff, args), n=0, lineterm='')
        # After two lines of names.
        lines = [line for line in changes if line[0] in '-+'][2:]
    print('\n'.join(lines or ['no difference']))


def origin_lines(path: str, args: argparse.Namespace) -> list:
    """A line for each key, its value and the file that set it."""
    from custom.config.config import parse_options
    from custom.config.origin import load_with_origins
    from custom.config.tree import flatten
    settings, origins = load_with_origins(path,
                                          parse_options(args.cfg_options),
                                          config_flags(args))
    # The few long values stick out: the others stay together.
    return [
        f'{f"{key} = {value!r}":72}  # {origins[key]}'
        for key, value in flatten(settings).items()
    ]


if __name__ == '__main__':
    run(parse_args, show)
