"""Baseline detector: torchvision's Faster R-CNN, MMDetection's weights.

torchvision rounds the corners of its anchors to whole pixels; they are set
unrounded here, or no box would be the same.
"""
from typing import Any, Callable

import torch
from protocol import run_worker
from torch import nn
from torchvision_weights import convert_weights, unrounded_anchors


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    model = build(job)
    images = [
        # RGB from 0 to 1 is what torchvision's loaders give.
        image.flip(0).float().div(255).to(job['device'])
        for image in job['images']
    ]
    if job['kind'] == 'infer':
        return _detection(model.eval(), images)
    targets = [
        dict(
            boxes=boxes.to(job['device']),
            labels=(labels + 1).to(job['device']))
        for boxes, labels in zip(job['boxes'], job['labels'])
    ]
    return _training(model, images, targets, job)


def build(job: dict) -> nn.Module:
    from torchvision.models.detection import FasterRCNN
    from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
    sides = job['images'][0].shape[1:]
    weights = convert_weights(job['weights'])
    # Frozen batch norms and three stages to train are torchvision's defaults
    # for a pretrained backbone.
    backbone = resnet_fpn_backbone(
        backbone_name='resnet50', weights=None, trainable_layers=3)
    model = FasterRCNN(
        backbone,
        num_classes=len(weights['roi_heads.box_predictor.cls_score.bias']),
        min_size=min(sides),
        max_size=max(sides),
        rpn_pre_nms_top_n_train=job['rpn']['train'][0],
        rpn_post_nms_top_n_train=job['rpn']['train'][1],
        rpn_pre_nms_top_n_test=job['rpn']['test'][0],
        rpn_post_nms_top_n_test=job['rpn']['test'][1])
    model.load_state_dict(weights)
    anchors = model.rpn.anchor_generator
    anchors.cell_anchors = [
        unrounded_anchors(size, anchors.aspect_ratios[0])
        for size, in anchors.sizes
    ]
    return model.to(job['device'])


def _detection(model: nn.Module, images: list) -> Callable[[], list]:

    @torch.no_grad()
    def detect() -> list:
        return [
            dict(
                bboxes=found['boxes'],
                scores=found['scores'],
                labels=found['labels'] - 1) for found in model(images)
        ]

    return detect


def _training(model: nn.Module, images: list, targets: list,
              job: dict) -> Callable[[], dict]:
    settings = dict(job['baseline_optim_wrapper']['optimizer'])
    optimizer = getattr(torch.optim, settings.pop('type'))(
        [p for p in model.parameters() if p.requires_grad], **settings)
    model.train()

    def step() -> dict:
        torch.manual_seed(0)
        losses = model(images, targets)
        optimizer.zero_grad()
        total = sum(losses.values())
        total.backward()
        optimizer.step()
        return dict(loss=float(total))

    return step


if __name__ == '__main__':
    run_worker(prepare)
