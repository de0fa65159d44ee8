"""Benchmark suites by their names on the command line."""
from typing import Iterator

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.data_loading import loading
from benchmarks.detector_suites import inference, scaling, training
from benchmarks.gpu import on_gpu
from benchmarks.measure import ResultRow
from benchmarks.operators import operators
from benchmarks.scoring import scoring
from benchmarks.startup import startup


def _backends(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    # It exports, for which the others need nothing installed.
    from benchmarks.backends import backends
    return backends(settings)


# Each takes BenchmarkSettings and yields one ResultRow after the other.
SUITES = dict(
    ops=operators,
    train=training,
    infer=inference,
    data=loading,
    eval=scoring,
    startup=startup,
    scaling=scaling,
    backends=_backends,
    gpu=on_gpu)
