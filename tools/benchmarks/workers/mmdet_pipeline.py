"""Pipeline worker: a loader's steps on the job's samples, one process."""
import copy
import random
from typing import Callable

import numpy as np
from mmcv.transforms import Compose
from mmengine.registry import init_default_scope

KEPT = 4  # images whose pixels are compared


def prepare(job: dict, options: dict) -> Callable[[], dict]:
    """Prepares a pipeline; ``options['pipeline']`` says which of the job's."""
    init_default_scope('mmdet')
    import mmdet.datasets.transforms  # noqa: F401  registers the steps
    pipeline = Compose(job[options['pipeline']])

    def load() -> dict:
        # The same flips and mosaics in every variant.
        random.seed(0)
        np.random.seed(0)
        packed = [pipeline(copy.deepcopy(s)) for s in job['samples']]
        return dict(
            images=[sample['inputs'] for sample in packed[:KEPT]],
            shapes=[list(sample['inputs'].shape) for sample in packed])

    return load


if __name__ == '__main__':
    from protocol import run_worker
    run_worker(prepare)
