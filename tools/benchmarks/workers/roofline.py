"""Roofline lower bound: a job's FLOPs, and the measured GEMM throughput."""
import time
from typing import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.workers.mmdet_work import build, detection_step, training_step
from benchmarks.workers.protocol import run_worker
from custom.utils.setup_env import setup_env

# Side of the square matrices: larger ones are not faster.
SIDE = dict(cpu=2048, cuda=8192)
REPEATS = 9


def prepare(job: dict, options: dict) -> Callable[[], dict]:
    model = build(job)
    if job['kind'] == 'infer':
        work = detection_step(model, job)
    else:
        work = training_step(model, job, job['baseline_optim_wrapper'])

    def count() -> dict:
        with FlopCounterMode(display=False) as counter:
            work()
        return dict(
            flops=counter.get_total_flops(),
            rates={
                dtype: _gemm_rate(getattr(torch, dtype), job['device'])
                for dtype in options['dtypes']
            })

    return count


def _gemm_rate(dtype: torch.dtype, device: str) -> float:
    """FLOP/s of the best of some multiplications."""
    side = SIDE[torch.device(device).type]
    a, b = torch.rand((2, side, side), device=device).to(dtype)
    # Convolutions of a GPU may round float32 to TF32, and do by default.
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        torch.mm(a, b)[0, 0].item()  # the number waits for a GPU
        times.append(time.perf_counter() - start)
    return 2 * side**3 / min(times)


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
