"""Training step worker: one image of a data folder a step."""
import itertools
import tempfile
from typing import Any, Callable

from mmengine.registry import RUNNERS

from benchmarks.detectors import LEARNING_RATE
from benchmarks.workers.protocol import run_worker
from custom.config.config import load_config
from custom.config.tree import nested_dicts
from custom.engine.setup import setup_training
from custom.utils.setup_env import setup_env

# As many images are cycled through: they differ in shape and in objects.
IMAGES = 4


def prepare(job: dict, options: dict) -> Callable[[], dict]:
    cfg = load_config(
        job['config'], {
            'train_dataloader.batch_size': 1,
            'optim_wrapper.optimizer.lr': LEARNING_RATE
        })
    for node in nested_dicts(cfg.model):
        node.pop('init_cfg', None)  # nothing is fetched
    for name in ('train', 'val', 'test'):
        loader = cfg[f'{name}_dataloader']
        loader.num_workers, loader.persistent_workers = 0, False
        # A data folder has none: they are searched for.
        loader.dataset.pop('proposal_file', None)
    with tempfile.TemporaryDirectory() as folder:
        cfg.work_dir = folder
        setup_training(cfg, job['data'], amp=job['amp'], check=False)
        runner = RUNNERS.build(cfg)
        model = runner.model
        wrapper = runner.build_optim_wrapper(cfg.optim_wrapper)
        batches = [*itertools.islice(runner.train_dataloader, IMAGES)]
    model.train()
    turn = itertools.cycle(batches)

    def step() -> Any:
        return model.train_step(next(turn), wrapper)

    return step


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
