"""mAP of small, medium and large boxes, with confidence intervals."""
from typing import Dict

import numpy as np

from custom.evaluation.bootstrap import (REPLICATES, Estimate, bootstrap,
                                         precision_statistic)
from custom.evaluation.box_columns import Detections
from custom.evaluation.matching import (AREA_RANGES, Matches, Overlaps,
                                        match_overlaps)


def size_precision(overlaps: Overlaps,
                   replicates: int = REPLICATES,
                   seed: int = 0) -> Dict[str, Estimate]:
    """mAP () by COCO's ranges of area, with 95 % intervals over images; NaN
    where there is no such box."""
    found = {}
    for name, area_range in AREA_RANGES.items():
        statistic = precision_statistic(
            _without_ignored(match_overlaps(overlaps, area_range)))

        def mean(weights: np.ndarray) -> np.ndarray:
            return statistic(weights)[:, 0]

        found[name] = bootstrap(mean, overlaps.num_images, replicates, seed)
    return found


def _without_ignored(matches: Matches) -> Matches:
    """Leaves out detections that count at no IoU, two thirds of them: for AP
    alone, since what refers to their rows stays as it is."""
    kept = ~matches.ignored.all(0)
    overlaps = matches.overlaps
    found = Detections(*(column[kept] for column in overlaps.detections))
    return matches._replace(
        overlaps=overlaps._replace(detections=found),
        truth_of=matches.truth_of[:, kept],
        ignored=matches.ignored[:, kept])
