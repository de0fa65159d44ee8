"""Worker line protocol: JSON requests in, one JSON reply each.

Needs nothing but torch, because it also runs in the other Python. Its
requests are:

- ``{"do": "prepare", "options": {...}}`` builds the work of ``job.pt``, runs
  it once and saves what came out; that first run is the warm-up.
- ``{"do": "run", "seconds": s}`` runs it until ``s`` seconds have passed, at
  least once, and replies the mean time of a run.
- ``{"do": "memory"}`` replies the peaks so far in bytes.

The reply to a request that failed has the key ``error``. The end of the input
ends the worker.
"""
import json
import os
import os.path as osp
import resource
import signal
import sys
import time
import traceback
from typing import Any, Callable

import torch

Prepare = Callable[[dict, dict], Callable[[], Any]]


def run_worker(prepare: Prepare) -> None:
    """Runs a worker: answers requests until the input ends.

    Args:
        prepare: Takes the job (what the benchmark saved) and the options of
            this variant; returns the work, a callable whose result is made of
            tensors, numbers, lists and dicts.
    """
    # ^C reaches the whole group; the benchmark ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints goes to stderr: stdout is for replies alone.
    replies = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    worker = _Worker(prepare)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(worker, request.pop('do'))(**request)
        except Exception as error:  # told to the one who asked
            traceback.print_exc()
            reply = dict(error=f'{type(error).__name__}: {error}')
        print(json.dumps(reply), file=replies, flush=True)


class _Worker:

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare

    def prepare(self, options: dict) -> dict:
        folder = sys.argv[1]
        job = torch.load(osp.join(folder, 'job.pt'), weights_only=True)
        job['device'] = options.get('device', job.get('device', 'cpu'))
        self._cuda = job['device'] != 'cpu'
        self._work = self._prepare(job, options)
        self._earlier = self._peak()
        self._forget_peak()
        self._before = self._peak()
        result = self._work()
        path = osp.join(folder, f'result-{os.getpid()}.pt')
        torch.save(_to_cpu(result), path)
        return dict(result=path)

    def run(self, seconds: float) -> dict:
        runs = 0
        self._wait()
        start = time.perf_counter()
        while True:
            self._work()
            self._wait()
            runs += 1
            elapsed = time.perf_counter() - start
            if elapsed >= seconds:
                return dict(seconds=elapsed / runs)

    def memory(self) -> dict:
        peak = self._peak()
        return dict(peak=max(peak, self._earlier), growth=peak - self._before)

    def _wait(self) -> None:
        if self._cuda:
            torch.cuda.synchronize()

    def _forget_peak(self) -> None:
        """Resets peak memory to what is in use: loading the job took more."""
        if self._cuda:
            torch.cuda.reset_peak_memory_stats()
            return
        try:
            with open('/proc/self/clear_refs', 'w') as file:
                file.write('5')
        except OSError:  # not Linux: growth is told too small
            pass

    def _peak(self) -> int:
        if self._cuda:
            return torch.cuda.max_memory_allocated()
        try:
            # Not ru_maxrss first: on Linux that begins with the size of the
            # process that started this one.
            with open('/proc/self/status') as status:
                for line in status:
                    if line.startswith('VmHWM:'):
                        return int(line.split()[1]) * 1024
        except OSError:
            pass
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _to_cpu(result: Any) -> Any:
    if isinstance(result, dict):
        return {key: _to_cpu(value) for key, value in result.items()}
    if isinstance(result, (list, tuple)):
        return [_to_cpu(value) for value in result]
    if isinstance(result, torch.Tensor):
        return result.detach().float().cpu().contiguous()
    return result
