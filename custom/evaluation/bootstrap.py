"""Bootstrap over images: confidence intervals of metrics.

Efron & Tibshirani 1993, "An Introduction to the Bootstrap". What is drawn,
with replacement, are the images, since the boxes of one image are not
independent of each other. A replicate is how often each image was drawn, so
that nothing has to be matched again.

The intervals are the basic ones (Davison & Hinkley 1997, "Bootstrap Methods
and their Application", 5.2): AP of few boxes is too high, by interpolation,
and that of replicates, in which fewer boxes are different ones, is higher
still. So the distances of replicates from the value are taken to the other
side; with very few boxes the value may then stand at the upper end, or above.
Measured on simulated detectors of 3 classes, how many of 200 intervals held
the mAP of 3,000 images (and of intervals between percentiles): 94 % (83 %)
for 400 images, 91 % (75 %) for 150, 86 % (62 %) for 50.
"""
from typing import Callable, NamedTuple

import numpy as np

from custom.evaluation.average_precision import average_precision, summarize
from custom.evaluation.matching import Matches

REPLICATES = 1000
LEVEL = .95
# Of the normal distribution, two-sided at 5 %.
_QUANTILE = 1.96
# Weights at once, 80 MB while they are drawn.
_CHUNK = 2**22

Statistic = Callable[[np.ndarray], np.ndarray]


class Estimate(NamedTuple):
    """Values with their 95 % confidence intervals.

    Attributes:
        value: float64 (...), of the images as they are.
        low, high: float64 (...), the ends of the interval.
        standard_error: float64 (...), the standard deviation of replicates.

    All are NaN where there is no value, as of a class without a box. Where all
    images agree, as in 20 right of 20, the interval is a point: a bootstrap
    knows nothing of what it never saw.
    """
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    standard_error: np.ndarray

    def clipped(self, least: float, most: float) -> 'Estimate':
        """With ends of what the values can be."""
        return self._replace(
            low=np.maximum(self.low, least), high=np.minimum(self.high, most))

    @property
    def smallest_difference(self) -> np.ndarray:
        """float64 (...): what two models have to differ by to be told apart.

        1.96 * sqrt(2) * standard error, which holds for two test sets of this
        many images. On the same images two models mostly fail together, and a
        paired comparison tells smaller differences apart; this is its bound
        from above for models that are not correlated negatively.
        """
        return _QUANTILE * np.sqrt(2) * self.standard_error


def bootstrap(statistic: Statistic,
              num_images: int,
              replicates: int = REPLICATES,
              seed: int = 0) -> Estimate:
    """The confidence interval of any statistic of images from 0 to 1.

    Args:
        statistic: Takes int32 (R, I), how often each image counts in each
            replicate, and returns float64 (R, ...).
        num_images: I, at least 1.
        replicates: How many are drawn.
        seed: The same gives the same replicates.
    """
    value = point_estimate(statistic, num_images)
    drawn = replicate(statistic, num_images, replicates, seed)
    return estimate(value, drawn).clipped(0, 1)


def bootstrap_average_precision(matches: Matches,
                                replicates: int = REPLICATES,
                                seed: int = 0) -> Estimate:
    """Intervals (3 + C,) of mAP, mAP_50, mAP_75 and the AP of each class, see
    :func:`custom.evaluation.average_precision.summarize`."""
    return bootstrap(
        precision_statistic(matches), matches.overlaps.num_images, replicates,
        seed)


def precision_statistic(matches: Matches) -> Statistic:
    """AP as a statistic of images, (R, 3 + C).

    A class that has a box in the data set and none in a replicate has there
    the AP of the data set, so that the mean is always over the same classes.
    """
    whole = average_precision(matches)

    def statistic(weights: np.ndarray) -> np.ndarray:
        precision = average_precision(matches, weights)
        return summarize(np.where(np.isnan(precision), whole, precision))

    return statistic


def point_estimate(statistic: Statistic, num_images: int) -> np.ndarray:
    """Point estimate, float64 (...): the statistic of the data set itself."""
    return statistic(np.ones((1, num_images), np.int32))[0]


def replicate(statistic: Statistic, num_images: int, replicates: int,
              seed: int) -> np.ndarray:
    """float64 (R, ...): the statistic of every replicate, see
    :func:`bootstrap`."""
    rng = np.random.default_rng(seed)
    most = max(1, _CHUNK // num_images)
    return np.concatenate([
        statistic(draw_images(rng, min(most, replicates - first), num_images))
        for first in range(0, replicates, most)
    ])


def draw_images(rng: np.random.Generator, replicates: int,
                num_images: int) -> np.ndarray:
    """int32 (R, I), how often each image is drawn; every row sums to I."""
    drawn = rng.integers(num_images, size=(replicates, num_images))
    drawn += np.arange(replicates)[:, None] * num_images
    counts = np.bincount(drawn.ravel(), minlength=drawn.size)
    return counts.reshape(drawn.shape).astype(np.int32)


def estimate(value: np.ndarray, replicates: np.ndarray) -> Estimate:
    """The basic bootstrap interval.

    Args:
        value: (...).
        replicates: (R, ...); those that are NaN are left out.
    """
    value = np.asarray(value, np.float64)
    ends = np.full((2, *value.shape), np.nan)
    error = np.full((1, *value.shape), np.nan)
    known = ~np.isnan(replicates).all(0)
    some = basic_bootstrap(value, replicates)[:, known]
    tail = (1 - LEVEL) / 2
    if some.size:
        ends[:, known] = np.nanquantile(some, (tail, 1 - tail), 0)
        error[:, known] = np.nanstd(some, 0)
    return Estimate(value, *ends, *error)


def basic_bootstrap(value: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Basic bootstrap, float64 (R, ...): where the truth lies, if the value is
    as far from it as a replicate is from the value."""
    return 2 * value - replicates
