"""Baseline detector: stock MMDetection, float32, NCHW, compiled MMCV."""
from typing import Any, Callable

from mmdet_work import build, detection_step, training_step
from protocol import run_worker


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    model = build(job)
    if job['kind'] == 'infer':
        return detection_step(model, job)
    return training_step(model, job, job['baseline_optim_wrapper'])


if __name__ == '__main__':
    run_worker(prepare)
