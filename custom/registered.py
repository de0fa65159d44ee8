"""Imports all that registers something, MMDetection's and ours."""
import contextlib
import io

from custom.ops import mmcv_ext

mmcv_ext.install()
# MMDetection prints "Could not import OneDL" twice.
with contextlib.redirect_stdout(io.StringIO()):
    import mmdet.datasets
    import mmdet.evaluation

from custom import datasets, evaluation, models
from custom.checkpoint import loading
from custom.datasets import transforms
from custom.engine import hooks, optim_wrapper, runner
