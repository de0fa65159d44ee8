"""Folder of the trainings of a labeling project: names in it, its command."""
import json
import os
from pathlib import Path
from typing import List, NamedTuple, Sequence

from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError

MODEL = 'model.pth'  # the detector in use, which a service serves
LOG = 'training.log'  # of a training that a service has started

_COMMAND = 'command.json'


class TrainCommand(NamedTuple):
    """Words of ``tools/label_studio.py``, and the directory in which they
    were given, which their paths may be relative to."""
    words: List[str]
    directory: str


def write_command(folder: Path, words: Sequence[str]) -> None:
    """Notes the words of a training, for a service to repeat them."""
    command = TrainCommand([*words], os.getcwd())
    write_text(folder / _COMMAND, json.dumps(command._asdict(), indent=1))


def read_command(folder: Path) -> TrainCommand:
    """The command of :func:`write_command`.

    Raises:
        InputError: There is none.
    """
    path = folder / _COMMAND
    try:
        return TrainCommand(**json.loads(path.read_text(encoding='utf-8')))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f'{path}: cannot be read ({error}). Run tools/label_studio.py '
            'train once: the service repeats its command.') from None
