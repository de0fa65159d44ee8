import cv2
import numpy as np
import pytest
from mmdet.evaluation.functional import eval_recalls

from custom.datasets.proposals.recall import (plot_recall, proposal_recall,
                                              recall_rows)


def boxes(*rows):
    return np.array(rows, float).reshape(-1, 4)


# The object is 10 wide; the proposals cover 4, 6 and 8 tenths of it.
OBJECT = boxes([0, 0, 10, 10])
BETTER_AND_BETTER = boxes([0, 0, 4, 10], [0, 0, 6, 10], [0, 0, 8, 10])


def test_no_images():
    result = proposal_recall([], [])
    assert len(result.counts) == 0 and result.objects == 0
    assert result.mean_count == 0
    assert recall_rows(result) == []


def test_no_objects():
    result = proposal_recall([BETTER_AND_BETTER], [boxes()])
    assert np.isnan(result.by_iou[0.5]).all() and result.objects == 0


def test_no_proposals():
    result = proposal_recall([boxes()], [OBJECT])
    assert len(result.counts) == 0 and result.objects == 1


def test_by_hand():
    """The second proposal is good enough for 0.5, the third for 0.7; the
    other image's first is perfect, and its other object is never found."""
    result = proposal_recall(
        [BETTER_AND_BETTER, OBJECT],
        [OBJECT, np.concatenate([OBJECT, OBJECT + 50])])
    assert result.counts.tolist() == [1, 2, 3]
    assert result.by_iou[0.5].tolist() == [1 / 3, 2 / 3, 2 / 3]
    assert result.by_iou[0.7].tolist() == [1 / 3, 1 / 3, 2 / 3]
    assert result.objects == 3
    assert result.mean_count == 2
    assert recall_rows(result) == [
        {
            'proposals': '1',
            'IoU 0.5': 1 / 3,
            'IoU 0.7': 1 / 3
        },
        {
            'proposals': '2',
            'IoU 0.5': 2 / 3,
            'IoU 0.7': 1 / 3
        },
        {
            'proposals': '3',
            'IoU 0.5': 2 / 3,
            'IoU 0.7': 2 / 3
        },
    ]


def test_an_overlap_of_just_the_threshold_counts():
    result = proposal_recall([boxes([0, 0, 5, 10])], [OBJECT])
    assert result.by_iou[0.5].tolist() == [1]


def test_objects_may_share_a_proposal():
    twice = np.concatenate([OBJECT, OBJECT])
    assert proposal_recall([OBJECT], [twice]).by_iou[0.5].tolist() == [1]


def test_agrees_with_mmdetection():
    """Whose proposals aren't shared; these objects lie far apart."""
    random = np.random.default_rng(0)
    objects = [OBJECT + 100 * i for i in range(20)]
    proposals = [
        np.concatenate([o + random.normal(0, 2, 4) for _ in range(9)])
        for o in objects
    ]
    result = proposal_recall(proposals, objects)
    theirs = eval_recalls(objects, proposals, [1, 4, 9], [0.5, 0.7], 'silent')
    ours = [[result.by_iou[iou][n - 1] for iou in (0.5, 0.7)]
            for n in (1, 4, 9)]
    assert theirs.tolist() == pytest.approx(np.array(ours))
    assert 0 < ours[0][0] < ours[2][0]


@pytest.mark.parametrize('count', [0, 1, 3])
def test_plot(tmp_path, count):
    path = tmp_path / 'recall.png'
    proposals = OBJECT.repeat(count, 0)
    plot_recall(proposal_recall([proposals], [OBJECT]), 'cars, train', path)
    assert cv2.imread(str(path)).shape == (600, 800, 3)
    assert [*tmp_path.iterdir()] == [path]
