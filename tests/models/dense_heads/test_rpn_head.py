import math

import pytest
import torch
from mmdet.models import RPNHead
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from torch import nn

from custom.models.dense_heads.rpn_head import TopkRPNHead
from custom.models.optimize import optimize_for_training

IMAGE = dict(img_shape=(64, 64))


@pytest.fixture(scope='module')
def maps():
    """Logits and deltas of two levels of 768 and 48 anchors, no two of them
    alike."""
    generator = torch.Generator().manual_seed(0)
    logits, deltas = [], []
    for side in (16, 4):
        places = torch.randperm(3 * side**2, generator=generator)
        logits.append(places.view(1, 3, side, side) / 200 - 2)
        deltas.append(
            torch.randn((1, 12, side, side), generator=generator) / 4)
    return logits, deltas


class OwnRPNHead(RPNHead):
    """One that predicts in its own way, for all that is known."""


def rpn(cls, count=-1, **options):
    init_default_scope('mmdet')
    return cls(
        **options,
        in_channels=4,
        feat_channels=4,
        anchor_generator=dict(
            type='AnchorGenerator',
            scales=[4],
            ratios=[.5, 1., 2.],
            strides=[4, 16]),
        bbox_coder=dict(type='DeltaXYWHBBoxCoder'),
        test_cfg=ConfigDict(
            nms_pre=count,
            max_per_img=1000,
            min_bbox_size=0,
            nms=dict(type='nms', iou_threshold=.7)))


def proposals(cls, maps, count):
    found, = rpn(cls, count).predict_by_feat(*maps, batch_img_metas=[IMAGE])
    return found


def test_takes_the_place_of_the_other_and_of_no_more():
    model = nn.ModuleDict(dict(rpn=rpn(RPNHead), own=rpn(OwnRPNHead)))
    optimize_for_training(model)

    assert type(model['rpn']) is TopkRPNHead
    assert type(model['own']) is OwnRPNHead


# Of no level, of one, of both; -1: all of them.
@pytest.mark.parametrize('count', (2, 30, 48, 300, 5000, -1))
def test_the_proposals_of_mmdetection(maps, count):
    found = proposals(TopkRPNHead, maps, count)
    expected = proposals(RPNHead, maps, count)

    assert len(found) > 0
    assert torch.equal(found.bboxes, expected.bboxes)
    assert torch.equal(found.scores, expected.scores)


def test_scores_by_softmax(maps):
    softmax = dict(loss_cls=dict(type='CrossEntropyLoss', use_sigmoid=False))
    # Of an anchor: the object, and the background.
    logits = [
        torch.stack([level, level.flip(1)], 2).flatten(1, 2)
        for level in maps[0]
    ]
    found, expected = (
        rpn(cls, 30, **softmax).predict_by_feat(
            logits, maps[1], batch_img_metas=[IMAGE])[0]
        for cls in (TopkRPNHead, RPNHead))

    assert len(found) > 0
    assert torch.equal(found.bboxes, expected.bboxes)


def test_equal_scores(maps):
    logits = [torch.zeros_like(level) for level in maps[0]]

    found = proposals(TopkRPNHead, (logits, maps[1]), 30)

    # Which of them are taken is torch's choice, of both levels.
    assert 0 < len(found) <= 60
    assert set(found.scores.tolist()) == {.5}


def test_no_number(maps):
    # As a training that went wrong has them: it isn't hidden.
    logits = [torch.full_like(level, math.nan) for level in maps[0]]

    found = proposals(TopkRPNHead, (logits, maps[1]), 30)

    assert len(found) > 0
    assert found.scores.isnan().all()
