"""What can be measured, by the names of the command line."""
from custom.benchmark.detection import inference, scaling, training
from custom.benchmark.loading import loading
from custom.benchmark.operators import operators
from custom.benchmark.scoring import scoring
from custom.benchmark.startup import startup

# Each takes Settings and yields a Row after the other.
SUITES = dict(
    ops=operators,
    train=training,
    infer=inference,
    data=loading,
    eval=scoring,
    startup=startup,
    scaling=scaling)
