"""A process that answers one question at a time, and may die of it."""
import multiprocessing
import signal
from multiprocessing.connection import Connection
from typing import Any, Callable, Optional

from custom.server.errors import ServiceError
from custom.utils.errors import InputError

# From a server process that has imported everything and done nothing yet, a
# new child comes in milliseconds, shares its memory, and holds no lock of
# a thread that it has not.
_FORKS = 'forkserver' in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context('forkserver' if _FORKS else 'spawn')
if _FORKS:
    _CONTEXT.set_forkserver_preload(
        ['custom.server.decode_worker', 'custom.server.model_worker'])


class WorkerDied(Exception):
    """The process crashed, or was killed from outside."""


class WorkerTimeout(Exception):
    """The process did not answer in time, and was killed."""


class WorkerProcess:
    """A process with a function that takes one argument.

    All methods block: call them from a thread, one at a time.

    Args:
        setup: A function of a module. It runs in the process, and returns
            the function and what :meth:`start` is to return.
        args: Its arguments.
    """

    def __init__(self, setup: Callable, *args: Any) -> None:
        self._setup = setup
        self._args = args
        self._process: Optional[multiprocessing.process.BaseProcess] = None
        self._conn: Optional[Connection] = None

    @property
    def pid(self) -> Optional[int]:
        return self._process and self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is there, while nothing is asked of it."""
        return self._process is not None and self._process.is_alive()

    def start(self, timeout: float) -> Any:
        """Starts the process, anew if there is one.

        Raises:
            InputError: What ``setup`` found wrong.
            WorkerDied, WorkerTimeout: It did not come up.
        """
        self.kill()
        conn, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(
            target=_serve, args=(theirs, self._setup, self._args), daemon=True)
        process.start()
        theirs.close()
        self._conn, self._process = conn, process
        return self._receive(timeout)

    def ask(self, question: Any, timeout: float) -> Any:
        """The function's result.

        Raises:
            ServiceError: What the function raised.
            WorkerDied, WorkerTimeout: There is no process any more.
        """
        if self._conn is None:
            raise WorkerDied('is not running')
        try:
            self._conn.send(question)
        except OSError:
            raise self._died() from None
        return self._receive(timeout)

    def kill(self) -> None:
        """Ends the process, whatever it is doing."""
        conn, process = self._conn, self._process
        self._conn = self._process = None
        if conn is not None:
            conn.close()
            process.kill()
            process.join()

    def _receive(self, timeout: float) -> Any:
        try:
            if not self._conn.poll(timeout):
                self.kill()
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
        self.kill()
        return WorkerDied(f'ended with code {code}')


def _serve(conn: Connection, setup: Callable, args: tuple) -> None:
    # ^C reaches all processes of a terminal; the parent ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        function, news = setup(*args)
    except InputError as error:
        conn.send(error)
        return
    conn.send(news)
    while True:
        try:
            question = conn.recv()
        except EOFError:  # the parent is gone
            return
        try:
            answer = function(question)
        except ServiceError as error:
            answer = error
        conn.send(answer)
