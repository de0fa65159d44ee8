"""Detector benchmarks: inference, training steps and how they scale."""
import functools
import sys
from typing import Any, Callable, Iterator, List, Optional

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.detectors import (R18, R50, DetectorCase, Size, detector_job,
                                  use_torchvision_pooling)
from benchmarks.interpreter import Baseline
from benchmarks.measure import ResultRow, ask_once, measure, say
from benchmarks.process import Variant
from custom.evaluation.agreement import (Agreement, finite_losses,
                                         near_detections, same_detections,
                                         same_numbers)
from custom.utils.precision import has_bf16

Change = Callable[[dict], None]

# Between the losses of the first step, as a share.
LOSS_TOLERANCE = dict(float32=1e-3, bfloat16=1e-1)


def inference(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Inference benchmark: images to boxes, one and four at a time."""
    for detector in _detectors(settings):
        for batch_size in (1, 4):
            yield from measure_detector(detector, 'infer', batch_size,
                                        settings, settings.rounds or 7)


def training(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Training benchmark: steps of forward, backward and optimizer."""
    for detector in _detectors(settings):
        yield from measure_detector(detector, 'train',
                                    2 if detector.config == R50 else 4,
                                    settings, settings.rounds or 3)


def scaling(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Scaling benchmark: inference time by pixels, RoIs and classes."""

    def infer(what: str,
              size: Size,
              change: Optional[Change] = None) -> List[ResultRow]:
        return measure_detector(
            DetectorCase(what, R50, size), 'infer', 1, settings,
            settings.rounds or 3, change)

    height, width = settings.size
    for side in (512, 640, 800, 1024, 1333):
        yield from infer('R50', (side, side * width // height))
    for count in (100, 300, 1000, 2000):
        yield from infer(f'R50, {count} RoIs,', settings.size,
                         functools.partial(_use_rois, count))
    for count in (1, 22, 100, 1000):
        yield from infer(f'R50, {count} classes,', settings.size,
                         functools.partial(_use_classes, count))


def measure_detector(detector: DetectorCase,
                     kind: str,
                     batch_size: int,
                     settings: BenchmarkSettings,
                     rounds: int,
                     change: Optional[Change] = None,
                     seconds: float = 0.) -> List[ResultRow]:
    """Runs one detector job in all variants, with the roofline of ours.

    Args:
        detector: What to build.
        kind: ``infer`` or ``train``.
        batch_size: Images at once.
        settings: The device, and what to compare with.
        rounds: How often each variant runs.
        change: Alters the model's config in place.
        seconds: Of a round, at least.
    """
    baseline = settings.baseline
    work = f'{kind} {detector} batch {batch_size}'
    say(f'{work}: weights are made')
    job = detector_job(detector, kind, batch_size, settings.device,
                       functools.partial(_change, change, baseline))
    variants = _our_variants(settings.device)
    rows = measure(
        work,
        job,
        variants,
        baseline_variant(baseline),
        functools.partial(_check, kind, settings),
        rounds,
        seconds,
        items=batch_size)
    dtypes = [variant.options['dtype'] for variant in variants]
    roofline = ask_once(
        job,
        Variant('roofline', sys.executable, 'roofline.py',
                dict(dtypes=dtypes)))
    return [
        row._replace(roofline=roofline['flops'] / roofline['rates'][dtype])
        for row, dtype in zip(rows, dtypes)
    ]


def _detectors(settings: BenchmarkSettings) -> List[DetectorCase]:
    detectors = [DetectorCase('R50', R50, settings.size)]
    if settings.baseline is None or settings.baseline.name == 'mmdet':
        detectors.append(DetectorCase('R18', R18, (256, 256)))
    return detectors


def _our_variants(device: str) -> List[Variant]:
    """Float32, and bfloat16 first where the device has it."""
    dtypes = ['bfloat16'] * has_bf16(device) + ['float32']
    return [
        Variant(dtype, sys.executable, 'our_detector.py', dict(dtype=dtype))
        for dtype in dtypes
    ]


def baseline_variant(baseline: Optional[Baseline]) -> Optional[Variant]:
    """The detector of a baseline, if there is one."""
    if baseline is None:
        return None
    worker = ('torchvision_detector.py' if baseline.name == 'torchvision' else
              'our_mmdet.py' if baseline.ours else 'baseline_mmdet.py')
    return Variant(f'stock {baseline.name}', baseline.python, worker, {},
                   baseline.ours)


def _check(kind: str, settings: BenchmarkSettings, variant: Variant, ours: Any,
           other: Any) -> Agreement:
    dtype = variant.options['dtype']
    if settings.device != 'cpu':
        dtype = 'bfloat16'  # convolutions of a GPU round float32 to TF32
    if kind == 'infer':
        compare = same_detections if dtype == 'float32' else near_detections
        return compare(ours, other)
    if settings.baseline.name == 'torchvision':
        # Its losses are other sums over other samples.
        return finite_losses(ours, other)
    return same_numbers(ours, other, LOSS_TOLERANCE[dtype])


def _change(change: Optional[Change], baseline: Optional[Baseline],
            model: dict) -> None:
    if change:
        change(model)
    if baseline and baseline.name == 'torchvision':
        use_torchvision_pooling(model)


def _use_rois(count: int, model: dict) -> None:
    model['test_cfg']['rpn'].update(nms_pre=count, max_per_img=count)


def _use_classes(count: int, model: dict) -> None:
    model['roi_head']['bbox_head']['num_classes'] = count
