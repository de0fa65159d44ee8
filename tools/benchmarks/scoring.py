"""COCO metric benchmark: mAP of predicted boxes, against pycocotools."""
import sys
from typing import Any, Iterator, List

import torch

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.measure import ResultRow, measure
from benchmarks.process import Variant
from custom.classes import NAMES
from custom.evaluation.agreement import Agreement, same_numbers

IMAGES = 300
BOXES = 10  # of an image, to be found
FOUND = 100
SIZE = 640

TOLERANCE = 1e-9


def scoring(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Scores COCO mAP, against the baseline's pycocotools or this Python's."""
    baseline = settings.baseline
    there = baseline is not None and 'pycocotools' in baseline.has['packages']
    other = Variant(
        'pycocotools',
        baseline.python if there else sys.executable,
        'baseline_coco.py', {},
        ours=False)
    yield from measure(f'mAP of {IMAGES} images with {FOUND} boxes each',
                       scoring_job(),
                       [Variant('', sys.executable, 'our_coco.py', {})], other,
                       _check, settings.rounds or 5)


def scoring_job(images: int = IMAGES) -> dict:
    """Annotations as in a COCO file, and predictions: ten that lie near the
    boxes to be found and ninety anywhere, in each image."""
    generator = torch.Generator().manual_seed(0)
    annotations, predictions = [], []
    for image in range(1, images + 1):
        truth = _boxes(BOXES, generator)
        labels = torch.randint(len(NAMES), (BOXES, ), generator=generator)
        annotations += _records(truth, labels, image, len(annotations))
        near = truth + 8 * torch.randn(truth.shape, generator=generator)
        near[:, 2:] = near[:, 2:].maximum(near[:, :2] + 1)
        predictions.append(
            dict(
                img_id=image,
                bboxes=torch.cat([near, _boxes(FOUND - BOXES, generator)]),
                scores=torch.rand(FOUND, generator=generator),
                labels=torch.cat([
                    labels,
                    torch.randint(
                        len(NAMES), (FOUND - BOXES, ), generator=generator)
                ])))
    return dict(
        annotations=dict(
            images=[
                dict(id=i, width=SIZE, height=SIZE, file_name=f'{i}.jpg')
                for i in range(1, images + 1)
            ],
            categories=[
                dict(id=i, name=name) for i, name in enumerate(NAMES, 1)
            ],
            annotations=annotations),
        predictions=predictions)


def _boxes(count: int, generator: torch.Generator) -> torch.Tensor:
    corner = torch.rand((count, 2), generator=generator) * SIZE * .7
    extent = 8 + torch.rand((count, 2), generator=generator) * SIZE * .3
    return torch.cat([corner, corner + extent], 1)


def _records(boxes: torch.Tensor, labels: torch.Tensor, image: int,
             before: int) -> List[dict]:
    return [
        dict(
            id=before + i,
            image_id=image,
            category_id=label + 1,
            bbox=[x1, y1, x2 - x1, y2 - y1],
            area=(x2 - x1) * (y2 - y1),
            iscrowd=0)
        for i, ((x1, y1, x2, y2),
                label) in enumerate(zip(boxes.tolist(), labels.tolist()), 1)
    ]


def _check(variant: Variant, ours: Any, other: Any) -> Agreement:
    return same_numbers(ours, other, TOLERANCE)
