"""Settings of the service: flags and environment variables in one model."""
import argparse

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from custom.utils.errors import InputError

_MOST_WORKERS = 4
_HIGHEST = 100_000


class Settings(BaseSettings):
    """Settings: how much the service does at once; each as a flag,
    ``--max-batch``, and an environment variable, ``TAGGER_MAX_BATCH``."""
    model_config = SettingsConfigDict(
        env_prefix='TAGGER_',
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True)

    workers: int = Field(0, ge=0, le=_HIGHEST)
    """processes, each with a model of its own; 0: one a core, up to 4, for an
    ONNX file, else 1"""
    threads: int = Field(0, ge=0, le=_HIGHEST)
    """threads of each worker; 0: the cores, divided among them"""
    max_batch: int = Field(8, ge=1, le=_HIGHEST)
    """images that go through a model at once"""
    max_wait_ms: float = Field(5., ge=0, le=_HIGHEST)
    """milliseconds to wait for images that are being decoded"""
    queue: int = Field(64, ge=1, le=_HIGHEST)
    """places for images being received, waiting or at work; one more gets a
    503"""
    deadline_s: float = Field(10., ge=1e-3, le=_HIGHEST)
    """seconds after which a request gets a 504"""
    decoders: int = Field(2, ge=1, le=_HIGHEST)
    """processes that decode images"""
    decode_s: float = Field(3., ge=1e-3, le=_HIGHEST)
    """seconds that the decoding of an image may take"""
    max_body_mb: float = Field(20., ge=1e-3, le=_HIGHEST)
    """megabytes of a request"""
    max_megapixels: float = Field(40., ge=1e-3, le=_HIGHEST)
    """million pixels of an image"""
    max_files: int = Field(16, ge=1, le=_HIGHEST)
    """files in a request to /tags, at most --queue"""


def resolved(settings: Settings, exported: bool, cores: int) -> Settings:
    """The settings with workers and threads that fit model and machine, and
    no more files in a request than there are places.

    Small runs on one thread each do more than larger ones that wait for
    their threads; but each worker of torch holds hundreds of megabytes.

    Args:
        settings: Zeros in it are filled in.
        exported: Whether the model is an exported file, which needs no torch.
        cores: How many the process may use.
    """
    workers = settings.workers or (min(cores, _MOST_WORKERS)
                                   if exported else 1)
    return settings.model_copy(
        update=dict(
            workers=workers,
            threads=settings.threads or max(1, cores // workers),
            max_files=min(settings.max_files, settings.queue)))


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Adds a flag for each setting."""
    group = parser.add_argument_group(
        'settings', 'each also as an environment variable, e.g. '
        'TAGGER_MAX_BATCH=4')
    for name, field in Settings.model_fields.items():
        group.add_argument(
            _flag(name),
            metavar='N',
            help=f'{field.description} (default: {field.default:g})')


def read_settings(args: argparse.Namespace) -> Settings:
    """The settings of a command line and, where it has none, of the
    environment.

    Raises:
        InputError: One is not a number that makes sense.
    """
    given = {
        name: value
        for name in Settings.model_fields
        if (value := getattr(args, name)) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = first['loc'][0]
        where = _flag(name) if name in given else f'TAGGER_{name.upper()}'
        rule = Settings.model_json_schema()['properties'][name]
        what = 'a whole number' if rule['type'] == 'integer' else 'a number'
        raise InputError(f'{where} {first["input"]}: give {what} from '
                         f'{rule["minimum"]:g} to {_HIGHEST}') from None


def _flag(name: str) -> str:
    return f'--{name.replace("_", "-")}'
