import shutil

import pytest

from custom.classes import NAMES
from custom.engine.labeling.labeling_round import LabelingRound
from custom.engine.labeling.model_comparison import compare_on_val
from custom.utils.progress import track

pytestmark = pytest.mark.slow


def test_by_the_classes_that_both_know(r18, drawings, tmp_path):
    """Of the project's detector in use, which finds the drawings, and one of
    random weights that knows three of its classes."""
    one = LabelingRound(tmp_path, 1)
    one.folder.mkdir()
    shutil.copy('checkpoints/drawings22.pth', one.old)
    shutil.copytree(drawings, one.data)

    found = compare_on_val(one, r18[0], 'cpu', track)

    assert found['classes'] == dict(
        compared=['cat', 'dog', 'sun'],
        new=[],
        dropped=[name for name in NAMES if name not in ('cat', 'dog', 'sun')])
    # Of the two suns of val; there is no cat and no dog.
    assert found['old_mAP'] > .5 > found['new_mAP']
    difference = found['difference']
    assert difference['points'] == pytest.approx(
        100 * (found['new_mAP'] - found['old_mAP']))
    assert difference['from'] <= difference['to']
    assert (one.folder / 'comparison/index.html').exists()
