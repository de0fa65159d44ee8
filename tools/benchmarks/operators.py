"""Operator benchmark: RoIAlign, RoIPool, NMS against MMCV or torchvision."""
import itertools
import sys
from typing import Any, Callable, Iterator, Optional, Sequence, Tuple

import torch

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.interpreter import Baseline
from benchmarks.measure import ResultRow, measure
from benchmarks.process import Variant
from custom.evaluation.agreement import Agreement, same_numbers

Features = Sequence[Tuple[str, str]]  # layout and type

# float16 has 11 bits, bfloat16 8; NMS must give the very same boxes.
TOLERANCE = dict(float32=1e-4, float16=4e-3, bfloat16=2e-2)

# Of a run: short ones are averaged over this many.
SECONDS = .3


def operators(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Runs all operators on maps of R50 at 800 pixels and the small config."""
    features = (('NCHW', 'float32'), ('channels-last', 'float32'),
                ('channels-last', 'bfloat16'))
    yield from _measure_all(
        settings, features,
        lambda job: _baseline_variant(settings.baseline, job), settings.rounds
        or 7)


def operators_against_cpu(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Runs them with features of all types and layouts, and compares them
    with those of the CPU in float32."""
    features = itertools.product(('NCHW', 'channels-last'), TOLERANCE)
    cpu = Variant('CPU', sys.executable, 'our_operators.py',
                  dict(device='cpu'))
    yield from _measure_all(settings, [*features], lambda job: cpu,
                            settings.rounds or 3)


def _measure_all(settings: BenchmarkSettings, features: Features,
                 other: Callable[[dict], Optional[Variant]],
                 rounds: int) -> Iterator[ResultRow]:
    """Runs all operators, RoI operators on features of some layouts and
    types; ``other`` gives what to compare a job with."""
    for name, job in _jobs(settings.device):
        pools = job['operator'].startswith('roi')
        yield from measure(
            name,
            job, [
                _our_variant(*one)
                for one in (features if pools else [('', 'float32')])
            ],
            other(job),
            _check,
            rounds,
            seconds=SECONDS)


def _jobs(device: str) -> Iterator[tuple]:
    generator = torch.Generator().manual_seed(0)
    for operator in ('roi_align', 'roi_pool'):
        for shape, rois in (((1, 256, 200, 272), 1000), ((8, 64, 64, 64),
                                                         512)):
            features = torch.randn(shape, generator=generator)
            # What a feature pyramid pools from its level of stride 4.
            boxes = _boxes(rois, shape[3] * 4, shape[2] * 4, 112, generator)
            image = torch.randint(shape[0], (rois, 1), generator=generator)
            for backward in (False, True):
                yield (f'{operator} {"backward" if backward else "forward"} '
                       f'{rois} RoIs {"x".join(map(str, shape))}'), dict(
                           operator=operator,
                           device=device,
                           features=features,
                           rois=torch.cat([image, boxes], 1),
                           size=7,
                           scale=.25,
                           backward=backward)
    for operator, count, groups, threshold in (('nms', 1000, 1,
                                                .7), ('nms', 2000, 1, .7),
                                               ('nms', 4800, 1, .7),
                                               ('batched_nms', 5000, 5,
                                                .7), ('batched_nms', 2000, 22,
                                                      .5), ('soft_nms', 1000,
                                                            1, .3)):
        what = f' in {groups} groups' if groups > 1 else ''
        yield f'{operator} {count} boxes{what}', dict(
            operator=operator,
            device=device,
            boxes=_boxes(count, 1088, 800, 512, generator),
            scores=torch.rand(count, generator=generator),
            groups=torch.randint(groups, (count, ), generator=generator),
            threshold=threshold)


def _boxes(count: int, width: int, height: int, largest: int,
           generator: torch.Generator) -> torch.Tensor:
    """(count, 4) xyxy in an image; sides from 16 to ``largest`` pixels,
    every doubling equally often."""
    exponents = torch.rand((count, 2), generator=generator)
    extent = 16 * (largest / 16)**exponents
    center = torch.rand(
        (count, 2), generator=generator) * torch.tensor([width, height])
    boxes = torch.cat([center - extent / 2, center + extent / 2], 1)
    return boxes.clamp(min=0).minimum(
        torch.tensor([width, height, width, height]))


def _our_variant(layout: str, dtype: str) -> Variant:
    return Variant(f'{layout} {dtype}'.strip(), sys.executable,
                   'our_operators.py',
                   dict(channels_last=layout == 'channels-last', dtype=dtype))


def _baseline_variant(baseline: Optional[Baseline],
                      job: dict) -> Optional[Variant]:
    """The baseline, if it has the operator."""
    if baseline is None:
        return None
    if baseline.name == 'torchvision':
        lacks = ['soft_nms', 'roi_pool']
        worker = 'torchvision_operators.py'
    else:
        lacks = ['roi_pool'] if job['device'] == 'cpu' else []
        worker = 'mmcv_operators.py'
    if job['operator'] in lacks:
        return None
    name = 'mmcv' if baseline.name == 'mmdet' else baseline.name
    return Variant(f'stock {name}', baseline.python, worker, {}, ours=False)


def _check(variant: Variant, ours: Any, other: Any) -> Agreement:
    return same_numbers(ours, other, TOLERANCE[variant.options['dtype']])
