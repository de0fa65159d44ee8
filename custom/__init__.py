"""Everything this project adds to MMDetection; importing it registers all.

Import it before MMDetection: without MMCV's compiled operators MMDetection
can't be imported until :mod:`custom.ops` has offered its own.

Without torch there is nothing to register with, and what needs none still
works: :mod:`custom.inference.onnx_predictor`, :mod:`custom.utils.image_io`,
:mod:`custom.visualization.draw` and others.
"""
import os

from .utils.setup_env import gc_frozen, tune_malloc

# Threads of torch that wait for each other sleep instead of spinning. Idle
# cores lose nothing; beside one other busy process a training step took 1 s
# instead of 2 to 15 s. It counts only if torch is not loaded yet.
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

tune_malloc()
with gc_frozen():
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name != 'torch':
            raise
    else:
        from . import registered
