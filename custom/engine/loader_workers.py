"""Loader workers: they outlive a signal, end with a training, and may die."""
import contextlib
import signal
import threading
import traceback
from functools import partial
from typing import Callable, Iterator, Optional

from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from torch.utils.data import DataLoader

# A worker that a signal has reached lives on for so many seconds, since the
# step under way needs it; one whose parent has died ends then.
_GRACE = 60


def outlive_signals(loader: DataLoader) -> None:
    """Lets the workers of a loader outlive ^C and SIGTERM, which reach all
    processes, until the training has ended its step and them."""
    loader.worker_init_fn = partial(_init_worker, loader.worker_init_fn)


@contextlib.contextmanager
def workers_ended(runner: Runner) -> Iterator[None]:
    """Ends the loader workers with the training or the test.

    Those of a training ignore SIGTERM for a while, and with it what Python
    sends them at exit, before it waits for them. Those of a test would be left
    to the garbage collector, in a circle of references; torch then can't tell
    them to end, and waits for each of them for 5 s: the collector ends the
    thread that feeds a queue before it lets the loader use it.
    """
    try:
        yield
    except BaseException as error:
        # As long as it holds its frames the workers of an epoch go on.
        with without_sigchld_handler():
            traceback.clear_frames(error.__traceback__)
        raise
    finally:
        with without_sigchld_handler():
            for loop in (runner._train_loop, runner._val_loop,
                         runner._test_loop):
                if isinstance(loop, BaseLoop):
                    loop.dataloader._iterator = None
                if isinstance(loop, IterBasedTrainLoop):
                    loop.dataloader_iterator._iterator = None


def is_worker_crash(error: BaseException) -> bool:
    """Whether a worker's death raised an error: torch says so, or the
    connection broke on which its batch came."""
    frames = traceback.walk_tb(error.__traceback__)
    return 'DataLoader worker' in str(error) or (isinstance(
        error, (EOFError, ConnectionError)) and any(
            frame.f_code.co_filename.endswith('dataloader.py')
            for frame, _ in frames))


def _init_worker(init: Optional[Callable[[int], None]], worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, 'SIGALRM'):
        signal.signal(signal.SIGTERM, lambda *_: signal.alarm(_GRACE))
    if init is not None:
        init(worker)


@contextlib.contextmanager
def without_sigchld_handler() -> Iterator[None]:
    """Removes torch's SIGCHLD handler inside: it raises for a dead worker,
    also where nothing can catch it."""
    if (not hasattr(signal, 'SIGCHLD')
            or threading.current_thread() is not threading.main_thread()):
        yield
        return
    handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGCHLD, handler)
