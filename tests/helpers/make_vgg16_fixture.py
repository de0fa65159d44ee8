"""VGG16 fixture: writes what torchvision's Faster R-CNN answers.

    PYTHONPATH=tools/benchmarks/workers python \
        tests/helpers/make_vgg16_fixture.py

Run it where torchvision is installed; MMDetection is not needed. Image and
weights are those of seeded_vgg16.py. docs/vgg16.md says which conventions of
torchvision are set to those of the config, and why.
"""
import os.path as osp
from collections import OrderedDict
from typing import Dict, List

import numpy as np
import torch
from seeded_vgg16 import CLASSES, make_image, make_weights
from torch import Tensor, nn
from torchvision.models import vgg16
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import (FasterRCNN,
                                                      FastRCNNPredictor,
                                                      TwoMLPHead)
from torchvision.ops import MultiScaleRoIAlign, box_iou, roi_align
from torchvision_weights import convert_weights, unrounded_anchors

OUT_FILE = osp.join(osp.dirname(__file__), '../configs/vgg16.npz')
SIZES = (128, 256, 512)
RATIOS = (0.5, 1.0, 2.0)
# What torchvision does of its own.
THEIRS = dict(rounded=True, aligned=False, divisor=32)


class AlignedRoIAlign(MultiScaleRoIAlign):
    """RoIAlign whose pixels have their values at their middles."""

    def forward(self, features: Dict[str, Tensor], boxes: List[Tensor],
                sizes: list) -> Tensor:
        return roi_align(
            features['0'],
            boxes,
            self.output_size,
            1 / 16,
            self.sampling_ratio,
            aligned=True)


def build(weights: Dict[str, Tensor],
          rounded: bool = False,
          aligned: bool = True,
          divisor: int = 16) -> FasterRCNN:
    """The values of the config; by default with its conventions as well.

    Args:
        weights: As :func:`make_weights` gives them.
        rounded: Corners of anchors are whole pixels.
        aligned: As for RoIAlign.
        divisor: Height and width are padded to multiples of it.
    """
    features = vgg16(weights=None).features[:-1]
    # So that its weights have the names that convert_weights gives.
    backbone = nn.Sequential(
        OrderedDict(body=nn.Sequential(OrderedDict(features=features))))
    backbone.out_channels = 512
    pool = AlignedRoIAlign if aligned else MultiScaleRoIAlign
    model = FasterRCNN(
        backbone,
        min_size=400,
        max_size=600,
        size_divisible=divisor,
        rpn_anchor_generator=AnchorGenerator((SIZES, ), (RATIOS, )),
        rpn_pre_nms_top_n_test=6000,
        rpn_post_nms_top_n_test=300,
        rpn_nms_thresh=0.7,
        box_roi_pool=pool(['0'], 7, 2),
        box_head=TwoMLPHead(512 * 7 * 7, 4096),
        box_predictor=FastRCNNPredictor(4096, CLASSES + 1),
        box_score_thresh=0.5,
        box_nms_thresh=0.5,
        box_detections_per_img=300)
    model.load_state_dict(convert_weights(weights))
    if not rounded:
        by_size = [unrounded_anchors(size, RATIOS) for size in SIZES]
        # By ratio first, as in AnchorGenerator.generate_anchors.
        anchors = torch.stack(by_size, 1).view(-1, 4)
        model.rpn.anchor_generator.cell_anchors = [anchors]
    return model.eval()


@torch.no_grad()
def run(model: FasterRCNN, image: np.ndarray) -> Dict[str, np.ndarray]:
    """Proposals, and detections above each of two scores."""
    rgb = torch.from_numpy(image[..., ::-1].copy()).permute(2, 0, 1) / 255
    arrays = {}
    hook = model.rpn.register_forward_hook(
        lambda _, inputs, outputs: arrays.update(proposals=outputs[0][0]))
    for score in (0.5, 0.05):
        model.roi_heads.score_thresh = score
        found, = model([rgb])
        found['labels'] -= 1  # the background is its class 0
        arrays.update({f'{score}/{key}': found[key] for key in found})
    hook.remove()
    return {name: array.numpy() for name, array in arrays.items()}


def compare(ours: Dict[str, np.ndarray], theirs: Dict[str, np.ndarray]) -> str:
    """How far the detections differ, matched by label and overlap."""
    boxes, labels, scores = ([
        torch.from_numpy(arrays[f'0.5/{key}']) for arrays in (ours, theirs)
    ] for key in ('boxes', 'labels', 'scores'))
    overlaps = box_iou(*boxes)
    overlaps[labels[0][:, None] != labels[1]] = 0
    best, partners = overlaps.max(1)
    paired = best > 0.5
    shifts = (boxes[0] - boxes[1][partners])[paired].abs().amax(1)
    changes = (scores[0] - scores[1][partners])[paired].abs()
    return (f'{len(boxes[0])} and {len(boxes[1])} detections above 0.5, '
            f'{int(paired.sum())} of one class and IoU above 0.5; corners '
            f'differ by {shifts.median():.1f} pixels (median), '
            f'{shifts.max():.1f} (most); scores by {changes.median():.3f} '
            f'and {changes.max():.3f}')


def main() -> None:
    weights, image = make_weights(), make_image()
    same = run(build(weights), image)
    np.savez_compressed(OUT_FILE, **same)
    print(f'{OUT_FILE}: {osp.getsize(OUT_FILE) / 1000:.0f} kB')
    for conventions in (dict(rounded=True), dict(aligned=False),
                        dict(divisor=32), THEIRS):
        other = run(build(weights, **conventions), image)
        print(f'{conventions}: {compare(same, other)}')


if __name__ == '__main__':
    main()
