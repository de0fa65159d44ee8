"""Model complexity worker: parameters and FLOPs of a config."""
from typing import Callable

from mmdet.registry import MODELS
from mmengine.registry import init_default_scope

from benchmarks.complexity import complexity, input_size
from benchmarks.workers.protocol import run_worker
from custom.config.config import load_config
from custom.config.tree import nested_dicts
from custom.models.optimize import optimize_for_training
from custom.utils.setup_env import setup_env


def prepare(job: dict, options: dict) -> Callable[[], dict]:
    cfg = load_config(job['config'])
    for node in nested_dicts(cfg.model):
        node.pop('init_cfg', None)  # nothing is fetched
    init_default_scope('mmdet')
    model = MODELS.build(cfg.model).eval()
    optimize_for_training(model)
    size = input_size(cfg)
    return lambda: dict(complexity(model, size)._asdict(), size=size)


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
