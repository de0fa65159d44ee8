"""Detector worker: this project's detector, set up as its tools set it up."""
from typing import Any, Callable

import torch

from benchmarks.workers.mmdet_work import build, detection_step, training_step
from benchmarks.workers.protocol import run_worker
from custom.models.optimize import (optimize_for_inference,
                                    optimize_for_training)
from custom.utils.setup_env import setup_env


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    model = build(job)
    optimize_for_training(model)
    if job['kind'] == 'infer':
        optimize_for_inference(model, getattr(torch, options['dtype']))
        return detection_step(model, job)
    wrapper = dict(job['optim_wrapper'])
    if options['dtype'] == 'bfloat16':
        wrapper['type'] = 'Bf16OptimWrapper'
    return training_step(model, job, wrapper)


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
