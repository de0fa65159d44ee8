"""Process group of a training: how its processes meet, and which one speaks.
"""
import contextlib
import os
import signal
import threading
from typing import Callable, Iterator, List, Optional, TypeVar

import torch
from mmengine.device import is_cuda_available
from mmengine.dist import (broadcast_object_list, init_dist, is_distributed,
                           is_main_process)
from torch import distributed as torch_dist
from torch import multiprocessing

from custom.utils.errors import InputError

Made = TypeVar('Made')

# What each launcher tells a process that it has started, and its command.
_LAUNCHED = dict(
    pytorch=('RANK', 'torchrun --nproc-per-node 2'),
    slurm=('SLURM_PROCID', 'srun'),
    mpi=('OMPI_COMM_WORLD_RANK', 'mpirun'))
_NEW_STORES = 'TORCH_DISABLE_SHARE_RDZV_TCP_STORE'
# Of groups that were left: that of the first process answers the others until
# it ends.
_STORES: List[torch_dist.Store] = []
# Others wait so long for one that checks the data or writes a report.
_SECONDS = 3600


def join_processes(launcher: str) -> None:
    """Joins the process group of a launcher: NCCL between GPUs, Gloo between
    CPUs. It does nothing for one process, or a second time.

    Args:
        launcher: ``'none'``, ``'pytorch'`` (torchrun), ``'slurm'`` or
            ``'mpi'``.

    Raises:
        InputError: This process wasn't started by it.
    """
    if launcher == 'none' or is_distributed():
        return
    variable, command = _LAUNCHED[launcher]
    if variable not in os.environ:
        raise InputError(
            f'--launcher {launcher}: this process was not started by it; '
            f'write {command} tools/train.py … --launcher {launcher}')
    _require_new_stores()
    # MMEngine would start loader workers anew instead of forking them, where
    # nothing has chosen yet; asked for, the usual way is the choice.
    multiprocessing.get_start_method()
    # It would set these to 1, with a warning from each process.
    for name in ('OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
        os.environ.setdefault(name, str(torch.get_num_threads()))
    with _no_gpu_chosen():
        init_dist(
            launcher,
            'nccl' if is_cuda_available() else 'gloo',
            timeout=_SECONDS)


def _require_new_stores() -> None:
    """Refuses restarts in which torchrun keeps the store of addresses: with
    torch 2.13 the processes look there for those of before, until they fail.
    """
    if (int(os.environ.get('TORCHELASTIC_MAX_RESTARTS', '0'))
            and os.environ.get(_NEW_STORES) != '1'):
        raise InputError(
            f'torchrun --max-restarts: write {_NEW_STORES}=1 torchrun …; '
            'without it torch cannot start the processes again')


@contextlib.contextmanager
def _no_gpu_chosen() -> Iterator[None]:
    """Lets MMEngine begin on a machine without a GPU.

    Whatever the backend, ``init_dist`` of MMEngine 0.10 calls
    ``torch.cuda.set_device(local_rank)`` before it joins the group
    (mmengine/dist/utils.py, for all three launchers), and that raises.
    """
    if is_cuda_available():
        yield
        return
    choose = torch.cuda.set_device
    torch.cuda.set_device = lambda device: None
    try:
        yield
    finally:
        torch.cuda.set_device = choose


def broadcast_from_first(make: Callable[[], Made]) -> Made:
    """Broadcasts what the first process makes; its InputError likewise.

    Args:
        make: Is called on the first one alone. The result can be pickled.

    Raises:
        InputError: ``make`` raised it.
    """
    told: list = [None, None]
    if is_main_process():
        try:
            told[0] = make()
        except InputError as error:
            told[1] = error
    broadcast_object_list(told)
    made, error = told
    if error is not None:
        raise error
    return made


@contextlib.contextmanager
def process_group(launcher: str) -> Iterator[None]:
    """Process group inside; what ends a training is told by one process.

    The first to fail raises its error, and those that fail by its absence or
    with it end with the same exit code and no word. Where one was killed, the
    first that misses it tells.

    Args:
        launcher: As for :func:`join_processes`.
    """
    try:
        join_processes(launcher)
        yield
    except BaseException as error:
        if is_distributed():
            try:
                _tell_once(error)
            finally:
                _leave_group()
        raise
    if is_distributed():
        torch_dist.destroy_process_group()


def _leave_group() -> None:
    """Ends the group of a process that an error ends, with Gloo's threads.

    One of them that still drops its last tensor while the interpreter ends
    aborts the process (SIGABRT instead of the exit code).
    """
    _STORES.append(torch_dist.distributed_c10d._get_default_store())
    leaving = threading.Thread(
        target=torch_dist.destroy_process_group, daemon=True)
    leaving.start()
    leaving.join(1)  # it waits for collectives that nobody answers any more


def _tell_once(error: BaseException) -> None:
    """Raises an error so that one process of all reports it."""
    if threading.current_thread() is threading.main_thread():
        # A launcher ends the others with the first, before they are done.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    first = _is_first_to_tell()
    if is_loss_of_process(error):
        error = InputError(
            'another process of this training has ended without a word '
            f'({_first_line(error)}): it was killed, for its memory '
            'perhaps; the same command with --resume goes on from the last '
            'checkpoint')
        if first:
            raise error from None
    if not first and isinstance(error, (InputError, KeyboardInterrupt)):
        raise SystemExit(_exit_code(error)) from None


def _exit_code(error: BaseException) -> int:
    usual = 2 if isinstance(error, InputError) else 130
    return getattr(error, 'exit_code', usual)


def is_loss_of_process(error: BaseException) -> bool:
    """Whether an error is that another process of the group is gone."""
    return isinstance(
        error, torch_dist.DistError) or (isinstance(error, RuntimeError)
                                         and 'gloo' in str(error).lower())


def _is_first_to_tell() -> bool:
    # Of torchrun, the store outlives all processes of the group.
    store: Optional[torch_dist.Store] = (
        torch_dist.distributed_c10d._get_default_store())
    try:
        return store.add('told', 1) == 1
    except RuntimeError:  # it was in a process that has ended
        return True


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rpartition('] ')[2]
