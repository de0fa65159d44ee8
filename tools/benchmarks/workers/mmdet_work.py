"""Inference and training steps of a detector of MMDetection.

Used by the baseline worker and by this project's: what differs between them is
only what is done to the model and the optimizer.
"""
from typing import Callable

import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.config import ConfigDict
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData
from torch import nn


def build(job: dict) -> nn.Module:
    """Builds the job's model with the job's weights, in eval mode."""
    model = build_from(job['model'])
    model.load_state_dict(job['weights'])
    return model.to(job['device']).eval()


def build_from(config: dict) -> nn.Module:
    """Builds a model from the plain dicts of its config."""
    init_default_scope('mmdet')
    return MODELS.build(ConfigDict(config))


def detection_step(model: nn.Module, job: dict) -> Callable[[], list]:
    """Inference step: the boxes in all images of the job, from uint8."""

    @torch.no_grad()
    def detect() -> list:
        found = model.test_step(batch(job))
        return [{
            key: sample.pred_instances[key]
            for key in ('bboxes', 'scores', 'labels')
        } for sample in found]

    return detect


def training_step(model: nn.Module, job: dict,
                  optim_wrapper: dict) -> Callable[[], dict]:
    """Training step as MMEngine's loop takes it.

    Its result are the losses before the first step.
    """
    optim_wrapper = build_optim_wrapper(model, optim_wrapper)
    model.train()
    with optim_wrapper.optim_context(model):
        losses = _losses_of_all_rois(model, job)

    def step() -> dict:
        # The same sample of anchors and RoIs in every step of every variant.
        torch.manual_seed(0)
        model.train_step(batch(job), optim_wrapper)
        return losses

    return step


@torch.no_grad()
def _losses_of_all_rois(model: nn.Module, job: dict) -> dict:
    """The losses, with no RoI left out.

    A rounding error can make NMS keep another box, and the random sample of
    the RoIs is another one then: classification losses of the same weights
    differ by 5 % between memory formats, in stock MMDetection too.
    """
    sampler = model.roi_head.bbox_sampler
    number, sampler.num = sampler.num, 10**6
    torch.manual_seed(0)
    data = model.data_preprocessor(batch(job), True)
    losses = model.parse_losses(model(**data, mode='loss'))[1]
    sampler.num = number
    return {
        name: float(value)
        for name, value in losses.items() if 'loss' in name
    }


def batch(job: dict) -> dict:
    """A batch as a loader would give it: uint8 images and their boxes."""
    samples = []
    for image, boxes, labels in zip(job['images'], job['boxes'],
                                    job['labels']):
        shape = tuple(image.shape[1:])
        sample = DetDataSample(
            metainfo=dict(
                img_shape=shape, ori_shape=shape, scale_factor=(1., 1.)))
        sample.gt_instances = InstanceData(
            bboxes=boxes.clone(), labels=labels.clone())
        samples.append(sample)
    return dict(inputs=list(job['images']), data_samples=samples)
