"""Worker process: calls over a pipe, with timeout, crash detection, restart.
"""
import asyncio
import logging
import multiprocessing
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Callable, Optional

from custom.server.http_errors import ServiceError
from custom.utils.errors import InputError

# From a server process that has imported everything and done nothing yet, a
# new child comes in milliseconds, shares its memory, and holds no lock of
# a thread that it has not.
_FORKS = 'forkserver' in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context('forkserver' if _FORKS else 'spawn')
if _FORKS:
    _CONTEXT.set_forkserver_preload(
        ['custom.server.decode_worker', 'custom.server.model_worker'])

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.

_log = logging.getLogger('uvicorn.error')


class WorkerDied(Exception):
    """The process crashed, or was killed from outside."""


class WorkerTimeout(Exception):
    """The process did not answer in time, and was killed."""


class WorkerProcess:
    """A process with a function that takes one argument.

    A thread of its own waits for it, so calls queue up.

    Args:
        kind: What to call it in the log.
        setup: A function of a module. It runs in the process, and returns
            the function and what :meth:`start` is to return.
        args: Its arguments.
        forks: False of a process that begins anew, as for CUDA: the server
            process has asked for a GPU, and what is forked after that can't
            use it.
    """

    def __init__(self,
                 kind: str,
                 setup: Callable,
                 *args: Any,
                 forks: bool = True) -> None:
        self._kind = kind
        self._context = (
            _CONTEXT if forks else multiprocessing.get_context('spawn'))
        self._setup = setup
        self._args = args
        self._process: Optional[multiprocessing.process.BaseProcess] = None
        self._conn: Optional[Connection] = None
        self._thread = ThreadPoolExecutor(1)

    @property
    def pid(self) -> Optional[int]:
        return self._process and self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process lives; only while no call is under way."""
        return self._process is not None and self._process.is_alive()

    async def start(self, timeout: float) -> Any:
        """Starts the process, anew if there is one.

        Raises:
            InputError: What ``setup`` found wrong.
            WorkerDied, WorkerTimeout: It did not come up.
        """
        return await self._in_thread(self._start, timeout)

    async def restart(self, timeout: float) -> None:
        """Starts the process until it lives, with pauses that grow."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self.start(timeout)
                return
            except Exception as error:  # e.g. the checkpoint is gone
                _log.error('%s does not start: %s', self._kind, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def call(self, argument: Any, timeout: float) -> Any:
        """The function's result.

        Raises:
            ServiceError: What the function raised.
            WorkerDied, WorkerTimeout: There is no process any more.
        """
        return await self._in_thread(self._call, argument, timeout)

    def close(self) -> None:
        """Ends the process, whatever it is doing, and takes no more calls."""
        self._kill()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, function: Callable, *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, function, *args)

    def _start(self, timeout: float) -> Any:
        self._kill()
        conn, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, self._setup, self._args), daemon=True)
        process.start()
        theirs.close()
        self._conn, self._process = conn, process
        return self._receive(timeout)

    def _call(self, argument: Any, timeout: float) -> Any:
        if self._conn is None:
            raise WorkerDied('is not running')
        try:
            self._conn.send(argument)
        except OSError:
            raise self._died() from None
        return self._receive(timeout)

    def _kill(self) -> None:
        conn, process = self._conn, self._process
        self._conn = self._process = None
        if conn is not None:
            conn.close()
            process.kill()
            process.join()

    def _receive(self, timeout: float) -> Any:
        try:
            if not self._conn.poll(timeout):
                self._kill()
                raise WorkerTimeout(f'no answer within {timeout:g} s')
            answer = self._conn.recv()
        except (EOFError, OSError):
            raise self._died() from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _died(self) -> WorkerDied:
        self._process.join(1)
        code = self._process.exitcode
        self._kill()
        return WorkerDied(f'ended with code {code}')


def _serve(conn: Connection, setup: Callable, args: tuple) -> None:
    # ^C reaches all processes of a terminal; the parent ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        function, started = setup(*args)
    except InputError as error:
        conn.send(error)
        return
    conn.send(started)
    while True:
        try:
            argument = conn.recv()
        except EOFError:  # the parent is gone
            return
        try:
            answer = function(argument)
        except ServiceError as error:
            answer = error
        conn.send(answer)
