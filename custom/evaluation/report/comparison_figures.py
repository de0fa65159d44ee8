"""Figures of a comparison of two detectors, and its answer in words."""
from typing import Any, Dict, Mapping, Sequence, Tuple

import numpy as np

from custom.evaluation.box_outcomes import BoxOutcomes
from custom.evaluation.paired_comparison import Comparison, comparison_rows


def comparison_figures(found: Comparison, outcomes: Sequence[BoxOutcomes],
                       classes: Sequence[str],
                       names: Sequence[str]) -> Dict[str, Any]:
    """Figures of a comparison, as JSON holds them: the detectors'
    names, rows of differences (None where there is no value), and how many
    images have fewer errors by the second, and more."""
    rows = [{
        key: None if value != value else value
        for key, value in row.items()
    } for row in comparison_rows(classes, found)]
    change = outcomes[1].image_errors - outcomes[0].image_errors
    return dict(
        first=names[0],
        second=names[1],
        rows=rows,
        mended=int(np.count_nonzero(change < 0)),
        broken=int(np.count_nonzero(change > 0)))


def verdict(comparison: Mapping[str, Any]) -> Tuple[str, Dict[str, Any]]:
    """The answer in one sentence, and the values that stand in it."""
    low, high = (comparison['rows'][0][key] for key in ('from', 'to'))
    if low is None:
        return 'There is no box to be found: nothing can be compared.', {}
    if low > 0 or high < 0:
        better = comparison['second' if low > 0 else 'first']
        return ('{better} is better: its mAP is higher by more than chance.',
                dict(better=better))
    return ('These images cannot tell them apart: the difference in mAP lies '
            'between {low} and {high} points.',
            dict(low=f'{low:.1f}', high=f'{high:.1f}'))
