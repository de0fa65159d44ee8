"""Several processes of one training: forks of this one, or by torchrun."""
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import traceback

import torch
from torch import distributed as torch_dist

from custom.engine.distributed import join_processes
from tests.helpers.run_tool import ROOT


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def in_processes(count, work, folder):
    """Calls a function in so many forks that are one process group.

    Args:
        work: Is called with the rank.
        folder: For the results, which can be pickled.

    Returns:
        list: What it returned, by rank.
    """
    port = free_port()
    pids = []
    for rank in range(count):
        pid = os.fork()
        if not pid:
            _be_process(rank, count, port, work, folder)
        pids.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) for p in pids]
    results = [
        pickle.loads((folder / f'{rank}.pkl').read_bytes())
        for rank in range(count)
    ]
    assert codes == [0] * count, results
    return results


def _be_process(rank, count, port, work, folder):
    os.environ.update(
        RANK=str(rank),
        LOCAL_RANK=str(rank),
        WORLD_SIZE=str(count),
        MASTER_ADDR='127.0.0.1',
        MASTER_PORT=str(port))
    torch.set_num_threads(1)  # those of OpenMP don't survive a fork
    code = 1
    try:
        join_processes('pytorch')
        result = work(rank)
        torch_dist.barrier()
        code = 0
    except BaseException:
        result = traceback.format_exc()
    with contextlib.suppress(BaseException):
        (folder / f'{rank}.pkl').write_bytes(pickle.dumps(result))
    os._exit(code)


def torchrun(*words, count=2, start=('--standalone', ), path=''):
    """Starts torchrun on the CPUs.

    Args:
        words: The command line of tools/train.py, without ``--launcher``.
        count: Processes.
        start: More words for torchrun.
        path: Is looked in for modules.

    Returns:
        subprocess.Popen: With stdout and stderr as pipes of text.
    """
    return subprocess.Popen([
        sys.executable, '-m', 'torch.distributed.run', *start,
        '--nproc-per-node',
        str(count), 'tools/train.py', *map(str, words), '--launcher', 'pytorch'
    ],
                            cwd=ROOT,
                            text=True,
                            stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE,
                            env=dict(
                                os.environ,
                                COLUMNS='200',
                                OMP_NUM_THREADS='1',
                                CUDA_VISIBLE_DEVICES='',
                                TORCH_DISABLE_SHARE_RDZV_TCP_STORE='1',
                                PYTHONPATH=str(path)))


def finished(process):
    """Waits for a process, and returns it with what it said."""
    try:
        said = process.communicate(timeout=600)
    finally:
        process.terminate()
    return subprocess.CompletedProcess(process.args, process.returncode, *said)
