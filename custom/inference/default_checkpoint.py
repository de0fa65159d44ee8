"""Default checkpoint: the detector that comes with the project."""
import os
from pathlib import Path

from custom.utils.errors import InputError
from custom.utils.setup_env import has_mmdet

# checkpoints/README.md is its model card.
DEFAULT_CHECKPOINT = 'checkpoints/drawings22.pth'


def default_checkpoint() -> str:
    """Path of the checkpoint that is used where none is given.

    It lies in the clone that ``custom`` is imported from; where that is
    installed elsewhere, in the one that is the working directory. Relative
    to that, where it is below it. Where only its export is there, or torch
    is not installed, the ``.onnx`` file.

    Raises:
        InputError: It is in neither.
    """
    clone = Path(__file__).parents[2]
    endings = ('.pth', '.onnx') if has_mmdet() else ('.onnx', '.pth')
    for path in (clone / DEFAULT_CHECKPOINT, Path.cwd() / DEFAULT_CHECKPOINT):
        for file in map(path.with_suffix, endings):
            if file.is_file():
                inside = file.is_relative_to(Path.cwd())
                return os.path.relpath(file) if inside else str(file)
    raise InputError(
        f'{clone / DEFAULT_CHECKPOINT}: no such checkpoint; it comes with a '
        'clone of the project (git checkout brings it back), or give a .pth '
        'or .onnx file')
