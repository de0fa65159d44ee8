"""Newest checkpoint of a work dir: by epoch and iteration, and whole."""
import os
import re
from typing import Callable, List, Tuple

from custom.checkpoint.finite import require_finite
from custom.checkpoint.loading import load
from custom.utils.errors import InputError

# epoch_3.pth, iter_500.pth, and epoch_3_iter_500.pth within epoch 4.
_NAME = re.compile(r'(?:epoch_(\d+)(?:_iter_(\d+))?|iter_(\d+))\.pth')


def position(name: str) -> Tuple[int, int]:
    """Epochs and steps done, by the name of a checkpoint; (-1, -1) of what
    training doesn't resume from."""
    match = _NAME.fullmatch(name)
    if not match:
        return -1, -1
    epoch, within, step = (int(number or 0) for number in match.groups())
    return epoch, within or step


def resumable(work_dir: str) -> List[str]:
    """Names of the checkpoints to resume from, the furthest first."""
    names = os.listdir(work_dir) if os.path.isdir(work_dir) else []
    names = [name for name in names if position(name) >= (0, 0)]
    return sorted(names, key=position, reverse=True)


def load_newest(work_dir: str, tell: Callable[[str],
                                              None]) -> Tuple[str, dict]:
    """Loads the furthest checkpoint of a work dir that is whole.

    Args:
        work_dir: File times don't matter, nor where it was before.
        tell: Is told of each bad one that is passed over.

    Returns:
        Its path, and the checkpoint.

    Raises:
        InputError: There is none; tells what is wrong with each.
    """
    bad = []
    for name in resumable(work_dir):
        path = os.path.join(work_dir, name)
        try:
            checkpoint = load(path)
            require_finite(checkpoint, path)
            return path, checkpoint
        except InputError as error:
            tell(f'{error}; the one before it is taken')
            bad.append(f'\n  {error}')
    why = 'none that is whole' if bad else 'no checkpoint to resume from'
    raise InputError(f'{work_dir}: holds {why} (epoch_*.pth); train without '
                     f'--resume{"".join(bad)}')
