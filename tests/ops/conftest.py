import sys
from pathlib import Path

import mmcv.ops  # noqa: F401
import numpy as np
import pytest

from custom.ops import mmcv_ext


@pytest.fixture(autouse=True)
def own_operators(monkeypatch):
    """MMCV's functions call our operators, even beside compiled ones."""
    own = mmcv_ext.Extension(mmcv_ext.NAME)
    for name in ('roi_align', 'roi_pool', 'nms', 'focal_loss'):
        # mmcv.ops.nms is the function; the module of that name is here.
        module = sys.modules[f'mmcv.ops.{name}']
        monkeypatch.setattr(module, 'ext_module', own)


@pytest.fixture(scope='session')
def compiled_answers():
    """What compiled MMCV answered, see make_ops_fixture.py."""
    with np.load(Path(__file__).with_name('fixtures.npz')) as file:
        return dict(file)
