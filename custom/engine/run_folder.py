"""Run folder: which run a work dir holds, what it validated, and its lock."""
import contextlib
import fnmatch
import glob
import json
import os
import os.path as osp
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from custom.checkpoint.newest import resumable
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError
from custom.utils.file_lock import lock, wait_and_lock
from custom.utils.paths import free_folder

_RECORD = 'run.json'
_LOCK = '.lock'
# What a run leaves beside checkpoints and the folders of its logs.
_LEFT = ('best_*.pth', 'epoch_*.pth', 'iter_*.pth', 'last_checkpoint',
         'curves.png', '*_results.json', _RECORD)
_REPORTS = ('report', 'report_val')
# Of atomic_write: NAME.PID.part.
_PART = re.compile(r'.+\.(\d+)\.part')


class RunRecord:
    """Record of a run: its id, and the results of its validations.

    It stands in ``run.json`` of the work dir, without a path, so that a
    folder may be copied or moved. It is written after each validation, which
    costs nothing; MMEngine keeps the best score in the last checkpoint, and
    loses it with a kill between the two.

    Attributes:
        run: The id, ``DATE_TIME-xxxx``.
        fingerprint: Of data and config, see
            :func:`custom.engine.fingerprint.fingerprint`.
        validations: A dict each: ``epoch``, ``iter`` and ``metrics``.
        best: By metric: ``file``, ``score``, ``epoch`` and ``iter``.
    """

    def __init__(self, work_dir: str) -> None:
        self._path = osp.join(work_dir, _RECORD)
        self.run = f'{time.strftime("%Y%m%d_%H%M%S")}-{secrets.token_hex(2)}'
        self.fingerprint: Dict[str, str] = {}
        self.validations: List[Dict[str, Any]] = []
        self.best: Dict[str, Dict[str, Any]] = {}

    def read(self) -> bool:
        """Reads the file of the work dir; False without a good one."""
        try:
            with open(self._path, encoding='utf-8') as file:
                vars(self).update(_checked(json.load(file)))
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def write(self) -> None:
        """Writes the file, whole or not at all."""
        values = {
            key: value
            for key, value in vars(self).items() if key != '_path'
        }
        write_text(self._path, json.dumps(values, indent=1))

    def add_validation(self, epoch: int, step: int,
                       metrics: Dict[str, float]) -> None:
        """Adds the results after ``epoch`` epochs and ``step`` steps, in the
        place of those that were there, and of later ones."""
        self.validations = [
            old for old in self.validations
            if (old['epoch'], old['iter']) < (epoch, step)
        ] + [dict(epoch=epoch, iter=step, metrics=metrics)]

    def has_validated(self, epoch: int, step: int) -> bool:
        """Whether there are results after so many epochs; where training
        counts none, after so many steps."""
        return any((epoch or step) == (done['epoch'] or done['iter'])
                   for done in self.validations)


def _checked(values: dict) -> dict:
    for done in values['validations']:
        done['epoch'], done['iter'], done['metrics'].items()
    for best in values['best'].values():
        # A name alone: no record can point out of its folder.
        if osp.basename(best['file']) != best['file']:
            raise ValueError
        best['score'] + 0
    return {
        key: values[key]
        for key in ('run', 'validations', 'best')
    } | dict(fingerprint=dict(values['fingerprint']))


def holds_run(work_dir: str) -> bool:
    """Whether a folder has checkpoints of a run."""
    return bool(
        resumable(work_dir)
        or glob.glob(osp.join(glob.escape(work_dir), 'best_*.pth')))


def free_work_dir(work_dir: str) -> str:
    """The folder, or ``NAME-2``, ``NAME-3``, … where it holds a run."""
    return free_folder(work_dir, holds_run)


def require_spared(work_dir: str, path: Optional[str]) -> None:
    """Refuses a checkpoint to begin with that :func:`remove_run` would
    remove.

    Raises:
        InputError: It would.
    """
    if path and osp.realpath(
            osp.dirname(path)) == osp.realpath(work_dir) and any(
                fnmatch.fnmatchcase(osp.basename(path), pattern)
                for pattern in _LEFT):
        raise InputError(f'--overwrite: removes {path}, which the training is '
                         'to begin with. Leave it out, or copy the file to '
                         'another folder')


def remove_run(work_dir: str) -> None:
    """Removes what a run left in its folder, the folders of logs included;
    what else is there stays.

    Raises:
        InputError: A run writes it, or it can't be removed.
    """
    with locked(work_dir):
        folder = glob.escape(work_dir)
        try:
            for pattern in _LEFT:
                for path in glob.glob(osp.join(folder, pattern)):
                    os.remove(path)
            for path in glob.glob(osp.join(folder, '*', 'vis_data')):
                shutil.rmtree(osp.dirname(path))
            for name in _REPORTS:
                if osp.exists(osp.join(work_dir, name, 'report.json')):
                    shutil.rmtree(osp.join(work_dir, name))
        except OSError as error:
            raise InputError(
                f'{error.filename}: cannot be removed ({error.strerror}); '
                'choose another --work-dir') from None


@contextlib.contextmanager
def locked(work_dir: str) -> Iterator[None]:
    """Keeps other runs out of a folder, which is made if need be.

    Raises:
        InputError: Another run is in it, or it can't be written.
    """
    try:
        os.makedirs(work_dir, exist_ok=True)
        file = open(osp.join(work_dir, _LOCK), 'a')
    except OSError as error:
        raise InputError(f'{work_dir}: cannot be written ({error.strerror}); '
                         'choose another --work-dir') from None
    with file:
        lock(
            file, f'{work_dir}: another run is training there; wait until it '
            'is done, or choose another --work-dir')
        if hasattr(os, 'register_at_fork'):
            # Loader workers live on for seconds when a run is killed.
            os.register_at_fork(after_in_child=file.close)
        _remove_parts(work_dir)
        yield


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Waits until no other process works on what trainings in ``root`` share.

    Raises:
        InputError: It can't be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        file = open(root / '.lock', 'a')
    except OSError as error:
        raise InputError(f'{root}: cannot be written ({error.strerror}); '
                         'choose another --work-dir') from None
    with file:
        wait_and_lock(file)
        yield


def _remove_parts(work_dir: str) -> None:
    """Half-written files of processes that have died."""
    for name in os.listdir(work_dir):
        match = _PART.fullmatch(name)
        if match and not _is_alive(int(match[1])):
            with contextlib.suppress(FileNotFoundError):
                os.remove(osp.join(work_dir, name))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def run_of(work_dir: str) -> Optional[str]:
    """The id of the run in a folder, if its record says."""
    record = RunRecord(work_dir)
    return record.run if record.read() else None
