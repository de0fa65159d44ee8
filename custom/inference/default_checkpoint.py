"""Default checkpoint: the detector that comes with the project."""
import os
from pathlib import Path

from custom.utils.errors import InputError

# checkpoints/README.md is its model card.
DEFAULT_CHECKPOINT = 'checkpoints/drawings22.pth'


def default_checkpoint() -> str:
    """Path of the checkpoint that is used where none is given.

    It lies in the clone that ``custom`` is imported from; where that is
    installed elsewhere, in the one that is the working directory. Relative
    to that, where it is below it.

    Raises:
        InputError: It is in neither.
    """
    clone = Path(__file__).parents[2]
    for folder in (clone, Path.cwd()):
        path = folder / DEFAULT_CHECKPOINT
        if path.is_file():
            inside = path.is_relative_to(Path.cwd())
            return os.path.relpath(path) if inside else str(path)
    raise InputError(
        f'{clone / DEFAULT_CHECKPOINT}: no such checkpoint; it comes with a '
        'clone of the project (git checkout brings it back), or give a .pth '
        'or .onnx file')
