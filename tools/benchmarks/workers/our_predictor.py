"""Predictor worker: this project's predictor of a file, by a backend."""
from typing import Callable, List

import torch

from benchmarks.workers.protocol import run_worker
from custom.inference.load_predictor import load_predictor
from custom.structures.detection import Detection
from custom.utils.cpu import core_count
from custom.utils.setup_env import setup_env


def prepare(job: dict, options: dict) -> Callable[[], List[dict]]:
    predictor = load_predictor(
        options['path'],
        'cpu' if options['backend'] == 'torch' else None,
        options['precision'],
        core_count(),
        backend=options['backend'])
    images = [
        image.permute(1, 2, 0).contiguous().numpy() for image in job['images']
    ]
    numbers = {name: i for i, name in enumerate(predictor.classes)}

    def as_tensors(found: List[Detection]) -> dict:
        return dict(
            bboxes=torch.tensor([one.box for one in found]).view(-1, 4),
            scores=torch.tensor([one.score for one in found]),
            labels=torch.tensor([numbers[one.label] for one in found]))

    return lambda: [*map(as_tensors, predictor.batch(images))]


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
