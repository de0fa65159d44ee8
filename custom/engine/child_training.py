"""Child training: the command line of one, and what it has left."""
from pathlib import Path
from typing import List

from custom.checkpoint.newest import resumable
from custom.engine.run_folder import RunRecord, holds_run
from custom.utils.errors import InputError


def train_argv(config: str, data: Path, work_dir: Path,
               seed: int) -> List[str]:
    """Command line of ``tools/train.py`` that begins a run or goes on."""
    words = [config, '--data', str(data), '--work-dir', str(work_dir)]
    if resumable(str(work_dir)):
        words.append('--resume')
    elif holds_run(str(work_dir)):  # it lacks what it could go on from
        words.append('--overwrite')
    return [*words, '--seed', str(seed)]


def trained_checkpoint(work_dir: Path) -> str:
    """Path of the best checkpoint of a run; of the last without a best.

    Raises:
        InputError: There is none.
    """
    record = RunRecord(str(work_dir))
    record.read()
    names = [
        *(best['file'] for best in record.best.values()),
        *resumable(str(work_dir))
    ]
    for name in names:
        if (work_dir / name).exists():
            return str(work_dir / name)
    raise InputError(f'{work_dir}: the training has left no checkpoint; the '
                     'config saves none (default_hooks.checkpoint)')
