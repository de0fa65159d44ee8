"""RoIAlign, RoIPool and NMS against MMCV's or torchvision's."""
import sys
from typing import Any, Iterator, Optional

import torch

from benchmarks.interpreter import Baseline
from benchmarks.measure import ResultRow, measure
from benchmarks.process import Variant
from benchmarks.settings import BenchmarkSettings
from custom.evaluation.agreement import Agreement, same_numbers

# bfloat16 has 8 bits; NMS must give the very same boxes.
TOLERANCE = dict(float32=1e-4, bfloat16=2e-2)

# Of a run: short ones are averaged over this many.
SECONDS = .3


def operators(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """All operators, on maps of R50 at 800 pixels and of the small config."""
    for name, job in _jobs(settings.device):
        if job['operator'].startswith('roi'):
            sides = [
                _our_side('NCHW', 'float32'),
                _our_side('channels-last', 'float32'),
                _our_side('channels-last', 'bfloat16')
            ]
        else:
            sides = [_our_side('', 'float32')]
        yield from measure(
            name,
            job,
            sides,
            _stock_side(settings.stock, job),
            _check,
            settings.rounds or 7,
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
    """(count, 4) xyxy in a picture; sides from 16 to ``largest`` pixels,
    every doubling equally often."""
    exponents = torch.rand((count, 2), generator=generator)
    extent = 16 * (largest / 16)**exponents
    center = torch.rand(
        (count, 2), generator=generator) * torch.tensor([width, height])
    boxes = torch.cat([center - extent / 2, center + extent / 2], 1)
    return boxes.clamp(min=0).minimum(
        torch.tensor([width, height, width, height]))


def _our_side(layout: str, dtype: str) -> Variant:
    return Variant(f'{layout} {dtype}'.strip(), sys.executable,
                   'our_operators.py',
                   dict(channels_last=layout == 'channels-last', dtype=dtype))


def _stock_side(stock: Optional[Baseline], job: dict) -> Optional[Variant]:
    """The other side, if it has the operator."""
    if stock is None:
        return None
    if stock.name == 'torchvision':
        lacks = ['soft_nms', 'roi_pool']
        worker = 'torchvision_operators.py'
    else:
        lacks = ['roi_pool'] if job['device'] == 'cpu' else []
        worker = 'mmcv_operators.py'
    if job['operator'] in lacks:
        return None
    name = 'mmcv' if stock.name == 'mmdet' else stock.name
    return Variant(f'stock {name}', stock.python, worker, {}, ours=False)


def _check(side: Variant, ours: Any, other: Any) -> Agreement:
    return same_numbers(ours, other, TOLERANCE[side.options['dtype']])
