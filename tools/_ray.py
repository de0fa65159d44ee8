"""Flags of ``--engine ray``, and what a tool runs on a Ray cluster."""
import argparse
import shlex
import sys
from typing import TYPE_CHECKING, Callable, Dict, List

from _flags import above_zero, at_least

if TYPE_CHECKING:
    from custom.utils.ray_cluster import RayOptions


def add_ray_flags(parser: argparse.ArgumentParser, embedded: str, one: str,
                  many: str) -> None:
    """Adds ``--engine`` and the flags that only ``ray`` has.

    Args:
        embedded: What the other engine is.
        one: What runs on the cluster, such as ``actor``.
        many: The same in the plural.
    """
    parser.add_argument(
        '--engine',
        choices=['embedded', 'ray'],
        default='embedded',
        help=f'embedded: {embedded}; ray: {many} of a Ray cluster, by default '
        'one that is started on this machine')
    group = parser.add_argument_group('of --engine ray')
    group.add_argument(
        '--address',
        help='of a cluster: auto on one of its nodes, or HOST:6379')
    group.add_argument(
        '--cpus',
        type=at_least(1),
        metavar='N',
        help=f'of each {one}, which has as many threads (default: 1)')
    group.add_argument(
        '--gpus',
        type=above_zero,
        metavar='X',
        help=f'of each {one}; 0.5 lets two share one (default: none)')


def add_ray_training_flags(parser: argparse.ArgumentParser,
                           trainings: str) -> None:
    """Adds the flags of a tool that can give its trainings to Ray.

    Args:
        trainings: What they are, such as ``trials``.
    """
    add_ray_flags(parser, f'{trainings} one after the other', 'process',
                  'processes')
    parser.add_argument(
        '--processes',
        type=at_least(1),
        metavar='N',
        help=f'of --engine ray: {trainings} at a time (default: as many as '
        'the cluster has room for)')
    # For those on the cluster: who has started them sums up.
    parser.add_argument(
        '--no-summary', action='store_true', help=argparse.SUPPRESS)


def refuse_ray_flags(parser: argparse.ArgumentParser,
                     args: argparse.Namespace) -> None:
    """Ends a tool where flags of Ray are given to the other engine."""
    for name in ('address', 'cpus', 'gpus'):
        if getattr(args, name) and args.engine != 'ray':
            parser.error(f'--{name} is for --engine ray')


def refuse_ray_training_flags(parser: argparse.ArgumentParser,
                              args: argparse.Namespace) -> None:
    """Refuses Ray's flags of trainings, as :func:`refuse_ray_flags`, for those
    of :func:`add_ray_training_flags`."""
    if args.no_summary:  # the command line of who has started this one
        return
    refuse_ray_flags(parser, args)
    if args.processes and args.engine != 'ray':
        parser.error('--processes is for --engine ray')
    if args.engine == 'ray' and (args.device or '').startswith('cuda'):
        parser.error('--engine ray chooses the GPUs: give --gpus 1, not '
                     '--device')


def ray_options(args: argparse.Namespace) -> 'RayOptions':
    from custom.utils.ray_cluster import RayOptions
    return RayOptions(args.address, args.processes, args.cpus or 1, args.gpus
                      or 0)


def own_words(*more: str) -> List[str]:
    """The command line of this tool for one of its processes on a cluster."""
    return [*sys.argv, '--engine', 'embedded', '--no-summary', *more]


def require_on_ray(args: argparse.Namespace,
                   make: Callable[[int], Dict[str, List[str]]]) -> None:
    """Runs command lines of tools side by side, and ends with the exit code
    of one that fails, after all.

    Args:
        args: With the flags of Ray.
        make: Gives them by name; is told how many can run at a time.
    """
    from custom.engine.ray_commands import run_on_ray

    def told(count: int) -> Dict[str, List[str]]:
        commands = make(count)
        for name, words in commands.items():
            print(f'{name}: $ python {shlex.join(words)}', flush=True)
        return commands

    codes = run_on_ray(told, ray_options(args))
    for name, code in codes.items():
        if code:
            print(
                f'error: {name} ended with exit code {code}; what is done '
                'stays, and the same command goes on',
                file=sys.stderr)
    if any(codes.values()):
        sys.exit(max(codes.values()))
