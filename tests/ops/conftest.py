import warnings
from pathlib import Path

import numpy as np
import pytest

with warnings.catch_warnings():
    # torch.distributed, which MMEngine imports, uses deprecated decorators.
    warnings.filterwarnings('ignore', category=DeprecationWarning)
    import custom  # noqa: F401  gives MMCV its operators


@pytest.fixture(scope='session')
def compiled_answers():
    """What compiled MMCV answered, see make_fixtures.py."""
    with np.load(Path(__file__).with_name('fixtures.npz')) as file:
        return dict(file)
