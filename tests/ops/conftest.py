from pathlib import Path

import numpy as np
import pytest

import custom  # noqa: F401  gives MMCV its operators


@pytest.fixture(scope='session')
def compiled_answers():
    """What compiled MMCV answered, see make_fixtures.py."""
    with np.load(Path(__file__).with_name('fixtures.npz')) as file:
        return dict(file)
