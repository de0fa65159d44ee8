"""GPU benchmark: what there is to know of a new GPU, within ten minutes."""
import contextlib
import functools
import glob
import json
import os.path as osp
import signal
import sys
import tempfile
from statistics import median
from typing import Callable, Dict, Iterable, Iterator, List

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.detector_suites import measure_detector
from benchmarks.detectors import DEMO, R50, DetectorCase
from benchmarks.interpreter import Baseline, describe_interpreter
from benchmarks.measure import ResultRow, say
from benchmarks.operators import operators_against_cpu
from benchmarks.process import run_alone
from custom.ops.dispatch_cuda import has_torchvision

Parts = Dict[str, Callable[[], Iterable[ResultRow]]]

# The rest of the ten minutes is for what comes before and after.
SECONDS = 550
ROUND = 1.  # second, of many steps of a detector
BATCH = 4  # images of a step of the demo
# Of a training step, up to which the loader counts as ahead of it.
WAITING = .05

_TOOL = """
import runpy
sys.argv = sys.argv[1:]
start = time.perf_counter()
runpy.run_path(sys.argv[0], run_name='__main__')
"""


class TimeIsUp(BaseException):
    """Timeout that passes through whatever catches Exception."""


def on_gpu(settings: BenchmarkSettings) -> List[ResultRow]:
    """Runs the parts of :func:`gpu_parts` that fit into the time."""
    if settings.device != 'cpu' and not has_torchvision():
        say('torchvision is not installed for this GPU: RoIAlign and NMS are '
            'those of custom.ops, in stock MMDetection as well')
    return run_parts(gpu_parts(settings), SECONDS)


def run_parts(parts: Parts, seconds: float) -> List[ResultRow]:
    """Runs parts one after the other, and says on stderr what failed, and
    what is not done when the time is up.

    Args:
        parts: By name.
        seconds: For all of them.

    Returns:
        What was measured by then.
    """
    rows: List[ResultRow] = []
    left = [*parts]
    with contextlib.suppress(TimeIsUp), time_limit(seconds):
        for name, part in parts.items():
            try:
                rows.extend(part())
            except Exception as error:  # whatever it is, the others count
                say(f'{name} failed: {type(error).__name__}: {error}')
            left.remove(name)
    if left:
        say(f'not done within {seconds:g} s: {", ".join(left)}')
    return rows


def gpu_parts(settings: BenchmarkSettings) -> Parts:
    """The parts of the benchmark, by name: training steps and inference of
    R50 and of the demo's detector against stock MMDetection, the training of
    the demo, and operators against those of the CPU.

    Stock MMDetection is that of the settings, or the installed one, which
    here has the operators of :mod:`custom.ops.dispatch_cuda`.
    """
    here = describe_interpreter(sys.executable, ours=True)
    stock = settings._replace(
        baseline=settings.baseline
        or Baseline(sys.executable, 'mmdet', here, ours=True))
    rounds = settings.rounds or 3
    parts: Parts = {}
    for detector, trained in ((DetectorCase('R50', R50, settings.size), 2),
                              (DetectorCase('demo', DEMO, (256, 256)), BATCH)):
        for kind, batch in (('train', trained), ('infer', 1), ('infer', 4)):
            parts[f'{kind} {detector} batch {batch}'] = functools.partial(
                measure_detector,
                detector,
                kind,
                batch,
                stock,
                rounds,
                seconds=ROUND)
    parts['training of the demo'] = functools.partial(demo_training, settings)
    parts['operators'] = functools.partial(operators_against_cpu, settings)
    return parts


def demo_training(settings: BenchmarkSettings) -> List[ResultRow]:
    """Draws the sample data set and trains the demo's detector on it.

    Raises:
        InputError: The training fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        data, work_dir = osp.join(folder, 'data'), osp.join(folder, 'run')
        say('training of the demo: pictures are drawn')
        run_alone(_TOOL, 'tools/make_sample_dataset.py', data)
        say('training of the demo: starts')
        seconds, _ = run_alone(_TOOL, 'tools/train.py', DEMO, '--data', data,
                               '--work-dir', work_dir, '--amp', '--device',
                               settings.device)
        return training_rows(work_dir, seconds)


def training_rows(work_dir: str, seconds: float) -> List[ResultRow]:
    """Rows of a training, by its log: the whole, a step, and how long a step
    waited for its images.

    Args:
        work_dir: Of a training that has ended.
        seconds: That it took.
    """
    log, = glob.glob(
        osp.join(glob.escape(work_dir), '*/vis_data/scalars.json'))
    with open(log) as file:
        lines = [*map(json.loads, file)]
    steps = [line for line in lines if 'loss' in line]
    times, waits = ([step[key] for step in steps]
                    for key in ('time', 'data_time'))
    best = max(line.get('coco/bbox_mAP', 0.) for line in lines)
    peak = max(step.get('memory', 0) for step in steps)  # MB, of a GPU
    slow = median(waits) > WAITING * median(times)
    loader = 'slower than' if slow else 'ahead of'
    return [
        ResultRow(f'demo: {steps[-1]["epoch"]} epochs, mAP {best:.3f} on val',
                  '--amp', [seconds]),
        ResultRow(
            'demo: a step',
            '--amp',
            times,
            peak=peak * 2**20 or None,
            items=BATCH),
        ResultRow(f'demo: waiting for images, the loader is {loader} steps',
                  '--amp', waits)
    ]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeIsUp in what runs when so many seconds have passed, in the
    main thread."""

    def end(*_: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
