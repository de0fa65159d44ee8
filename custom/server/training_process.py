"""Training process beside the service: one at a time, at low priority."""
import contextlib
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable, Optional

from custom.label_studio.training_folder import LOG, MODEL, read_command
from custom.server.http_errors import ServiceError
from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256
from custom.utils.file_lock import is_locked

_log = logging.getLogger('uvicorn.error')
_NICE = 19  # the last in line for a processor


class TrainingProcess:
    """Starts the training that was run by hand in a folder before.

    Args:
        model: The ``model.pth`` of that folder, which the service serves.
        tool: Path of ``tools/label_studio.py``.

    Raises:
        InputError: It is another file, or no training was run there.
    """

    def __init__(self, model: str, tool: str) -> None:
        self._model = Path(model)
        self._folder = self._model.parent
        if self._model.name != MODEL:
            raise InputError(
                f'{model}: --label-studio-train replaces the {MODEL} of '
                'tools/label_studio.py train; give that one.')
        words, self._directory = read_command(self._folder)
        if not Path(self._directory).is_dir():
            raise InputError(
                f'{self._folder}: its training was started in '
                f'{self._directory}, which is no folder any more. Run '
                'tools/label_studio.py train once by hand.')
        self._command = [sys.executable, os.path.abspath(tool), *words]
        self._process: Optional[subprocess.Popen] = None

    def start(self, on_replaced: Callable[[], None]) -> None:
        """Starts it.

        Args:
            on_replaced: Called, in a thread, when it has put another model in
                the place of the one that is served.

        Raises:
            ServiceError: ``training_runs``, this or one by hand.
        """
        if self._runs() or is_locked(self._folder / '.lock'):
            raise ServiceError('training_runs', 'A training is under way.')
        with open(self._folder / LOG, 'ab') as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._directory,
                env=dict(os.environ, USE_TORCH='1'),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # ^C in a terminal is for the service, which tells it once.
                start_new_session=True)
        if hasattr(os, 'setpriority'):  # Windows has none
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
        threading.Thread(
            target=self._wait, args=(on_replaced, ), daemon=True).start()

    def stop(self) -> None:
        """Tells it to save its state and end."""
        if self._runs():
            self._process.terminate()

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _digest(self) -> Optional[str]:
        with contextlib.suppress(InputError):  # it may be gone
            return file_sha256(str(self._model))
        return None

    def _wait(self, on_replaced: Callable[[], None]) -> None:
        before = self._digest()
        code = self._process.wait()
        if self._digest() not in (None, before):
            on_replaced()
        _log.log(logging.ERROR if code else logging.INFO,
                 'The training ended with exit code %s, see %s', code,
                 self._folder / LOG)
