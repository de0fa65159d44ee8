import numpy as np
import pytest
import torch
from mmcv.ops import nms, soft_nms

from custom.ops.nms import grouped_nms

BOXES = torch.tensor([[0, 0, 10, 10.], [1, 0, 11, 10], [20, 20, 30, 30]])
SCORES = torch.tensor([.5, .9, .3])


def test_no_boxes():
    dets, inds = nms(torch.zeros(0, 4), torch.zeros(0), .5)
    assert dets.shape == (0, 5)
    assert inds.tolist() == []
    dets, inds = soft_nms(torch.zeros(0, 4), torch.zeros(0))
    assert dets.shape == (0, 5)
    assert inds.tolist() == []


def test_worse_one_of_two_goes():
    # Boxes 0 and 1 share 90 of 110 square pixels.
    dets, inds = nms(BOXES, SCORES, .5)
    assert inds.tolist() == [1, 2]
    torch.testing.assert_close(dets[0], torch.tensor([1, 0, 11, 10, .9]))
    assert nms(BOXES, SCORES, .82)[1].tolist() == [1, 0, 2]


def test_iou_at_the_threshold_stays():
    boxes = torch.tensor([[0, 0, 2, 1.], [0, 0, 1, 1]])
    assert nms(boxes, torch.tensor([.9, .8]), .5)[1].tolist() == [0, 1]


def test_offset_counts_the_last_pixel():
    # 10 of 20 pixels are shared; with offset 1 it is 11 of 21.
    boxes = torch.tensor([[0, 0, 20, 0.], [0, 0, 10, 0]])
    scores = torch.tensor([.9, .8])
    assert nms(boxes, scores, .5, offset=1)[1].tolist() == [0]
    assert nms(boxes, scores, .5, offset=0)[1].tolist() == [0, 1]


def test_only_kept_boxes_suppress():
    # 0 removes 1, so 1 can't remove 2, which 0 hardly touches.
    boxes = torch.tensor([[0, 0, 10, 10.], [3, 0, 13, 10], [6, 0, 16, 10]])
    assert nms(boxes, torch.tensor([.9, .8, .7]), .5)[1].tolist() == [0, 2]


def test_many_pairs():
    # 300 boxes at 150 places; of two at one place the first is better.
    left = torch.arange(300) // 2 * 20.
    boxes = torch.stack([left, left * 0, left + 10, left * 0 + 10], 1)
    _, inds = nms(boxes, torch.arange(300, 0, -1).float(), .5)
    assert inds.tolist() == list(range(0, 300, 2))


@pytest.mark.parametrize('offset', (0, 1))
@pytest.mark.parametrize('threshold', (.3, .5, .7))
def test_nms_equals_compiled_mmcv(compiled_answers, threshold, offset):
    _, inds = nms(compiled_answers['nms/boxes'],
                  compiled_answers['nms/scores'], threshold, offset)
    expected = compiled_answers[f'nms/{threshold}_{offset}']
    assert inds.tolist() == expected.tolist()


@pytest.mark.parametrize('dtype', (torch.float16, torch.bfloat16))
def test_half_types(compiled_answers, dtype):
    # Whole pixels up to 128 are exact in the half types.
    boxes = torch.from_numpy(compiled_answers['nms/boxes']).round().to(dtype)
    scores = torch.from_numpy(compiled_answers['nms/scores']).to(dtype)
    inds = nms(boxes, scores, .5)[1]
    assert torch.equal(inds, nms(boxes.float(), scores.float(), .5)[1])


def test_boxes_of_no_area_stay():
    boxes = torch.tensor([[3, 1, 3, 1.], [3, 1, 3, 1]])
    scores = torch.tensor([.5, .4])
    assert nms(boxes, scores, .5)[1].tolist() == [0, 1]
    assert soft_nms(boxes, scores, .5)[1].tolist() == [0, 1]


def test_groups_do_not_suppress_each_other():
    groups = torch.tensor([0, 1, 1])
    assert grouped_nms(BOXES, SCORES, groups, .5, 0).tolist() == [1, 0, 2]
    assert grouped_nms(BOXES, SCORES, groups * 0, .5, 0).tolist() == [1, 2]


@pytest.mark.parametrize('method,score',
                         (('naive', 0), ('linear', .5 * 2 / 11),
                          ('gaussian', .5 * np.exp(-(9 / 11)**2 / .5))))
def test_scores_decay(method, score):
    dets, inds = soft_nms(
        BOXES, SCORES, .3, sigma=.5, min_score=-1, method=method)
    assert inds.tolist() == ([1, 2, 0] if score < .3 else [1, 0, 2])
    decayed = dict(zip(inds.tolist(), dets[:, 4].tolist()))
    assert decayed == pytest.approx({1: .9, 0: score, 2: .3})


def test_low_scores_go():
    _, inds = soft_nms(BOXES, SCORES, .3, min_score=.1, method='linear')
    assert inds.tolist() == [1, 2]


@pytest.mark.parametrize('offset', (0, 1))
@pytest.mark.parametrize('method', ('naive', 'linear', 'gaussian'))
def test_soft_nms_equals_compiled_mmcv(compiled_answers, method, offset):
    dets, inds = soft_nms(
        compiled_answers['nms/boxes'],
        compiled_answers['nms/scores'],
        .3,
        .5,
        .05,
        method=method,
        offset=offset)
    case = f'soft_nms/{method}_{offset}'
    assert inds.tolist() == compiled_answers[f'{case}/inds'].tolist()
    np.testing.assert_allclose(
        dets, compiled_answers[f'{case}/dets'], rtol=0, atol=1e-6)
