"""Real workers on tiny jobs."""
import sys

import pytest
import torch

from benchmarks.detectors import R18, DetectorCase, detector_job
from benchmarks.measure import measure, paired_ratio
from benchmarks.process import Variant
from custom.evaluation.agreement import same_detections, same_numbers
from custom.utils.errors import InputError

pytestmark = pytest.mark.slow

FLOAT32 = Variant('float32', sys.executable, 'our_detector.py',
                  dict(dtype='float32'))
STOCK = Variant('stock mmdet', sys.executable, 'our_mmdet.py', {})


@pytest.fixture(scope='module')
def job():
    return detector_job(DetectorCase('tiny', R18, (64, 64)), 'infer', 2, 'cpu')


def nms_job(**changes):
    boxes = torch.tensor([[0., 0., 10., 10.], [0., 0., 10., 9.],
                          [50., 50., 60., 60.]])
    return dict(
        dict(
            operator='nms',
            device='cpu',
            boxes=boxes,
            scores=torch.tensor([.9, .8, .7]),
            groups=torch.zeros(3, dtype=torch.long),
            threshold=.5), **changes)


NMS = Variant('nms', sys.executable, 'our_operators.py', dict(dtype='float32'))


def test_two_sides_in_turns(job, capsys):
    row, = measure(
        'tiny',
        job, [FLOAT32],
        STOCK,
        lambda variant, ours, other: same_detections(ours, other),
        rounds=2,
        items=2)

    assert row.agreement.same
    assert row.against == 'stock mmdet'
    assert not row.agreement.words.startswith('0/')  # there are detections
    assert len(row.seconds) == len(row.other_seconds) == 2
    assert row.peak >= row.growth >= 0
    assert row.ratio.low > 0
    out, err = capsys.readouterr()
    assert out == ''
    assert 'tiny: round 2 of 2' in err


def test_what_differs_is_not_timed():
    results = []

    def check(variant, ours, other):
        results.append((variant.name, ours.tolist()))
        return same_numbers(ours, other + 1, 0.)

    row, = measure('nms', nms_job(), [NMS], NMS, check, rounds=1)

    # The second box lies in the first.
    assert results == [('nms', [0, 2])]
    assert not row.agreement.same
    assert row.seconds == row.other_seconds == []
    assert row.ratio is None


def test_nothing_to_compare_with_and_a_device_of_its_own():
    cpu = NMS._replace(options=dict(NMS.options, device='cpu'))

    row, = measure('nms', nms_job(device='none'), [cpu], None, None, rounds=1)

    assert row.agreement is None
    assert row.against == ''
    assert len(row.seconds) == 1


def test_a_failing_worker_is_named():
    with pytest.raises(
            InputError, match=r"our_operators.py: KeyError: 'none'"):
        measure('nms', nms_job(operator='none'), [NMS], None, None, rounds=1)


def test_a_dying_worker_is_named():
    no_such = Variant('no such', sys.executable, 'no_such_worker.py', {})

    with pytest.raises(InputError, match='ended with code 2'):
        measure('nms', nms_job(), [no_such], None, None, rounds=1)


def test_ratio_of_each_round():
    # Round by round 4, 2 and 3 times as long.
    ratio = paired_ratio([1., 2., 1.], [4., 4., 3.])

    assert ratio == (3., 2., 4.)


def test_a_slow_spell_cancels_out():
    # The machine was ten times slower in the second round, for both.
    assert paired_ratio([1., 10.], [3., 30.]) == (3., 3., 3.)


def test_rounds_must_pair():
    with pytest.raises(ValueError):
        paired_ratio([1.], [1., 2.])
