import numpy as np
import pytest
import torch
from mmcv.ops.nms import nms

from custom.ops.batched_nms import batched_nms, mmcv_batched_nms

# 0 and 1 share 90 of 110 square pixels, 2 lies apart, 3 is equal to 0.
BOXES = torch.tensor([[0, 0, 10, 10.], [1, 0, 11, 10], [20, 20, 30, 30],
                      [0, 0, 10, 10]])
SCORES = torch.tensor([.5, .9, .3, .7])
NMS = dict(type='nms', iou_threshold=.5)


def keep(classes, scores=SCORES, **options):
    return batched_nms(BOXES, scores, torch.tensor(classes), {
        **NMS,
        **options
    })[1].tolist()


@pytest.mark.parametrize('kind', ('nms', 'soft_nms'))
def test_no_boxes(kind):
    dets, inds = batched_nms(
        torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.long),
        dict(type=kind, iou_threshold=.5))
    assert dets.shape == (0, 5)
    assert inds.tolist() == []


def test_only_boxes_of_a_class_suppress_each_other():
    assert keep([0, 0, 0, 0]) == [1, 2]
    assert keep([0, 1, 1, 0]) == [1, 3, 2]
    assert keep([7, 1, 5, 3]) == [1, 3, 0, 2]
    dets, _ = batched_nms(BOXES, SCORES, torch.tensor([0, 1, 1, 0]), NMS)
    torch.testing.assert_close(
        dets,
        torch.tensor([[1, 0, 11, 10, .9], [0, 0, 10, 10, .7],
                      [20, 20, 30, 30, .3]]))


def test_few_equal_scores_keep_their_order():
    assert keep([3, 2, 1, 0], scores=torch.full((4, ), .5)) == [0, 1, 2, 3]
    assert keep([1, 2, 0, 1], scores=torch.full((4, ), .5)) == [0, 1, 2]


def test_options():
    assert keep([0, 1, 1, 0], max_num=2) == [1, 3]
    assert keep([0, 1, 1, 0], score_threshold=.4) == [1, 3]
    assert keep([0, 1, 1, 0], iou_threshold=1.) == [1, 3, 0, 2]
    assert keep([0, 1, 1, 0], class_agnostic=True) == [1, 2]
    assert keep([0, 1, 1, 0], split_thr=1) == [1, 3, 2]
    assert keep([0, 1, 1, 0], type=nms) == [1, 3, 2]
    with pytest.raises(TypeError, match='typo'):
        keep([0, 1, 1, 0], typo=1)


def test_without_nms_it_only_sorts():
    dets, inds = batched_nms(BOXES, SCORES, torch.zeros(4), None)
    assert inds.tolist() == [1, 3, 0, 2]
    assert dets.shape == (4, 5)


def test_the_given_config_stays():
    config = dict(NMS)
    batched_nms(BOXES, SCORES, torch.zeros(4).long(), config)
    assert config == NMS


def random_boxes(seed, num=400):
    """Boxes whose IoUs lie well away from .5, by rejection."""
    random = np.random.RandomState(seed)
    corner = random.rand(num, 2) * 300
    boxes = np.hstack([corner, corner + 20 + random.rand(num, 2) * 80])
    boxes = torch.from_numpy(boxes.astype(np.float32))
    top = torch.maximum(boxes[:, None, :2], boxes[:, :2])
    bottom = torch.minimum(boxes[:, None, 2:], boxes[:, 2:])
    inter = (bottom - top).clamp(min=0).prod(2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    iou = inter / (area[:, None] + area - inter)
    near = ((iou - .5).abs() < 1e-3).any(1)
    return boxes[~near]


@pytest.mark.parametrize('seed', range(5))
@pytest.mark.parametrize('options',
                         (dict(NMS), dict(NMS, max_num=50), dict(
                             NMS, offset=1), dict(NMS, score_threshold=.5)))
def test_equals_mmcv_away_from_the_threshold(seed, options):
    boxes = random_boxes(seed)
    generator = torch.Generator().manual_seed(seed)
    # 30 scores for 300 boxes: many ties.
    scores = torch.randint(30, (len(boxes), ), generator=generator) / 30
    classes = torch.randint(22, (len(boxes), ), generator=generator)
    dets, inds = batched_nms(boxes, scores, classes, options)
    expected = mmcv_batched_nms(boxes, scores, classes, options)
    assert inds.tolist() == expected[1].tolist()
    assert torch.equal(dets, expected[0])


def test_equals_mmcv_class_by_class():
    boxes = random_boxes(0)
    scores = torch.rand(len(boxes), generator=torch.Generator().manual_seed(0))
    classes = torch.arange(len(boxes)) % 22
    _, inds = batched_nms(boxes, scores, classes, NMS)
    split = dict(NMS, split_thr=100)
    assert inds.tolist() == batched_nms(boxes, scores, classes,
                                        split)[1].tolist()
    assert inds.tolist() == mmcv_batched_nms(boxes, scores, classes,
                                             split)[1].tolist()


@pytest.mark.parametrize('method', ('naive', 'linear', 'gaussian'))
def test_soft_nms_equals_mmcv(method):
    boxes = random_boxes(0)
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(len(boxes), generator=generator)
    classes = torch.randint(5, (len(boxes), ), generator=generator)
    options = dict(
        type='soft_nms', iou_threshold=.5, min_score=.1, method=method)
    dets, inds = batched_nms(boxes, scores, classes, options)
    expected = mmcv_batched_nms(boxes, scores, classes, options)
    assert inds.tolist() == expected[1].tolist()
    # Moved boxes have IoUs that are off by 1e-5.
    torch.testing.assert_close(dets, expected[0], rtol=0, atol=1e-4)


@pytest.mark.parametrize('dtype', (torch.float16, torch.bfloat16))
def test_half_types(dtype):
    boxes, scores = BOXES.to(dtype), SCORES.to(dtype)
    dets, inds = batched_nms(boxes, scores, torch.tensor([0, 1, 1, 0]), NMS)
    assert inds.tolist() == [1, 3, 2]
    assert dets.dtype == dtype


def test_classes_of_far_boxes_stay_exact():
    # IoU 50 / 99.9 is above .5; moved by 20 x 30,001 pixels float32 has
    # steps of 1/16 pixel and finds 50 / 100.
    boxes = torch.tensor([[0, 0, 10, 10.], [0, 4.995, 10, 10],
                          [0, 0, 30000, 1]])
    scores = torch.tensor([.9, .8, .7])
    classes = torch.tensor([20, 20, 0])
    options = dict(type='nms', iou_threshold=.5)
    assert batched_nms(boxes, scores, classes, options)[1].tolist() == [0, 2]
    moved = mmcv_batched_nms(boxes, scores, classes, options)[1].tolist()
    assert moved == [0, 1, 2]
