"""What a job cannot take less than: its FLOPs, and how fast the hardware
multiplies matrices."""
import time
from typing import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from custom.benchmark.workers.mmdet_work import build, detection, training
from custom.benchmark.workers.protocol import serve

SIDE = 2048  # of the square matrices; larger ones are not faster
REPEATS = 9


def prepare(job: dict, options: dict) -> Callable[[], dict]:
    model = build(job, job['stock_model'])
    if job['kind'] == 'infer':
        work = detection(model, job)
    else:
        work = training(model, job, job['stock_optim_wrapper'])

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
    a, b = torch.rand((2, SIDE, SIDE), device=device).to(dtype)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        torch.mm(a, b).sum().item()  # the number waits for a GPU
        times.append(time.perf_counter() - start)
    return 2 * SIDE**3 / min(times)


if __name__ == '__main__':
    serve(prepare)
