"""Everything this project adds to MMDetection; importing it registers all.

Import it before MMDetection: without MMCV's compiled operators MMDetection
can't be imported until :mod:`custom.ops` has offered its own.
"""
import contextlib
import io
import os

from .memory import keep_freed_memory, objects_that_stay

# Threads of torch that wait for each other sleep instead of spinning. Idle
# cores lose nothing; beside one other busy process a training step took 1 s
# instead of 2 to 15 s. It counts only if torch is not loaded yet.
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

keep_freed_memory()
with objects_that_stay():
    from .ops import ext

    ext.install()
    # MMDetection prints "Could not import OneDL" twice.
    with contextlib.redirect_stdout(io.StringIO()):
        import mmdet.datasets
        import mmdet.evaluation

    from . import (checkpoint, datasets, hooks, metrics, models, optim_wrapper,
                   runner, transforms)
