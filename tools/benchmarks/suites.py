"""Benchmark suites by their names on the command line."""
from benchmarks.data_loading import loading
from benchmarks.detector_suites import inference, scaling, training
from benchmarks.operators import operators
from benchmarks.scoring import scoring
from benchmarks.startup import startup

# Each takes BenchmarkSettings and yields one ResultRow after the other.
SUITES = dict(
    ops=operators,
    train=training,
    infer=inference,
    data=loading,
    eval=scoring,
    startup=startup,
    scaling=scaling)
