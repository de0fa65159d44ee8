"""Prints a config as it is after all its bases are merged.

    python tools/print_config.py CONFIG
    python tools/print_config.py CONFIG --diff OTHER
    python tools/print_config.py CONFIG --origin
"""
import argparse

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Print a config as it is after all its bases are merged, '
        'as a config file of its own')
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--diff',
        metavar='OTHER',
        help='print what changes from CONFIG to this one instead: ~ changed, '
        '- removed, + added')
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
    return parser.parse_args()


def show(args: argparse.Namespace) -> None:
    if args.diff:
        print_differences(args)
    elif args.origin:
        print_origins(args)
    else:
        print_config(args)


def print_config(args: argparse.Namespace) -> None:
    from custom.config.config import load_config, parse_options
    from custom.config.text import config_text
    cfg = load_config(args.config, parse_options(args.cfg_options))
    print(config_text(cfg), end='')


def print_differences(args: argparse.Namespace) -> None:
    from custom.config.diff import MISSING, differences
    old, old_origins = read(args.config, args)
    new, new_origins = read(args.diff, args)
    changes = differences(old, new)
    lines = [str(change) for change in changes]
    if args.origin:
        lines = in_columns(
            lines, [(old_origins if c.new is MISSING else new_origins)[c.key]
                    for c in changes])
    for line in lines or ['no difference']:
        print_line(line, {'+': 'green', '-': 'red'}.get(line[0], ''))


def print_origins(args: argparse.Namespace) -> None:
    from custom.config.tree import flatten
    settings, origins = read(args.config, args)
    values = flatten(settings)
    for line in in_columns([f'{key} = {v!r}' for key, v in values.items()],
                           [origins[key] for key in values]):
        print_line(line)


def read(path: str, args: argparse.Namespace) -> tuple:
    """The settings of a config and, by dotted key, the files they are from."""
    from custom.config.config import load_config, parse_options, settings
    from custom.config.origin import origins, read_chain
    options = parse_options(args.cfg_options)
    cfg = load_config(path, options)
    return settings(cfg), origins(read_chain(path), settings(cfg), options)


def in_columns(lines: list, origins: list) -> list:
    # The few long values may stick out: the others stay together.
    width = min(max(map(len, lines), default=0), 72)
    return [
        f'{line:{width}}  # {origin}' for line, origin in zip(lines, origins)
    ]


def print_line(line: str, colour: str = '') -> None:
    from rich.console import Console
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(line, style=colour)


if __name__ == '__main__':
    run(parse_args, show)
