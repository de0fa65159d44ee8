"""Everything this project adds to MMDetection; importing it registers all.

Import it before MMDetection: without MMCV's compiled operators MMDetection
can't be imported until :mod:`custom.ops` has offered its own.
"""
import contextlib
import io
import warnings

from .ops import ext

ext.install()
# MMDetection prints "Could not import OneDL" twice and warns that
# faster_coco_eval is absent: optional parts that nobody here uses.
with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
    warnings.filterwarnings('ignore', 'faster_coco_eval is not installed')
    import mmdet.datasets
    import mmdet.evaluation  # noqa: F401

from . import transforms  # noqa: E402,F401
from . import checkpoint, datasets, hooks, metrics, runner  # noqa: E402,F401
