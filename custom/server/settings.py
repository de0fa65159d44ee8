"""What an operator may set, by flag or by environment variable."""
import argparse
import os
from typing import NamedTuple

from custom.utils.errors import InputError


class Settings(NamedTuple):
    """Of how much the service takes at once; :data:`HELP` explains each."""
    workers: int = 0
    threads: int = 0
    max_batch: int = 8
    max_wait_ms: float = 5.
    queue: int = 64
    deadline_s: float = 10.
    decoders: int = 2
    decode_s: float = 3.
    max_body_mb: float = 20.
    max_megapixels: float = 40.
    max_files: int = 16


HELP = Settings(
    workers='processes, each with a model of its own; 0: one a core, up to '
    '4, for an ONNX file, else 1',
    threads='threads of each worker; 0: the cores, divided among them',
    max_batch='pictures that go through a model at once',
    max_wait_ms='milliseconds to wait for pictures that are being decoded',
    queue='places for pictures being received, waiting or at work; one more '
    'gets a 503',
    deadline_s='seconds after which a request gets a 504',
    decoders='processes that decode pictures',
    decode_s='seconds that the decoding of a picture may take',
    max_body_mb='megabytes of a request',
    max_megapixels='million pixels of a picture',
    max_files='files in a request to /tags, at most --queue')
_MOST_WORKERS = 4
_HIGHEST = 100_000
_MAY_BE_ZERO = ('workers', 'threads', 'max_wait_ms')


def resolved(settings: Settings, onnx: bool, cores: int) -> Settings:
    """The settings with workers and threads that fit model and machine, and
    no more files in a request than there are places.

    Small runs on one thread each do more than larger ones that wait for
    their threads; but each worker of torch holds hundreds of megabytes.

    Args:
        settings: Zeros in it are filled in.
        onnx: Whether the model is an ONNX file.
        cores: How many the process may use.
    """
    workers = settings.workers or (min(cores, _MOST_WORKERS) if onnx else 1)
    return settings._replace(
        workers=workers,
        threads=settings.threads or max(1, cores // workers),
        max_files=min(settings.max_files, settings.queue))


def add_settings(parser: argparse.ArgumentParser) -> None:
    """A flag for each setting, e.g. ``--max-batch``; its default is that of
    the environment (``TAGGER_MAX_BATCH``) or of :class:`Settings`."""
    group = parser.add_argument_group(
        'settings', 'each also as an environment variable, e.g. '
        'TAGGER_MAX_BATCH=4')
    for name, default in Settings()._asdict().items():
        group.add_argument(
            f'--{name.replace("_", "-")}',
            metavar='N',
            help=f'{getattr(HELP, name)} (default: {default:g})')


def read_settings(args: argparse.Namespace) -> Settings:
    """The settings of a command line and the environment.

    Raises:
        InputError: One is not a number that makes sense.
    """
    values = {}
    for name, default in Settings()._asdict().items():
        where = f'--{name.replace("_", "-")}'
        text = getattr(args, name)
        if text is None:
            where = f'TAGGER_{name.upper()}'
            text = os.environ.get(where)
        if text is None:
            continue
        kind = type(default)
        lowest = 0 if name in _MAY_BE_ZERO else 1 if kind is int else 1e-3
        try:
            values[name] = kind(text)
            if not lowest <= values[name] <= _HIGHEST:
                raise ValueError
        except ValueError:
            what = 'a whole number' if kind is int else 'a number'
            raise InputError(f'{where} {text}: give {what} from {lowest:g} '
                             f'to {_HIGHEST}') from None
    return Settings(**values)
