"""Data loading benchmark: images a second through a pipeline."""
import itertools
import sys
from typing import Any, Iterator, List, Optional

import torch
from mmdet.registry import DATASETS
from mmengine.registry import init_default_scope
from PIL import Image

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.detectors import R18, R50
from benchmarks.interpreter import Baseline
from benchmarks.measure import ResultRow, measure
from benchmarks.process import Variant
from custom.config.config import load_config, use_classes, use_data
from custom.datasets.annotations.layout import class_names
from custom.evaluation.agreement import Agreement
from custom.utils.errors import InputError

IMAGES = 64

# Gray levels of 255, on average; another way to shrink an image rounds
# differently.
TOLERANCE = 2.


def loading(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Runs the train and test pipelines of both configs on a data folder.

    Raises:
        InputError: No data folder there, or a bad one.
    """
    for name, config in (('R50', R50), ('R18', R18)):
        for split in ('train', 'test'):
            job = loading_job(config, split, settings.data)
            variant = Variant('', sys.executable, 'our_pipeline.py',
                              dict(pipeline='pipeline'))
            count = len(job['samples'])
            yield from measure(
                f'{name} {split} pipeline, {count} images',
                job, [variant],
                _baseline_variant(settings.baseline),
                _check,
                settings.rounds or 7,
                items=count)


def loading_job(config: str, split: str, data: str) -> dict:
    """The first samples of a split, with the config's steps and MMDetection's
    own in their place."""
    cfg = load_config(config)
    use_data(cfg, data)
    use_classes(cfg, class_names(data))
    init_default_scope('mmdet')
    settings = cfg[f'{split}_dataloader'].dataset.to_dict()
    pipeline = settings['pipeline']
    dataset = DATASETS.build(dict(settings, pipeline=[]))
    # MMDetection takes transparent paper for black: another image.
    opaque = (
        sample for sample in map(dataset.get_data_info, range(len(dataset)))
        if _is_opaque(sample['img_path']))
    samples = [*itertools.islice(opaque, IMAGES)]
    if not samples:
        raise InputError(f'{data}: {split}.json lists no image without '
                         'transparency; take another data folder')
    return dict(
        samples=samples,
        pipeline=pipeline,
        baseline_pipeline=[dict(type='LoadImageFromFile'), *pipeline[1:]])


def _is_opaque(path: str) -> bool:
    with Image.open(path) as image:
        return image.mode in ('RGB', 'L')


def _baseline_variant(baseline: Optional[Baseline]) -> Optional[Variant]:
    # torchvision has no such steps.
    if baseline is None or baseline.name != 'mmdet':
        return None
    return Variant(
        'stock mmdet',
        baseline.python,
        'mmdet_pipeline.py',
        dict(pipeline='baseline_pipeline'),
        ours=False)


def _check(variant: Variant, ours: Any, other: Any) -> Agreement:
    if ours['shapes'] != other['shapes']:
        return Agreement(False, 'pictures of other sizes')
    apart = max(_mean_differences(ours['images'], other['images']))
    return Agreement(apart <= TOLERANCE, f'to {apart:.2g} gray levels')


def _mean_differences(ours: List[torch.Tensor],
                      other: List[torch.Tensor]) -> Iterator[float]:
    for mine, theirs in zip(ours, other, strict=True):
        yield float((mine - theirs).abs().mean())
