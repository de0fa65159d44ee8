"""Ratios of counts, NaN where there is nothing to divide by."""
import numpy as np


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """float64 of the common shape: part / whole, NaN where whole is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    out = np.full(part.shape, np.nan)
    return np.divide(part, whole, out=out, where=whole > 0)
