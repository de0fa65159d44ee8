"""What can be measured, by the names of the command line."""
from benchmarks.detection import inference, scaling, training
from benchmarks.loading import loading
from benchmarks.operators import operators
from benchmarks.scoring import scoring
from benchmarks.startup import startup

# Each takes Settings and yields a Row after the other.
SUITES = dict(
    ops=operators,
    train=training,
    infer=inference,
    data=loading,
    eval=scoring,
    startup=startup,
    scaling=scaling)
