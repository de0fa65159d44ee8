import os

import pytest

import custom  # noqa: F401  registers everything, before MMDetection loads


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    """Paths such as configs/... are those of the README."""
    monkeypatch.chdir(os.path.dirname(os.path.dirname(__file__)))
