"""MMDetection as it comes: float32, NCHW, MMCV's compiled operators."""
from typing import Any, Callable

from mmdet_work import build, detection, training
from protocol import serve


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    model = build(job)
    if job['kind'] == 'infer':
        return detection(model, job)
    return training(model, job, job['stock_optim_wrapper'])


if __name__ == '__main__':
    serve(prepare)
